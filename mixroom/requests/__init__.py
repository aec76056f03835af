"""Requests: what the media room still lacks, asked of whoever is here, a role or a person."""
