"""The live-coverage dashboard: what is covered and what is not, and the panels of all features."""
