"""The messages in which a child reports its findings; the worker checks each before use."""

import errno
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any

from mixroom.media.filetypes import Format
from mixroom.media.findings import Clip, Mark, Photo, Print, Progress, Refused
from mixroom.media.limits import CLIP_LONG, LOGO, LONGEST_CLIP, WALL_MAX
from mixroom.media.refusals import Refusal, RefusedError

MAX_ANSWER = 32 << 20  # bytes in all; a wall rendition has half a million
Answer = Photo | Print | Refused
Word = Answer | Progress | Clip
PRINTS = ("thumb", "card", "wall", "plain")
_SHAPES = {
    "sha256": r"[0-9a-f]{64}",
    "dhash": r"[0-9a-f]{16}",
    "phash": r"[0-9a-f]{16}",
    "color": r"#[0-9a-f]{6}",
    "placeholder": r"data:image/webp;base64,[A-Za-z0-9+/=]{1,2000}",
}
FRAME = struct.Struct(">II")  # bytes of JSON, bytes of picture


def parse_photo(said: dict[str, Any], picture: bytes) -> Answer:
    """Return a message about a photo as a value; raises ValueError for a wrong shape."""
    kind = said.pop("kind")
    if kind == "refused":
        return _parse_refusal(said)
    if kind == "photo":
        if wrong := [key for key, shape in _SHAPES.items() if not re.fullmatch(shape, said[key])]:
            raise ValueError(wrong)
        taken_at = said.pop("taken_at")
        said["taken_at"] = datetime.fromisoformat(taken_at) if taken_at else None
        said["format"] = Format(said["format"])
        said["width"], said["height"] = int(said["width"]), int(said["height"])
        said["differs"] = said["differs"] is not False
        return Photo(**said)
    if kind == "print":
        sound = said["name"] in PRINTS and picture.startswith(b"\xff\xd8\xff")
        if not sound or not 0 < min(said["width"], said["height"]) <= WALL_MAX:
            raise ValueError("no print")
        return Print(said["name"], int(said["width"]), int(said["height"]), picture)
    raise ValueError(kind)


def _parse_refusal(said: dict[str, Any]) -> Refused:
    reason, detail = Refusal(said["reason"]), str(said["detail"])[:200]
    return Refused(reason, detail, again=said.get("again") is True)


def parse_clip(said: dict[str, Any], picture: bytes) -> Word:
    """Return a message about a clip as a value; raises ValueError for a wrong shape."""
    if said["kind"] == "progress":
        return Progress(min(99, max(0, int(said["percent"]))))
    if said["kind"] == "clip":
        width, height = int(said["width"]), int(said["height"])
        duration = float(said["duration"])
        if not (0 < min(width, height) <= max(width, height) <= CLIP_LONG):
            raise ValueError("no clip")
        if not 0 <= duration <= LONGEST_CLIP:
            raise ValueError("no duration")
        return Clip(width, height, duration, said["muted"] is True)
    return parse_photo(said, picture)


def parse_logo(said: dict[str, Any], picture: bytes) -> Mark | Refused:
    """Return a message about a logo as a value; raises ValueError for a wrong shape."""
    if said["kind"] == "refused":
        return _parse_refusal(said)
    width, height, ink = int(said["width"]), int(said["height"]), float(said["ink"])
    if said["kind"] != "mark" or not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("no logo")
    if not (0 < min(width, height) <= max(width, height) <= LOGO and 0 < ink <= 1):
        raise ValueError("no logo")
    return Mark(width, height, ink, said["pale"] is True, picture)


def send_all(out: IO[bytes], words: Iterator[Photo | Print | Mark | Progress | Clip]) -> None:
    """Send each finding as it is made, and the reason if there will be no more."""
    try:
        for made in words:
            if isinstance(made, Print):
                size = {"name": made.name, "width": made.width, "height": made.height}
                _send(out, "print", size, made.data)
            elif isinstance(made, Mark):
                facts = asdict(made)
                _send(out, "mark", facts, facts.pop("data"))
            else:
                _send(out, type(made).__name__.lower(), asdict(made))
        _send(out, "done", {})
    except RefusedError as refused:
        _send(out, "refused", {"reason": refused.reason, "detail": refused.detail})
    except MemoryError:
        _send(out, "refused", {"reason": Refusal.TOO_COMPLEX, "detail": "memory", "again": True})
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _SERVER_TROUBLE:
            _send(out, "trouble", {"detail": repr(error)})
            return
        _send(out, "refused", {"reason": Refusal.UNDECODABLE, "detail": repr(error)[:200]})


_SERVER_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}


def _send(out: IO[bytes], kind: str, facts: dict[str, Any], picture: bytes = b"") -> None:
    said = json.dumps({"kind": kind, **facts}, default=datetime.isoformat).encode()
    out.write(FRAME.pack(len(said), len(picture)) + said + picture)
    out.flush()
