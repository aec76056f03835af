"""Tells other programs, by webhooks, what was approved, recalled, requested and what rang."""
