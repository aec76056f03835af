"""Announcements: a short word from a lead to the media room, and to the walls."""
