"""Promises to sponsors over HTTP, under /api/v1."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.plan.channels import Channel
from mixroom.promises import actions, queries
from mixroom.promises.model import EvidenceKind, PromiseKind, State
from mixroom.web.api import Schema, Text, Timestamp, documented, number, parse

VERSION = {"If-Match": "The `version` that was changed; 409 if it is no longer the present one."}

api = Blueprint("promises_api", __name__)


class NewPromise(Schema):
    """A promise to a sponsor; due as the event's last day ends unless `due` says otherwise.

    `amount` is a share of the walls' time in percent, seconds a day, or a number of mentions or
    supports. Mentions count on `channels`, or on any if there are none.
    """

    sponsor: str
    kind: PromiseKind
    words: Text = Text()
    amount: float = 1
    channels: tuple[Channel, ...] = ()
    owner: str | None = None
    due: Timestamp | None = None


class PromiseChange(Schema):
    """Fields to change; those that are left out stay."""

    words: Text | None = None
    amount: float | None = None
    channels: tuple[Channel, ...] | None = None
    owner: str | None = None
    due: Timestamp | None = None


class NewEvidence(Schema):
    """Evidence: `ref` is the id of a message (with its `channel`), a support or a submission.

    A page has a `url` instead.
    """

    kind: EvidenceKind
    ref: str | None = None
    channel: Channel | None = None
    url: str | None = None
    note: str = ""


class EvidenceState(pydantic.BaseModel):
    """A piece of evidence; `lost_at` is set while what it names does not stand any more."""

    id: str
    kind: EvidenceKind
    ref: str | None
    channel: Channel | None
    url: str | None
    note: str
    by: str
    at: str
    lost_at: str | None


class PromiseState(pydantic.BaseModel):
    """A promise, how much of it is delivered (`has` of `wants`), and what became of it."""

    id: str
    sponsor: str
    kind: PromiseKind
    words: dict[str, str | None]
    amount: float
    channels: list[Channel]
    owner: str | None
    due: str
    has: float
    wants: float
    state: State
    kept_at: str | None
    evidence: list[EvidenceState]
    version: int


class PromiseList(pydantic.BaseModel):
    """The promises of the event, the first due first."""

    items: list[PromiseState]


class BroughtEvidence(pydantic.BaseModel):
    """The id of the evidence that was brought."""

    id: str


@api.get("/promises")
@documented("List the promises to sponsors", {200: PromiseList})
def promises() -> Response:
    """Return the promises of the event, with what is delivered of each."""
    return jsonify({"items": queries.page(member())})


@api.post("/promises")
@documented("Note a promise to a sponsor", {201: PromiseState}, body=NewPromise)
def make() -> tuple[Response, int]:
    """Note what a sponsor was promised."""
    by = member()
    by.must("promise.edit")
    new = parse(NewPromise)
    made = actions.make(
        by,
        new.sponsor,
        new.kind,
        words=Bilingual.of(new.words.fr, new.words.en),
        amount=new.amount,
        channels=new.channels,
        owner_id=new.owner,
        due=new.due,
    )
    return jsonify(queries.item(by, made.id)), 201


@api.get("/promises/<key>")
@documented("Read a promise", {200: PromiseState})
def one(key: str) -> Response:
    """Return a promise, with what is delivered of it."""
    return jsonify(queries.item(member(), key))


@api.patch("/promises/<key>")
@documented("Change a promise", {200: PromiseState}, body=PromiseChange, headers=VERSION)
def edit(key: str) -> Response:
    """Change a promise; only its owner can be null."""
    by = member()
    by.must("promise.edit")
    sent = parse(PromiseChange)
    changes: dict[str, Any] = {
        name: getattr(sent, name)
        for name in ("amount", "channels", "due")
        if getattr(sent, name) is not None
    }
    if sent.words is not None:
        changes["words"] = Bilingual.of(sent.words.fr, sent.words.en)
    if "owner" in sent.model_fields_set:
        changes["owner_id"] = sent.owner
    seen = request.headers.get("If-Match", "").strip('"')
    actions.edit(by, key, seen=number(seen, "If-Match") if seen else None, **changes)
    return jsonify(queries.item(by, key))


@api.delete("/promises/<key>")
@documented("Remove a promise that was never made", {204: None})
def remove(key: str) -> tuple[str, int]:
    """Remove a promise, with its evidence."""
    actions.remove(member(), key)
    return "", 204


@api.post("/promises/<key>/evidence")
@documented("Bring evidence that a promise was kept", {201: BroughtEvidence}, body=NewEvidence)
def deliver(key: str) -> tuple[Response, int]:
    """Bring evidence: it has to stand, and to fit the promise."""
    new = parse(NewEvidence)
    made = actions.deliver(
        member(), key, new.kind, ref=new.ref, channel=new.channel, url=new.url, note=new.note
    )
    return jsonify({"id": made.id}), 201


@api.delete("/promises/<key>/evidence/<evidence_id>")
@documented("Take evidence back", {204: None})
def take_back(key: str, evidence_id: str) -> tuple[str, int]:
    """Take back evidence that was brought by mistake."""
    actions.take_back(member(), key, evidence_id)
    return "", 204
