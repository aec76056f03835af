"""The clock of the program. All code takes the time from here, so that a test can stop it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """Format a time as the API does: `2015-11-07T19:03:00Z` (RFC 3339, UTC, seconds)."""
    utc = moment.astimezone(UTC) if moment.utcoffset() else moment
    return f"{utc.replace(microsecond=0, tzinfo=None).isoformat()}Z"
