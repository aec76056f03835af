"""A rehearsal: the three days replayed through the real actions, and removed again."""
