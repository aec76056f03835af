"""Decisions over HTTP, under /api/v1."""

from flask import Blueprint, Response, jsonify

from mixroom.review import actions
from mixroom.submissions.api import Receipt, if_match
from mixroom.team.model import Person
from mixroom.web.api import Schema, documented, parse
from mixroom.web.security import person

api = Blueprint("review_api", __name__)
VERSION = {"If-Match": "The version that was seen; 412 where it is no longer the present one."}


class Approval(Schema):
    """An approval; nothing has to be said."""


class Reasoned(Schema):
    """A decision's reason (a code of the short list, or a few words) and a note."""

    reason: str | None = None
    note: str | None = None


@api.post("/submissions/<key>/approval")
@documented("Approve", {200: Receipt}, body=Approval, headers=VERSION)
def approve(key: str) -> Response:
    """Clear a submission for the wall and the public."""
    parse(Approval)
    return jsonify(actions.approve(_reviewer(), key, version=if_match()))


@api.post("/submissions/<key>/return")
@documented("Return to the author", {200: Receipt}, body=Reasoned, headers=VERSION)
def return_to_author(key: str) -> Response:
    """Ask the author to mend it."""
    why = parse(Reasoned)
    answer = actions.return_to_author(_reviewer(), key, why.reason, why.note, version=if_match())
    return jsonify(answer)


@api.post("/submissions/<key>/rejection")
@documented("Reject", {200: Receipt}, body=Reasoned, headers=VERSION)
def reject(key: str) -> Response:
    """Decline it for good."""
    why = parse(Reasoned)
    return jsonify(actions.reject(_reviewer(), key, why.reason, why.note, version=if_match()))


@api.post("/submissions/<key>/hold")
@documented("Hold", {200: Receipt}, body=Reasoned, headers=VERSION)
def hold(key: str) -> Response:
    """Keep it aside."""
    why = parse(Reasoned)
    return jsonify(actions.hold(_reviewer(), key, why.reason, why.note, version=if_match()))


def _reviewer() -> Person:
    return person()  # type: ignore[return-value]
