"""A database without room: what it cannot keep is refused with 507, and stays with its sender."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from mixroom.app import create_app
from mixroom.core import ids
from mixroom.settings import Settings
from tests.cast import Cast
from tests.servers import env_in

FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON submission EXECUTE FUNCTION full_disk();
"""
ROOM_AGAIN = "DROP TRIGGER full_disk ON submission; DROP FUNCTION full_disk;"


@pytest.fixture
def no_room(database: sa.Engine):
    """Leave no room in the database; `next` makes some again."""
    if database.dialect.name == "postgresql":
        _do(database, FULL)
        yield lambda: _do(database, ROOM_AGAIN)
        return
    pages = []

    @sa.event.listens_for(database, "checkout")
    def bound(connection, _record, _proxy) -> None:  # the number of pages is each connection's own
        most = pages[-1] if pages else connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={most}")

    yield lambda: pages.append(1_000_000)


def test_a_full_database_refuses_for_now_and_takes_the_same_again(
    cast: Cast, no_room, tmp_path: Path
) -> None:
    client = create_app(Settings.from_env(env_in(tmp_path))).test_client()

    def send(key: str) -> TestResponse:
        body = {"id": key, "kind": "post", "text": {"fr": "x" * 1000, "en": "y" * 1000}}
        headers = {"Authorization": f"Bearer {cast.tokens['driss']}", "Idempotency-Key": key}
        return client.post("/api/v1/submissions", json=body, headers=headers)

    keys = [ids.new() for _ in range(30)]  # more than fit into the pages that are there
    answers = {key: send(key) for key in keys}
    refused = [key for key in keys if answers[key].status_code != 201]
    assert refused
    for key in refused:
        answer = send(key)
        assert (answer.status_code, answer.json["code"]) == (507, "database_full")
        assert int(answer.headers["Retry-After"]) > 0
    no_room()
    assert [send(key).status_code for key in refused] == [201] * len(refused)
    assert send(keys[0]).status_code == 200


def _do(database: sa.Engine, script: str) -> None:
    with database.begin() as tx:
        tx.exec_driver_sql(script)
