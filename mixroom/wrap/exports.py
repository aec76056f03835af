"""The files of an export as streams: an archive with the pictures, a page that contains them."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping

from mixroom.core.files import Pieces, Store
from mixroom.core.zip_stream import zip_stream
from mixroom.wrap.formats import PictureFile, credits_csv, credits_text

THREE = 3  # bytes that base64 turns into four signs


def archive(
    files: Store, pictures: Iterable[PictureFile], texts: Mapping[str, str]
) -> Iterator[bytes]:
    """Return a ZIP of texts by their names, of pictures, and of their credits.

    A picture whose file is gone is left out, and the credits say so.
    """
    wanted, missing = list(pictures), list[str]()

    def entries() -> Iterator[tuple[str, Iterable[bytes]]]:
        for name, text in texts.items():
            yield name, [text.encode()]
        for each in wanted:
            found = _opened(files, each.stored)
            if found is None:
                missing.append(each.media)
            else:
                yield f"pictures/{each.name}", _closing(found)
        yield "credits.txt", [credits_text(wanted, missing).encode()]
        yield "credits.csv", [credits_csv(wanted, missing).encode()]

    return zip_stream(entries())


def with_pictures(files: Store, page: str, stored: Mapping[str, str], mark: str) -> Iterator[bytes]:
    """Return a page with its pictures inside, as `data:` addresses.

    `stored` maps the id of a photo to its file; the page has `mark`, the id and `mark` again where
    an address belongs. A picture whose file is gone has an empty one.
    """
    parts = re.split(f"{mark}([^{mark}]+){mark}", page)
    for at, part in enumerate(parts):
        if at % 2 == 0:
            yield part.encode()
        elif found := _opened(files, stored.get(part, "")):
            yield b"data:image/jpeg;base64,"
            yield from _as_base64(found)


def _opened(files: Store, name: str) -> Pieces | None:
    try:
        return files.pieces(name) if name else None
    except FileNotFoundError:
        return None


def _closing(found: Pieces) -> Iterator[bytes]:
    try:
        yield from found
    finally:
        found.close()


def _as_base64(found: Pieces) -> Iterator[bytes]:
    left = b""
    for piece in _closing(found):
        data = left + piece
        whole = len(data) - len(data) % THREE
        yield base64.b64encode(data[:whole])
        left = data[whole:]
    yield base64.b64encode(left)
