"""Shifts in words: their role, place and time, as messages, calendars and alarms say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mixroom.core.dates import format_date
from mixroom.core.roles import Role
from mixroom.core.speech import say
from mixroom.core.text import LANGS, N_, Bilingual, Lang
from mixroom.event.model import Event
from mixroom.shifts.model import Shift

ROLES = {
    Role.LEAD: N_("communications lead"),
    Role.COMMUNITY_MANAGER: N_("community manager"),
    Role.BLOGGER: N_("blogger"),
    Role.PHOTOGRAPHER: N_("photographer, videographer"),
    Role.PRESS: N_("press officer"),
    Role.SCREEN: N_("screen"),
}


def title(event: Event, shift: Shift, lang: Lang) -> str:
    """Return what a shift is: its role, and its place if it has one."""
    role = say(lang, ROLES[shift.role])
    role = role[:1].upper() + role[1:]
    place = next((each.name[lang] for each in event.places if each.id == shift.place), "")
    return f"{role} · {place}" if place else role


def clock_time(at: datetime, zone: ZoneInfo, lang: Lang) -> str:
    """Return a time by the museum's clock: `14 h 05`, or `14:05` in English."""
    local = at.astimezone(zone)
    if lang == "en":
        return local.strftime("%H:%M")
    return f"{local.hour}\u00a0h\u00a0{local.minute:02}"


def day_and_times(event: Event, shift: Shift, lang: Lang) -> str:
    """Return the day of a shift and its hours: `sam. 7 nov., 14 h 00–18 h 00`."""
    day = format_date(shift.starts.astimezone(event.zone), "EEE d MMM", locale=lang)
    starts, ends = (clock_time(at, event.zone, lang) for at in (shift.starts, shift.ends))
    return f"{day}, {starts}–{ends}"


def sentence(event: Event, shift: Shift) -> Bilingual:
    """Return a shift in one line, in both languages."""
    return Bilingual(
        *(f"{title(event, shift, lang)} · {day_and_times(event, shift, lang)}" for lang in LANGS)
    )
