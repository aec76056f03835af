"""The media store keeps files whole or not at all, and no name leaves it.

The first part is the contract of `mixroom.core.files`, which the disk and a store of objects hold.
"""

import hashlib
import io
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.disk import DiskIncoming, DiskStore
from mixroom.core.files import Store, StoreFullError, SupersededError, TooLargeError, checked
from tests.stores import ObjectStore

DATA = random.Random(1).randbytes(300_000)
PLENTY = 10**9
ANY_AGE = timedelta(days=-1)  # older than tomorrow


@pytest.fixture
def disk(tmp_path: Path) -> DiskStore:
    """An empty folder that does not exist yet."""
    return DiskStore(tmp_path / "uploads")


@pytest.fixture(params=["disk", "objects"])
def store(request: pytest.FixtureRequest, disk: DiskStore) -> Store:
    """An empty store of either kind."""
    return disk if request.param == "disk" else ObjectStore()


@pytest.fixture(params=["disk", "objects"])
def full(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store with room for the server's own files only."""
    reserve = 1 << 60
    return (
        DiskStore(tmp_path, reserve) if request.param == "disk" else ObjectStore(reserve, reserve)
    )


def read(store: Store, name: str) -> bytes:
    with store.open(name).stream as stream:
        return stream.read()


def test_a_file_that_is_received_and_kept_is_there_byte_for_byte(store: Store) -> None:
    received = store.receive(io.BytesIO(DATA), PLENTY)
    assert (received.bytes, received.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert received.head() == DATA[:64]
    store.keep(received, "photo/original")
    received.discard()
    assert read(store, "photo/original") == DATA
    assert store.names("photo") == ["photo/original"]
    assert store.sweep(ANY_AGE) == 0


def test_a_file_is_open_with_its_size_and_its_time(store: Store) -> None:
    store.write(DATA, "photo/original")
    opened = store.open("photo/original")
    with opened.stream as stream:
        stream.seek(200_000)
        assert stream.read() == DATA[200_000:]
    assert opened.size == len(DATA)
    assert abs(opened.modified - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_file_is_lent_with_a_descriptor_that_others_can_read(store: Store) -> None:
    store.write(DATA, "photo/original")
    with store.local("photo/original") as file:
        number = os.dup(file.fileno())
    with os.fdopen(number, "rb") as lent:
        assert lent.read() == DATA


def test_a_large_file_is_read_in_pieces_from_anywhere(store: Store) -> None:
    store.write(DATA, "photo/clip.mp4")
    pieces = store.pieces("photo/clip.mp4")
    assert pieces.size == len(DATA)
    assert pieces.seekable()
    pieces.seek(100_000)
    assert pieces.tell() == 100_000
    assert b"".join(pieces) == DATA[100_000:]
    pieces.close()


def test_a_file_that_is_not_there_is_not_found(store: Store) -> None:
    uses: list[Callable[[str], object]] = [store.open, store.pieces, lambda x: local(store, x)]
    for use in uses:
        with pytest.raises(FileNotFoundError):
            use("photo/original")
    assert store.names("photo") == []


def local(store: Store, name: str) -> None:
    with store.local(name):
        pass


def test_a_file_has_its_name_only_once_it_is_kept(store: Store) -> None:
    received = store.receive(io.BytesIO(DATA), PLENTY)
    assert store.names("photo") == []
    received.discard()
    assert store.sweep(ANY_AGE) == 0


def test_the_last_byte_allowed_is_taken_and_one_more_is_not(store: Store) -> None:
    store.receive(io.BytesIO(DATA), len(DATA)).discard()
    with pytest.raises(TooLargeError):
        store.receive(io.BytesIO(DATA), len(DATA) - 1)
    assert store.sweep(ANY_AGE) == 0


def test_a_limit_may_be_set_once_the_first_bytes_are_known(store: Store) -> None:
    with store.incoming(PLENTY) as incoming:
        incoming.limit = 10
        with pytest.raises(TooLargeError):
            incoming.write(DATA)
    assert store.sweep(ANY_AGE) == 0


def test_a_stream_that_breaks_off_leaves_nothing(store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        store.receive(Broken(DATA), PLENTY)
    assert store.sweep(ANY_AGE) == 0


def test_the_files_of_others_leave_the_reserve_free_for_the_server_itself(full: Store) -> None:
    with pytest.raises(StoreFullError):
        full.receive(io.BytesIO(DATA), PLENTY)
    partial = full.partial("photo")
    token, _ = partial.take_over()
    with pytest.raises(StoreFullError), partial.writing(token, 0) as pen:
        pen.write(b"a portion")
    assert full.check()
    assert full.sweep(ANY_AGE) == 0


def test_a_full_disk_keeps_the_files_that_the_server_makes(tmp_path: Path) -> None:
    for full in (DiskStore(tmp_path, 1 << 60), ObjectStore(1 << 60, (1 << 60) - 5)):
        full.write(b"thumb", "photo/thumb.jpg")
        assert read(full, "photo/thumb.jpg") == b"thumb"


def test_a_file_can_be_replaced_and_deleted(store: Store) -> None:
    store.write(b"one", "photo/wall.jpg")
    store.write(b"two", "photo/wall.jpg")
    store.write(b"three", "photo/card.jpg")
    store.write(b"four", "photos/card.jpg")
    assert read(store, "photo/wall.jpg") == b"two"
    assert store.names("photo") == ["photo/card.jpg", "photo/wall.jpg"]
    store.delete("photo/wall.jpg")
    assert store.names("photo") == ["photo/card.jpg"]
    store.delete("photo")
    store.delete("photo")
    store.delete("photo/card.jpg")
    assert store.names("photo") == []
    assert store.names("photos") == ["photos/card.jpg"]


def test_a_slow_writer_has_a_file_of_its_own(store: Store) -> None:
    draft = store.draft()
    os.write(draft.number, DATA)
    received = draft.finish()
    draft.discard()
    assert (received.bytes, received.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    store.keep(received, "photo/clip.mp4")
    assert read(store, "photo/clip.mp4") == DATA


def test_a_draft_that_is_discarded_leaves_nothing(store: Store) -> None:
    draft = store.draft()
    os.write(draft.number, DATA)
    draft.discard()
    draft.discard()
    assert store.sweep(ANY_AGE) == 0


def test_a_file_in_portions_is_kept_once_it_is_whole(store: Store) -> None:
    for at in range(0, len(DATA), 100_000):
        partial = store.partial("photo")
        token, here = partial.take_over()
        assert here == partial.size == at
        with partial.writing(token, at) as pen:
            pen.write(DATA[at : at + 100_000])
            assert pen.at == at + 100_000
    received = store.partial("photo").whole()
    assert (received.bytes, received.head()) == (len(DATA), DATA[:64])
    store.keep(received, "photo/original")
    store.partial("photo").forget()
    assert store.partial("photo").size == 0
    assert read(store, "photo/original") == DATA


def test_an_older_connection_writes_no_more_once_the_file_is_taken_over(store: Store) -> None:
    token, _ = store.partial("photo").take_over()
    with store.partial("photo").writing(token, 0) as pen:
        pen.write(b"first")
        store.partial("photo").take_over()
        with pytest.raises(SupersededError):
            pen.write(b"second")
        with pytest.raises(SupersededError):
            pen.undo()
    assert store.partial("photo").size == len(b"first")


def test_a_portion_that_arrived_damaged_is_taken_back(store: Store) -> None:
    token, _ = store.partial("photo").take_over()
    with store.partial("photo").writing(token, 0) as pen:
        pen.write(b"first")
    token, here = store.partial("photo").take_over()
    with store.partial("photo").writing(token, here) as pen:
        pen.write(b"damaged")
        pen.undo()
    assert store.partial("photo").size == len(b"first")


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
    uses: list[Callable[[str], object]] = [
        store.open,
        store.pieces,
        store.delete,
        store.names,
        store.partial,
        lambda name: local(store, name),
        lambda name: store.write(b"x", name),
    ]
    for use in uses:
        with pytest.raises(ValueError, match="not a name"):
            use(name)


@given(st.text())
def test_no_name_leaves_the_store(name: str) -> None:
    try:
        path = Path("/uploads") / checked(name)
    except ValueError:
        return
    assert Path(os.path.normpath(path)).is_relative_to("/uploads")
    assert path != Path("/uploads")


def test_files_that_were_abandoned_are_swept(store: Store) -> None:
    received = store.receive(io.BytesIO(DATA), PLENTY)
    assert store.sweep(timedelta(hours=1)) == 0
    store.keep(received, "photo/original")
    store.receive(io.BytesIO(DATA), PLENTY)
    assert store.sweep(ANY_AGE) == 1
    assert store.sweep(ANY_AGE) == 0
    assert read(store, "photo/original") == DATA


def test_a_good_store_says_nothing(store: Store) -> None:
    store.probe()
    assert store.check() is None
    assert store.sweep(ANY_AGE) == 0


def left_over(disk: DiskStore) -> list[str]:
    return [path.name for path in (disk.root / "incoming").iterdir()]


def test_on_the_disk_a_file_has_its_name_only_once_it_is_complete(disk: DiskStore) -> None:
    disk.receive(io.BytesIO(DATA), PLENTY)
    assert [path.name for path in disk.root.iterdir()] == ["incoming"]


def test_on_the_disk_a_file_is_lent_without_a_copy(disk: DiskStore) -> None:
    disk.write(DATA, "photo/original")
    with disk.local("photo/original") as file:
        lent, kept = os.fstat(file.fileno()), disk.path("photo/original").stat()
    assert (lent.st_dev, lent.st_ino) == (kept.st_dev, kept.st_ino)


def test_on_the_disk_an_empty_folder_is_deleted_with_its_last_file(disk: DiskStore) -> None:
    disk.write(b"one", "photo/wall.jpg")
    disk.delete("photo/wall.jpg")
    assert [path.name for path in disk.root.iterdir()] == ["incoming"]


@pytest.mark.parametrize("buffer", [0, 1 << 20], ids=["when writing", "when flushing"])
def test_a_full_disk_is_said_to_be_full(disk: DiskStore, buffer: int) -> None:
    incoming = disk.incoming(PLENTY)
    assert incoming._file
    incoming._file.close()
    with Path("/dev/full").open("wb", buffering=buffer) as full:
        incoming._file = full
        with pytest.raises(StoreFullError):
            finished(incoming)
    assert left_over(disk) == []


def finished(incoming: DiskIncoming) -> None:
    incoming.write(DATA)
    incoming.finish()


def test_waits_for_the_disk_are_done_apart(tmp_path: Path) -> None:
    waits = []

    def apart(wait: Callable[[], None]) -> None:
        waits.append(wait)
        wait()

    disk = DiskStore(tmp_path, apart=apart)
    disk.keep(disk.receive(io.BytesIO(DATA), PLENTY), "photo/original")
    assert len(waits) == 2


def test_only_old_files_are_swept_from_the_disk(disk: DiskStore) -> None:
    old = disk.receive(io.BytesIO(DATA), PLENTY)
    fresh = disk.receive(io.BytesIO(DATA), PLENTY)
    os.utime(old.path, (1, 1))
    assert disk.sweep(timedelta(hours=1)) == 1
    assert left_over(disk) == [fresh.path.name]


def test_sweeping_a_folder_that_does_not_exist_yet_is_fine(disk: DiskStore) -> None:
    assert disk.sweep(timedelta()) == 0


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert "cannot be written" in (DiskStore(tmp_path / "file").check() or "")


def test_a_disk_without_room_says_so(tmp_path: Path) -> None:
    assert "free space" in (DiskStore(tmp_path, reserve=1 << 60).check() or "")
