"""The preparation of an edition: its page, what is still missing, and the next edition."""
