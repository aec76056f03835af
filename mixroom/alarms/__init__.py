"""Alarms: something is wrong, who is told, and what was done about it."""
