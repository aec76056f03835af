"""A file that takes over its decoder reaches nothing: no key, no database, no network."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mixroom.media import confinement
from mixroom.media.confinement import Door
from tests import photos
from tests.sandboxed import conversion as conversion_of
from tests.sandboxed import develop

WHAT = (
    "the key",
    "the database",
    "a connection",
    "any socket",
    "a program",
    "a process",
    "a folder",
    "a file",
    "a deletion",
    "the worker",
)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the doors are Linux's")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo"
    path.write_bytes(photos.phone("coffee", 1, (320, 240)).data)
    return path


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """Where something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


def attempts(folder: Path, address: tuple[str, int]) -> dict[str, Callable[[], object]]:
    key = folder / "secret_key"
    key.write_text("signed with this")
    database = f"file:{folder}/mixroom.db"

    def sqlite() -> None:
        import sqlite3

        sqlite3.connect(database, uri=True).execute("CREATE TABLE t (x)")

    return {
        "the key": key.read_text,
        "the database": sqlite,
        "a connection": lambda: socket.create_connection(address, 1),
        "any socket": lambda: socket.socket(socket.AF_UNIX),
        "a program": lambda: subprocess.run(["/bin/true"], check=True),
        "a process": fork,
        "a folder": lambda: os.listdir("/"),
        "a file": lambda: (folder / "new").write_text("x"),
        "a deletion": lambda: key.rename(folder / "gone"),
        "the worker": lambda: os.kill(os.getppid(), 0),
    }


def tried(deed: Callable[[], object]) -> Callable[[], None]:
    """Return what tries something, and says by its end whether it could: 0 where it was stopped."""

    def misdeed() -> None:
        try:
            deed()
        except OSError:
            os._exit(0)
        except Exception as error:  # sqlite3 has errors of its own
            os._exit(0 if "unable to open" in str(error) else 3)
        os._exit(7)

    return misdeed


@LINUX
@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("kind", ["photo", "clip"])
def test_a_child_reaches_nothing_that_its_file_does_not_need(
    photo: Path, tmp_path: Path, address: tuple[str, int], what: str, kind: str
) -> None:
    deed = attempts(tmp_path, address)[what]
    if kind == "photo":
        (answer,) = develop(photo, sabotage=tried(deed))
    else:
        with (tmp_path / "made").open("w+b") as target:
            conversion = conversion_of(photo, target.fileno(), sabotage=tried(deed))
            answer = conversion.receive(10)[-1] if not conversion.done else None
            conversion.end()
    assert answer.detail == "exit 0"


@LINUX
def test_what_is_tried_succeeds_without_the_doors(tmp_path: Path, address: tuple[str, int]) -> None:
    """Or the test above would prove nothing."""
    for what, deed in attempts(tmp_path, address).items():
        pid = os.fork()
        if pid == 0:
            tried(deed)()
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 7, what


@LINUX
def test_this_system_shuts_both_doors_and_check_says_so_where_one_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert confinement.tried() == {Door.LANDLOCK, Door.SECCOMP}
    monkeypatch.setattr(confinement, "_landlock", lambda: False)
    monkeypatch.setattr(confinement, "_seccomp", lambda: False)
    assert confinement.tried() == set()
    assert "Linux 5.13" in confinement.OPEN


@LINUX
@pytest.mark.parametrize("door", ["_landlock", "_seccomp"])
def test_either_door_alone_keeps_the_key(
    door: str,
    photo: Path,
    tmp_path: Path,
    address: tuple[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confinement, door, lambda: False)
    for what in ("the key", "the database", "a connection"):
        (answer,) = develop(photo, sabotage=tried(attempts(tmp_path, address)[what]))
        assert answer.detail == "exit 0", what
