"""The public page and its polls, beside a server of Node that only sends the same finished bytes.

Ours is the whole program on SQLite, with one web process that bears it all; the clients are one
program in C (`http_load.c`). The peer reads no request and knows of no change: it shows how far one
process can come (`pages_peer.js`).
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import requests
from playwright.sync_api import sync_playwright

from bench.loop import measure
from bench.peers.report import Row
from tests.browser.conftest import FLAGS, PHONE
from tests.browser.stopwatch import largest_paint
from tests.browser.test_first_visit import SEEN
from tests.cast import Cast, cast_at
from tests.crowd import fill, hub, pipeline
from tests.gallery import hang
from tests.servers import Server, embedded_in, free_port, running, until

TITLE = "The public page"
HERE = Path(__file__).parent
PEER = "Node"
ITEMS = (200, 2000)
POLL = "/api/v1/views/public?after={seq}"
SECONDS = 4  # of each load
READERS, EVERY = 2000, 10  # people with the page open, and seconds between two requests of each
READING = 12  # seconds for which they are watched
WALLS, POSTS = 200, 60  # of the way from a phone to the wall
PHOTOGRAPHS = 61
PARSING = "parsing a request and writing its answer in Python, under eventlet; the answer is ready"
Load = Mapping[str, Any]


def compare(rounds: int) -> Iterator[Row]:
    """Measure ours and the peer alternately; yield a row for each figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        load = Loader(folder)
        for items in ITEMS:
            with ours(folder / str(items), items) as (server, _):
                yield from _page_rows(server, load, items, rounds)
                if items == max(ITEMS):
                    yield from _reader_rows(server, load, rounds)
                    yield from _poll_rows(server, load, rounds)
        yield from _way_rows(folder, load, rounds)
        yield _hub_row(folder, rounds)
        yield from _first_visit_rows(folder, rounds)


@dataclass(frozen=True)
class Loader:
    """The clients, compiled, and the peer."""

    folder: Path

    def __post_init__(self) -> None:
        source, program = str(HERE / "http_load.c"), str(self.folder / "http_load")
        subprocess.run(["cc", "-O2", "-o", program, source], check=True)

    def __call__(self, port: int, path: str, *options: object) -> dict[str, Any]:
        """Load a server; return what the clients say."""
        with self.going(port, path, "-d", SECONDS, *options) as process:
            said, _ = process.communicate(timeout=120)
        found: dict[str, Any] = json.loads(said)
        assert found["errors"] == found["4xx"] == found["5xx"] == 0, found
        return found

    @contextmanager
    def going(self, port: int, path: str, *options: object) -> Iterator["subprocess.Popen[bytes]"]:
        """Have the clients ask until they have done or the block ends."""
        words = [self.folder / "http_load", "-p", port, "-q", path, *options]
        with subprocess.Popen([str(each) for each in words], stdout=subprocess.PIPE) as process:
            try:
                yield process
            finally:
                process.terminate()

    @contextmanager
    def peer(self, server: Server, path: str, encoding: str) -> Iterator[int]:
        """Have the peer send what our server answers to a path; yield its port."""
        answer = requests.get(
            server.url + path, headers={"Accept-Encoding": encoding}, stream=True, timeout=30
        )
        body, port = self.folder / "body", free_port()
        body.write_bytes(answer.raw.read())
        kind, packed = (
            answer.headers.get(name, "") for name in ("Content-Type", "Content-Encoding")
        )
        command = [shutil.which("node") or "node", str(HERE / "pages_peer.js"), str(port)]
        with subprocess.Popen([*command, str(body), kind, packed]) as process:
            try:
                until(lambda: _answers(port), "the peer to listen")
                yield port
            finally:
                process.terminate()


@contextmanager
def ours(folder: Path, items: int = 0) -> Iterator[tuple[Server, Cast]]:
    """Have Mixroom run, with so many items on its public page."""
    folder.mkdir()
    with ExitStack() as stack:
        server = stack.enter_context(running(embedded_in(folder)))
        cast = stack.enter_context(cast_at(server, present=True))
        if items:
            fill(cast, items)
        requests.get(server.url, timeout=30)
        yield server, cast


def _page_rows(server: Server, load: Loader, items: int, rounds: int) -> Iterator[Row]:
    packed = ("-H", "Accept-Encoding: br", "-n", 50)
    found = _alternate(server, load, "/", rounds, lambda port: load(port, "/", *packed), "br")
    what, largest = f"`/` with {items:,} items, 50 at once", items == max(ITEMS)
    rates = [each["rate"] for each in found[0]]
    yield Row(
        what,
        "requests a second",
        rates,
        {PEER: [each["rate"] for each in found[1]]},
        "more",
        goal="≥ 2,000" if largest else "",
        met=median(rates) >= 2000 if largest else None,
        limit=PARSING,
    )
    late = [each["p95"] for each in found[0]]
    yield Row(
        what,
        "ms for 95 of 100",
        late,
        {PEER: [each["p95"] for each in found[1]]},
        goal="≤ 40" if largest else "",
        met=median(late) <= 40 if largest else None,
    )


def _reader_rows(server: Server, load: Loader, rounds: int) -> Iterator[Row]:
    options = ("-n", READERS, "-i", EVERY, "-d", READING, "-H", "Accept-Encoding: br")
    found = _alternate(server, load, "/", rounds, lambda port: load(port, "/", *options), "br")
    late = [each["p95"] for each in found[0]]
    yield Row(
        f"`/` with {max(ITEMS):,} items, {READERS:,} readers every {EVERY} s",
        "ms for 95 of 100",
        late,
        {PEER: [each["p95"] for each in found[1]]},
        goal="≤ 30",
        met=median(late) <= 30,
        limit="a look at the journal for each of them, as they come more than 5 ms apart",
    )


def _poll_rows(server: Server, load: Loader, rounds: int) -> Iterator[Row]:
    path = f"/api/v1/views/public?after={requests.get(server.url + POLL, timeout=30).json()['seq']}"
    found = _alternate(server, load, path, rounds, lambda port: load(port, path, "-n", 50), "br")
    rates = [each["rate"] for each in found[0]]
    yield Row(
        "a poll with nothing new, 50 at once",
        "requests a second",
        rates,
        {PEER: [each["rate"] for each in found[1]]},
        "more",
        goal="≥ 2,000",
        met=median(rates) >= 2000,
        limit=PARSING,
    )
    sizes = [each["bytes"] for each in found[0]]
    yield Row(
        "a poll with nothing new",
        "bytes, head and all",
        sizes,
        {},
        goal="≤ 300",
        met=max(sizes) <= 300,
        limit="headers that keep data from being read as a page, and those for caches",
    )
    held = [load(server.settings.port, path, "-e", "-n", 50)["bytes"] for _ in range(rounds)]
    yield Row(
        "the same from a browser, which has it (304)", "bytes", held, {}, limit="three headers"
    )


def _way_rows(folder: Path, load: Loader, rounds: int) -> Iterator[Row]:
    """Measure the way from a phone to the wall, alone and beside the readers of the page."""
    for beside, goals in ((False, (15, 60)), (True, (25, 70))):
        took: dict[str, list[float]] = {}
        for number in range(rounds):
            for step, times in _way(folder / f"way-{beside}-{number}", load, beside=beside).items():
                took.setdefault(step, []).append(quantiles(times, n=100)[94])
        for (step, figures), goal in zip(took.items(), goals, strict=True):
            yield Row(
                f"{step}, {WALLS} walls" + (f" and {READERS:,} readers" if beside else ""),
                "ms for 95 of 100",
                figures,
                {},
                goal=f"≤ {goal}",
                met=median(figures) <= goal,
                limit="a commit that is flushed to the disk, and then at most one tick of 40 ms"
                + ("; the readers' requests come in between" if beside else ""),
            )


def _way(folder: Path, load: Loader, *, beside: bool) -> dict[str, list[float]]:
    with ours(folder, max(ITEMS)) as (server, cast), ExitStack() as stack:
        if beside:
            options = ("-n", READERS, "-i", EVERY, "-d", 120, "-e", "-H", "Accept-Encoding: br")
            stack.enter_context(load.going(server.settings.port, POLL, *options))
            time.sleep(EVERY)  # until each of them has come once
        took = measure(server, cast, WALLS, POSTS, 0)
    return {step: times for step, times in took.items() if times}


def _hub_row(folder: Path, rounds: int) -> Row:
    """Measure for how long one caller holds up the others at most."""
    longest = []
    for number in range(rounds):
        with ours(folder / f"hub-{number}", max(ITEMS)) as (server, _):
            for _ in range(5):
                pipeline(server)
            longest.append(hub(server)[0] * 1000)
    return Row(
        "the hub, from a start to five times 60 requests for `/` in one packet",
        "ms of computing at most without giving others their turn",
        longest,
        {},
        goal="≤ 50",
        met=median(longest) <= 50,
        limit="lists are read 50 items at a time, pages rendered and packed in pieces",
    )


def _first_visit_rows(folder: Path, rounds: int) -> Iterator[Row]:
    """Measure a slow phone's first visit to a page full of photographs."""
    with ours(folder / "gallery") as (server, cast), sync_playwright() as driver:
        hang(server, cast.tokens["amelie"], PHOTOGRAPHS)
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        loads = []
        for _ in range(rounds):
            with browser.new_context(locale="fr-CA", **PHONE) as context:
                loads.append(largest_paint(context.new_page(), server.url, SEEN))
        browser.close()
    what = f"first visit of `/` with {PHOTOGRAPHS} photographs on a slow phone"
    sizes, times = [each.bytes / 1000 for each in loads], [each.seconds for each in loads]
    limit = "the photos in view and those that the browser takes to be next"
    yield Row(what, "kB", sizes, {}, goal="≤ 700", met=max(sizes) <= 700, limit=limit)
    yield Row(
        what,
        "s until its largest part is painted (LCP)",
        times,
        {},
        goal="≤ 2.0",
        met=median(times) <= 2,
        limit="1.6 Mbit/s: the first photo alone takes half a second, after the page and its font",
    )


def _alternate(
    server: Server,
    load: Loader,
    path: str,
    rounds: int,
    act: Callable[[int], Load],
    encoding: str,
) -> tuple[Sequence[Load], Sequence[Load]]:
    """Load ours and the peer in turn; return both series."""
    mine: list[Load] = []
    theirs: list[Load] = []
    with load.peer(server, path, encoding) as port:
        for _ in range(rounds):
            mine.append(act(server.settings.port))
            theirs.append(act(port))
    return mine, theirs


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=1).status_code == 200
    except requests.RequestException:
        return False
