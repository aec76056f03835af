"""The studio behind the rehearsal's photographs: light, works of art, visitors, rooms, close-ups."""
