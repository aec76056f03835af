"""Shifts: who is on, where and when; seats, arrivals, hand-over notes and hours."""
