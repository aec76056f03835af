"""Originals in portions: tus 1.0.0 under /api/v1/uploads/ (tus.io/protocols/resumable-upload).

The extensions creation, creation-with-upload, expiration, checksum and termination. A phone loses
its Wi-Fi in the middle of a request without a word: what has arrived stays, its next question is
answered at once, and its next bytes take the file over from the connection that hangs.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request

from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Pen, Store, TooLargeError
from mixroom.core.ids import is_id
from mixroom.media import uploading
from mixroom.media.uploads import ChecksumError, Quota, Quotas, Upload, WrongOffsetError
from mixroom.team.asking import member
from mixroom.web.api import documented
from mixroom.web.declaration import parts
from mixroom.web.problems import RefusedError
from mixroom.web.security import recheck_sign_in

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS: Mapping[str, Callable[[], Any]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "md5": lambda: hashlib.md5(usedforsecurity=False),
}
PRECONDITION_FAILED = 412
PIECE = 16 << 10  # bytes; what a dead line held back of a larger read would be lost
BYTES = "application/offset+octet-stream"
NUMBER = re.compile("[0-9]{1,15}")  # more bytes than anyone has
SHA256 = re.compile("[0-9a-f]{64}")
MEDIA_TYPE = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,50}", re.ASCII)

tus = Blueprint("tus", __name__)
HEARD = {"Tus-Resumable": "1.0.0; any other version is answered 412."}


def _spoken(view: Callable[..., Response]) -> Callable[..., Response]:
    """Refuse a stranger, and another version of the protocol."""

    @wraps(view)
    def answer(**named: str) -> Response:
        member()
        if request.headers.get("Tus-Resumable") != VERSION:
            raise RefusedError("tus_version")
        return view(**named)

    return answer


@tus.after_request
def said(response: Response) -> Response:
    response.headers.setdefault("Tus-Resumable", VERSION)
    if response.status_code == PRECONDITION_FAILED:
        response.headers["Tus-Version"] = VERSION
    return response


@tus.route("/uploads/", methods=["OPTIONS"], provide_automatic_options=False)
@tus.route("/uploads/<key>", methods=["OPTIONS"], provide_automatic_options=False)
def options(key: str = "") -> Response:  # noqa: ARG001  the same for each
    return _answer(
        204,
        {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": _largest(),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@tus.post("/uploads/")
@documented(
    "Announce a file that will come in portions; its body may be the first of them",
    {201: None},
    headers=HEARD
    | {
        "Upload-Length": "The bytes of the whole file.",
        "Upload-Metadata": "`id` (of the photo), `filename`, `filetype`, `sha256` in base64.",
    },
)
@_spoken
def create() -> Response:
    by = member()
    by.must("media.upload")
    length, told = _number("Upload-Length"), _metadata()
    kind = _media_type(told.get("filetype", ""))
    if length > _limit_of(kind):
        raise TooLargeError
    key, sha256 = told.get("id"), told.get("sha256")
    if key is not None and not is_id(key):
        raise InvalidError("id", "malformed")
    if sha256 is not None and not SHA256.fullmatch(sha256):
        raise InvalidError("sha256", "malformed")
    upload = uploading.announce(by, parts().files, key, length, kind, sha256, _quotas())
    offset = uploading.reached(upload, parts().files)
    if request.mimetype == BYTES and not offset:
        upload, offset = _receive(upload, parts().files, 0)
    place = f"{request.path.rstrip('/')}/{upload.id}"
    return _answer(201, {"Location": place, "Upload-Offset": offset, **_until(upload)})


@tus.route("/uploads/<key>", methods=["HEAD"])
@_spoken
def reached(key: str) -> Response:
    upload = uploading.find(member(), key)
    offset = uploading.reached(upload, parts().files)
    return _answer(200, {"Upload-Offset": offset, "Upload-Length": upload.length, **_until(upload)})


@tus.patch("/uploads/<key>")
@documented(
    "Add bytes to a file",
    {204: None},
    headers=HEARD
    | {
        "Upload-Offset": "Where they begin; 409 says where the file really goes on.",
        "Upload-Checksum": "`sha1`, `sha256` or `md5` and the digest in base64; 460 if wrong.",
    },
)
@_spoken
def add(key: str) -> Response:
    upload = uploading.find(member(), key)
    if request.mimetype != BYTES:
        raise RefusedError("wrong_type")
    upload, offset = _receive(upload, parts().files, _number("Upload-Offset"))
    return _answer(204, {"Upload-Offset": offset, **_until(upload)})


@tus.delete("/uploads/<key>")
@documented("Give up a file that is on its way", {204: None}, headers=HEARD)
@_spoken
def cancel(key: str) -> Response:
    uploading.cancel(member(), parts().files, key)
    return _answer(204, {})


@tus.patch("/uploads/", endpoint="add_to_nothing")
@tus.delete("/uploads/", endpoint="cancel_nothing")
@documented("Nothing: an upload has a name, and without it 404", {}, headers=HEARD)
@_spoken
def nothing() -> Response:
    raise NotFoundError("an upload without a name")


def _largest() -> int:
    return max(parts().settings.max_bytes(clip=clip) for clip in (False, True))


def _limit_of(media_type: str) -> int:
    return parts().settings.max_bytes(clip=media_type.startswith("video/"))


def _quotas() -> Quotas:
    settings = parts().settings
    return Quotas(
        Quota(settings.pending_person_files, settings.pending_person_mb * 1_000_000),
        Quota(settings.pending_event_files, settings.pending_event_mb * 1_000_000),
    )


def _receive(upload: Upload, files: Store, offset: int) -> tuple[Upload, int]:
    """Add what this request carries, as it arrives; return the upload and the new offset."""
    if upload.done:
        if offset != upload.length:
            raise WrongOffsetError(offset=upload.length)
        return upload, upload.length
    partial = files.partial(upload.id)
    token, here = partial.take_over()
    if offset != here:
        raise WrongOffsetError(offset=here)
    algorithm, wanted = _checksum()
    digest = ALGORITHMS[algorithm]() if algorithm else None
    with partial.writing(token, offset) as pen:
        for piece in _pieces():
            recheck_sign_in()
            if pen.at + len(piece) > upload.length:
                pen.undo()
                raise TooLargeError
            pen.write(piece)
            if digest:
                digest.update(piece)
        _must_match(digest, wanted, pen)
        reached = pen.at
    recheck_sign_in(at_once=True)
    return uploading.progressed(upload, files), reached


def _pieces() -> Any:
    """Yield the body as it arrives, until it ends or the line dies."""
    stream = request.environ["wsgi.input"]
    left = request.content_length
    while left is None or left > 0:
        try:
            piece = stream.read(PIECE if left is None else min(PIECE, left))
        except (OSError, ValueError):
            return
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece


def _must_match(digest: Any, wanted: bytes, pen: Pen) -> None:
    """Keep nothing of a request whose checksum is wrong, also where it was cut off."""
    if digest is not None and digest.digest() != wanted:
        pen.undo()
        raise ChecksumError


def _checksum() -> tuple[str, bytes]:
    header = request.headers.get("Upload-Checksum", "")
    if not header:
        return "", b""
    algorithm, _, text = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidError("Upload-Checksum", "unknown")
    return algorithm, _decoded(text, "Upload-Checksum")


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not NUMBER.fullmatch(text):
        raise InvalidError(header, "malformed" if text else "missing")
    return int(text)


def _metadata() -> dict[str, str]:
    """Return what the client says of the file; raises InvalidError."""
    told = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, text = pair.strip().partition(" ")
        told[name] = _decoded(text, "Upload-Metadata").decode(errors="replace")
    return told


def _media_type(text: str) -> str:
    """Return what the client says that it sends, where it is a media type at all."""
    return text if MEDIA_TYPE.fullmatch(text) else ""


def _decoded(text: str, field: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError(field, "malformed") from error


def _until(upload: Upload) -> dict[str, str]:
    """Return the header that tells until when the portions are kept."""
    return (
        {} if upload.done else {"Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}
    )


def _answer(status: int, headers: Mapping[str, Any]) -> Response:
    said = {name: str(value) for name, value in headers.items()}
    return Response(status=status, headers={"Tus-Resumable": VERSION, **said})
