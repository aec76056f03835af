"""Decisions, reports, translations and retouchings over HTTP, under /api/v1."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.clock import rfc3339
from mixroom.core.text import Lang
from mixroom.crew.asking import member
from mixroom.media.api import PhotoState, Retouch, described
from mixroom.media.retouch import read
from mixroom.review import actions, queries, reporting, retouching, translating
from mixroom.review.formats import timeline
from mixroom.submissions.api import FoundSubmission, Receipt, if_match
from mixroom.submissions.model import Showing
from mixroom.submissions.reasons import labels
from mixroom.web.api import Schema, Timestamp, documented, parse

api = Blueprint("review_api", __name__)
RETOUCHING = {
    "If-Match": "The `version` of the last retouching, 0 for none; 412 if there is a newer one."
}
VERSION = {"If-Match": "The version on the screen; 412 if it is no longer the present one."}


class Approval(Schema):
    """An approval; every field may be left out.

    The item is shown from `at` and comes back until `pin_until`; both times have a zone.
    """

    at: Timestamp | None = None
    pin_until: Timestamp | None = None
    key_moment: bool = False
    press: bool = False
    everywhere: bool = pydantic.Field(default=False, alias="global")


class ClaimRequest(Schema):
    """A claim; `take_over` takes it from another reviewer."""

    take_over: bool = False


class GrantedClaim(pydantic.BaseModel):
    """A granted claim; a decision that names no version is about this one."""

    until: str
    version: int | None


class QueuePage(pydantic.BaseModel):
    """A page of the queue; `beyond` counts the items after it."""

    items: list[FoundSubmission]
    beyond: int


class History(pydantic.BaseModel):
    """The history of a submission; each entry has its `action`, `by` whom and `at` what time.

    Versions, with their `changes`, are `submitted`, `edited` by the author or `amended` by a
    reviewer. Decisions are named after their facts; `reopened` undoes one. Others are `translated`
    (a proposal), `retouched` (a photo) and `acknowledged` (a screen removed the item).
    """

    items: list[dict[str, Any]]


class Restoration(Schema):
    """The submissions to show again; by default, all that reports have hidden."""

    keys: tuple[str, ...] | None = None


class Restored(pydantic.BaseModel):
    """The submissions that are shown again, and those that stay hidden."""

    restored: list[str]
    left: list[str]


class Translator(Schema):
    """The person to ask for a translation."""

    person: str


class SentPhotoTranslation(Schema):
    """The translated texts of one photo."""

    id: str
    caption: str | None = None
    alt: str | None = None


class SentTranslation(Schema):
    """The translated texts of a submission and its photos; a text that is left out stays.

    `lang` is their language; if that is not the one that is lacking now, the request is refused.
    """

    lang: Lang | None = None
    text: str | None = None
    alt: str | None = None
    media: tuple[SentPhotoTranslation, ...] = ()

    def by_parts(self) -> dict[str, str]:
        """Return the texts by part, as `Content.words` names them."""
        texts = {"text": self.text, "alt": self.alt}
        for photo in self.media:
            texts |= {f"{photo.id}.caption": photo.caption, f"{photo.id}.alt": photo.alt}
        return {part: words for part, words in texts.items() if words}


class DecisionReason(Schema):
    """A decision's reason (a code of the list, or a few words) and a note."""

    reason: str | None = None
    note: str | None = None


@api.get("/queue")
@documented(
    "Read the queue, oldest first",
    {200: QueuePage},
    query={"after": "The last id of the page before."},
)
def queue() -> Response:
    """Return a page of the queue, and how many items follow it."""
    items, beyond = queries.queue_page(member(), request.args.get("after", ""))
    return jsonify({"items": items, "beyond": beyond})


@api.post("/submissions/<key>/approval")
@documented("Approve", {200: Receipt}, body=Approval, headers=VERSION)
def approve(key: str) -> Response:
    """Approve a submission for the wall and the public."""
    sent = parse(Approval)
    showing = Showing(sent.at, sent.pin_until, sent.key_moment, sent.press, sent.everywhere)
    return jsonify(actions.approve(member(), key, version=if_match(), showing=showing))


@api.post("/submissions/<key>/claim")
@documented("Claim a submission", {200: GrantedClaim}, body=ClaimRequest)
def claim(key: str) -> Response:
    """Grant or renew a claim; 409 has the reviewer who holds it, and the end of their claim."""
    held = actions.claim(member(), key, take_over=parse(ClaimRequest).take_over)
    return jsonify({"until": rfc3339(held.until), "version": held.version})


@api.delete("/submissions/<key>/claim")
@documented("Release a claim", {204: None})
def release(key: str) -> tuple[str, int]:
    """End one's own claim."""
    actions.release(member(), key)
    return "", 204


@api.post("/submissions/<key>/reopening")
@documented("Undo one's own last decision", {200: Receipt})
def reopen(key: str) -> Response:
    """Put the submission back into the queue, within fifteen seconds of the decision."""
    return jsonify(actions.reopen(member(), key))


@api.get("/submissions/<key>/history")
@documented("Read the history of a submission", {200: History})
def history(key: str) -> Response:
    """Return the versions, decisions and other facts, oldest first, with changes word by word."""
    found, names = queries.history(member(), key)
    return jsonify({"items": timeline(found, names, labels())})


@api.post("/submissions/<key>/return")
@documented("Return to the author", {200: Receipt}, body=DecisionReason, headers=VERSION)
def return_to_author(key: str) -> Response:
    """Ask the author to change it."""
    why = parse(DecisionReason)
    answer = actions.return_to_author(member(), key, why.reason, why.note, version=if_match())
    return jsonify(answer)


@api.post("/submissions/<key>/rejection")
@documented("Reject", {200: Receipt}, body=DecisionReason, headers=VERSION)
def reject(key: str) -> Response:
    """Reject it for good."""
    why = parse(DecisionReason)
    return jsonify(actions.reject(member(), key, why.reason, why.note, version=if_match()))


@api.post("/submissions/<key>/hold")
@documented("Hold", {200: Receipt}, body=DecisionReason, headers=VERSION)
def hold(key: str) -> Response:
    """Put it on hold."""
    why = parse(DecisionReason)
    return jsonify(actions.hold(member(), key, why.reason, why.note, version=if_match()))


@api.post("/reports/restoration")
@documented("Show again the photos that reports have hidden", {200: Restored}, body=Restoration)
def restore() -> Response:
    """Restore many photos at once."""
    shown, left = reporting.restore(member(), parse(Restoration).keys)
    return jsonify({"restored": shown, "left": left})


@api.post("/submissions/<key>/reports")
@documented("Hide a reported photo until a reviewer decides", {200: Receipt})
def hide(key: str) -> Response:
    """Take it off every screen, back into the queue."""
    return jsonify(reporting.hide(member(), key))


@api.delete("/submissions/<key>/reports")
@documented("Settle the reports of a photo, which stays as it is", {204: None})
def settle(key: str) -> tuple[str, int]:
    """Settle the reports of a photo."""
    reporting.settle(member(), key)
    return "", 204


@api.put("/submissions/<key>/translator")
@documented("Ask someone to translate an approved item", {204: None}, body=Translator)
def ask(key: str) -> tuple[str, int]:
    """Ask a bilingual person, who may be oneself."""
    translating.ask(member(), key, parse(Translator).person)
    return "", 204


@api.delete("/submissions/<key>/translator")
@documented("Withdraw a request to translate", {204: None})
def unask(key: str) -> tuple[str, int]:
    """Drop the request, and the proposal if there is one."""
    translating.unask(member(), key)
    return "", 204


@api.put("/submissions/<key>/translation")
@documented(
    "Translate an approved item: shown at once if a reviewer does it, else proposed",
    {200: Receipt},
    body=SentTranslation,
    headers=VERSION,
)
def translate(key: str) -> Response:
    """Take the texts in the language that is missing or stale."""
    sent = parse(SentTranslation)
    answer = translating.translate(
        member(), key, sent.by_parts(), lang=sent.lang, version=if_match()
    )
    return jsonify(answer)


@api.put("/media/<media_id>/retouch")
@documented("Retouch a photo", {200: PhotoState}, body=Retouch, headers=RETOUCHING)
def retouch(media_id: str) -> Response:
    """Retouch a photo; it is hidden until a new blur has been applied."""
    by, wanted = member(), read(parse(Retouch).model_dump())
    return jsonify(described(retouching.retouch(by, media_id, wanted, version=if_match()), by))
