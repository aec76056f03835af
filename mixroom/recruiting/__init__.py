"""Recruiting: people apply for the media room; leads see who is lacking, and decide."""
