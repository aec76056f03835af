"""Submissions over HTTP, under /api/v1."""

from dataclasses import replace

import pydantic
from flask import Blueprint, Response, current_app, jsonify, request

from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.core.kinds import Kind
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.event import queries as event_queries
from mixroom.submissions import actions, queries
from mixroom.submissions.content import (
    USUAL_PURPOSES,
    Consent,
    Content,
    Piece,
    Purpose,
    Rights,
)
from mixroom.submissions.moves import Status
from mixroom.web import paging
from mixroom.web.api import Schema, Text, documented, number, parse
from mixroom.web.limits import limiter

api = Blueprint("submissions_api", __name__)


class SentRights(Schema):
    """A reviewer's notes on the rights of a photo; an author's are ignored."""

    cleared_for: tuple[Purpose, ...] = tuple(sorted(USUAL_PURPOSES))
    minors: bool = False
    no_photo: bool = False
    artwork: str | None = None
    licence: str | None = None


class SentPhoto(Schema):
    """A photo of the submission with its details."""

    id: str
    caption: Text = Text()
    alt: Text = Text()
    consent: Consent | None = None
    rights: SentRights | None = None


class SentSubmission(Schema):
    """A submission, or changes to it.

    `media` has the photos in their order: only the id, or the photo with its details. `consent` is
    that of all photos which have none of their own. `captured_at` is the phone's time of the
    capture; a time that cannot be is ignored, and the arrival counts. `request` is the request that
    a new submission answers.
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
    media: tuple[str | SentPhoto, ...] = ()
    captured_at: pydantic.AwareDatetime | None = None
    request: str | None = None


class Receipt(pydantic.BaseModel):
    """The answer to a change; `seq` is its number in the journal, which live lists follow."""

    id: str
    status: Status
    version: int
    seq: int


class FoundSubmission(pydantic.BaseModel):
    """A submission as its author and the reviewers see it."""

    id: str
    kind: Kind
    status: Status
    version: int
    model_config = pydantic.ConfigDict(extra="allow")


class SubmissionPage(pydantic.BaseModel):
    """A page of submissions, ordered by id; the `Link` header has the next page."""

    items: list[FoundSubmission]


@api.post("/submissions")
@limiter.limit(lambda: current_app.config["MIXROOM_SUBMIT_RATE"])
@documented(
    "Send something to the reviewers",
    {201: Receipt, 200: Receipt},
    body=SentSubmission,
    headers={"Idempotency-Key": "A retry with the same key makes no second submission."},
)
def submit() -> tuple[Response, int]:
    """Take a submission; a retry gets the same answer, with 200."""
    by, sent = member(), parse(SentSubmission)
    if sent.id is not None and not is_id(sent.id):
        raise InvalidError("id", "malformed")
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 200 and key.isprintable()):  # noqa: PLR2004  the column
        raise InvalidError("Idempotency-Key", "malformed")
    content = _content(by, sent)
    answer, new = actions.submit(
        by,
        content,
        key=key,
        submission_id=sent.id,
        captured_at=sent.captured_at,
        request_id=sent.request,
    )
    return jsonify(answer), 201 if new else 200


@api.get("/submissions/<key>")
@documented("Read a submission", {200: FoundSubmission})
def read(key: str) -> Response:
    """Return a submission, with its version as the ETag."""
    item = queries.item(member(), key)
    response = jsonify(item)
    response.set_etag(str(item["version"]))
    return response


@api.patch("/submissions/<key>")
@documented(
    "Change a submission: one's own before it is approved, any as a reviewer",
    {200: Receipt},
    body=SentSubmission,
    headers={"If-Match": "The version that was changed; 412 if it is no longer the present one."},
)
def edit(key: str) -> Response:
    """Replace the fields that are sent; a submission that was returned waits for review again."""
    by, sent = member(), parse(SentSubmission)
    new = _content(by, sent)
    changed = sent.model_fields_set - {"id", "captured_at", "request"}
    changes = {name: getattr(new, name) for name in changed}
    if "media" in changes:
        changes["pieces"] = new.pieces
    answer = actions.change(by, key, lambda before: replace(before, **changes), version=if_match())
    return jsonify(answer)


@api.post("/submissions/<key>/withdrawal")
@documented("Withdraw one's own submission", {200: Receipt})
def withdraw(key: str) -> Response:
    """Withdraw a submission; it disappears from the wall."""
    return jsonify(actions.withdraw(member(), key))


@api.get("/submissions")
@documented(
    "List submissions: all for reviewers, one's own for everyone else",
    {200: SubmissionPage},
    query={
        "status": "One status.",
        "author": "An author's id.",
        "team": "A team's name.",
        **paging.QUERY,
    },
)
def listed() -> Response:
    """Return a page of submissions, with a link to the next one."""
    by, page = member(), paging.wanted()
    items = queries.page(
        by,
        paging.one_of(Status, "status"),
        author_id=request.args.get("author"),
        team=request.args.get("team"),
        after=page.after,
        limit=page.limit,
    )
    return paging.answer(page, items)


def if_match() -> int | None:
    """Return the version in the request's If-Match header, or None if it names none."""
    tag = request.headers.get("If-Match", "").removeprefix("W/").strip('" ')
    if not tag or tag == "*":
        return None
    return number(tag, "If-Match")


def _content(by: Person, sent: SentSubmission) -> Content:
    alt = Text(fr=sent.alt, en=sent.alt) if isinstance(sent.alt, str) else sent.alt or Text()
    team, place = event_queries.labels(by.event_id, sent.team, sent.place)
    return Content(
        kind=sent.kind,
        text=Bilingual.of(sent.text.fr, sent.text.en),
        alt=Bilingual.of(alt.fr, alt.en),
        credit=sent.credit,
        team=team,
        place=place,
        tags=sent.tags,
        consent=sent.consent or (Consent.PENDING if sent.media else Consent.NOT_NEEDED),
        media=tuple(each if isinstance(each, str) else each.id for each in sent.media),
        pieces=tuple(_piece(each) for each in sent.media if isinstance(each, SentPhoto)),
    )


def _piece(sent: SentPhoto) -> Piece:
    caption = Bilingual.of(sent.caption.fr, sent.caption.en)
    alt, rights = Bilingual.of(sent.alt.fr, sent.alt.en), None
    if sent.rights:
        known = sent.rights.model_dump() | {"cleared_for": frozenset(sent.rights.cleared_for)}
        rights = Rights(**known)
    return Piece(sent.id, caption, alt, sent.consent, rights)
