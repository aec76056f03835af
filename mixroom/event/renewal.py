"""The next edition, made from an earlier one instead of a blank page."""

from dataclasses import dataclass, replace
from datetime import date

from mixroom.core import ids
from mixroom.core.text import Bilingual
from mixroom.event.look import PLAIN
from mixroom.event.model import Event, checked_new


@dataclass(frozen=True, slots=True)
class Renewal:
    """An edition and the one made from it; features copy what the new one begins with.

    `by` is the id of the lead who made it, in the old edition, or of the old edition itself.
    """

    old: Event
    new: Event
    by: str


def next_edition(old: Event, slug: str, name: Bilingual, starts_on: date, ends_on: date) -> Event:
    """Return a new edition with the places, programme, hashtags and colours of an earlier one.

    Teams belong to one edition and are left out, as are the moments of days that it does not have.
    Raises InvalidError.
    """
    days = (ends_on - starts_on).days + 1
    return checked_new(
        replace(
            old,
            id=ids.new(),
            slug=slug,
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            rehearsal=False,
            groups=tuple(replace(place, id=ids.new()) for place in old.places),
            programme=tuple(entry for entry in old.programme if entry.day < days),
            said_moment=None,
            look=replace(PLAIN, main=old.look.main, second=old.look.second, logo=old.look.logo),
            skipped=(),
        )
    )
