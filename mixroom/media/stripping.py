"""Takes out of a picture's file what it says about its making: the place, the camera, the names.

Nothing is decoded or compressed again: the pixels, the colours and the resolution stay as they are,
and so does the orientation, without which some pictures would lie on their side.
"""

import zlib
from collections.abc import Iterator

from mixroom.media.containers import Box, bare, boxes, chunks
from mixroom.media.decoding import TURNS, guarded, open_picture, read_exif, recognise
from mixroom.media.filetypes import Format


def strip(data: bytes) -> bytes:
    """Return a picture's file without EXIF, XMP, comments and what follows its end.

    Raises RefusedError for a file that is no picture. A GIF stays as it is: cameras make none.
    """
    kind = recognise(data)
    if kind is Format.JPEG:
        return _jpeg(bare(data, kind).data, _orientation(data, kind))
    if kind is Format.PNG:
        return _png(data, _orientation(data, kind))
    if kind is Format.WEBP:
        return _webp(data, _orientation(data, kind))
    if kind in (Format.AVIF, Format.HEIF):
        return _blanked(data)
    return data


def _orientation(data: bytes, kind: Format) -> bytes:
    """Return EXIF data that only says how a picture is turned; empty if it is upright."""
    with guarded():
        turn, _ = read_exif(open_picture(bare(data, kind), kind))
    number = next((number for number, each in TURNS.items() if each is turn), 0)
    if not number:
        return b""
    head = b"MM\0*\0\0\0\x08" + (1).to_bytes(2, "big")
    entry = b"\x01\x12\0\x03\0\0\0\x01" + number.to_bytes(2, "big") + b"\0\0"
    return head + entry + bytes(4)


_APP1, _SCAN = 0xE1, 0xDA


def _jpeg(data: bytes, exif: bytes) -> bytes:
    """Replace the EXIF segments in front of the pixels; `bare` has dropped all other texts."""
    kept, at = [data[:2]], 2
    if exif:
        body = b"Exif\0\0" + exif
        kept.append(b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body)
    while data[at : at + 1] == b"\xff" and data[at + 1] != _SCAN:
        until = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] != _APP1:
            kept.append(data[at:until])
        at = until
    return b"".join([*kept, data[at:]])


_TEXTS = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}


def _png(data: bytes, exif: bytes) -> bytes:
    kept = [data[:8]]
    for name, whole, _ in chunks(data):
        if name not in _TEXTS:
            kept.append(whole)
        if name == b"IHDR" and exif:
            kept.append(len(exif).to_bytes(4, "big") + b"eXIf" + exif)
            kept.append(zlib.crc32(b"eXIf" + exif).to_bytes(4, "big"))
        if name == b"IEND":
            break
    return b"".join(kept)


_HAS_EXIF, _HAS_XMP = 0x08, 0x04  # flags of a VP8X chunk


def _webp(data: bytes, exif: bytes) -> bytes:
    """Leave out the chunks of EXIF and XMP, and what is unknown."""
    kept = []
    for name, body in _riff(data):
        if name == b"VP8X":
            flags = body[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if exif else 0)
            kept.append(_chunk(name, bytes([flags]) + body[1:]))
        elif name in {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}:
            kept.append(_chunk(name, body))
    if exif and kept and kept[0].startswith(b"VP8X"):
        kept.append(_chunk(b"EXIF", exif))
    inner = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(inner).to_bytes(4, "little") + inner


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)


# From these versions of two boxes on, the number of an item has four bytes in place of two.
_LONG_IN_INFE, _LONG_IN_ILOC = 3, 2
_TEXT_ITEMS = {b"Exif", b"mime", b"uri "}
_NO_EXIF = bytes(4) + b"MM\0*\0\0\0\x08" + bytes(6)  # for readers that expect some


def _blanked(data: bytes) -> bytes:
    """Overwrite the texts of an AVIF or HEIC with nothing, as no place in it may move.

    They do not say how the picture is turned: a property of its container does.
    """
    made = bytearray(data)
    for start, until in boxes(data, 0, len(data), b"meta"):
        meta = (start + 4, until)
        items = {key for box in boxes(data, *meta, b"iinf") for key in _texts(data, box)}
        inside = next(boxes(data, *meta, b"idat"), (len(data), len(data)))
        for box in boxes(data, *meta, b"iloc"):
            for key, is_inside, offset, length in _places(data, box):
                if key in items:
                    at = offset + (inside[0] if is_inside else 0)
                    size = len(made[at : at + length])
                    made[at : at + size] = _NO_EXIF[:size].ljust(size, b"\0")
    return bytes(made)


def _texts(data: bytes, box: Box) -> Iterator[int]:
    """Yield the numbers of the items that are texts."""
    start, until = box
    first = start + (6 if data[start] == 0 else 8)
    for at, _ in boxes(data, first, until, b"infe"):
        wide = 4 if data[at] >= _LONG_IN_INFE else 2
        if data[at + 6 + wide : at + 10 + wide] in _TEXT_ITEMS:
            yield int.from_bytes(data[at + 4 : at + 4 + wide], "big")


def _places(data: bytes, box: Box) -> Iterator[tuple[int, bool, int, int]]:
    """Yield each part of each item: its number, whether it is in `idat`, its offset and length."""
    at, until = box

    def number(wide: int) -> int:
        nonlocal at
        at += wide
        return int.from_bytes(data[at - wide : at], "big")

    version = number(1)
    at += 3
    sizes, more = number(1), number(1)
    offset_wide, length_wide, base_wide = sizes >> 4, sizes & 15, more >> 4
    index_wide = more & 15 if version else 0
    wide = 4 if version >= _LONG_IN_ILOC else 2
    for _ in range(number(wide)):
        if at > until:  # it announces more than it has
            return
        key = number(wide)
        how = number(2) & 15 if version else 0
        at += 2
        base = number(base_wide)
        for _ in range(number(2)):
            at += index_wide
            offset = base + number(offset_wide)
            length = number(length_wide) or len(data)
            if at > until:
                return
            yield key, how == 1, offset, length
