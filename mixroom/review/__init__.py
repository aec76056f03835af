"""The review desk: what waits, and the decisions on it."""
