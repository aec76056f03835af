"""Facts to many walls, and many walls that connect at once, beside Socket.IO for Node.

Ours is the whole program: one web process on SQLite; a fact is an approval that is committed. The
peer is a socket.io server on ws that sends finished objects (`fan_out_peer.js`). Both get the same
number of facts in the same number of frames. The clients are one program in C (`fan_out.c`). The
figures are the processor time of the server's process, and the delay from the commit, or from the
peer's emit, to the arrival.
"""

import array
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bench.peers.report import Row
from mixroom.core import clock, db, doorbell, ids, journal
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.migrate import migrate
from mixroom.review import actions as review
from mixroom.submissions import store
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.formats import published
from mixroom.submissions.model import Submission
from tests.cast import Cast, enter
from tests.servers import Server, env_in, free_port, running, until

TITLE = "Fan-out to walls"
HERE = Path(__file__).parent
WALLS = (200, 500, 1000)
RATE = 5  # facts a second, each in a frame of its own
SECONDS = 8
BURST = 1200  # facts that are approved one after the other, without a pause
SETTLE = 0.3  # seconds between the last connection and the measurement
TEXT = "Le mur répond à la main : trois capteurs, deux projecteurs, une nuit blanche. " * 2
LEAST_RATIO, MOST_DELAY, MOST_CONNECTION, MOST_STORM = 1.7, 20.0, 1.0, 1.2
PEER = "Node"
Result = dict[str, Any]


@dataclass(frozen=True)
class Load:
    """How many facts go out: in so many frames within so many seconds, or without a pause."""

    facts: int
    frames: int = 0
    seconds: float = 0


def compare(rounds: int) -> Iterator[Row]:
    """Measure ours and the peer alternately; yield a row for each figure."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        for steady in (True, False):
            for walls in WALLS:
                yield from _fan_out_rows(bench, walls, steady, rounds)
        yield from _storm_rows(bench, max(WALLS), rounds)


def steady_or_burst(bench: "Bench", walls: int, steady: bool) -> tuple[Result, Result]:
    """Return ours and the peer's result of one round; the peer sends as many frames as we did."""
    load = Load(RATE * SECONDS, RATE * SECONDS, SECONDS) if steady else Load(BURST)
    ours = bench.ours(walls, load)
    if not steady:
        frames = round(ours["fact_frames"] / walls)
        load = Load(BURST, max(1, frames), ours["seconds"])
    return ours, bench.peer(walls, load)


class Bench:
    """The programs of the comparison, in a folder for what they write."""

    def __init__(self, folder: Path, walls: int = max(WALLS)) -> None:
        """Compile the clients and prepare a database with as many screens as clients."""
        self._folder = folder
        folder.chmod(0o711)
        self._clients = folder / "fan_out"
        source = str(HERE / "fan_out.c")
        subprocess.run(["cc", "-O2", "-o", str(self._clients), source], check=True)
        self._tokens, self._database = folder / "tokens", folder / "prepared.db"
        with _connected(f"sqlite:///{self._database}"):
            migrate()
            self._cast = enter()
            self._tokens.write_text("\n".join(_screens(self._cast, walls)))

    def ours(self, walls: int, load: Load, **env: str) -> Result:
        """Return what a load costs Mixroom, with further settings."""
        folder = self._folder / "ours"
        (folder / "var").mkdir(parents=True)
        shutil.copy(self._database, folder / "var" / "mixroom.db")
        server = Server(env_in(folder, **env), 1, folder)
        try:
            with running(server), _connected(server.settings.database_url):
                keys, after = _submissions(self._cast, load.facts)
                options = ["-k", str(self._tokens), "-a", str(after)]
                approving = Approving(self._cast, keys, load)
                port, process = server.settings.port, _process_of(server)
                return self._measure(process, port, walls, load, options, approving, approving.sent)
        finally:
            shutil.rmtree(folder)

    def peer(self, walls: int, load: Load) -> Result:
        """Return what a load costs the peer."""
        port, times, items = free_port(), self._folder / "sent", self._folder / "items.json"
        items.write_text(json.dumps(_items()))
        address = f"http://127.0.0.1:{port}"
        script = str(HERE / "fan_out_peer.js")
        command = [shutil.which("node") or "node", script, str(port), str(items)]

        def send() -> None:
            query = f"facts={load.facts}&frames={load.frames}&seconds={load.seconds}"
            requests.get(f"{address}/emit?{query}", timeout=30)

        def sent() -> bytes:
            requests.get(f"{address}/times?file={times}", timeout=30)
            return times.read_bytes()

        with subprocess.Popen(command) as process:
            try:
                until(lambda: process.poll() is not None or _answers(address), "the peer to listen")
                return self._measure(process.pid, port, walls, load, [], send, sent)
            finally:
                process.terminate()

    def _measure(
        self,
        server: int,
        port: int,
        walls: int,
        load: Load,
        options: Sequence[str],
        send: Callable[[], None],
        sent: Callable[[], bytes],
    ) -> Result:
        """Connect the clients, send the facts; return what it cost the process `server`."""
        command = [str(self._clients), "-n", str(walls), "-p", str(port), "-e", str(load.facts)]
        before = cpu(server)
        with subprocess.Popen(
            [*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as clients:
            assert clients.stdin
            assert clients.stdout
            try:
                ready = json.loads(clients.stdout.readline().removeprefix("READY "))
                time.sleep(SETTLE)
                after = cpu(server)
                send()
                assert clients.stdout.readline() == "DONE\n"
                served = cpu(server)
                times = self._folder / "times"
                times.write_bytes(sent())
                clients.stdin.write(f"{times}\n")
                clients.stdin.flush()
                result: Result = json.loads(clients.stdout.readline())
            finally:
                clients.kill()
        assert (ready["joined"], result["missing"], result["duplicates"]) == (walls, 0, 0), result
        result["storm"] = ready["seconds"]
        result["connection_ms"] = (after - before) / walls * 1e3
        result["frame_us"] = (served - after) / max(1, result["fact_frames"]) * 1e6
        return result


class Approving:
    """Approvals at a pace, and when each of them was committed."""

    def __init__(self, cast: Cast, keys: Sequence[str], load: Load) -> None:
        self._cast, self._keys, self._load = cast, keys, load
        self._times = array.array("d", [0.0] * (len(keys) + 1))
        self._fact = 0

    def __call__(self) -> None:
        """Approve all, in even steps or without a pause."""
        doorbell.ring_also(self._note)
        began = time.monotonic()
        for number, key in enumerate(self._keys, start=1):
            self._fact = number
            due = began + self._load.seconds * number / max(1, self._load.frames)
            time.sleep(max(0, due - time.monotonic()) if self._load.seconds else 0)
            review.approve(self._cast.ben, key)

    def sent(self) -> bytes:
        """Return the times as doubles, in microseconds of the wall clock."""
        return self._times.tobytes()

    def _note(self) -> None:
        if not self._times[self._fact]:
            self._times[self._fact] = time.time() * 1e6


def cpu(process: int) -> float:
    """Return the processor time that a process has used, with all its threads, in seconds."""
    return time.clock_gettime((~process << 3) | 2)  # the clock of another process, see time(7)


def _fan_out_rows(bench: Bench, walls: int, steady: bool, rounds: int) -> Iterator[Row]:
    results = [steady_or_burst(bench, walls, steady) for _ in range(rounds)]
    ours, peers = zip(*results, strict=True)
    facts = median(r["arrivals"] / r["fact_frames"] for r in ours)
    pace = (
        f"one fact a frame, {RATE} a second" if steady else f"{facts:.0f} facts a frame, no pause"
    )
    cost = Row(
        f"{walls} walls, {pace}",
        "µs of CPU a frame",
        [r["frame_us"] for r in ours],
        {PEER: [r["frame_us"] for r in peers]},
        goal=f"≥ {LEAST_RATIO}",
        met=median(p["frame_us"] / o["frame_us"] for o, p in results) >= LEAST_RATIO,
        limit="one call of the kernel for each wall, about 7 µs; then reading each fact from the "
        "database, 1 to 2 ms that all walls share and that the peer does not do",
    )
    delays = [r["p99"] for r in ours], [r["p99"] for r in peers]
    least = median(delays[1])
    if steady and walls == max(WALLS):
        least = min(least, MOST_DELAY)
    yield cost
    yield Row(
        f"{walls} walls, {pace}",
        "ms until 99 of 100 have it",
        delays[0],
        {PEER: delays[1]},
        goal=f"≤ {PEER}'s" + (f", ≤ {MOST_DELAY:.0f} ms" if least != median(delays[1]) else ""),
        met=median(delays[0]) <= least,
        limit="the walls are served one after the other; ours begins at the commit of an approval"
        + ("" if steady else ", and facts wait for up to 40 ms to travel together"),
    )


def _storm_rows(bench: Bench, walls: int, rounds: int) -> Iterator[Row]:
    results = [(bench.ours(walls, Load(0)), bench.peer(walls, Load(0))) for _ in range(rounds)]
    for what, figure, unit, most in (
        (f"{walls} walls connect at once", "connection_ms", "ms of CPU each", MOST_CONNECTION),
        (f"{walls} walls connect at once", "storm", "s until the last follows", MOST_STORM),
    ):
        ours = [r[figure] for r, _ in results]
        yield Row(
            what,
            unit,
            ours,
            {PEER: [r[figure] for _, r in results]},
            goal=f"≤ {most}",
            met=median(ours) <= most,
            limit="parsing a request, looking up who asks, and three messages, in Python",
        )


@contextmanager
def _connected(url: str) -> Iterator[None]:
    """Connect this process to a database, and to its doorbell."""
    engine = db.connect(url)
    doorbell.place(url)
    try:
        yield
    finally:
        engine.dispose()


def _screens(cast: Cast, walls: int) -> list[str]:
    """Return the tokens of so many screens."""
    return [
        crew.token_from_server(cast.event.id, f"Mur {number}", Role.SCREEN)[1]
        for number in range(walls)
    ]


def _submission(cast_event: str, author: str, number: int) -> Submission:
    content = Content(Kind.POST, text=Bilingual(f"#{number:07} {TEXT}", TEXT))
    return Submission(ids.new(), cast_event, author, content, clock.now())


def _submissions(cast: Cast, count: int) -> tuple[list[str], int]:
    """Add submissions that wait; return their ids and the number of the last fact."""
    made = [_submission(cast.event.id, cast.driss.id, n) for n in range(1, count + 1)]
    with db.transaction() as tx:
        for each in made:
            store.add(tx, each)
    with db.reading() as tx:
        return [each.id for each in made], journal.latest(tx)


def _items() -> list[dict[str, Any]]:
    """Return items as our wall shows them, for the peer to send."""
    return [published(_submission(ids.new(), ids.new(), number), []) for number in range(64)]


def _process_of(server: Server) -> int:
    """Return the id of the web process."""
    lines = requests.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    return int(float(next(x for x in lines if x.startswith("mixroom_process_id ")).split()[1]))


def _answers(address: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{address}/ping", timeout=5).ok
    return False
