"""What happens in the rehearsal: who is there, and what they send over the three days of 2015.

Times are the museum's clock, days count from 0 (Friday).
"""

from mixroom.demo.cast import (
    CAST,
    FIRST_DAY,
    LAST_DAY,
    NAME,
    PLACES,
    PROGRAMME,
    SPONSORS,
    TEAMS,
    TIMEZONE,
    Sponsor,
    Volunteer,
    volunteer,
)
from mixroom.demo.entry import Entry, Picture, Verdict
from mixroom.demo.friday import FRIDAY
from mixroom.demo.saturday import SATURDAY
from mixroom.demo.sunday import SUNDAY

__all__ = [
    "CAST",
    "FIRST_DAY",
    "LAST_DAY",
    "NAME",
    "PLACES",
    "PROGRAMME",
    "SPONSORS",
    "TEAMS",
    "TIMEZONE",
    "Entry",
    "Picture",
    "Sponsor",
    "Verdict",
    "Volunteer",
    "entries",
    "volunteer",
]


def entries() -> tuple[Entry, ...]:
    """Return everything that is sent, in the order of the clock."""
    return tuple(sorted(FRIDAY + SATURDAY + SUNDAY, key=lambda entry: (entry.day, entry.at)))
