"""The roster of the rehearsal: its shifts, who is on them, and who has arrived."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from mixroom.core import clock
from mixroom.core.errors import ConflictError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.demo.cast import SHIFTS
from mixroom.event.model import Event
from mixroom.shifts import actions, attending, planning
from mixroom.shifts.model import Shift


def add_shifts(event: Event, people: Mapping[str, Person], places: Mapping[str, Bilingual]) -> None:
    """Make the shifts of all days, and put people on those that are not over yet.

    Of several people on a shift that is on, the last one is late.
    """
    lead, now = people["amelie"], clock.now()
    ids = {group.name: group.id for group in event.places}
    for day in event.days:
        for each in SHIFTS:
            starts, ends = (
                datetime.combine(day, datetime.min.time(), event.zone) + _after_midnight(hour)
                for hour in (each.starts, each.ends)
            )
            wanted = Shift(
                "",
                event.id,
                Role(each.role),
                starts,
                ends,
                each.seats,
                place=ids[places[each.place]],
            )
            shift = planning.make(lead, wanted)
            for key in each.people if ends > now else ():
                with suppress(ConflictError):
                    actions.sign_up(lead, shift.id, people[key].id)
            for key in (each.people[:-1] or each.people) if shift.is_on(now) else ():
                attending.arrive(lead, shift.id, people[key].id)


def _after_midnight(hour: str) -> timedelta:
    hours, minutes = map(int, hour.split(":"))
    return timedelta(hours=hours, minutes=minutes)
