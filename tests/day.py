"""A day of the event: the museum's clock at two in the afternoon, and as many items as wanted."""

import random
from datetime import timedelta

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.kinds import Kind
from mixroom.core.text import Bilingual
from mixroom.event import actions as events
from mixroom.event.model import GroupKind
from mixroom.event.programme import read_programme
from mixroom.submissions import store
from mixroom.submissions.content import Content
from mixroom.submissions.model import Decision, Submission
from mixroom.submissions.moves import Fact
from tests.cast import Cast

AFTERNOON = 14  # the hour in the museum, wherever and whenever a test runs
PROGRAMME = "2 12h Dîner | Lunch\n2 14h Table ronde | Round table\n2 17h Plénière | Plenary"
WORDS = [Bilingual("Un", "One"), Bilingual("Un"), Bilingual(None, "One")]
PART = 500  # submissions that are added at once


def set_clock(cast: Cast, programme: str = PROGRAMME) -> None:
    """Have the second day of the event be today, and the museum in a zone where it is two."""
    now = clock.now()
    east = AFTERNOON - now.hour  # hours; the names of these zones count to the west
    today = (now + timedelta(hours=east)).date()
    events.edit(
        cast.amelie,
        name=cast.event.name,
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
        timezone=f"Etc/GMT{-east:+d}",
        programme=read_programme(programme),
        hashtags=(),
    )


def add_teams(cast: Cast, number: int) -> list[Bilingual]:
    """Add project teams to the event, and return their names."""
    names = [Bilingual(f"Équipe {n + 1}", f"Team {n + 1}") for n in range(number)]
    for name in names:
        events.add_group(cast.amelie, GroupKind.TEAM, name)
    return names


def approve_many(
    cast: Cast, size: int, teams: list[Bilingual], hours: float, *, until: float = 0.0
) -> None:
    """Have so many items approved that were captured in the last hours, but not the very last."""
    now, chance = clock.now() - timedelta(hours=until), random.Random(8)
    for start in range(0, size, PART):
        with transaction() as tx:
            for _ in range(start, min(size, start + PART)):
                at = now - timedelta(seconds=chance.randrange(int((hours - until) * 3600)))
                kind, words, team = (chance.choice(each) for each in (list(Kind), WORDS, teams))
                content = Content(kind, words, team=team)
                sent = Submission(
                    ids.new(), cast.event.id, cast.driss.id, content, at, captured_at=at
                )
                approved = sent.decided(Decision(Fact.APPROVED, cast.ben.id, at))
                store.add(tx, approved)
                store.add_revision(tx, approved, cast.driss.id, at)
