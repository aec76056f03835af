"""The rehearsal: replayed through the real actions, and gone without a trace."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from mixroom.alarms.store import alarms
from mixroom.core import clock, db, ids, jobs
from mixroom.core.db import reading
from mixroom.core.roles import Role
from mixroom.crew import actions as crew
from mixroom.crew import queries
from mixroom.demo import replay
from mixroom.demo.content import entries
from mixroom.demo.entry import Entry
from mixroom.event import store as event_store
from mixroom.event.store import rows_of_event
from mixroom.installation import store_of
from mixroom.letters.results import SEND_JOB
from mixroom.migrations.tables import metadata
from mixroom.plan import queries as plan
from mixroom.recruiting.moves import Status
from mixroom.recruiting.signing import Seal
from mixroom.recruiting.store import applications
from mixroom.review.live import VIEW as REVIEW
from mixroom.submissions.live import DESK, PUBLIC
from tests.cast import Cast
from tests.client import Api
from tests.conftest import LAYOUTS
from tests.servers import Postgres, Redis, Server, embedded_in, running, scaled_in, until

OF_MACHINE = {"worker", "journal_head", "journal_cursor"}  # they know of no event
SEAL = Seal("key", "https://mixroom.example.org")


@pytest.fixture(scope="module", params=LAYOUTS)
def server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgres: Postgres,
    redis_server: Redis,
) -> Iterator[Server]:
    """A server for this file: what others do there would be a trace."""
    scaled, folder = request.param == "scaled", tmp_path_factory.mktemp("demo")
    own = scaled_in(folder, postgres, redis_server) if scaled else embedded_in(folder)
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
    rehearsal, ways = replay.begin(files, SEAL)
    for way in (ways.wall, ways.review, ways.send):
        assert queries.invited(way)[1].id == rehearsal.event.id
    replay.replay(rehearsal, speed=100_000)

    with reading() as tx:
        ours = applications.c.event_id == rehearsal.event.id
        states = set(tx.scalars(sa.select(applications.c.status).where(ours)))
        assert states == {*Status} - {Status.LEFT}, "an application in each state; nobody has left"
        desks = [DESK.items(tx, person.id) for person in rehearsal.people.values()]
        statuses = [item["status"] for desk in desks for item in desk.values()]
        shown = PUBLIC.items(tx, rehearsal.event.id)
        waiting = REVIEW.items(tx, rehearsal.event.id)
        assert PUBLIC.items(tx, guests.event.id) == {}
    planned, _, _ = plan.whole(rehearsal.people["amelie"])
    drawn = [key for message in planned for key in message.submissions]
    assert drawn
    assert set(drawn) <= set(shown), "messages draw on approved photos"
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


def test_a_table_belongs_to_an_event_or_to_the_machine() -> None:
    """So what a new feature keeps is erased with the event it is about."""
    orphans = {
        table.name for table in metadata.sorted_tables if rows_of_event(table, "any") is None
    }
    assert orphans == {"job"} | OF_MACHINE


def test_while_it_is_there_a_leads_own_link_and_wall_lead_to_it(
    server: Server, guests: Cast
) -> None:
    files = store_of(server.settings)
    links = [crew.invite_from_server(guests.event.id, "Zoé", Role.LEAD).token for _ in range(2)]
    with requests.Session() as early, requests.Session() as late:
        _enter(early, server, links[0])
        assert "Répétition" not in _page(early, server, "/team")
        before = _rows()
        rehearsal, _ = replay.begin(files, SEAL)
        for page in ("/team", "/review", "/send"):
            assert f'data-person="{rehearsal.people["amelie"].id}"' in _page(early, server, page)
        assert "Journal TV" in _page(early, server, "/wall"), "its programme"
        assert "Répétition" in _page(early, server, "/team")
        with Api(server.url, guests.tokens["amelie"]) as script:
            assert "Répétition" not in script.page("/team").text, "a script goes on where it was"
        with requests.Session() as volunteer:
            own = crew.invite_from_server(guests.event.id, "Léa", Role.BLOGGER).token
            _enter(volunteer, server, own)
            assert "Répétition" not in _page(volunteer, server, "/send"), "and so does the crew"

        _enter(late, server, links[1])
        assert "Répétition" in _page(late, server, "/team")
        token = re.search(r'name="csrf" value="([^"]+)"', _page(late, server, "/me"))
        assert token
        late.post(f"{server.url}/me/sign-out", data={"csrf": token[1]}, timeout=10)
        assert late.get(f"{server.url}/team", timeout=10).status_code == 401

        assert replay.clear(files)
        assert "Répétition" not in _page(early, server, "/team")
        assert _rows()["event"] == before["event"]


@pytest.mark.usefixtures("guests")
def test_the_command_removes_it_from_the_tables_of_all_features(server: Server) -> None:
    rehearsal, _ = replay.begin(store_of(server.settings), SEAL)
    now, event_id = clock.now(), rehearsal.event.id
    row = {"id": ids.new(), "event_id": event_id, "rule": "toy.silent", "key": "", "path": "/"}
    with db.transaction() as tx:
        times = {"since": now, "raised_at": now, "cleared_at": now}
        tx.execute(alarms.insert().values(row | times | {"particulars": "{}"}))
    command = [sys.executable, "-m", "mixroom", "demo", "--clear"]
    subprocess.run(command, env=os.environ | server.env, check=True, timeout=60)
    with reading() as tx:
        assert event_store.get(tx, event_id) is None


def test_a_lead_starts_it_from_a_page_and_ends_it(server: Server, guests: Cast) -> None:
    link = crew.invite_from_server(guests.event.id, "Zoé", Role.LEAD).token
    until(lambda: "/j#" in server.log(), "the server to have invited its first lead")
    team = guests.event.teams[0].name["fr"]
    with requests.Session() as lead:
        _enter(lead, server, link)
        before = _rows()
        _send(lead, server, "/rehearsal", minutes="10")
        until(
            lambda: "La répétition est en cours" in _page(lead, server, "/rehearsal"), "the start"
        )
        assert f">{team}" in _page(lead, server, "/event"), "her own teams"
        again = _send(lead, server, "/rehearsal", minutes="10")
        assert (again.status_code, "Terminez-la d’abord" in again.text) == (409, True)
        until(lambda: _rows()["submission"] > before["submission"], "someone to send something")
        _send(lead, server, "/rehearsal/end")
        until(lambda: "Commencer la répétition" in _page(lead, server, "/rehearsal"), "the end")
        until(lambda: "demo --follow" not in _processes(), "the player to be gone")
        assert {name: number for name, number in _rows().items() if name != "job"} == {
            name: number for name, number in before.items() if name != "job"
        }


def _send(browser: requests.Session, server: Server, path: str, **form: str) -> requests.Response:
    csrf = re.search(r'name="csrf" content="([^"]+)"', _page(browser, server, "/rehearsal"))
    assert csrf
    headers = {"Accept": "text/html", "Accept-Language": "fr", "Origin": server.url}
    sent = {"csrf": csrf[1]} | form
    return browser.post(server.url + path, data=sent, headers=headers, timeout=30)


def _processes() -> str:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def _enter(browser: requests.Session, server: Server, token: str) -> None:
    sent = {"token": token, "device": ""}
    answer = browser.post(f"{server.url}/api/v1/invites/redeem", json=sent, timeout=10)
    assert answer.status_code == 200, answer.text


def _page(browser: requests.Session, server: Server, path: str) -> str:
    headers = {"Accept": "text/html", "Accept-Language": "fr"}
    return browser.get(server.url + path, headers=headers, timeout=10).text


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
    ours = [table for table in metadata.sorted_tables if table.name not in OF_MACHINE]
    counts = {each.name: sa.select(sa.func.count()).select_from(each) for each in ours}
    # The job that sends whatever is due says nothing of any letter.
    counts["job"] = counts["job"].where(jobs.jobs.c.kind != SEND_JOB)
    with db.engine().connect() as connection:
        return {name: connection.scalar(query) or 0 for name, query in counts.items()}


def _kept(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}
