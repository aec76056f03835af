"""The hours of an event: by the museum's clock, also where it changes between summer and winter."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mixroom.event.model import Event
from mixroom.event.programme import ProgrammeEntry

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)  # the finest step of any zone's offset
LAST_MINUTE = time(23, 59)


def hour_of(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the beginning of the hour that contains a time, by the local clock, in UTC."""
    local = at.astimezone(zone)
    return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of_hour(hour: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of an hour that begins at `hour`; it is longer where a clock is set back."""
    at = hour + QUARTER
    while hour_of(at, zone) == hour:
        at += QUARTER
    return at


def hours_of(day: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the beginnings of a day's hours, in UTC: usually 24; 23 or 25 if the clock changes."""
    at, end = begin_of(day, zone), begin_of(day + timedelta(days=1), zone)
    found = set()
    while at < end:
        found.add(hour_of(at, zone))
        at += QUARTER
    return tuple(sorted(found))


def time_of(event: Event, entry: ProgrammeEntry) -> datetime:
    """Return the time of a programme entry, in UTC; 24:00 is the end of its day."""
    day = event.starts_on + timedelta(days=entry.day)
    if entry.at == "24:00":
        return begin_of(day + timedelta(days=1), event.zone)
    return datetime.combine(day, time.fromisoformat(entry.at), event.zone).astimezone(UTC)


def wanted_hours(event: Event, day: date) -> tuple[datetime, ...]:
    """Return the hours of the programme on a day: from its first to its last entry.

    A day without a programme has none.
    """
    number = (day - event.starts_on).days
    begin, end = begin_of(day, event.zone), begin_of(day + timedelta(days=1), event.zone)
    times = [time_of(event, entry) for entry in event.programme if entry.day == number]
    if not times:
        return ()
    first, last = min(times), min(max(times), end - timedelta(seconds=1))
    first = max(first, begin)
    return tuple(
        each
        for each in hours_of(day, event.zone)
        if hour_of(first, event.zone) <= each <= hour_of(last, event.zone)
    )
