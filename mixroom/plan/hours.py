"""Times as people write them into the plan: by the museum's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from mixroom.core.errors import InvalidError

YEARS = range(2000, 2100)
MINUTE = "%Y-%m-%dT%H:%M"  # as the browser's field for a day and a time writes it


def read_local(text: str, zone: ZoneInfo, field: str = "due") -> datetime | None:
    """Return a time in UTC from a local one, `2015-11-07T14:30`; None if there is none.

    Of the hour that a change of clocks repeats, it is the first. Raises InvalidError for a time in
    the hour that a change skips, and for anything else.
    """
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError as error:
        raise InvalidError(field, "malformed") from error
    if local.year not in YEARS:
        raise InvalidError(field, "malformed")
    at = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise InvalidError(field, "skipped_hour")
    return at


def written_local(at: datetime | None, zone: ZoneInfo) -> str:
    """Return a time as the field for a day and a time holds it; nothing for None."""
    return at.astimezone(zone).strftime(MINUTE) if at else ""
