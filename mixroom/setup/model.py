"""The look of a museum as it is prepared: limits, and names in the media store."""

MAX_LOGO_BYTES = 5_000_000
LOGO_JOB = "event.logo"


def stored(event_id: str, file: str) -> str:
    """Return the media store's name for a file of the museum's logo."""
    return f"{event_id}/{file}"
