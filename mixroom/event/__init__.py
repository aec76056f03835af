"""Editions of the event: name, days, time zone, teams, places and programme."""
