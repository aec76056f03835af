"""A person's shifts as a calendar file (RFC 5545), in UTC, which every calendar shows locally."""

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar
from icalendar import Event as Entry

from mixroom.core.speech import say
from mixroom.core.text import N_, Lang
from mixroom.event.model import Event
from mixroom.shifts.model import Shift, SignUp
from mixroom.shifts.words import title


def calendar(
    event: Event,
    pairs: Iterable[tuple[Shift, SignUp]],
    lang: Lang,
    *,
    page: str,
    now: datetime,
) -> bytes:
    """Return the calendar of one person.

    A shift that was left or called off stays, as cancelled: calendars that have it remove it.
    """
    made = Calendar()
    made.add("PRODID", "-//Mixroom//Shifts//EN")
    made.add("VERSION", "2.0")
    made.add("METHOD", "PUBLISH")
    made.add("X-WR-CALNAME", say(lang, N_("Shifts: %(event)s"), event=event.name[lang]))
    made.add("X-WR-TIMEZONE", event.timezone)
    made.add("X-PUBLISHED-TTL", "PT15M")
    for shift, signup in pairs:
        made.add_component(_entry(event, shift, signup, lang, page, now))
    written: bytes = made.to_ical()
    return written


def _entry(
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
