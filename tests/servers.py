"""Real servers for the tests: PostgreSQL, Redis, Mixroom itself; on loopback, thrown away after."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import redis
import requests
import sqlalchemy as sa

from mixroom.core import db
from mixroom.migrate import migrate
from mixroom.settings import ROOT, Settings

PATIENCE = 120.0  # seconds that a server may take to start on a busy machine
OFTEN = "100000/minute"  # a test may send as it likes


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(done: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait for a named state; fail with its name."""
    deadline = time.monotonic() + patience
    while not done():
        assert time.monotonic() < deadline, f"waited {patience} s for: {what}"
        time.sleep(0.02)


@dataclass
class Postgres:
    """A PostgreSQL server in a folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        """Create the cluster and start it."""
        self.folder.mkdir(parents=True)
        as_user = _unprivileged(self.folder)
        bins = self._bins()
        data = self.folder / "data"
        run = [*as_user, bins / "initdb", "-D", data, "-U", "mixroom", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*run, "--no-sync"], check=True, stdout=subprocess.DEVNULL)
        options = ["-p", str(self.port), "-c", "listen_addresses=127.0.0.1"]
        options += ["-c", "unix_socket_directories="]
        for safety in ("fsync", "synchronous_commit", "full_page_writes"):
            options += ["-c", f"{safety}=off"]  # nobody cuts the power
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [*as_user, bins / "postgres", "-D", data, *options], stderr=log
            )
        until(self._answers, "PostgreSQL to answer")

    def create(self, name: str) -> str:
        """Create a database; return its address."""
        engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        engine.dispose()
        return self._url(name)

    def stop(self) -> None:
        """End it without waiting for its clients."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://mixroom@127.0.0.1:{self.port}/{name}"

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log").read_text()
        engine = sa.create_engine(self._url("postgres"))
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            return False
        finally:
            engine.dispose()
        return True

    @staticmethod
    def _bins() -> Path:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        path = found[-1] if found else Path(shutil.which("initdb") or "")
        assert path.name == "initdb", "PostgreSQL is not installed: see scripts/test-tools"
        return path.parent


@dataclass
class Redis:
    """A Redis server that keeps nothing."""

    folder: Path
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        """Start it on its port, the same after every stop."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir"]
        self.process = subprocess.Popen(
            ["redis-server", *options, str(self.folder)], stdout=subprocess.DEVNULL
        )
        until(self._answers, "Redis to answer")

    def stop(self) -> None:
        """Kill it, as a machine that falls over would."""
        self.process.kill()
        self.process.wait(30)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url)
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
        finally:
            client.close()


@dataclass
class Server:
    """Mixroom as it is deployed: `serve`, and with PostgreSQL a `work` beside it."""

    env: dict[str, str]
    processes: int
    folder: Path
    checkout: Path = ROOT

    @property
    def settings(self) -> Settings:
        """Return the settings the server runs with."""
        return Settings.from_env(self.env)

    @property
    def url(self) -> str:
        """Return the address of the server."""
        return self.settings.base_url

    @property
    def alive(self) -> bool:
        """Say whether all of it runs."""
        return all(process.poll() is None for process in self.running)

    def start(self) -> None:
        """Start it and wait until it is ready."""
        options = ["serve", "--processes", str(self.processes)]
        self.running = [self._run("serve", *options)]
        if not self.settings.embedded:
            self.running.append(self._run("work", "work"))
        until(self._ready, "Mixroom to be ready")

    def stop(self) -> None:
        """End it in order, and see that it does."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            assert process.wait(30) == 0, self.log()

    def kill(self) -> None:
        """End it like a power cut."""
        for process in self.running:
            process.kill()
            process.wait(30)

    def kill_workers(self) -> None:
        """Kill the worker as the kernel does when memory is short; something starts it again."""
        for process in self.running:
            for pid in [process.pid, *_children(process.pid)]:
                if b"work" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                    os.kill(pid, signal.SIGKILL)
        self.replace_dead()

    def replace_dead(self) -> None:
        """Start again what has died and nobody else starts again, as a platform does."""
        for at, process in enumerate(self.running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
                self.running[at] = self._run("work", "work")

    def log(self) -> str:
        """Return what the server has printed."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _run(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "mixroom", *arguments],
                cwd=self.checkout,
                env=os.environ | self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _ready(self) -> bool:
        for process in self.running:
            assert process.poll() is None, self.log()
        with contextlib.suppress(requests.ConnectionError):
            trusted = self.env.get("MIXROOM_TLS_CERT", True)
            return requests.get(f"{self.url}/readyz", timeout=5, verify=trusted).status_code == 200
        return False


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _unprivileged(folder: Path) -> list[str]:
    """Return what makes a command run as someone else where we are root; PostgreSQL insists."""
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 0o005:
            parent.chmod(parent.stat().st_mode | 0o011)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def env_in(folder: Path, **more: str) -> dict[str, str]:
    """Return the settings of an embedded server that keeps everything in a folder."""
    return {
        "MIXROOM_VAR": str(folder / "var"),
        "MIXROOM_UPLOADS": str(folder / "uploads"),
        "MIXROOM_RESERVE_MB": "0",
        "PORT": str(free_port()),
    } | more


def embedded_in(folder: Path) -> Server:
    """Return Mixroom as one program, which keeps everything in a folder."""
    return Server(env_in(folder, MIXROOM_SUBMIT_RATE=OFTEN), 1, folder)


def scaled_in(folder: Path, postgres: Postgres, redis: Redis) -> Server:
    """Return Mixroom as several processes, on a database of its own."""
    env = env_in(folder, MIXROOM_SUBMIT_RATE=OFTEN, REDIS_URL=redis.url)
    env["DATABASE_URL"] = postgres.create(f"scaled_{env['PORT']}")
    db.connect(env["DATABASE_URL"])
    migrate()
    db.engine().dispose()
    return Server(env, 2, folder)


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Have a server run for as long as the block lasts."""
    server.start()
    try:
        yield server
    finally:
        server.stop()
