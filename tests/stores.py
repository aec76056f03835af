"""A media store of objects, as S3 keeps them: whole, by key, with no folder, no rename and no path.

It proves that the interface of `mixroom.core.files` suffices. A file that a child or a slow writer
needs is a temporary one, as it would be for an object store elsewhere.
"""

import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import IO, BinaryIO

from mixroom.core import clock, ids
from mixroom.core.files import (
    CHUNK,
    Opened,
    Received,
    Store,
    StoreFullError,
    SupersededError,
    TooLargeError,
    checked,
)

Data = bytes


@dataclass
class Object:
    data: bytes
    modified: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


class ObjectStore(Store):
    def __init__(self, room: int = 1 << 40, reserve: int = 0) -> None:
        self.room = room
        self.reserve = reserve
        self.objects: dict[str, Object] = {}
        self.staged: dict[str, Object] = {}
        self.partials: dict[str, ObjectPartial] = {}

    def incoming(self, limit: int, *, reserved: bool = True) -> "ObjectIncoming":
        return ObjectIncoming(self, limit, self.reserve if reserved else 0)

    def draft(self) -> "ObjectDraft":
        return ObjectDraft(self)

    def partial(self, name: str) -> "ObjectPartial":
        return self.partials.setdefault(checked(name), ObjectPartial(self))

    def keep(self, received: Received, name: str) -> None:
        assert isinstance(received, Staged)
        checked(name)
        self.objects[name] = Object(received.take())

    def open(self, name: str) -> Opened:
        found = self._find(name)
        return Opened(BytesIO(found.data), len(found.data), found.modified)

    def pieces(self, name: str) -> "ObjectPieces":
        return ObjectPieces(self._find(name).data)

    @contextmanager
    def local(self, name: str) -> Iterator[BinaryIO]:
        data = self._find(name).data
        with tempfile.NamedTemporaryFile() as copy:
            copy.write(data)
            copy.flush()
            with open(copy.name, "rb") as file:
                yield file

    def names(self, folder: str) -> list[str]:
        prefix = f"{checked(folder)}/"
        return sorted(name for name in self.objects if name.startswith(prefix))

    def delete(self, name: str) -> None:
        for each in [checked(name), *self.names(name)] if "/" not in name else [checked(name)]:
            self.objects.pop(each, None)

    def sweep(self, older_than: timedelta) -> int:
        oldest = clock.now() - older_than
        abandoned = [key for key, each in self.staged.items() if each.modified < oldest]
        for key in abandoned:
            del self.staged[key]
        return len(abandoned)

    def probe(self) -> None:
        with self.incoming(CHUNK) as incoming:
            incoming.write(b"?")

    def check(self) -> str | None:
        try:
            self.probe()
        except StoreFullError:
            return "The bucket is full."
        return None

    def must_have_room(self, size: int, reserve: int) -> None:
        used = sum(len(each.data) for each in self.objects.values())
        if used + size + reserve > self.room:
            raise StoreFullError

    def _find(self, name: str) -> Object:
        try:
            return self.objects[checked(name)]
        except KeyError as error:
            raise FileNotFoundError(name) from error


class Staged:
    def __init__(self, store: ObjectStore, data: bytes, sha256: str) -> None:
        self._store = store
        self._key = ids.new()
        self.bytes = len(data)
        self.sha256 = sha256
        store.staged[self._key] = Object(data)

    def head(self) -> Data:
        return self._store.staged[self._key].data[:64]

    def take(self) -> Data:
        return self._store.staged.pop(self._key).data

    def discard(self) -> None:
        self._store.staged.pop(self._key, None)


class ObjectIncoming:
    def __init__(self, store: ObjectStore, limit: int, reserve: int) -> None:
        self._store = store
        self._reserve = reserve
        self._data = bytearray()
        self.limit = limit
        self.bytes = 0

    def __enter__(self) -> "ObjectIncoming":
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def write(self, data: Data) -> int:
        if self.bytes + len(data) > self.limit:
            raise TooLargeError
        self._store.must_have_room(len(self._data) + len(data), self._reserve)
        self._data += data
        self.bytes += len(data)
        return len(data)

    def finish(self) -> Staged:
        data = bytes(self._data)
        return Staged(self._store, data, hashlib.sha256(data).hexdigest())

    def discard(self) -> None:
        self._data.clear()


class ObjectDraft:
    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  it is closed when it is done
        self.number = self._file.fileno()

    def finish(self) -> Staged:
        self._file.seek(0)
        data = self._file.read()
        self.discard()
        return Staged(self._store, data, hashlib.sha256(data).hexdigest())

    def discard(self) -> None:
        self._file.close()


class ObjectPartial:
    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self.data = bytearray()
        self.token = ""

    @property
    def size(self) -> int:
        return len(self.data)

    def take_over(self) -> tuple[str, int]:
        self.token = secrets.token_hex(8)
        return self.token, self.size

    @contextmanager
    def writing(self, token: str, offset: int) -> Iterator["ObjectPen"]:
        yield ObjectPen(self, token, offset)

    def whole(self) -> Staged:
        return Staged(self.store, bytes(self.data), "")

    def forget(self) -> None:
        self.data.clear()


class ObjectPen:
    def __init__(self, partial: ObjectPartial, token: str, start: int) -> None:
        self._partial = partial
        self._token = token
        self._start = start
        self.at = start

    def write(self, data: bytes) -> None:
        self._must_be_ours()
        self._partial.store.must_have_room(len(data), self._partial.store.reserve)
        self._partial.data[self.at : self.at + len(data)] = data
        self.at += len(data)

    def undo(self) -> None:
        self._must_be_ours()
        del self._partial.data[self._start :]

    def _must_be_ours(self) -> None:
        if self._token != self._partial.token:
            raise SupersededError


class ObjectPieces:
    def __init__(self, data: bytes) -> None:
        self._stream = BytesIO(data)
        self.size = len(data)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if piece := self._stream.read(CHUNK):
            return piece
        raise StopIteration

    def seekable(self) -> bool:
        return True

    def seek(self, at: int) -> None:
        self._stream.seek(at)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        self._stream.close()
