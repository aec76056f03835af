"""Promises to sponsors: what was promised, and the evidence that it was kept."""
