"""A database that falls mute: connections stay open, and nothing comes on them any more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mixroom.core import db, doorbell, ids
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content, Kind
from tests.cast import Cast, enter
from tests.client import Api, following
from tests.mute import Mutable
from tests.servers import Postgres, Redis, Server, running, scaled_in, until

AGAIN = 20.0  # seconds: a few times what it takes to give up, wait and connect anew


@pytest.fixture
def line(postgres: Postgres) -> Iterator[Mutable]:
    """The line between the server and its database."""
    with Mutable(postgres.port) as line:
        yield line


@pytest.fixture
def behind(
    tmp_path: Path, postgres: Postgres, redis_server: Redis, line: Mutable
) -> Iterator[tuple[Server, Cast]]:
    """A server behind that line, and its cast, who reach the database without it."""
    server = scaled_in(tmp_path, postgres, redis_server)
    direct = server.env["DATABASE_URL"]
    server.env["DATABASE_URL"] = direct.replace(f":{postgres.port}/", f":{line.near}/")
    server.processes = 1
    with running(server):
        engine = db.connect(direct)
        doorbell.place(server.env["DATABASE_URL"])
        yield server, enter()
        engine.dispose()


@pytest.mark.timed
def test_a_mute_database_is_noticed_said_and_left_behind(
    behind: tuple[Server, Cast], line: Mutable
) -> None:
    server, cast = behind
    beats: list[float] = []
    with Api(server.url, cast.tokens["mur"]) as mur, following(mur, "wall") as wall:
        wall.io.on("live.beat", lambda beat: beats.append(beat["read"]))
        _approve(cast)
        until(lambda: len(wall.items) == 1, "the wall to show it")

        line.mute()  # what is open; who connects anew is answered
        _approve(cast)
        until(lambda: len(wall.items) == 2, "the wall to show the next", AGAIN)
        until(lambda: beats and beats[-1] < 5, "beats to be believed", AGAIN)

        line.mute(new_too=True)
        until(lambda: beats[-1] > 5, "a beat to say that nothing was read", AGAIN)
        health = requests.get(f"{server.url}/healthz", timeout=10).json()
        assert health["status"] == "behind"
        assert not _ready(server)
        _approve(cast)
        line.unmute()
        until(lambda: len(wall.items) == 3, "the wall to show what was approved", AGAIN)
        until(lambda: beats[-1] < 5, "beats to be believed again", AGAIN)
    until(lambda: _ready(server), "the worker to be back as well", 45)


def _approve(cast: Cast) -> None:
    key = ids.new()
    content = Content(Kind.POST, text=Bilingual("Le mur répond."))
    submissions.submit(cast.driss, content, key=key, submission_id=key)
    review.approve(cast.ben, key)


def _ready(server: Server) -> bool:
    return requests.get(f"{server.url}/readyz", timeout=30).status_code == 200
