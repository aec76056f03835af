"""Wraps over HTTP, under /api/v1. A day is its number in the event, from 1, or its date."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify

from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.submissions.api import if_match
from mixroom.web.api import Schema, Text, documented, parse
from mixroom.wrap import actions, queries
from mixroom.wrap.model import Draft, Piece

api = Blueprint("wrap_api", __name__)
VERSION = {"If-Match": "The version that was changed; 412 if it is no longer the present one."}


class PieceBody(Schema):
    """An approved submission, and a caption in place of its own text, for each language."""

    id: str
    caption: Text = Text()


class WrapBody(Schema):
    """A draft: words, the pieces in their order, and the ids of people not to name."""

    title: Text = Text()
    opening: Text = Text()
    thanks: Text = Text()
    pieces: tuple[PieceBody, ...] = ()
    unnamed: tuple[str, ...] = ()

    def as_draft(self) -> Draft:
        """Return the content as the action takes it."""
        return Draft(
            _both(self.title),
            _both(self.opening),
            _both(self.thanks),
            tuple(Piece(each.id, _both(each.caption)) for each in self.pieces),
            frozenset(self.unnamed),
        )


class WrapState(pydantic.BaseModel):
    """The wrap of a day. `pieces` may name items that are not shown at present."""

    id: str
    day: int
    date: str
    status: str
    version: int
    title: dict[str, str | None]
    opening: dict[str, str | None]
    thanks: dict[str, str | None]
    pieces: list[dict[str, Any]]
    numbers: dict[str, int]
    people: list[dict[str, Any]]
    model_config = pydantic.ConfigDict(extra="allow")


@api.get("/wraps/<day>")
@documented("Read the wrap of a day", {200: WrapState})
def read(day: str) -> Response:
    """Return a day's wrap, with its version as the ETag; 0 is one that nobody has saved."""
    return _answer(queries.wrap(*_asked(day)))


@api.put("/wraps/<day>")
@documented("Save the wrap of a day", {200: WrapState}, body=WrapBody, headers=VERSION)
def save(day: str) -> Response:
    """Replace what people write. A piece that is left out is never proposed again."""
    by, number = _asked(day)
    return _answer(actions.save(by, number, parse(WrapBody).as_draft(), version=if_match()))


@api.post("/wraps/<day>/proposal")
@documented("Have the pieces of a day proposed", {200: WrapState})
def propose(day: str) -> Response:
    """Add what the rules propose; what a person chose, moved or took out stays so."""
    by, number = _asked(day)
    return _answer(actions.propose(by, number))


@api.post("/wraps/<day>/publication")
@documented("Publish the wrap of a day", {200: WrapState})
def publish(day: str) -> Response:
    """Show the wrap on the public page."""
    by, number = _asked(day)
    return _answer(actions.publish(by, number))


@api.delete("/wraps/<day>/publication")
@documented("Take the wrap of a day down", {200: WrapState})
def take_down(day: str) -> Response:
    """Take the wrap off the public page and off the walls."""
    return _answer(actions.take_down(*_asked(day)))


def _asked(day: str) -> tuple[Any, int]:
    """Return the person and the day (from 0); raises NotFoundError for a day of no event."""
    by = member()
    by.must("wrap.edit")
    return by, queries.day_number(by, day)


def _both(text: Text) -> Bilingual:
    return Bilingual.of(text.fr, text.en)


def _answer(item: dict[str, Any]) -> Response:
    response = jsonify(item)
    response.set_etag(str(item["version"]))
    return response
