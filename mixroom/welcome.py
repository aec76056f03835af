"""A new server says in the terminal where it is, and how the first lead signs in."""

import sys
from datetime import timedelta
from zoneinfo import ZoneInfo

import segno

from mixroom.core import clock, ids
from mixroom.core.errors import MixroomError
from mixroom.core.text import Bilingual
from mixroom.crew import actions
from mixroom.crew.model import invite_url
from mixroom.event import actions as event_actions
from mixroom.event import queries as event_queries
from mixroom.event.model import Event, Group, GroupKind
from mixroom.settings import Settings

HOME = "America/Toronto"
PLACES = (("Salle d’exposition", "Gallery"), ("Atelier", "Workshop"), ("Hall", "Lobby"))
TEAMS = 10


def greet(settings: Settings) -> None:
    """Print the addresses, and an invite for the first lead where there is none yet."""
    base = settings.base_url
    print(
        f"Mixroom {base}\n"
        f"  le mur · the wall    {base}/wall\n"
        f"  le bureau · desk     {base}/send\n"
        f"  la révision · review {base}/review\n"
        f"  le direct · public   {base}/",
        flush=True,
    )
    try:
        made = actions.first_lead(present_or_first().id)
    except MixroomError as error:
        print(f"mixroom: {error}", file=sys.stderr)
        return
    if made is not None:
        _offer(invite_url(settings.base_url, made.token))


def present_or_first() -> Event:
    """Return the present edition; on a new installation, open one of three days from today."""
    event = event_queries.get_present()
    if event is not None:
        return event
    today = clock.now().astimezone(ZoneInfo(HOME)).date()
    teams = [Bilingual(f"Équipe {n}", f"Team {n}") for n in range(1, TEAMS + 1)]
    groups = [Group(ids.new(), GroupKind.TEAM, name) for name in teams]
    groups += [Group(ids.new(), GroupKind.PLACE, Bilingual(fr, en)) for fr, en in PLACES]
    return event_actions.create(
        f"museomix-{today.isoformat()}",
        Bilingual("Museomix Montréal", "Museomix Montréal"),
        today,
        today + timedelta(days=2),
        HOME,
        groups=tuple(groups),
    )


def _offer(url: str) -> None:
    """Print the invite of the first lead; nobody can become a lead from the web."""
    print(
        f"\nAucun responsable encore : ouvrez ce lien. · No lead yet: open this link.\n  {url}\n",
        flush=True,
    )
    segno.make(url, error="l").terminal(compact=True)
    sys.stdout.flush()
