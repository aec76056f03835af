"""Submissions: posts, quotes, photos and clips, from sending to approval and back."""
