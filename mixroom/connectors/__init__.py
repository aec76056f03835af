"""Connectors: publish messages of the plan on the event's own accounts at networks."""
