"""An edition of the event: its name, days, zone, teams, places and programme."""
