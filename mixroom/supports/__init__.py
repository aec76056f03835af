"""Supports: posters, leaflets, signs and slides, from the brief to where they hang."""
