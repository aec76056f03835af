"""The page of a wrap, its exports, and the story that everyone can read."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.submissions.model import LostRaceError
from mixroom.web.declaration import parts
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event, render
from mixroom.web.problems import FORM_STATUSES, explained
from mixroom.wrap import actions, exports, formats, queries
from mixroom.wrap.live import WRAPS
from mixroom.wrap.model import Draft, Piece, Use

web = Blueprint("wrap", __name__)
MARK = "\0"  # around the id of a picture in a page, which no text can contain
LOST_RACE = 412


@web.get("/wrap")
def today() -> str:
    """Show the wrap of today, or of the day that is next to it."""
    return _page(member(), None)


@web.get("/wrap/<int:number>")
def day(number: int) -> str:
    """Show the wrap of a day (from 1)."""
    return _page(member(), number - 1)


@web.post("/wrap/<int:number>")
def change(number: int) -> Any:
    """Save the form, then do what its button says."""
    by, draft = member(), _draft()
    by.must("wrap.edit")
    does, _, key = request.form.get("do", "save").partition(":")
    try:
        draft = _arranged(draft, does, key)
        text = request.form.get("version", "")
        actions.save(by, number - 1, draft, version=int(text) if text.isdecimal() else None)
        if does == "propose":
            actions.propose(by, number - 1)
        elif does == "publish":
            actions.publish(by, number - 1)
        elif does == "take_down":
            actions.take_down(by, number - 1)
    except MixroomError as error:
        refused = explained(error) | {"path": request.path, "values": request.form}
        if refused["status"] not in (*FORM_STATUSES, LOST_RACE):
            raise
        lost = error.facts["now"] if isinstance(error, LostRaceError) else None
        return _page(by, number - 1, refused, draft, lost), refused["status"]
    place = f"#p-{key}" if does in ("up", "down", "add") else ""
    return redirect(f"/wrap/{number}{place}", 303)


@web.get("/wrap/<int:number>/story.md")
def as_markdown(number: int) -> Response:
    """Return the story as Markdown; its pictures are at their public addresses."""
    story = _exported(number)
    base = parts().settings.base_url
    addresses = {
        media["id"]: f"{base}{media['card']}"
        for piece in story["pieces"]
        for media in piece["media"]
        if media["card"]
    }
    return _file(formats.markdown(story, addresses), "text/markdown; charset=utf-8", story, "md")


@web.get("/wrap/<int:number>/story.html")
def as_page(number: int) -> Response:
    """Return the story as one file that needs nothing else, with its pictures inside."""
    story = _exported(number)
    shown = [media for piece in story["pieces"] for media in piece["media"] if media["card"]]
    stored = {media["id"]: formats.stored_name(media["card"]) for media in shown}
    page = _told(story, {key: f"{MARK}{key}{MARK}" for key in stored})
    body = exports.with_pictures(parts().files, page, stored, MARK)
    return _file(body, "text/html; charset=utf-8", story, "html")


@web.get("/wrap/<int:number>/pictures.zip")
def as_archive(number: int) -> Response:
    """Return a folder with the story in both languages, the pictures and their credits."""
    story = _exported(number)
    pictures = formats.picture_files(story)
    addresses = {each.media: f"pictures/{each.name}" for each in pictures}
    texts = {
        "index.html": _told(story, addresses),
        "story.md": formats.markdown(story, addresses),
    }
    body = exports.archive(parts().files, pictures, texts)
    return _file(body, "application/zip", story, "zip")


@web.get("/wrap-up/<int:number>")
def read(number: int) -> str:
    """Show the published story of a day (from 1) to everyone."""
    event = current_event()
    if event is None or number < 1:
        raise NotFoundError(str(number))
    story, days = queries.published_story(event.id, number - 1)
    return render(
        "wrap/story.html",
        story=story,
        others=[each + 1 for each in days if each + 1 != number],
        base_url=parts().settings.base_url,
    )


def _page(
    by: Person,
    number: int | None,
    refused: dict[str, Any] | None = None,
    draft: Draft | None = None,
    lost: Any = None,
) -> str:
    """Return the page; after a refusal it has what was typed, and what is saved now (`lost`)."""
    team, words = request.args.get("team", ""), request.args.get("q", "")
    desk = queries.desk(by, number, team[:120], words[:120], draft)
    everything = {**desk.pieces, **{each["id"]: each for each in desk.offered}}
    return render(
        "wrap/wrap.html",
        view=PageView(
            live_list(WRAPS, by.event_id), [desk.item["id"]], wrap=desk.item, offered=everything
        ),
        desk=desk,
        wrap=desk.item,
        days=desk.event.days,
        team=team,
        words=words,
        refused=refused,
        lost=lost,
    )


def _draft() -> Draft:
    """Return the form's content."""
    form = request.form
    everyone, named = set(form.getlist("person")), set(form.getlist("named"))

    def sides(name: str) -> Bilingual:
        return Bilingual.of(form.get(f"{name}_fr"), form.get(f"{name}_en"))

    pieces = tuple(
        Piece(key, Bilingual.of(form.get(f"fr:{key}"), form.get(f"en:{key}")))
        for key in form.getlist("piece")
    )
    texts = (sides("title"), sides("opening"), sides("thanks"))
    return Draft(*texts, pieces, frozenset(everyone - named))


def _arranged(draft: Draft, does: str, key: str) -> Draft:
    """Return the draft with a piece added, removed, or moved by one place."""
    pieces = list(draft.pieces)
    at = next((n for n, each in enumerate(pieces) if each.id == key), None)
    if does == "add" and at is None:
        pieces.append(Piece(key))
    elif at is not None and does in ("remove", "up", "down"):
        piece = pieces.pop(at)
        if does != "remove":
            pieces.insert(max(0, at - 1 if does == "up" else at + 1), piece)
    return Draft(draft.title, draft.opening, draft.thanks, tuple(pieces), draft.unnamed)


def _exported(number: int) -> dict[str, Any]:
    use = request.args.get("for", Use.WEB.value)
    if use not in (Use.WEB.value, Use.PRESS.value):
        raise InvalidError("for", "unknown")
    return queries.story(member(), number - 1, Use(use))


def _told(story: dict[str, Any], addresses: dict[str, str]) -> str:
    titles = {"numbers": both(formats.NUMBERS).as_dict(), "thanks": both(formats.THANKS).as_dict()}
    return render_template("wrap/export.html", story=story, addresses=addresses, titles=titles)


def _file(body: str | Iterator[bytes], kind: str, story: dict[str, Any], ending: str) -> Response:
    response = make_response(Response(body, content_type=kind))
    name = f"mixroom-{story['date']}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
