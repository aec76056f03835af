"""The crew: people and roles, invites, devices, screens."""
