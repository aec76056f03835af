"""Letters over HTTP, under /api/v1."""

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.crew.asking import member
from mixroom.letters import actions, queries
from mixroom.letters.items import letter_item, letter_items
from mixroom.letters.model import SHOWN, Fault, Move, State
from mixroom.web.api import Schema, Timestamp, documented, parse

api = Blueprint("letters_api", __name__)


class LetterState(pydantic.BaseModel):
    """A letter; `moves` are those that can be made with it now.

    `fault` says why it was not sent, or is not known to be; `reply` is the mail server's word.
    """

    id: str
    template: str
    name: str
    email: str
    lang: str
    person: str | None
    subject: str
    state: State
    created_at: str
    due_at: str | None
    ended_at: str | None
    tries: int
    fault: Fault | None
    reply: str | None
    by_hand: bool
    moves: list[Move]


class WholeLetter(LetterState):
    """A letter with its text; secrets are struck out once it was sent."""

    body: str


class LetterPage(pydantic.BaseModel):
    """A page of letters, newest first; `before` asks for the next one, null if there is none."""

    items: list[LetterState]
    before: str | None


class LetterMove(Schema):
    """A move with a letter; `at` is for `schedule` alone."""

    move: Move
    at: Timestamp | None = None


class LetterWords(Schema):
    """The words of a letter, and the address that it goes to."""

    email: str
    subject: str
    body: str


@api.get("/letters")
@documented(
    "List the letters",
    {200: LetterPage},
    query={
        "show": "`held`, `waiting`, `failed`, `sent` or `cancelled`; all if it is missing.",
        "q": "A part of a name or an address.",
        "before": "The last id of the page before.",
    },
)
def letters() -> Response:
    """Return a page of letters, newest first, without their texts."""
    asked = request.args
    show, before = asked.get("show", ""), asked.get("before", "")
    if show and show not in SHOWN:
        raise InvalidError("show", "unknown")
    if before and not is_id(before):
        raise InvalidError("before", "malformed")
    found = queries.outbox(member(), SHOWN.get(show, ()), asked.get("q", "")[:80], before)
    items = list(letter_items(found.letters).values())
    return jsonify({"items": items, "before": found.older})


@api.get("/letters/<key>")
@documented("Read a letter", {200: WholeLetter})
def letter(key: str) -> Response:
    """Return a letter with its text."""
    return jsonify(letter_item(queries.letter(member(), key)))


@api.post("/letters/<key>/moves")
@documented("Send, hold, put off or cancel a letter", {200: WholeLetter}, body=LetterMove)
def move(key: str) -> Response:
    """Make a move with a letter. `again` sends one again that may have arrived."""
    by = member()
    by.must("letter.edit")
    sent = parse(LetterMove)
    return jsonify(letter_item(actions.move(by, key, sent.move, at=sent.at)))


@api.put("/letters/<key>/words")
@documented("Edit a letter that has not gone", {200: WholeLetter}, body=LetterWords)
def edit(key: str) -> Response:
    """Change the words of a letter, or the address that it goes to."""
    by = member()
    by.must("letter.edit")
    sent = parse(LetterWords)
    after = actions.edit(by, key, email=sent.email, subject=sent.subject, body=sent.body)
    return jsonify(letter_item(after))
