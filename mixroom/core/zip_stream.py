"""A ZIP archive as a stream: it is sent while it is made, and never whole in memory."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, cast


class _Sink:
    """Holds the bytes that the archive has written and nobody has taken."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


def zip_stream(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """Return the bytes of an archive of these files, each a name and its pieces.

    Nothing is compressed, since pictures are already; the same files give the same bytes.
    """
    sink = _Sink()
    # Level 0 instead of ZIP_STORED: some programs cannot read a stored file whose size comes last.
    with zipfile.ZipFile(
        cast(Any, sink), "w", compression=zipfile.ZIP_DEFLATED, compresslevel=0
    ) as archive:
        for name, pieces in files:
            with archive.open(name, "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    yield sink.take()
    yield sink.take()
