"""The pages of supports: the list, one support with its pair, and their files."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from mixroom.core import clock
from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.files import TooLargeError
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.media.refusals import words_of_document
from mixroom.supports import actions, queries
from mixroom.supports.forms import form_of, read_copies, read_due
from mixroom.supports.limits import MAX_FILE_BYTES
from mixroom.supports.live import VIEW
from mixroom.supports.model import VALID, WANTED, Status, SupportKind, SupportLang
from mixroom.supports.public import document, picture
from mixroom.supports.signing import partner_token
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, live_list
from mixroom.web.once import id_once
from mixroom.web.pages import current_event, saved_at
from mixroom.web.problems import explained, problem, show_form_again
from mixroom.web.touched import shown_again

FORM_BYTES = 1_000_000  # around the file
SEND_RATE = "60/minute"
A_YEAR = "private, max-age=31536000, immutable"  # the name of a file has a hash of its content
MEGABYTE = 1_000_000

web = Blueprint("supports", __name__)


@web.url_value_preprocessor
def limit_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Refuse a file that is too large by its announced size, before the form is read."""
    if endpoint == "supports.send":
        request.max_content_length = MAX_FILE_BYTES + FORM_BYTES


@web.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """Say that the file is too large, beside its field; nothing of it was read."""
    refused = explained(_too_large()) | {"path": request.path, "values": {}}
    try:
        return make_response((_one(_support_id(), refused), 413))
    except MixroomError:  # nothing of this person's
        return problem("too_large")


def _list(refused: dict[str, Any] | None = None) -> str:
    by = member()
    by.must("support.read")
    listed = live_list(VIEW, by.event_id)
    now = clock.rfc3339(clock.now())
    return render_template(
        "supports/supports.html",
        view=PageView(listed, ()),
        groups=_groups(list(PageView(listed).items.values()), now),
        now=now,
        refused=refused,
        pages=_partner_pages(by),
        **_form_context(by),
    )


@web.get("/supports")
def supports() -> str:
    """Show the supports: late ones first, pairs side by side."""
    return _list()


@web.post("/supports")
@show_form_again(_list)
def add() -> Response:
    """Ask for a support, or for a pair."""
    by, form = member(), request.form
    by.must("support.edit")
    lang = form.get("lang", "")
    if lang not in ("", *SupportLang):
        raise InvalidError("lang", "unknown")
    made = actions.add(
        by,
        Bilingual.of(form.get("title_fr"), form.get("title_en")),
        _kind(),
        SupportLang(lang) if lang else None,
        brief=_text("brief"),
        owner_id=form.get("owner") or None,
        due=read_due(form.get("due", ""), current_event().zone),
        key=id_once(),
    )
    return _to(f"/supports/{made[0].id}")


@web.get("/supports/<support_id>")
def one(support_id: str) -> str:
    """Show a support, and the other language beside it."""
    return _one(support_id)


@web.post("/supports/<support_id>")
@show_form_again(lambda refused: _one(_support_id(), refused))
def edit(support_id: str) -> Response:
    """Change what is asked for."""
    by, form = member(), request.form
    by.must("support.edit")
    seen = form.get("seen", "")
    before = next(
        each.support for each in queries.opened(by, support_id) if each.support.id == support_id
    )
    actions.edit(
        by,
        support_id,
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else None,  # noqa: PLR2004
        title=Bilingual.of(form.get("title_fr"), form.get("title_en")),
        kind=_kind(),
        brief=_text("brief"),
        owner_id=form.get("owner") or None,
        due=read_due(form.get("due", ""), current_event().zone, before.due),
    )
    return saved_at(f"/supports/{support_id}")


@web.post("/supports/<support_id>/versions")
@limiter.limit(SEND_RATE)
@show_form_again(lambda refused: _one(_support_id(), refused))
def send(support_id: str) -> Response:
    """Take in a new version."""
    by = member()
    queries.sendable(by, support_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidError("file", "missing")
    files = parts().files
    try:
        received = files.receive(cast(BinaryIO, sent.stream), MAX_FILE_BYTES)
    except TooLargeError as error:
        raise _too_large() from error
    actions.send(by, support_id, received, files)
    return _to(f"/supports/{support_id}")


@web.post("/supports/<support_id>/comments")
@show_form_again(lambda refused: _one(_support_id(), refused))
def comment(support_id: str) -> Response:
    """Say something about a support."""
    actions.comment(member(), support_id, _text("comment"))
    return _to(f"/supports/{support_id}")


@web.post("/supports/<support_id>/distributions")
@show_form_again(lambda refused: _one(_support_id(), refused))
def distribute(support_id: str) -> Response:
    """Note where the valid version is out."""
    form = request.form
    actions.distribute(
        member(),
        support_id,
        form.get("place", ""),
        copies=read_copies(form.get("copies", "")),
        url=form.get("url") or None,
    )
    return _to(f"/supports/{support_id}")


@web.post("/supports/<support_id>/distributions/<key>/removal")
def remove_distribution(support_id: str, key: str) -> Response:
    """Take back a note that was a mistake."""
    actions.remove_distribution(member(), support_id, key)
    return _to(f"/supports/{support_id}")


@web.post("/supports/<support_id>/versions/<int:number>/validation")
@show_form_again(lambda refused: _one(_support_id(), refused))
def validate(support_id: str, number: int) -> Response:
    """Make a version the valid one."""
    actions.validate(member(), support_id, number)
    return _to(f"/supports/{support_id}")


@web.post("/supports/<support_id>/moves")
@show_form_again(lambda refused: _one(_support_id(), refused))
def move(support_id: str) -> Response:
    """Take the validation back, drop the support, take it up again, or add its other language."""
    acts = {
        "invalidate": actions.invalidate,
        "drop": actions.drop,
        "reopen": actions.reopen,
        "twin": actions.add_other_language,
    }
    how = request.form.get("how", "")
    if how not in acts:
        raise NotFoundError(how)
    acts[how](member(), support_id)
    return _to(f"/supports/{support_id}")


@web.get("/supports/<support_id>/files/<file>")
def file(support_id: str, file: str) -> Response:
    """Send a version, or the picture of a page; its name changes with its content."""
    support, version = queries.file_of(member(), support_id, file)
    if file == version.file:
        return document(support, version, A_YEAR)
    return picture(support, file, A_YEAR)


@web.post("/supports/partners")
@show_form_again(_list)
def share() -> Response:
    """Make a page for partners."""
    actions.share(member(), request.form.get("name", ""))
    return _to("/supports#partners")


@web.post("/supports/partners/<page_id>/removal")
def unshare(page_id: str) -> Response:
    """Revoke a page for partners."""
    actions.unshare(member(), page_id)
    return _to("/supports#partners")


def _one(support_id: str, refused: dict[str, Any] | None = None) -> str:
    by = member()
    pair = queries.opened(by, support_id)
    keys = [each.support.id for each in pair]
    chosen = next(each for each in pair if each.support.id == support_id)
    form = form_of(chosen.support, current_event().zone)
    return render_template(
        "supports/support.html",
        view=PageView(live_list(VIEW, by.event_id), keys),
        pair=pair,
        chosen=chosen,
        form=form,
        now=clock.now(),
        refused=shown_again(refused, f"/supports/{support_id}", form),
        valid=VALID,
        refusal_words=words_of_document,
        base=parts().settings.base_url.rstrip("/"),
        may_send={each.support.id for each in pair if by.id == each.support.owner_id}
        | (set(keys) if "support.edit" in by.verbs else set()),
        **_form_context(by),
    )


def _form_context(by: Any) -> dict[str, Any]:
    return {
        "kinds": list(SupportKind),
        "owners": queries.owners(by) if "support.edit" in by.verbs else [],
        "most_bytes": MAX_FILE_BYTES,
    }


def _groups(items: list[dict[str, Any]], now: str) -> list[tuple[str, list[list[dict[str, Any]]]]]:
    """Return the list's parts: late, to do, valid and dropped, with pairs side by side."""
    pairs: dict[str, list[dict[str, Any]]] = {}
    for each in items:
        pairs.setdefault(each["pair"] or each["id"], []).append(each)
    parts_: dict[str, list[list[dict[str, Any]]]] = {
        "late": [],
        "to_do": [],
        "valid": [],
        "dropped": [],
    }
    for pair in pairs.values():
        pair.sort(key=lambda each: each["lang"], reverse=True)
        parts_[_part(pair, now)].append(pair)
    for some in parts_.values():
        some.sort(key=lambda pair: min(each["due"] or "9" for each in pair))
    return list(parts_.items())


def _part(pair: list[dict[str, Any]], now: str) -> str:
    open_ones = [each for each in pair if each["status"] in WANTED]
    if any(each["due"] and each["due"] < now for each in open_ones):
        return "late"
    if open_ones:
        return "to_do"
    return "dropped" if all(each["status"] == Status.DROPPED for each in pair) else "valid"


def _partner_pages(by: Any) -> list[tuple[Any, str]]:
    if "support.share" not in by.verbs:
        return []
    settings = parts().settings
    base = settings.base_url.rstrip("/")
    return [
        (each, f"{base}/partners/{partner_token(each.id, settings.secret_key)}")
        for each in queries.partner_pages(by)
    ]


def _kind() -> SupportKind:
    kind = request.form.get("kind", "")
    if kind not in list(SupportKind):
        raise InvalidError("kind", "unknown")
    return SupportKind(kind)


def _text(name: str) -> str:
    """Return a text as a browser counts its length: a line ends with one character."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _support_id() -> str:
    assert request.view_args is not None
    return str(request.view_args["support_id"])


def _too_large() -> InvalidError:
    return InvalidError("file", "support_too_large", most=MAX_FILE_BYTES // MEGABYTE)


def _to(path: str) -> Response:
    return make_response(redirect(path, 303))
