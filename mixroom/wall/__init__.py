"""The wall: what the paired projectors show."""
