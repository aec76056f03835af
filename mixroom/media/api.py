"""Photos over HTTP, under /api/v1."""

from typing import Any, BinaryIO, cast

import pydantic
from flask import Blueprint, Response, current_app, jsonify, request

from mixroom.core.errors import InvalidError
from mixroom.core.files import Store
from mixroom.core.ids import is_id
from mixroom.media import actions
from mixroom.media.formats import as_item
from mixroom.media.model import MediaRole, MediaStatus
from mixroom.settings import Settings
from mixroom.team.model import Person
from mixroom.web.api import documented
from mixroom.web.limits import limiter
from mixroom.web.security import person

ROOM_FOR_THE_REST = 1_000_000  # bytes of the form beside the file


class PhotoState(pydantic.BaseModel):
    """A photo: `ready` once its renditions can be fetched from the addresses given."""

    id: str
    status: MediaStatus
    refusal: dict[str, str | None] | None
    width: int | None
    height: int | None
    color: str | None
    placeholder: str | None
    thumb: str | None
    card: str | None
    wall: str | None
    twins: list[str]
    variants: dict[str, str]


def blueprint(settings: Settings, files: Store) -> Blueprint:
    """Return the routes."""
    api = Blueprint("media_api", __name__)
    most = settings.max_upload_mb * 1_000_000

    @api.post("/media")
    @limiter.limit(lambda: current_app.config["MIXROOM_SUBMIT_RATE"])
    @documented(
        "Upload a photo",
        {201: PhotoState, 200: PhotoState},
        multipart={
            "file": {"type": "string", "format": "binary"},
            "id": {"type": "string", "description": "The same id and file again is the same photo"},
            "role": {"type": "string", "enum": [role.value for role in MediaRole]},
            "submission": {
                "type": "string",
                "description": "Ignored: a submission names its photos",
            },
        },
    )
    def upload() -> tuple[Response, int]:
        by = _by()
        by.must("media.upload")
        request.max_content_length = most + ROOM_FOR_THE_REST
        file = request.files.get("file")
        if file is None:
            raise InvalidError("file", "missing")
        media_id, role = request.form.get("id"), request.form.get("role", MediaRole.ORIGINAL)
        if media_id is not None and not is_id(media_id):
            raise InvalidError("id", "malformed")
        if role not in list(MediaRole):
            raise InvalidError("role", "unknown")
        received = files.receive(cast(BinaryIO, file.stream), most)
        photo, new = actions.upload(by, received, files, media_id=media_id, role=MediaRole(role))
        return jsonify(_described(as_item(photo))), 201 if new else 200

    @api.get("/media/<media_id>")
    @documented("See what became of a photo", {200: PhotoState})
    def state(media_id: str) -> Response:
        return jsonify(_described(as_item(actions.state(_by(), media_id))))

    return api


def _described(item: dict[str, Any]) -> dict[str, Any]:
    variants = {name: item[name] for name in ("thumb", "card", "wall") if item[name]}
    return item | {"variants": variants}


def _by() -> Person:
    return person()  # type: ignore[return-value]
