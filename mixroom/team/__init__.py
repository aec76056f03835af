"""Who is there: the event (an edition), its people and roles, invites, devices, screens."""
