"""The rehearsal: replayed through the real actions, and gone without a trace."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mixroom.app import store_of
from mixroom.core import db
from mixroom.core.db import reading
from mixroom.demo import replay
from mixroom.demo.content import entries
from mixroom.demo.entry import Entry
from mixroom.migrations.tables import metadata
from mixroom.review.live import VIEW as REVIEW
from mixroom.submissions.live import DESK, PUBLIC
from mixroom.team import actions as team
from tests.cast import Cast
from tests.conftest import LAYOUTS
from tests.servers import Postgres, Redis, Server, embedded_in, running, scaled_in, until


@pytest.fixture(params=LAYOUTS)
def server(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres, redis_server: Redis
) -> Iterator[Server]:
    """A server of its own: what others do there would be a trace."""
    scaled = request.param == "scaled"
    own = scaled_in(tmp_path, postgres, redis_server) if scaled else embedded_in(tmp_path)
    with running(own):
        yield own


def test_the_rehearsal_plays_and_leaves_no_trace(
    server: Server, guests: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = _one_of_each()
    monkeypatch.setattr(replay, "entries", lambda: played)
    files = store_of(server.settings)
    until(lambda: "/j#" in server.log(), "the server to have invited its first lead")
    before = _rows()
    rehearsal, ways = replay.begin(files)
    for way in (ways.wall, ways.review, ways.send):
        assert team.look(way)[1].id == rehearsal.event.id
    replay.replay(rehearsal, speed=100_000)

    with reading() as tx:
        desks = [DESK.items(tx, person.id) for person in rehearsal.people.values()]
        statuses = [item["status"] for desk in desks for item in desk.values()]
        shown = PUBLIC.items(tx, rehearsal.event.id)
        waiting = REVIEW.items(tx, rehearsal.event.id)
        assert PUBLIC.items(tx, guests.event.id) == {}
    assert len(statuses) == len(played)
    assert {"approved", "rejected", "held", "withdrawn", "recalled"} <= set(statuses)
    assert len(shown) == statuses.count("approved")
    assert len(waiting) == statuses.count("held")
    photos = [media for item in shown.values() for media in item["media"]]
    assert photos
    assert all(media["status"] == "ready" for media in photos)

    assert replay.clear(files)
    assert _rows() == before
    assert not replay.clear(files)
    assert _kept(files.root) == set()


def _one_of_each() -> tuple[Entry, ...]:
    """Return one entry for each thing that can become of one, text and photo, and no more."""
    kept: dict[object, Entry] = {}
    for entry in entries():
        became = (
            entry.verdict.action,
            entry.mended is not None,
            entry.released,
            entry.withdrawn_after is not None,
            entry.recalled_after is not None,
            entry.kind if entry.verdict.action == "approve" else None,
        )
        kept.setdefault(became, entry)
    return tuple(kept.values())


def _rows() -> dict[str, int]:
    ours = [
        table for table in metadata.sorted_tables if table.name not in ("worker", "journal_head")
    ]
    with db.engine().connect() as connection:
        return {
            each.name: connection.scalar(sa.select(sa.func.count()).select_from(each)) or 0
            for each in ours
        }


def _kept(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}
