"""The media store keeps files whole or not at all, and no name leaves it."""

import hashlib
import io
import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.files import Incoming, Store, StoreFullError, TooLargeError

DATA = random.Random(1).randbytes(300_000)
PLENTY = 10**9


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store that does not exist yet."""
    return Store(tmp_path / "uploads")


def left_over(store: Store) -> list[str]:
    return [path.name for path in (store.root / "incoming").iterdir()]


def test_what_is_received_and_kept_is_there_byte_for_byte(store: Store) -> None:
    received = store.receive(io.BytesIO(DATA), PLENTY)
    assert (received.bytes, received.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    path = store.keep(received, "photo/original")
    assert path == store.root / "photo" / "original"
    with store.open("photo/original") as file:
        assert file.read() == DATA
    assert left_over(store) == []


def test_a_file_has_its_name_only_once_it_is_complete(store: Store) -> None:
    store.receive(io.BytesIO(DATA), PLENTY)
    assert [path.name for path in store.root.iterdir()] == ["incoming"]


def test_the_last_byte_allowed_is_taken_and_one_more_is_not(store: Store) -> None:
    store.receive(io.BytesIO(DATA), len(DATA)).discard()
    with pytest.raises(TooLargeError):
        store.receive(io.BytesIO(DATA), len(DATA) - 1)
    assert left_over(store) == []


def test_a_stream_that_breaks_off_leaves_nothing(store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        store.receive(Broken(DATA), PLENTY)
    assert left_over(store) == []


def test_what_is_received_leaves_the_reserve_free_for_the_server_itself(tmp_path: Path) -> None:
    store = Store(tmp_path, reserve=1 << 60)
    with pytest.raises(StoreFullError):
        store.receive(io.BytesIO(DATA), PLENTY)
    store.write(b"a rendition", "photo/thumb.jpg")
    assert left_over(store) == []


@pytest.mark.parametrize("buffer", [0, 1 << 20], ids=["when writing", "when flushing"])
def test_a_full_disk_is_said_to_be_full(store: Store, buffer: int) -> None:
    incoming = Incoming(store, PLENTY)
    assert incoming._file
    incoming._file.close()
    with Path("/dev/full").open("wb", buffering=buffer) as full:
        incoming._file = full
        with pytest.raises(StoreFullError):
            finished(incoming)
    assert left_over(store) == []


def finished(incoming: Incoming) -> None:
    incoming.write(DATA)
    incoming.finish()


def test_what_waits_for_the_disk_is_done_apart(tmp_path: Path) -> None:
    waits = []

    def apart(wait: object) -> None:
        waits.append(wait)
        wait()

    store = Store(tmp_path, apart=apart)
    store.keep(store.receive(io.BytesIO(DATA), PLENTY), "photo/original")
    assert len(waits) == 2


def test_a_file_can_be_replaced_and_deleted(store: Store) -> None:
    store.write(b"one", "photo/wall.jpg")
    store.write(b"two", "photo/wall.jpg")
    store.write(b"three", "photo/card.jpg")
    assert store.path("photo/wall.jpg").read_bytes() == b"two"
    store.delete("photo/wall.jpg")
    assert not store.path("photo/wall.jpg").exists()
    assert store.path("photo/card.jpg").exists()
    store.delete("photo")
    store.delete("photo")
    store.delete("photo/card.jpg")
    assert [path.name for path in store.root.iterdir()] == ["incoming"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "photo/..",
        "photo/../x",
        "/etc/passwd",
        "photo//x",
        "photo/x/y",
        "photo\\x",
        ".htaccess",
        "photo/.x",
        "photo/x.",
        "photo/x\0.jpg",
        "photo/x\n",
        "PHOTO/x",
        "photo/é",
        "photo/x\u202e.jpg",
        "p" * 4000,
    ],
)
def test_a_name_that_is_not_plain_is_no_name(store: Store, name: str) -> None:
    for use in (store.path, store.open, store.delete, lambda name: store.write(b"x", name)):
        with pytest.raises(ValueError, match="not a name"):
            use(name)


@given(st.text())
def test_no_name_leaves_the_store(name: str) -> None:
    store = Store(Path("/uploads"))
    try:
        path = store.path(name)
    except ValueError:
        return
    assert Path(os.path.normpath(path)).is_relative_to("/uploads")
    assert path != store.root


def test_what_was_abandoned_is_swept(store: Store) -> None:
    old = store.receive(io.BytesIO(DATA), PLENTY)
    fresh = store.receive(io.BytesIO(DATA), PLENTY)
    os.utime(old.path, (1, 1))
    assert store.sweep(timedelta(hours=1)) == 1
    assert left_over(store) == [fresh.path.name]


def test_sweeping_a_store_that_does_not_exist_yet_is_fine(store: Store) -> None:
    assert store.sweep(timedelta()) == 0


def test_a_good_store_says_nothing(store: Store) -> None:
    assert store.check() is None
    assert left_over(store) == []


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert "cannot be written" in (Store(tmp_path / "file").check() or "")


def test_a_store_without_room_says_so(tmp_path: Path) -> None:
    assert "free space" in (Store(tmp_path, reserve=1 << 60).check() or "")
