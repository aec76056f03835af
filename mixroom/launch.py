"""`mixroom serve`: preparations, starting the processes, and the greeting in the terminal."""

import socket
import sys
from datetime import timedelta
from zoneinfo import ZoneInfo

import segno

from mixroom import start, tls
from mixroom.core import clock, ids
from mixroom.core.errors import MixroomError
from mixroom.core.text import Bilingual
from mixroom.crew import actions
from mixroom.crew.model import invite_url
from mixroom.event import actions as event_actions
from mixroom.event import queries as event_queries
from mixroom.event.model import Event, Group, GroupKind
from mixroom.settings import Settings
from mixroom.supervise import Supervisor

HOME = "America/Toronto"
PLACES = (("Salle d’exposition", "Gallery"), ("Atelier", "Workshop"), ("Hall", "Lobby"))
TEAMS = 10


def launch(settings: Settings, *, worker: bool) -> int:
    """Check the installation, start the processes, supervise them; return the exit code."""
    supervisor = Supervisor()
    tls.context(settings)  # a wrong certificate stops the start, not the first visitor
    start.begin(settings)
    start.must_be_alone(settings, "server")
    start.must_have_folders(settings)
    _must_be_free(settings)
    if exposed := start.keep_private(settings):
        print(f"mixroom: {exposed}", file=sys.stderr)
    shared = ["--shared"] if settings.processes > 1 else []
    webs = [
        supervisor.start("web", "--process", str(n), *shared) for n in range(settings.processes)
    ]
    if settings.embedded and worker:
        supervisor.start("work")
    if not all(web.wait_ready() for web in webs):
        supervisor.end()
        return 1
    _greet(settings)
    return supervisor.run()


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


def _must_be_free(settings: Settings) -> None:
    """Exit if another program listens on the port: two servers would share the clients."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            sys.exit(f"mixroom: {where}: {error.strerror}. Choose another with --port.")


def _greet(settings: Settings) -> None:
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


def _offer(url: str) -> None:
    """Print the invite of the first lead; nobody can become a lead from the web."""
    print(
        f"\nAucun responsable encore : ouvrez ce lien. · No lead yet: open this link.\n  {url}\n",
        flush=True,
    )
    segno.make(url, error="l").terminal(compact=True)
    sys.stdout.flush()
