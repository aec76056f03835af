"""The sponsors: who is thanked on the walls, how much was promised, and what was shown."""
