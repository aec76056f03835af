"""Announcements over HTTP, under /api/v1."""

import pydantic
from flask import Blueprint, Response, jsonify

from mixroom.announcements import actions
from mixroom.announcements.model import Audience
from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.web.api import Schema, Text, documented, parse

api = Blueprint("announcements_api", __name__)


class NewAnnouncement(Schema):
    """A word to the crew, for some minutes; `role` goes with `to: role`."""

    text: Text
    id: str | None = None
    to: Audience = Audience.ALL
    role: Role | None = None
    minutes: int = 30
    walls: bool = False


class SentAnnouncement(pydantic.BaseModel):
    """The announcement, and to how many people it was addressed."""

    id: str
    told: int


@api.post("/announcements")
@documented(
    "Tell the crew something, and the walls too", {201: SentAnnouncement}, body=NewAnnouncement
)
def send() -> tuple[Response, int]:
    """Send an announcement; a retry with the same id sends it once."""
    new = parse(NewAnnouncement)
    if new.id is not None and not is_id(new.id):
        raise InvalidError("id", "malformed")
    sent = actions.send(
        member(),
        Bilingual.of(new.text.fr, new.text.en),
        audience=new.to,
        role=new.role,
        minutes=new.minutes,
        on_walls=new.walls,
        announcement_id=new.id,
    )
    return jsonify({"id": sent.id, "told": sent.told}), 201


@api.post("/announcements/<key>/receipt")
@documented("Say that one has read an announcement", {204: None})
def acknowledge(key: str) -> tuple[str, int]:
    """Count this person among those who have read it."""
    actions.acknowledge(member(), key)
    return "", 204


@api.delete("/announcements/<key>")
@documented("Stop showing an announcement", {204: None})
def end(key: str) -> tuple[str, int]:
    """Take an announcement off the pages; a message on the walls ends by itself."""
    actions.end(member(), key)
    return "", 204
