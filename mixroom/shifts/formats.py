"""A person's own calendar as a file (RFC 5545), in UTC, which every calendar shows locally."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar
from icalendar import Event as Entry

from mixroom.core.calendar_entries import CalendarEntry
from mixroom.core.speech import say
from mixroom.core.text import N_, Lang
from mixroom.event.model import Event
from mixroom.shifts.model import Shift, SignUp
from mixroom.shifts.words import title

BEFORE = timedelta(hours=1)  # something is due, a calendar that can rings
LASTS = timedelta(minutes=15)  # what is due, on the sheet of a day


def calendar(
    event: Event,
    pairs: Iterable[tuple[Shift, SignUp]],
    owned: Iterable[CalendarEntry],
    lang: Lang,
    *,
    base_url: str,
    now: datetime,
) -> bytes:
    """Return the calendar of one person: shifts, and what they own that is due.

    A shift that was left or called off stays, as cancelled: calendars that have it remove it.
    """
    made = Calendar()
    made.add("PRODID", "-//Mixroom//Shifts//EN")
    made.add("VERSION", "2.0")
    made.add("METHOD", "PUBLISH")
    made.add("X-WR-CALNAME", f"Mixroom · {event.name[lang]}")
    made.add("X-WR-TIMEZONE", event.timezone)
    made.add("X-PUBLISHED-TTL", "PT15M")
    for shift, signup in pairs:
        made.add_component(_shift(event, shift, signup, lang, f"{base_url}/shifts", now))
    for each in owned:
        made.add_component(_due(each, lang, base_url, now))
    written: bytes = made.to_ical()
    return written


def _shift(
    event: Event, shift: Shift, signup: SignUp, lang: Lang, page: str, now: datetime
) -> Entry:
    entry = Entry()
    entry.add("UID", f"{shift.id}.{signup.person_id}@mixroom")
    entry.add("SEQUENCE", shift.revision + signup.revision)
    entry.add("DTSTAMP", now)
    entry.add("DTSTART", shift.starts)
    entry.add("DTEND", shift.ends)
    entry.add("SUMMARY", title(event, shift, lang))
    place = next((each.name[lang] for each in event.places if each.id == shift.place), None)
    if place:
        entry.add("LOCATION", place)
    if shift.note:
        entry.add("DESCRIPTION", shift.note[lang])
    entry.add("URL", f"{page}/{shift.id}")
    gone = shift.cancelled_at or signup.left_at
    entry.add("STATUS", "CANCELLED" if gone else "CONFIRMED")
    return entry


def _due(each: CalendarEntry, lang: Lang, base_url: str, now: datetime) -> Entry:
    """Return something that is due: it takes no time of the day, and rings before unless done."""
    entry = Entry()
    words = N_("Done: %(title)s") if each.is_done else N_("Due: %(title)s")
    summary = say(lang, words, title=each.title[lang])
    entry.add("UID", f"{each.kind}.{each.key}@mixroom")
    entry.add("DTSTAMP", now)
    entry.add("DTSTART", each.at)
    entry.add("DTEND", each.at + LASTS)
    entry.add("SUMMARY", summary)
    entry.add("CATEGORIES", [each.kind])
    entry.add("URL", f"{base_url}{each.path}")
    entry.add("TRANSP", "TRANSPARENT")
    if not each.is_done:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", summary)
        alarm.add("TRIGGER", -BEFORE)
        entry.add_component(alarm)
    return entry
