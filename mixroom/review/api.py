"""Decisions over HTTP, under /api/v1."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.clock import rfc3339
from mixroom.core.db import reading
from mixroom.core.text import Lang
from mixroom.media.api import PhotoState, Retouch, described
from mixroom.media.retouch import read
from mixroom.review import actions, reporting, retouching, translating
from mixroom.review.formats import timeline
from mixroom.review.live import oldest
from mixroom.submissions.api import Found, Receipt, if_match
from mixroom.submissions.live import reasons
from mixroom.submissions.model import Showing
from mixroom.team import store as team_store
from mixroom.team.asking import member
from mixroom.web.api import Schema, Timestamp, documented, parse

api = Blueprint("review_api", __name__)
RETOUCHING = {"If-Match": "The `version` of the retouching that was seen, 0 for none."}
VERSION = {"If-Match": "The version that was seen; 412 where it is no longer the present one."}


class Approval(Schema):
    """An approval; nothing has to be said.

    `at` shows it later, `pin_until` brings it back until then; times with their zone.
    """

    at: Timestamp | None = None
    pin_until: Timestamp | None = None
    key_moment: bool = False
    press: bool = False
    everywhere: bool = pydantic.Field(default=False, alias="global")


class Taking(Schema):
    """A claim; `take_over` takes it from whoever holds it."""

    take_over: bool = False


class Held(pydantic.BaseModel):
    """A claim that one has now, on a version: an approval that names none is of this one."""

    until: str
    version: int | None


class Queue(pydantic.BaseModel):
    """A page of what waits; `beyond` is how many wait behind it."""

    items: list[Found]
    beyond: int


class History(pydantic.BaseModel):
    """What became of a submission, each with its `action`, `by` whom and `at` what time.

    Versions with their `changes` are `submitted`, `edited` by the author or `amended` by a
    reviewer; decisions are called as their facts are, `reopened` where one was undone. Its other
    side was `translated` (proposed), a photo `retouched`; a screen has `acknowledged` that the item
    is gone.
    """

    items: list[dict[str, Any]]


class Restoration(Schema):
    """Which photos are to be shown again; left out, all that reports have hidden."""

    keys: tuple[str, ...] | None = None


class Restored(pydantic.BaseModel):
    """The items that are shown again as they were, and those that are not."""

    restored: list[str]
    left: list[str]


class Translator(Schema):
    """Who is asked to translate."""

    person: str


class TranslatedPhoto(Schema):
    """What the other side says of one photo."""

    id: str
    caption: str | None = None
    alt: str | None = None


class Translated(Schema):
    """What the other side says: text, description, and of single photos; what is left out stays.

    `lang` is the language it is in; where another one is lacking by now, nothing is taken.
    """

    lang: Lang | None = None
    text: str | None = None
    alt: str | None = None
    media: tuple[TranslatedPhoto, ...] = ()

    def by_parts(self) -> dict[str, str]:
        """Return it by the parts of the content that it is said in."""
        said = {"text": self.text, "alt": self.alt}
        for photo in self.media:
            said |= {f"{photo.id}.caption": photo.caption, f"{photo.id}.alt": photo.alt}
        return {part: words for part, words in said.items() if words}


class Reasoned(Schema):
    """A decision's reason (a code of the short list, or a few words) and a note."""

    reason: str | None = None
    note: str | None = None


@api.get("/queue")
@documented(
    "Read what waits, oldest first",
    {200: Queue},
    query={"after": "The id after which the page begins."},
)
def queue() -> Response:
    """Return a page of the queue, and how many wait behind it."""
    by, after = member(), request.args.get("after", "")
    by.must("submission.claim")
    with reading() as tx:
        items, beyond = oldest(tx, by.event_id, after)
    return jsonify({"items": list(items.values()), "beyond": beyond})


@api.post("/submissions/<key>/approval")
@documented("Approve", {200: Receipt}, body=Approval, headers=VERSION)
def approve(key: str) -> Response:
    """Clear a submission for the wall and the public."""
    sent = parse(Approval)
    showing = Showing(sent.at, sent.pin_until, sent.key_moment, sent.press, sent.everywhere)
    return jsonify(actions.approve(member(), key, version=if_match(), showing=showing))


@api.post("/submissions/<key>/claim")
@documented("Hold while one looks at it", {200: Held}, body=Taking)
def claim(key: str) -> Response:
    """Take a lease, or renew it; 409 says who holds it and until when."""
    held = actions.claim(member(), key, take_over=parse(Taking).take_over)
    return jsonify({"until": rfc3339(held.until), "version": held.version})


@api.delete("/submissions/<key>/claim")
@documented("Let go of it", {204: None})
def release(key: str) -> tuple[str, int]:
    """Let go of what one holds."""
    actions.release(member(), key)
    return "", 204


@api.post("/submissions/<key>/reopening")
@documented("Undo one's own last decision", {200: Receipt})
def reopen(key: str) -> Response:
    """Have it wait again; within fifteen seconds of the decision."""
    return jsonify(actions.reopen(member(), key))


@api.get("/submissions/<key>/history")
@documented("Read what became of it", {200: History})
def history(key: str) -> Response:
    """Return all that was said, decided and done, oldest first, with what changed word by word."""
    story = actions.history(member(), key)
    with reading() as tx:
        names = team_store.names(tx, story.people)
    return jsonify({"items": timeline(story, names, reasons())})


@api.post("/submissions/<key>/return")
@documented("Return to the author", {200: Receipt}, body=Reasoned, headers=VERSION)
def return_to_author(key: str) -> Response:
    """Ask the author to mend it."""
    why = parse(Reasoned)
    answer = actions.return_to_author(member(), key, why.reason, why.note, version=if_match())
    return jsonify(answer)


@api.post("/submissions/<key>/rejection")
@documented("Reject", {200: Receipt}, body=Reasoned, headers=VERSION)
def reject(key: str) -> Response:
    """Decline it for good."""
    why = parse(Reasoned)
    return jsonify(actions.reject(member(), key, why.reason, why.note, version=if_match()))


@api.post("/submissions/<key>/hold")
@documented("Hold", {200: Receipt}, body=Reasoned, headers=VERSION)
def hold(key: str) -> Response:
    """Keep it aside."""
    why = parse(Reasoned)
    return jsonify(actions.hold(member(), key, why.reason, why.note, version=if_match()))


@api.post("/reports/restoration")
@documented("Show again what reports have hidden, as it was", {200: Restored}, body=Restoration)
def restore() -> Response:
    """Undo a sweep in one act."""
    shown, left = reporting.restore(member(), parse(Restoration).keys)
    return jsonify({"restored": shown, "left": left})


@api.post("/submissions/<key>/reports")
@documented("Hide a reported photo until it is decided on", {200: Receipt})
def hide(key: str) -> Response:
    """Take it off every screen; it waits in the queue."""
    return jsonify(reporting.hide(member(), key))


@api.delete("/submissions/<key>/reports")
@documented("Note that a reported photo was looked at and stays where it is", {204: None})
def settle(key: str) -> tuple[str, int]:
    """Settle its reports."""
    reporting.settle(member(), key)
    return "", 204


@api.put("/submissions/<key>/translator")
@documented("Ask someone for the language that a shown item lacks", {204: None}, body=Translator)
def ask(key: str) -> tuple[str, int]:
    """Ask someone; who is bilingual may take it on themselves."""
    translating.ask(member(), key, parse(Translator).person)
    return "", 204


@api.delete("/submissions/<key>/translator")
@documented("Ask nobody any more", {204: None})
def unask(key: str) -> tuple[str, int]:
    """Let go of it; what was proposed goes."""
    translating.unask(member(), key)
    return "", 204


@api.put("/submissions/<key>/translation")
@documented(
    "Translate what is shown: a reviewer's is shown at once, anyone else's is proposed",
    {200: Receipt},
    body=Translated,
    headers=VERSION,
)
def translate(key: str) -> Response:
    """Write the side that is missing or stale."""
    sent = parse(Translated)
    answer = translating.translate(
        member(), key, sent.by_parts(), lang=sent.lang, version=if_match()
    )
    return jsonify(answer)


@api.put("/media/<media_id>/retouch")
@documented("Retouch a photo", {200: PhotoState}, body=Retouch, headers=RETOUCHING)
def retouch(media_id: str) -> Response:
    """Have a photo cropped, turned, centred or blurred; what is to be blurred is hidden first."""
    by, wanted = member(), read(parse(Retouch).model_dump())
    return jsonify(described(retouching.retouch(by, media_id, wanted, version=if_match()), by))
