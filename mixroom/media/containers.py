"""Strips a file down to its picture, and reads its colours: bytes in, bytes out.

Phones and programs add edit histories, depth maps, films and trailers. They are no reason to refuse
a picture, so they are cut off before a decoder sees them.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mixroom.media.filetypes import Format
from mixroom.media.limits import MAX_ICC_BYTES, MAX_SCANS, MAX_SEGMENTS
from mixroom.media.refusals import Refusal, RefusedError

Box = tuple[int, int]  # the start and the end of its body


@dataclass(frozen=True, slots=True)
class Bare:
    """A file with nothing in it but the picture.

    `ended` says that it has an end marker. `colours` are those that the container declares.
    """

    data: bytes
    ended: bool = True
    colours: "Colours | None" = None


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a picture without a profile, as ITU-T H.273 codes.

    A PNG without codes may have a `gamma`, and the chromaticities of red, green, blue and white
    (`places`, in the CIE 1931 diagram).
    """

    primaries: int = 2
    transfer: int = 2
    gamma: float | None = None
    places: tuple[float, ...] = ()
    first: bool = False  # they take precedence over a profile


def bare(data: bytes, kind: Format) -> Bare:
    """Return a file without everything but its picture.

    Raises RefusedError for a JPEG with too many scans or segments: half a megabyte of empty
    progressive scans would keep the decoder busy for twenty seconds, and libjpeg leaves that check
    to its callers.
    """
    if kind is Format.JPEG:
        return _jpeg(data)
    if kind is Format.PNG:
        return _png(data)
    if kind in (Format.AVIF, Format.HEIF):
        return Bare(data, colours=_nclx(data))
    return Bare(data)


_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_NO_LENGTH = {0x01, 0xD8}
_SCAN, _END, _LINES = 0xDA, 0xD9, 0xDC
_BETWEEN_SCANS = {0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0), _SCAN}  # tables and comments
_SINGLE = {0xC0, 0xC1}  # frames whose colours usually come in one scan
_WORTH = {0xE0: b"JFIF\0", 0xE1: b"Exif\0\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_COMMENTS = {0xFE, *range(0xE0, 0xF0)}


def _jpeg(data: bytes) -> Bare:
    """Keep the segments that the picture needs, up to its end or a misplaced segment."""
    kept, at, scans, segments, over = [data[:2]], 2, 0, 0, False
    parts = colours = 0
    while found := _MARKER.search(data, at):
        marker = found[1][0]
        if scans:
            kept.append(data[at : found.start()])
        if marker == _END:
            return Bare(b"".join([*kept, b"\xff\xd9"]))
        if scans and (over or marker not in _BETWEEN_SCANS) and marker != _LINES:
            return Bare(b"".join(kept), ended=False)
        at = found.end()
        if marker in _NO_LENGTH:
            continue
        segment = data[at : at + int.from_bytes(data[at : at + 2], "big")]
        at += len(segment)
        if marker in _COMMENTS and not segment.startswith(_WORTH.get(marker, b"\0\0\0"), 2):
            continue
        kept.append(found[0] + segment)
        if marker in _SINGLE:
            colours = segment[7] if len(segment) > 7 else 0  # noqa: PLR2004
        if marker == _SCAN:
            parts = segment[2] if len(segment) > 2 else 0  # noqa: PLR2004
            over = parts == colours
        scans += marker == _SCAN
        segments += 1
        if scans > MAX_SCANS or segments > MAX_SEGMENTS:
            raise RefusedError(Refusal.TOO_COMPLEX, f"{scans} scans in {segments} segments")
    return Bare(b"".join([*kept, data[at:]]), ended=False)


_PNG = b"\x89PNG\r\n\x1a\n"
_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_OF_COLOURS = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"eXIf"}
_MAX_EXIF = 64 << 10


def _png(data: bytes) -> Bare:
    """Keep the chunks that a decoder needs; drop the others, and damaged optional ones."""
    kept, colour_chunks, ended = [_PNG], dict[bytes, bytes](), False
    for name, whole, body in chunks(data):
        if name not in _CRITICAL and not (name in _OF_COLOURS and _sound(name, whole, body)):
            continue
        kept.append(whole)
        colour_chunks.setdefault(name, body if name in _OF_COLOURS else b"")
        if name == b"IEND":
            ended = True
            break
    if not ended:
        kept.append(b"\0\0\0\0IEND\xaeB`\x82")
    return Bare(b"".join(kept), colours=_colours_of_png(colour_chunks))


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield the name, all bytes and the body of each chunk of a PNG."""
    at = len(_PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        whole = data[at : at + 12 + length]
        yield whole[4:8], whole, whole[8 : 8 + length]
        at += 12 + length


def _sound(name: bytes, whole: bytes, body: bytes) -> bool:
    if len(whole) != 12 + len(body) or zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big"):
        return False
    if name == b"eXIf":
        return len(body) <= _MAX_EXIF
    if name == b"iCCP":
        packed = body.partition(b"\0")[2][1:]
        try:
            profile = zlib.decompressobj().decompress(packed, MAX_ICC_BYTES + 1)
        except zlib.error:
            return False
        return len(profile) <= MAX_ICC_BYTES
    return True


def _colours_of_png(colour_chunks: dict[bytes, bytes]) -> Colours | None:
    if len(codes := colour_chunks.get(b"cICP", b"")) == 4:  # noqa: PLR2004
        return Colours(codes[0], codes[1], first=True)
    if b"sRGB" in colour_chunks or b"iCCP" in colour_chunks:
        return None
    gamma = int.from_bytes(colour_chunks.get(b"gAMA", b"")[:4], "big") / 100_000
    places = colour_chunks.get(b"cHRM", b"")
    numbers = tuple(int.from_bytes(places[at : at + 4], "big") / 100_000 for at in range(0, 32, 4))
    white, *others = (numbers[at : at + 2] for at in range(0, 8, 2))
    declared = len(places) == 32 and all(y > 0 for _, y in (white, *others))  # noqa: PLR2004
    if not gamma and not declared:
        return None
    placed = tuple(number for place in (*others, white) for number in place) if declared else ()
    return Colours(gamma=gamma or None, places=placed)


def _nclx(data: bytes) -> Colours | None:
    """Return the colours that the container of an AVIF or HEIC declares for its main picture."""
    meta = next(boxes(data, 0, len(data), b"meta"), None)
    if meta is None:
        return None
    start, end = meta[0] + 4, meta[1]
    for inner in boxes(data, start, end, b"iprp"):
        for container in boxes(data, *inner, b"ipco"):
            found = list(_properties(data, *container))
            ours = _of_main(data, start, end, inner) or range(1, len(found) + 1)
            main = [found[at - 1] for at in ours if 0 < at <= len(found)]
            return next((each for each in main if each), None) or next(filter(None, found), None)
    return None


def _properties(data: bytes, start: int, end: int) -> Iterator[Colours | None]:
    for name, at, until in _all_boxes(data, start, end):
        codes = data[at:until]
        if name == b"colr" and codes[:4] == b"nclx" and len(codes) >= 8:  # noqa: PLR2004
            yield Colours(int.from_bytes(codes[4:6], "big"), int.from_bytes(codes[6:8], "big"))
        else:
            yield None


def _of_main(data: bytes, start: int, end: int, inner: tuple[int, int]) -> list[int]:
    """Return the numbers, from one, of the properties of the main picture."""
    main = next((data[at + 4 : until] for at, until in boxes(data, start, end, b"pitm")), b"")
    wide = {2: 2, 4: 4}.get(len(main))
    if wide is None:
        return []
    for at, until in boxes(data, *inner, b"ipma"):
        version, large = data[at], data[at + 3] & 1
        size, place = (4 if version else 2), at + 8
        for _ in range(int.from_bytes(data[at + 4 : at + 8], "big")):
            item, many = data[place : place + size], data[place + size : place + size + 1]
            place += size + 1
            if place > until or not many:
                break
            step = 1 + large
            listed = data[place : place + many[0] * step]
            place += many[0] * step
            if int.from_bytes(item, "big") == int.from_bytes(main, "big"):
                mask = 0x7FFF if large else 0x7F
                edges = pairwise(range(0, len(listed) + 1, step))
                return [int.from_bytes(listed[a:b], "big") & mask for a, b in edges]
    return []


def boxes(data: bytes, start: int, end: int, name: bytes) -> Iterator[Box]:
    """Return an iterator over the boxes of this name in a range of an AVIF or HEIC."""
    return ((at, until) for found, at, until in _all_boxes(data, start, end) if found == name)


def _all_boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield each box in a range: its name, and the start and end of its body."""
    at = start
    while at + 8 <= end:
        size, name, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        until = at + size if size else end
        if (size and size < head) or until > end:
            return
        yield name, at + head, until
        at = until
