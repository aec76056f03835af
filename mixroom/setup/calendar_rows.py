"""The programme's rows as they come from a calendar file."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from mixroom.event.model import Event
from mixroom.setup.programme_rows import MAX_ROWS, Row

MAX_ZONES = 20
A_DAY = timedelta(days=1)
ZONE = re.compile(rb"BEGIN:VTIMEZONE\r?\n.*?END:VTIMEZONE", re.DOTALL)
EVENT = re.compile(rb"BEGIN:VEVENT\r?\n.*?END:VEVENT", re.DOTALL)


def rows_of_calendar(data: bytes, event: Event) -> Iterator[Row]:
    """Yield a row for each entry of an iCalendar file (RFC 5545), by the museum's clock.

    Entries outside the event's days and those of a whole day are left out; one that cannot be read
    is a row of its words. Yields one after the other, because each takes some milliseconds.
    """
    zones = dict(map(_zone, ZONE.findall(data)[:MAX_ZONES]))
    for block in EVENT.findall(data)[:MAX_ROWS]:
        row = _row_of_block(block, event, zones)
        if row:
            yield row


def _zone(block: bytes) -> tuple[str, tzinfo | None]:
    """Return the name of a time zone of the file's own, as Outlook writes it, and the zone."""
    import icalendar

    try:
        zone = icalendar.Timezone.from_ical(block)
        assert isinstance(zone, icalendar.Timezone)
        return str(zone.get("TZID", "")), zone.to_tz(lookup_tzid=False)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return "", None


def _row_of_block(block: bytes, event: Event, zones: Mapping[str, tzinfo | None]) -> Row | None:
    import icalendar

    try:
        entry = icalendar.Event.from_ical(block)
        starts = entry.decoded("DTSTART")
        if isinstance(starts, datetime) and starts.tzinfo is None:
            starts = starts.replace(tzinfo=zones.get(entry["DTSTART"].params.get("TZID", "")))
    except (ValueError, KeyError, TypeError, IndexError):
        entry, starts = None, None
    if entry is None or not isinstance(starts, date):
        words = re.search(rb"^SUMMARY[^:\r\n]*:([^\r\n]*)", block, re.MULTILINE)
        return Row("1", "", words[1].decode(errors="replace") if words else "?")
    if not isinstance(starts, datetime):
        return None
    local = _at_the_museum(starts, event.zone)
    day = (local.date() - event.starts_on) // A_DAY
    if not 0 <= day < len(event.days):
        return None
    fr, _, en = " ".join(str(entry.get("SUMMARY", "")).split()).partition(" | ")
    return Row(str(day + 1), f"{local:%H:%M}", fr, en)


def _at_the_museum(starts: datetime, zone: ZoneInfo) -> datetime:
    """Return a time by the museum's clock; a floating one (RFC 5545, 3.3.5) is that already."""
    return starts.astimezone(zone) if starts.tzinfo else starts.replace(tzinfo=zone)
