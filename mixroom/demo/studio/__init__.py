"""Draws the rehearsal's photographs: light, art, visitors, rooms, close-ups."""
