"""Days, hours and lengths of time as the pages of shifts say them: filters of templates."""

from datetime import date, datetime, timedelta

from flask import g

from mixroom.core.dates import weekday_in_words
from mixroom.shifts.words import clock_time
from mixroom.web.pages import current_event


def day_words(day: date | datetime | str) -> str:
    """Return a day in words, by the museum's clock: `samedi 7 novembre`."""
    if isinstance(day, str):
        day = datetime.fromisoformat(day)
    if isinstance(day, datetime):
        day = day.astimezone(current_event().zone).date()
    return weekday_in_words(day, locale=g.get("lang", "fr"))


def hour_words(hour: datetime) -> str:
    """Return the beginning of an hour: `14 h`, or `14:00` in English."""
    local = hour.astimezone(current_event().zone)
    if g.get("lang", "fr") == "en" or local.minute:
        return clock_time(hour, current_event().zone, g.get("lang", "fr"))
    return f"{local.hour}\u00a0h"


def as_time(text: str) -> datetime:
    """Return a time of an item."""
    return datetime.fromisoformat(text)


def local_day(text: str) -> str:
    """Return the day of a time, by the museum's clock: `2015-11-07`."""
    day = datetime.fromisoformat(text).astimezone(current_event().zone).date()
    return str(day.isoformat())


def minutes_of(minutes: float) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=minutes)


def decimal(number: float) -> str:
    """Return a number with the decimal sign of the reader, and without needless zeros."""
    text = f"{number:g}"
    return text.replace(".", ",") if g.get("lang", "fr") == "fr" else text


def span_words(time: timedelta) -> str:
    """Return a length of time: `3 h 30`, or `3 h` for whole hours."""
    minutes = round(time.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if g.get("lang", "fr") == "en":
        return f"{hours}:{rest:02}" if rest else f"{hours}\u00a0h"
    return f"{hours}\u00a0h\u00a0{rest:02}" if rest else f"{hours}\u00a0h"


FILTERS = (day_words, hour_words, as_time, local_day, minutes_of, decimal, span_words)
