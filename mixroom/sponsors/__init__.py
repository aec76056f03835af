"""Sponsors: logos, promised shares of the walls' time, blackouts and exposures."""
