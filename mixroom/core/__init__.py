"""The base of every feature, which knows none of them: clock, ids, text, database, journal…"""
