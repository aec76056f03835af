"""The server's own trouble never uses up a photo's tries; a picture that kills its child does."""

import io
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
import sqlalchemy as sa

from mixroom.core import clock, jobs
from mixroom.core.db import UnreachableError
from mixroom.core.disk import DiskStore
from mixroom.core.files import Store
from mixroom.media import actions, queries, results, sandbox
from mixroom.media.model import MediaStatus
from mixroom.media.refusals import Refusal
from mixroom.settings import Settings
from mixroom.work import Worker
from tests import photos
from tests.cast import Cast
from tests.clips import clip

PHOTO = photos.phone("coffee", 1, (1200, 900)).data
ROUNDS = 2 * jobs.TRIES


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of a few megabytes, that a test can really fill."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(folder)]
    if os.getuid() or subprocess.run(mounting, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class Working:
    """A worker, and the time that passes for it."""

    def __init__(self, uploads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        env = {"MIXROOM_VAR": str(uploads.parent), "MIXROOM_UPLOADS": str(uploads)}
        self.worker = Worker(Settings.from_env(env))
        self._monkeypatch = monkeypatch

    def later(self, wait: timedelta) -> None:
        """Let time pass."""
        self._monkeypatch.setattr(clock, "now", partial(copy, clock.now() + wait))

    def rounds(self, count: int = ROUNDS) -> None:
        """Let the worker try as often as it may; long jobs too."""
        for _ in range(count):
            with suppress(UnreachableError):
                self.idle()
            self.later(max(jobs.PAUSES))

    def idle(self) -> None:
        """Work until there is nothing to do."""
        while self.worker.step() or self.worker.busy:
            pass


def sent(cast: Cast, files: Store, data: bytes = PHOTO) -> str:
    photo, _ = actions.upload(cast.chloe, files.receive(io.BytesIO(data), 10**9), files)
    return photo.id


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    yield
    filler.unlink()


@pytest.mark.parametrize("data", [PHOTO, clip(2)], ids=["photo", "clip"])
def test_a_full_disk_only_delays_what_was_accepted(
    cast: Cast, disk: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    uploads = disk / "uploads"
    working = Working(uploads, monkeypatch)
    media_id = sent(cast, DiskStore(uploads), data)
    with filled(disk):
        working.rounds()
        assert queries.visible_to(cast.chloe, media_id).status is MediaStatus.PROCESSING
    working.rounds(1)
    assert queries.visible_to(cast.chloe, media_id).status is MediaStatus.READY


def test_a_database_that_goes_away_only_delays_it(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = Working(tmp_path / "uploads", monkeypatch)
    media_id = sent(cast, DiskStore(tmp_path / "uploads"))

    def away(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("UPDATE", {}, Exception("server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr(results, "ready", away)
        working.rounds()
    working.rounds(1)
    assert queries.visible_to(cast.chloe, media_id).status is MediaStatus.READY


def test_a_photo_whose_workers_are_lost_keeps_its_tries(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = Working(tmp_path / "uploads", monkeypatch)
    media_id = sent(cast, DiskStore(tmp_path / "uploads"))

    class LostError(BaseException):
        """The worker is gone, in the middle of it."""

    def lose(*_: object, **__: object) -> None:
        raise LostError

    with monkeypatch.context() as patch:
        patch.setattr(results, "ready", lose)
        for _ in range(ROUNDS):
            with pytest.raises(LostError):
                working.idle()
            working.later(jobs.LEASE + timedelta(seconds=1))
    working.rounds(1)
    assert queries.visible_to(cast.chloe, media_id).status is MediaStatus.READY


@pytest.mark.parametrize("deaths", [1, jobs.TRIES])
def test_a_child_that_the_system_kills_is_tried_again_and_given_up_in_the_end(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deaths: int
) -> None:
    working = Working(tmp_path / "uploads", monkeypatch)
    media_id = sent(cast, DiskStore(tmp_path / "uploads"))
    left = [deaths]

    def killing(file: BinaryIO, **more: object) -> object:
        left[0] -= 1
        return sandbox.develop(file, **more, sabotage=None if left[0] < 0 else die)

    monkeypatch.setattr("mixroom.media.jobs.develop", killing)
    working.rounds(1)
    assert queries.visible_to(cast.chloe, media_id).status is MediaStatus.PROCESSING
    working.rounds()
    photo = queries.visible_to(cast.chloe, media_id)
    if deaths < jobs.TRIES:
        assert photo.status is MediaStatus.READY
    else:
        assert photo.refusal is Refusal.TOO_COMPLEX


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_nothing_is_left_of_a_draft_whose_writer_was_killed(tmp_path: Path) -> None:
    files = DiskStore(tmp_path)
    pid = os.fork()
    if pid == 0:
        draft = files.draft()
        os.write(draft.number, b"half a clip")
        die()
    os.waitpid(pid, 0)
    assert os.listdir(tmp_path / "incoming") == []
    draft = files.draft()
    os.write(draft.number, b"all of it")
    received = draft.finish()
    files.keep(received, "clip")
    assert files.path("clip").read_bytes() == b"all of it"
    assert os.listdir(tmp_path / "incoming") == []
