"""Uploads in portions: tus 1.0.0 under /api/v1/uploads/ (tus.io/protocols/resumable-upload).

The extensions are creation, creation-with-upload, expiration, checksum and termination. A phone may
lose its Wi-Fi in the middle of a request, without closing the connection. The bytes that arrived
stay, its next question is answered at once, and its next portion takes the file over from the
connection that hangs.
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
from mixroom.crew.asking import member
from mixroom.media import uploading
from mixroom.media.limits import MAX_LOOSE_BYTES
from mixroom.media.uploads import LOOSE, ChecksumError, Quota, Quotas, Upload, WrongOffsetError
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
PIECE = 16 << 10  # bytes; a dead connection loses the unread part of a larger one
BYTES = "application/offset+octet-stream"
NUMBER = re.compile("[0-9]{1,15}")  # more bytes than anyone has
SHA256 = re.compile("[0-9a-f]{64}")
MEDIA_TYPE = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,50}", re.ASCII)

tus = Blueprint("tus", __name__)
TUS_HEADERS = {"Tus-Resumable": "1.0.0; the answer to any other version is 412."}


def _checked_version(view: Callable[..., Response]) -> Callable[..., Response]:
    """Refuse people who are not signed in, and other versions of the protocol."""

    @wraps(view)
    def answer(**named: str) -> Response:
        member()
        if request.headers.get("Tus-Resumable") != VERSION:
            raise RefusedError("tus_version")
        return view(**named)

    return answer


@tus.after_request
def add_version(response: Response) -> Response:
    """Add the headers that every answer has."""
    response.headers.setdefault("Tus-Resumable", VERSION)
    if response.status_code == PRECONDITION_FAILED:
        response.headers["Tus-Version"] = VERSION
    return response


@tus.route("/uploads/", methods=["OPTIONS"], provide_automatic_options=False)
@tus.route("/uploads/<key>", methods=["OPTIONS"], provide_automatic_options=False)
def options(key: str = "") -> Response:  # noqa: ARG001  the answer is the same for each key
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
    "Announce a file that comes in portions; the body may be the first one",
    {201: None},
    headers=TUS_HEADERS
    | {
        "Upload-Length": "The bytes of the whole file.",
        "Upload-Metadata": "`id` (of the photo), `filename`, `filetype`, `sha256` in base64; "
        "`use`, if it is `loose`: a file of 100 MB at most for a support, not a photo.",
    },
)
@_checked_version
def create() -> Response:
    by = member()
    by.must("media.upload")
    length, metadata = _number("Upload-Length"), _metadata()
    kind = LOOSE if metadata.get("use") == LOOSE else _media_type(metadata.get("filetype", ""))
    if length > _limit_of(kind):
        raise TooLargeError
    key, sha256 = metadata.get("id"), metadata.get("sha256")
    if key is not None and not is_id(key):
        raise InvalidError("id", "malformed")
    if sha256 is not None and not SHA256.fullmatch(sha256):
        raise InvalidError("sha256", "malformed")
    upload = uploading.announce(by, parts().files, key, length, kind, sha256, _quotas())
    offset = uploading.reached(upload, parts().files)
    if request.mimetype == BYTES and not offset:
        upload, offset = _receive(upload, parts().files, 0)
    place = f"{request.path.rstrip('/')}/{upload.id}"
    return _answer(201, {"Location": place, "Upload-Offset": offset, **_expiry(upload)})


@tus.route("/uploads/<key>", methods=["HEAD"])
@_checked_version
def reached(key: str) -> Response:
    upload = uploading.get_own(member(), key)
    offset = uploading.reached(upload, parts().files)
    return _answer(
        200, {"Upload-Offset": offset, "Upload-Length": upload.length, **_expiry(upload)}
    )


@tus.patch("/uploads/<key>")
@documented(
    "Add bytes to a file",
    {204: None},
    headers=TUS_HEADERS
    | {
        "Upload-Offset": "Where the bytes begin; 409 has the right offset.",
        "Upload-Checksum": "`sha1`, `sha256` or `md5` and the digest in base64; 460 if wrong.",
    },
)
@_checked_version
def add(key: str) -> Response:
    upload = uploading.get_own(member(), key)
    if request.mimetype != BYTES:
        raise RefusedError("wrong_type")
    upload, offset = _receive(upload, parts().files, _number("Upload-Offset"))
    return _answer(204, {"Upload-Offset": offset, **_expiry(upload)})


@tus.delete("/uploads/<key>")
@documented("Cancel an upload", {204: None}, headers=TUS_HEADERS)
@_checked_version
def cancel(key: str) -> Response:
    uploading.cancel(member(), parts().files, key)
    return _answer(204, {})


@tus.patch("/uploads/", endpoint="add_to_nothing")
@tus.delete("/uploads/", endpoint="cancel_nothing")
@documented("Answer 404: the key of the upload is missing", {}, headers=TUS_HEADERS)
@_checked_version
def nothing() -> Response:
    raise NotFoundError("an upload without a name")


def _largest() -> int:
    largest = max(parts().settings.max_bytes(clip=clip) for clip in (False, True))
    return max(largest, MAX_LOOSE_BYTES)


def _limit_of(media_type: str) -> int:
    if media_type == LOOSE:
        return MAX_LOOSE_BYTES
    return parts().settings.max_bytes(clip=media_type.startswith("video/"))


def _quotas() -> Quotas:
    settings = parts().settings
    return Quotas(
        Quota(settings.pending_person_files, settings.pending_person_mb * 1_000_000),
        Quota(settings.pending_event_files, settings.pending_event_mb * 1_000_000),
    )


def _receive(upload: Upload, files: Store, offset: int) -> tuple[Upload, int]:
    """Write the body to the file as it arrives; return the upload and the new offset."""
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
    """Yield the body as it arrives, until it ends or the connection breaks."""
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
    """Raise ChecksumError, and keep nothing of the request, if its checksum is wrong."""
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
    """Return the metadata of the file by name; raises InvalidError."""
    metadata = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, text = pair.strip().partition(" ")
        metadata[name] = _decoded(text, "Upload-Metadata").decode(errors="replace")
    return metadata


def _media_type(text: str) -> str:
    """Return the text if it is a media type, else an empty string."""
    return text if MEDIA_TYPE.fullmatch(text) else ""


def _decoded(text: str, field: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError(field, "malformed") from error


def _expiry(upload: Upload) -> dict[str, str]:
    """Return the Upload-Expires header of an unfinished upload."""
    return (
        {} if upload.done else {"Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}
    )


def _answer(status: int, headers: Mapping[str, Any]) -> Response:
    texts = {name: str(value) for name, value in headers.items()}
    return Response(status=status, headers={"Tus-Resumable": VERSION, **texts})
