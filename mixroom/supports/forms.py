"""Forms with a due time by the museum's clock: what they hold at first, what was typed."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from mixroom.core.errors import InvalidError
from mixroom.supports.model import Support

EVENING = time(17)  # for someone who only says a day
FIRST_YEAR, LAST_YEAR = 2000, 2100


def form_of(support: Support, zone: ZoneInfo) -> dict[str, str]:
    """Return what the form of a support holds at first."""
    return {
        "title_fr": support.title.fr or "",
        "title_en": support.title.en or "",
        "kind": support.kind.value,
        "owner": support.owner_id or "",
        "due": due_text(support.due, zone),
        "brief": support.brief,
    }


def due_text(due: datetime | None, zone: ZoneInfo) -> str:
    """Return a due time as a `datetime-local` field holds it."""
    return due.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if due else ""


def read_due(text: str, zone: ZoneInfo, before: datetime | None = None) -> datetime | None:
    """Return the time that someone typed, or None; of an hour that comes twice, the first.

    A time that nobody touched stays as it was `before`. Raises InvalidError, also for an hour that
    the clocks skip.
    """
    text = text.strip()
    if not text or text == due_text(before, zone):
        return before if text else None
    try:
        typed = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidError("due", "malformed") from error
    if typed.tzinfo or not FIRST_YEAR <= typed.year < LAST_YEAR:
        raise InvalidError("due", "malformed")
    if len(text) == len("2015-11-07"):
        typed = datetime.combine(typed.date(), EVENING)
    typed = typed.replace(second=0, microsecond=0)
    found = typed.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != typed:
        raise InvalidError("due", "skipped_hour")
    return found


def read_copies(text: str) -> int | None:
    """Return the number of copies that someone typed, or None; raises InvalidError."""
    digits = "".join(text.split())
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):  # noqa: PLR2004
        raise InvalidError("copies", "malformed")
    return int(digits)
