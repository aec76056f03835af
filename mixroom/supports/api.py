"""Supports over HTTP, under /api/v1."""

from typing import Any, BinaryIO, cast

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.clock import rfc3339
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import TooLargeError
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.supports import actions, queries
from mixroom.supports.limits import MAX_FILE_BYTES
from mixroom.supports.model import Checking, Status, SupportKind, SupportLang
from mixroom.supports.signing import partner_token
from mixroom.web.api import Schema, Text, Timestamp, documented, number, parse
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter

FORM_BYTES = 1_000_000  # around the file
SEND_RATE = "60/minute"
VERSION = {"If-Match": "The `version` that was changed; 409 if it is no longer the present one."}

api = Blueprint("supports_api", __name__)


class NewSupport(Schema):
    """A support to ask for; without `lang` it is a pair, one in French and one in English."""

    title: Text
    kind: SupportKind = SupportKind.OTHER
    lang: SupportLang | None = None
    brief: str = ""
    owner: str | None = None
    due: Timestamp | None = None


class SupportChange(Schema):
    """Fields to change; those that are left out stay."""

    title: Text | None = None
    kind: SupportKind | None = None
    brief: str | None = None
    owner: str | None = None
    due: Timestamp | None = None


class PageState(pydantic.BaseModel):
    """The picture of a page, in pixels."""

    src: str
    width: int
    height: int


class VersionState(pydantic.BaseModel):
    """A version; once it is `ready`, its file and the pictures of its pages can be fetched."""

    number: int
    type: str
    size: int
    pages: int
    state: Checking
    refusal: dict[str, str | None] | None
    file: str
    previews: list[PageState]
    by: str
    at: str


class SupportState(pydantic.BaseModel):
    """A support; `address` has the valid version, for everyone, and never changes."""

    id: str
    title: dict[str, str | None]
    kind: SupportKind
    lang: SupportLang
    pair: str | None
    brief: str
    owner: dict[str, str] | None
    due: str | None
    status: Status
    valid: VersionState | None
    newest: VersionState | None
    address: str | None
    version: int


class SupportList(pydantic.BaseModel):
    """The supports of the event, oldest first."""

    items: list[SupportState]


class SentVersion(pydantic.BaseModel):
    """The number of the version that was sent."""

    number: int


class UploadedFile(Schema):
    """The id of a file that was uploaded with the metadata `use loose`."""

    upload: str


class NewComment(Schema):
    """A comment."""

    text: str


class NewDistribution(Schema):
    """Where the valid version is out: so many copies, or the address of a page."""

    place: str
    copies: int | None = None
    url: str | None = None
    at: Timestamp | None = None


class Made(pydantic.BaseModel):
    """The id of what was made."""

    id: str


class NewPartnerPage(Schema):
    """A page for partners."""

    name: str


class PartnerPageState(pydantic.BaseModel):
    """A page for partners, and its path, which opens it without an account."""

    id: str
    name: str
    path: str
    at: str


class PartnerPageList(pydantic.BaseModel):
    """The pages for partners that are not revoked."""

    items: list[PartnerPageState]


@api.get("/supports")
@documented("List the supports", {200: SupportList})
def supports() -> Response:
    """Return the supports of the event."""
    return jsonify({"items": queries.page(member())})


@api.post("/supports")
@documented("Ask for a support", {201: SupportList}, body=NewSupport)
def add() -> tuple[Response, int]:
    """Ask for a support, or for a pair of them."""
    by = member()
    by.must("support.edit")
    new = parse(NewSupport)
    made = actions.add(
        by,
        Bilingual.of(new.title.fr, new.title.en),
        new.kind,
        new.lang,
        brief=new.brief.strip(),
        owner_id=new.owner,
        due=new.due,
    )
    return jsonify({"items": [queries.item(by, each.id) for each in made]}), 201


@api.get("/supports/<support_id>")
@documented("Read a support", {200: SupportState})
def one(support_id: str) -> Response:
    """Return a support."""
    return jsonify(queries.item(member(), support_id))


@api.patch("/supports/<support_id>")
@documented("Change a support", {200: SupportState}, body=SupportChange, headers=VERSION)
def edit(support_id: str) -> Response:
    """Change a support's title, kind, brief, owner or due time; null takes one of these away."""
    by = member()
    by.must("support.edit")
    sent = parse(SupportChange)
    changes: dict[str, Any] = {name: getattr(sent, name) for name in sent.model_fields_set}
    if sent.title is not None:
        changes["title"] = Bilingual.of(sent.title.fr, sent.title.en)
    if "owner" in changes:
        changes["owner_id"] = changes.pop("owner")
    for name in ("title", "kind", "brief"):
        if name in changes and changes[name] is None:
            raise InvalidError(name, "missing")
    actions.edit(by, support_id, seen=_seen(), **changes)
    return jsonify(queries.item(by, support_id))


@api.post("/supports/<support_id>/twin")
@documented("Ask for the same in the other language", {201: SupportState})
def twin(support_id: str) -> tuple[Response, int]:
    """Add the other language of a support, which stands beside it."""
    by = member()
    made = actions.add_other_language(by, support_id)
    return jsonify(queries.item(by, made.id)), 201


@api.post("/supports/<support_id>/versions")
@limiter.limit(SEND_RATE)
@documented(
    "Send a version",
    {201: SentVersion},
    multipart={"file": {"type": "string", "format": "binary"}},
)
def send(support_id: str) -> tuple[Response, int]:
    """Send a PDF or a picture, of 100 MB at most; the type is told from its bytes."""
    by = member()
    queries.sendable(by, support_id)
    if (request.content_length or 0) > MAX_FILE_BYTES + FORM_BYTES:
        raise TooLargeError
    request.max_content_length = MAX_FILE_BYTES + FORM_BYTES
    sent = request.files.get("file")
    if sent is None:
        raise InvalidError("file", "missing")
    files = parts().files
    received = files.receive(cast(BinaryIO, sent.stream), MAX_FILE_BYTES)
    made = actions.send(by, support_id, received, files)
    return jsonify({"number": made.number}), 201


@api.post("/supports/<support_id>/versions/uploaded")
@limiter.limit(SEND_RATE)
@documented("Send a version that was uploaded in portions", {201: SentVersion}, body=UploadedFile)
def send_uploaded(support_id: str) -> tuple[Response, int]:
    """Make a loose file, whose portions came by tus, the newest version, once."""
    key = parse(UploadedFile).upload
    made = actions.send_uploaded(member(), support_id, key, parts().files)
    return jsonify({"number": made.number}), 201


@api.post("/supports/<support_id>/versions/<number>/validation")
@documented("Make a version the valid one", {200: SupportState})
def validate(support_id: str, number: str) -> Response:
    """Make a version the valid one, in place of any other."""
    by = member()
    actions.validate(by, support_id, _number(number))
    return jsonify(queries.item(by, support_id))


@api.delete("/supports/<support_id>/validation")
@documented("Say that no version is valid", {200: SupportState})
def invalidate(support_id: str) -> Response:
    """Take the validation back."""
    by = member()
    actions.invalidate(by, support_id)
    return jsonify(queries.item(by, support_id))


@api.post("/supports/<support_id>/comments")
@documented("Comment on a support", {201: Made}, body=NewComment)
def comment(support_id: str) -> tuple[Response, int]:
    """Say something about a support."""
    made = actions.comment(member(), support_id, parse(NewComment).text)
    return jsonify({"id": made.id}), 201


@api.post("/supports/<support_id>/distributions")
@documented("Note where a support is out", {201: Made}, body=NewDistribution)
def distribute(support_id: str) -> tuple[Response, int]:
    """Note a place, or a page, where the valid version is found."""
    new = parse(NewDistribution)
    made = actions.distribute(
        member(), support_id, new.place, copies=new.copies, url=new.url, at=new.at
    )
    return jsonify({"id": made.id}), 201


@api.delete("/supports/<support_id>/distributions/<key>")
@documented("Take back a note of a place", {204: None})
def remove_distribution(support_id: str, key: str) -> tuple[str, int]:
    """Remove a note that was a mistake."""
    actions.remove_distribution(member(), support_id, key)
    return "", 204


@api.post("/supports/<support_id>/dropping")
@documented("Give a support up", {200: SupportState})
def drop(support_id: str) -> Response:
    """Give a support up; nothing of it is valid any more."""
    by = member()
    actions.drop(by, support_id)
    return jsonify(queries.item(by, support_id))


@api.post("/supports/<support_id>/reopening")
@documented("Take a dropped support up again", {200: SupportState})
def reopen(support_id: str) -> Response:
    """Make a dropped support a draft again."""
    by = member()
    actions.reopen(by, support_id)
    return jsonify(queries.item(by, support_id))


@api.get("/partner-pages")
@documented("List the pages for partners", {200: PartnerPageList})
def partner_pages() -> Response:
    """Return the pages that are not revoked, with their paths."""
    return jsonify({"items": [_page_state(each) for each in queries.partner_pages(member())]})


@api.post("/partner-pages")
@documented("Make a page for partners", {201: PartnerPageState}, body=NewPartnerPage)
def share() -> tuple[Response, int]:
    """Make a page with all valid supports, which opens without an account."""
    return jsonify(_page_state(actions.share(member(), parse(NewPartnerPage).name))), 201


@api.delete("/partner-pages/<page_id>")
@documented("Revoke a page for partners", {204: None})
def unshare(page_id: str) -> tuple[str, int]:
    """Revoke a page: its address opens nothing any more."""
    actions.unshare(member(), page_id)
    return "", 204


def _page_state(page: Any) -> dict[str, str]:
    token = partner_token(page.id, parts().settings.secret_key)
    path = f"/partners/{token}"
    return {"id": page.id, "name": page.name, "path": path, "at": rfc3339(page.at)}


def _seen() -> int | None:
    text = request.headers.get("If-Match", "").strip('"')
    return number(text, "If-Match") if text else None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):  # noqa: PLR2004
        raise NotFoundError(text)
    return int(text)
