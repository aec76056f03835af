"""The messages in which a child reports its findings; the worker checks each one."""

import errno
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any

from mixroom.media.filetypes import Format
from mixroom.media.findings import Clip, Document, Mark, Photo, Print, Progress, Refused
from mixroom.media.limits import (
    LOGO,
    MAX_CLIP_LONG,
    MAX_CLIP_SECONDS,
    MAX_PAGES,
    PAGE,
    PAGES_DRAWN,
    WALL_MAX,
)
from mixroom.media.refusals import Refusal, RefusedError

MAX_ANSWER = 32 << 20  # bytes in all; a wall rendition has half a million
PhotoFinding = Photo | Print | Refused
ClipFinding = PhotoFinding | Progress | Clip
DocumentFinding = Document | Print | Refused
PRINTS = ("thumb", "card", "wall", "plain")
PAGE_PRINTS = tuple(f"page-{number}" for number in range(1, PAGES_DRAWN + 1))
_SHAPES = {
    "sha256": r"[0-9a-f]{64}",
    "dhash": r"[0-9a-f]{16}",
    "phash": r"[0-9a-f]{16}",
    "color": r"#[0-9a-f]{6}",
    "placeholder": r"data:image/webp;base64,[A-Za-z0-9+/=]{1,2000}",
}
FRAME = struct.Struct(">II")  # bytes of JSON, bytes of picture


def parse_photo(fields: dict[str, Any], picture: bytes) -> PhotoFinding:
    """Return the finding in a message about a photo; raises ValueError for a wrong shape."""
    kind = fields.pop("kind")
    if kind == "refused":
        return _parse_refusal(fields)
    if kind == "photo":
        if wrong := [key for key, shape in _SHAPES.items() if not re.fullmatch(shape, fields[key])]:
            raise ValueError(wrong)
        taken_at = fields.pop("taken_at")
        fields["taken_at"] = datetime.fromisoformat(taken_at) if taken_at else None
        fields["format"] = Format(fields["format"])
        fields["width"], fields["height"] = int(fields["width"]), int(fields["height"])
        fields["differs"] = fields["differs"] is not False
        return Photo(**fields)
    if kind == "print":
        sound = fields["name"] in PRINTS and picture.startswith(b"\xff\xd8\xff")
        if not sound or not 0 < min(fields["width"], fields["height"]) <= WALL_MAX:
            raise ValueError("no print")
        return Print(fields["name"], int(fields["width"]), int(fields["height"]), picture)
    raise ValueError(kind)


def _parse_refusal(fields: dict[str, Any]) -> Refused:
    reason, detail = Refusal(fields["reason"]), str(fields["detail"])[:200]
    return Refused(reason, detail, again=fields.get("again") is True)


def parse_clip(fields: dict[str, Any], picture: bytes) -> ClipFinding:
    """Return the finding in a message about a clip; raises ValueError for a wrong shape."""
    if fields["kind"] == "progress":
        return Progress(min(99, max(0, int(fields["percent"]))))
    if fields["kind"] == "clip":
        width, height = int(fields["width"]), int(fields["height"])
        duration = float(fields["duration"])
        if not (0 < min(width, height) <= max(width, height) <= MAX_CLIP_LONG):
            raise ValueError("no clip")
        if not 0 <= duration <= MAX_CLIP_SECONDS:
            raise ValueError("no duration")
        return Clip(width, height, duration, fields["muted"] is True)
    return parse_photo(fields, picture)


def parse_logo(fields: dict[str, Any], picture: bytes) -> Mark | Refused:
    """Return the finding in a message about a logo; raises ValueError for a wrong shape."""
    if fields["kind"] == "refused":
        return _parse_refusal(fields)
    width, height, ink = int(fields["width"]), int(fields["height"]), float(fields["ink"])
    if fields["kind"] != "mark" or not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("no logo")
    if not (0 < min(width, height) <= max(width, height) <= LOGO and 0 < ink <= 1):
        raise ValueError("no logo")
    return Mark(width, height, ink, fields["pale"] is True, picture)


def parse_document(fields: dict[str, Any], picture: bytes) -> DocumentFinding:
    """Return the finding in a message about a document; raises ValueError for a wrong shape."""
    if fields["kind"] == "refused":
        return _parse_refusal(fields)
    if fields["kind"] == "document":
        if not 0 < (pages := int(fields["pages"])) <= MAX_PAGES:
            raise ValueError("no document")
        return Document(pages)
    width, height = int(fields["width"]), int(fields["height"])
    if fields["kind"] != "print" or fields["name"] not in PAGE_PRINTS:
        raise ValueError("no page")
    if not picture.startswith(b"\xff\xd8\xff") or not 0 < min(width, height) <= PAGE + 1:
        raise ValueError("no page")
    return Print(fields["name"], width, height, picture)


def send_all(
    out: IO[bytes], findings: Iterator[Photo | Print | Mark | Progress | Clip | Document]
) -> None:
    """Send each finding as it is made; after an error, send a refusal."""
    try:
        for made in findings:
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
    fields = json.dumps({"kind": kind, **facts}, default=datetime.isoformat).encode()
    out.write(FRAME.pack(len(fields), len(picture)) + fields + picture)
    out.flush()
