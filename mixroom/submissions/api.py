"""Submissions over HTTP, under /api/v1."""

from urllib.parse import urlencode

import pydantic
from flask import Blueprint, Response, current_app, jsonify, request

from mixroom.core.db import reading
from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.event.model import GroupKind
from mixroom.submissions import actions, store
from mixroom.submissions.content import USUAL, Consent, Content, Kind, Piece, Purpose, Rights
from mixroom.submissions.live import internal_items
from mixroom.submissions.model import Status, Submission
from mixroom.team.asking import member
from mixroom.team.model import Person
from mixroom.web.api import Schema, documented, number, parse
from mixroom.web.limits import limiter

api = Blueprint("submissions_api", __name__)
MOST_PER_PAGE = 200


class Text(Schema):
    """A text in French, in English or in both."""

    fr: str | None = None
    en: str | None = None


class Known(Schema):
    """What a reviewer knows of a photo's rights; an author's word on it is not asked."""

    cleared_for: tuple[Purpose, ...] = tuple(sorted(USUAL))
    minors: bool = False
    no_photo: bool = False
    artwork: str | None = None
    licence: str | None = None


class Pictured(Schema):
    """One of several photos, with what is said of it alone."""

    id: str
    caption: Text = Text()
    alt: Text = Text()
    consent: Consent | None = None
    rights: Known | None = None


class Sent(Schema):
    """What an author sends.

    `consent` is needed where there are photos: for all of them, or for each that says none of its
    own. `media` names the photos in their order, by id alone or with what is said of each.
    """

    id: str | None = None
    kind: Kind = Kind.POST
    text: Text = Text()
    alt: Text | str | None = None
    credit: str | None = None
    team: str | None = None
    place: str | None = None
    tags: tuple[str, ...] = ()
    consent: Consent | None = None
    media: tuple[str | Pictured, ...] = ()


class Receipt(pydantic.BaseModel):
    """What a change is answered with: `seq` is its number in the live stream."""

    id: str
    status: Status
    version: int
    seq: int


class Found(pydantic.BaseModel):
    """A submission as its author and the reviewers see it."""

    id: str
    kind: Kind
    status: Status
    version: int
    model_config = pydantic.ConfigDict(extra="allow")


class FoundPage(pydantic.BaseModel):
    """Submissions by id; the `Link` header leads to the next page."""

    items: list[Found]


@api.post("/submissions")
@limiter.limit(lambda: current_app.config["MIXROOM_SUBMIT_RATE"])
@documented(
    "Send something to the reviewers",
    {201: Receipt, 200: Receipt},
    body=Sent,
    headers={"Idempotency-Key": "The same key never makes a second submission."},
)
def submit() -> tuple[Response, int]:
    """Take a submission; a repeat gets the same answer with 200."""
    by, sent = member(), parse(Sent)
    if sent.id is not None and not is_id(sent.id):
        raise InvalidError("id", "malformed")
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 200 and key.isprintable()):  # noqa: PLR2004  the column
        raise InvalidError("Idempotency-Key", "malformed")
    answer, new = actions.submit(by, _content(by, sent), key=key, submission_id=sent.id)
    return jsonify(answer), 201 if new else 200


@api.get("/submissions/<key>")
@documented("Read a submission", {200: Found})
def read(key: str) -> Response:
    """Return a submission with its version as ETag."""
    by = member()
    return _found(actions.read(by, key), by)


@api.patch("/submissions/<key>")
@documented(
    "Mend a submission: one's own before it is approved, any as a reviewer",
    {200: Receipt},
    body=Sent,
    headers={"If-Match": "The version that was mended; 412 where it is no longer the present one."},
)
def edit(key: str) -> Response:
    """Replace the fields that are sent; what was returned waits for review again."""
    by, sent = member(), parse(Sent)
    new = _content(by, sent)
    changes = {name: getattr(new, name) for name in sent.model_fields_set - {"id"}}
    if "media" in changes:
        changes["pieces"] = new.pieces
    answer = actions.mend(
        by, key, lambda before: actions.merged(before, **changes), version=if_match()
    )
    return jsonify(answer)


@api.post("/submissions/<key>/withdrawal")
@documented("Take back what one sent", {200: Receipt})
def withdraw(key: str) -> Response:
    """Withdraw; it leaves the wall if it was there."""
    return jsonify(actions.withdraw(member(), key))


@api.get("/submissions")
@documented(
    "List submissions: all for reviewers, one's own for everyone else",
    {200: FoundPage},
    query={
        "status": "One state.",
        "author": "An author's id.",
        "team": "A team's name.",
        "after": "The id after which the page begins.",
        "limit": f"At most {MOST_PER_PAGE}, 50 unless told.",
    },
)
def listed() -> Response:
    """Return a page of submissions, and the way to the next."""
    by, asked = member(), request.args
    limit = number(asked.get("limit", "50"), "limit", MOST_PER_PAGE)
    if not limit:
        raise InvalidError("limit", "malformed")
    if asked.get("status") and asked["status"] not in list(Status):
        raise InvalidError("status", "unknown")
    with reading() as tx:
        found = store.page(
            tx,
            by.event_id,
            [Status(asked["status"])] if asked.get("status") else (),
            author_id=asked.get("author") if by.reviews else by.id,
            team=asked.get("team"),
            after=asked.get("after"),
            limit=limit,
        )
        items = internal_items(tx, found, to_reviewers=by.reviews)
    response = jsonify({"items": list(items.values())})
    if len(found) == limit:
        query = urlencode({**asked.to_dict(), "after": found[-1].id})
        response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return response


def if_match() -> int | None:
    """Return the version that the request is about, None where it does not say."""
    tag = request.headers.get("If-Match", "").removeprefix("W/").strip('" ')
    if not tag or tag == "*":
        return None
    return number(tag, "If-Match")


def _found(submission: Submission, by: Person) -> Response:
    with reading() as tx:
        item = internal_items(tx, [submission], to_reviewers=by.reviews)[submission.id]
    response = jsonify(item)
    response.set_etag(str(submission.version))
    return response


def _content(by: Person, sent: Sent) -> Content:
    alt = Text(fr=sent.alt, en=sent.alt) if isinstance(sent.alt, str) else sent.alt or Text()
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
    assert event is not None
    return Content(
        kind=sent.kind,
        text=Bilingual.of(sent.text.fr, sent.text.en),
        alt=Bilingual.of(alt.fr, alt.en),
        credit=sent.credit,
        team=event.named(GroupKind.TEAM, sent.team),
        place=event.named(GroupKind.PLACE, sent.place),
        tags=sent.tags,
        consent=sent.consent or (Consent.PENDING if sent.media else Consent.NOT_NEEDED),
        media=tuple(each if isinstance(each, str) else each.id for each in sent.media),
        pieces=tuple(_piece(each) for each in sent.media if isinstance(each, Pictured)),
    )


def _piece(sent: Pictured) -> Piece:
    caption = Bilingual.of(sent.caption.fr, sent.caption.en)
    alt, rights = Bilingual.of(sent.alt.fr, sent.alt.en), None
    if sent.rights:
        known = sent.rights.model_dump() | {"cleared_for": frozenset(sent.rights.cleared_for)}
        rights = Rights(**known)
    return Piece(sent.id, caption, alt, sent.consent, rights)
