"""How much slower an event of 100,000 submissions is than one of 1,000.

There is no peer here: we are compared with ourselves. The application answers in this process, on
SQLite, so that its CPU time is known; of 20 requests the 95th percentile counts. *First* is a
request for which the lists have to be read: after a start, and after a minute without a request.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import sqlalchemy as sa
from flask import Flask

from bench.peers.report import Row
from mixroom.app import create_app
from mixroom.core import db, ids
from mixroom.core.db import reading
from mixroom.core.text import Bilingual
from mixroom.installation import connect
from mixroom.media import store as media_store
from mixroom.migrate import migrate
from mixroom.review import actions as review
from mixroom.settings import Settings
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content, Kind
from mixroom.web.limits import limiter
from tests.cast import Cast, enter
from tests.growth import grow
from tests.servers import env_in

TITLE = "From 1,000 to 100,000 submissions"
HEADINGS = ("figure", "with 100,000", "with 1,000", "times better", "goal")
SMALL, LARGE = 1000, 100_000
TIMES = 20  # requests of which the 95th percentile is taken
GROWTH = 1.2  # the goal
HUB = 30.0  # ms of CPU for a request, the goal
PAGES = {
    "/": "stranger",
    "/wall": "mur",
    "/send": "driss",
    "/review": "ben",
    "/translations": "ben",
    "/screens": "ben",
    "/team": "amelie",
    "/api/v1/submissions?status=approved": "ben",
    "/api/v1/submissions?team=Pixel": "ben",
    "/api/v1/queue": "ben",
    "/api/v1/views/public": "stranger",
    "/api/v1/views/wall": "mur",
    "/api/v1/views/desk": "driss",
    "/api/v1/views/recalls": "ben",
    "/api/v1/views/translations": "ben",
}
LIMITS = {
    "/wall": "The page has all items that the wall hangs, 880 or 2,000; it grows no further.",
    "first /wall": "It reads the newest 2,000 items, 50 at a time, with pauses for others.",
    "photos like a new one": "548 look-ups of quarters of the hash; each photo found is compared.",
}
Figures = dict[str, float]


def compare(rounds: int) -> Iterator[Row]:
    """Measure both events; yield a row for each page and view."""
    with _event(SMALL) as measure:
        small = [measure() for _ in range(rounds)]
    with _event(LARGE) as measure:
        large = [measure() for _ in range(rounds)]
    for what in small[0]:
        ours, before = [each[what] for each in large], [each[what] for each in small]
        row = Row(f"{what}, CPU", "ms", ours, {"": before})
        growth = 1 / sorted(row.ratios(""))[rounds // 2]
        more = sorted(a - b for a, b in zip(ours, before, strict=True))[rounds // 2]
        first = what not in PAGES
        yield Row(
            row.what,
            row.unit,
            ours,
            row.peers,
            goal="" if first else f"grows ≤ {GROWTH}× or 1 ms, ≤ {HUB:.0f} ms",
            met=None if first else (growth <= GROWTH or more <= 1) and max(ours) <= HUB,
            limit=LIMITS.get(what, ""),
        )


@contextmanager
def _event(size: int) -> Iterator[Callable[[], Figures]]:
    """Fill an event; give a function that measures everything once."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env(env_in(Path(folder)))
        connect(settings)
        migrate()
        cast = enter(present=True)
        grow(cast, size)
        app = create_app(settings)
        limiter.enabled = False
        yield lambda: _measured(app, cast)
        db.engine().dispose()


def _measured(app: Flask, cast: Cast) -> Figures:
    """Measure once; what happens only in a process's first requests is not counted."""
    client, lists = app.test_client(), app.extensions["lists"]
    found: Figures = {}
    for path, who in PAGES.items():
        token = cast.tokens.get(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}

        def ask(path: str = path, headers: dict[str, str] = headers) -> None:
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            answer.get_data()

        ask()
        _change(cast)
        lists._lists.clear()
        found[f"first {path}"] = _cpu(ask)
        found[path] = quantiles([_cpu(ask) for _ in range(TIMES)], n=20)[-1]
    with reading() as tx:
        photo = media_store.get(tx, tx.scalar(sa.select(media_store.media.c.id).limit(1)) or "")
        assert photo is not None
        found["photos like a new one"] = _cpu(lambda: media_store.similar(tx, photo))
    return found


def _change(cast: Cast) -> None:
    """Have one more post approved, so that visitors get another answer."""
    key = ids.new()
    content = Content(Kind.POST, text=Bilingual("Bonjour", "Hello"))
    submissions.submit(cast.driss, content, key=key, submission_id=key)
    review.approve(cast.ben, key)


def _cpu(act: Callable[[], object]) -> float:
    """Return the milliseconds of CPU time that something takes."""
    began = time.process_time()
    act()
    return 1000 * (time.process_time() - began)
