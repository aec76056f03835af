"""Photos and clips over HTTP, under /api/v1."""

import re
import time
from dataclasses import asdict
from typing import IO, Any, Literal, cast

import pydantic
from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.formparser import FormDataParser

from mixroom.core.clock import rfc3339
from mixroom.core.errors import InvalidError
from mixroom.core.files import Incoming, Received, Store
from mixroom.core.ids import is_id
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.media import actions, queries
from mixroom.media.filetypes import MediaKind, kind_of
from mixroom.media.formats import as_item, plain_address
from mixroom.media.model import Media, MediaRole, MediaStatus, Original
from mixroom.web.api import Schema, documented
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.security import recheck_sign_in

MAX_HASHES = 50  # in one request
MAX_OTHER_BYTES = 1_000_000  # in the form beside the file


api = Blueprint("media_api", __name__)


class KnownFile(pydantic.BaseModel):
    """A file that has been sent before; `submission` is null if it is someone else's."""

    sha256: str
    id: str
    submission: str | None
    mine: bool


class KnownFiles(pydantic.BaseModel):
    """The files that the server has already, among those in the request."""

    items: list[KnownFile]


class Place(Schema):
    """A point in a picture, in fractions of its width and height from the upper left corner."""

    x: float = pydantic.Field(allow_inf_nan=False)
    y: float = pydantic.Field(allow_inf_nan=False)


class Part(Place):
    """A box in a picture: its upper left corner and its size, in fractions of the picture."""

    w: float = pydantic.Field(allow_inf_nan=False)
    h: float = pydantic.Field(allow_inf_nan=False)


class Retouch(Schema):
    """A retouching: crop, turn, focus and blurs.

    All places are in the upright original; `turn` counts clockwise quarter turns and is applied
    last. A field that is left out undoes that change.
    """

    turn: Literal[0, 1, 2, 3] = 0
    crop: Part | None = None
    focus: Place | None = None
    blurs: tuple[Part, ...] = ()


class Retouched(Retouch):
    """The last retouching of a photo, with its number (`version`), reviewer and time."""

    version: int
    by: str
    at: str


class PhotoState(pydantic.BaseModel):
    """A photo or a clip; once it is `ready`, its renditions can be fetched.

    `progress` is the converted share of a clip, in percent; `muted` says that its sound could not
    be decoded. `width`, `height` and `focus` describe the picture as it is shown. `retouch` is the
    last retouching, applied once the photo is ready; `plain` is the picture without it, for
    reviewers.
    """

    id: str
    kind: MediaKind
    status: MediaStatus
    role: MediaRole
    original: Original
    duration: float | None
    progress: int | None
    muted: bool
    refusal: dict[str, str | None] | None
    width: int | None
    height: int | None
    focus: Place | None
    color: str | None
    placeholder: str | None
    thumb: str | None
    card: str | None
    wall: str | None
    clip: str | None
    twins: list[str]
    variants: dict[str, str]
    retouch: Retouched | None
    plain: str | None


@api.post("/media")
@limiter.limit(lambda: current_app.config["MIXROOM_SUBMIT_RATE"])
@documented(
    "Upload a photo or a clip",
    {201: PhotoState, 200: PhotoState},
    multipart={
        "file": {"type": "string", "format": "binary"},
        "id": {"type": "string", "description": "The same id and file again is the same photo"},
        "role": {"type": "string", "enum": [role.value for role in MediaRole]},
        "kind": {"type": "string", "enum": [kind.value for kind in MediaKind]},
        "original_sha256": {
            "type": "string",
            "description": "With a preview: the SHA-256 of the original that will follow",
        },
        "submission": {
            "type": "string",
            "description": "Ignored: a submission names its photos",
        },
    },
)
def upload() -> tuple[Response, int]:
    by = member()
    by.must("media.upload")
    files = parts().files
    with _Form(files) as form:
        media_id, role = form.field("id"), form.field("role") or MediaRole.ORIGINAL
        if media_id is not None and not is_id(media_id):
            raise InvalidError("id", "malformed")
        kind = form.field("kind") or MediaKind.PHOTO
        if role not in list(MediaRole):
            raise InvalidError("role", "unknown")
        if kind not in list(MediaKind):
            raise InvalidError("kind", "unknown")
        received = form.received()
        recheck_sign_in(at_once=True)
        photo, new = actions.upload(
            by,
            received,
            files,
            media_id=media_id,
            role=MediaRole(role),
            kind=MediaKind(kind),
            original_sha256=_hash(form.field("original_sha256")),
        )
    return jsonify(described(photo, by)), 201 if new else 200


@api.get("/media")
@documented(
    "Ask which files have been sent to this event before",
    {200: KnownFiles},
    query={"sha256": f"Of a file, in hexadecimal; up to {MAX_HASHES} of them."},
)
def known() -> Response:
    by = member()
    hashes = [_hash(each) or "" for each in request.args.getlist("sha256")]
    if len(hashes) > MAX_HASHES:
        raise InvalidError("sha256", "too_many", most=MAX_HASHES)
    found = {}
    for photo in queries.sent_before(by, hashes):
        for sha256 in {photo.sha256, photo.original_sha256} & set(hashes):
            found[sha256] = {
                "sha256": sha256,
                "id": photo.id,
                "submission": photo.submission_id if photo.owner_id == by.id else None,
                "mine": photo.owner_id == by.id,
            }
    return jsonify({"items": list(found.values())})


@api.get("/media/<media_id>")
@documented("Read the state of a photo or a clip", {200: PhotoState})
def state(media_id: str) -> Response:
    by = member()
    return jsonify(described(queries.visible_to(by, media_id), by))


def described(photo: Media, by: Person) -> dict[str, Any]:
    """Return a photo as `PhotoState`, for its owner or a reviewer."""
    item, asked = as_item(photo), photo.retouching
    variants = {name: item[name] for name in ("thumb", "card", "wall", "clip") if item[name]}
    retouch = asked and asdict(asked.retouch) | {
        "version": asked.version,
        "by": asked.by,
        "at": rfc3339(asked.at),
    }
    plain = plain_address(photo) if by.reviews else None
    twins = item["twins"] if by.reviews else []  # they may be other people's
    return item | {"variants": variants, "retouch": retouch, "plain": plain, "twins": twins}


def _limit_of(head: bytes) -> int:
    """Return the size limit, in bytes, of a file that begins with `head`."""
    clip = kind_of(head, MediaKind.PHOTO) is MediaKind.VIDEO
    return parts().settings.max_bytes(clip=clip)


def _hash(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[0-9a-f]{64}", text):
        raise InvalidError("sha256", "malformed")
    return text


class _Form:
    """The multipart form of this request; its files go to the media store as they arrive.

    Werkzeug alone would collect them in memory and in the system's temporary folder, which is small
    or missing on many servers. Files that nobody takes are discarded at the end.
    """

    def __init__(self, files: Store) -> None:
        self._store = files
        self._largest = max(parts().settings.max_bytes(clip=clip) for clip in (False, True))
        self._incoming: list[Incoming] = []

    def __enter__(self) -> "_Form":
        request.max_content_length = self._largest + MAX_OTHER_BYTES
        parser = FormDataParser(
            stream_factory=self._next,
            max_form_memory_size=request.max_form_memory_size,
            max_form_parts=request.max_form_parts,
        )
        try:
            _, self._fields, self._files = parser.parse(
                request.stream,
                request.mimetype,
                request.content_length,
                request.mimetype_params,
            )
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for incoming in self._incoming:
            incoming.discard()

    def field(self, name: str) -> str | None:
        """Return a field's text, or None."""
        return self._fields.get(name)

    def received(self) -> Received:
        """Return the file, safe on the disk; raises InvalidError if there is none."""
        file = self._files.get("file")
        if file is None:
            raise InvalidError("file", "missing")
        return cast(_Arriving, file.stream).incoming.finish()

    def _next(self, *_: object, **__: object) -> IO[bytes]:
        self._incoming.append(self._store.incoming(self._largest))
        return cast(IO[bytes], _Arriving(self._incoming[-1]))


class _Arriving:
    """An incoming file, with the methods that the form's parser calls."""

    def __init__(self, incoming: Incoming) -> None:
        self.incoming = incoming

    def write(self, data: bytes) -> int:
        """Append bytes, and let other requests run."""
        time.sleep(0)
        recheck_sign_in()
        if not self.incoming.bytes:
            self.incoming.limit = _limit_of(data[:64])
        return self.incoming.write(data)

    def seek(self, _position: int) -> int:
        """Do nothing: nobody reads it back."""
        return 0

    def close(self) -> None:
        """Do nothing: the form discards it."""
