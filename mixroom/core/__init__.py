"""What every feature stands on and that knows none of them: clock, ids, text, database, journal…"""
