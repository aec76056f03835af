"""The page of a wrap, its exports, and the story that everyone can read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.merging import merged
from mixroom.core.speech import both
from mixroom.core.text import LANGS, Bilingual
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.web.declaration import parts
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event, render
from mixroom.web.problems import FORM_STATUSES, explained
from mixroom.web.touched import held_fields
from mixroom.wrap import actions, exports, formats, queries
from mixroom.wrap.live import WRAPS
from mixroom.wrap.model import Draft, Piece, Use

web = Blueprint("wrap", __name__)
MARK = "\0"  # around the id of a picture in a page, which no text can contain
LOST_RACE = 412
TEXTS = ("title", "opening", "thanks")  # each in both languages


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
    by, draft = member(), _draft(_sent(), request.form.getlist("person"))
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
        return _page(by, number - 1, refused, draft), refused["status"]
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
) -> str:
    """Return the page; after a refusal it has what was typed, and what others have saved since."""
    team, words = request.args.get("team", "")[:120], request.args.get("q", "")[:120]
    desk = queries.desk(by, number, team, words, draft)
    saved = _fields_of(desk.item)
    if refused and draft and number is not None and (held := held_fields()) is not None:
        typed, saved = saved, _fields_of(queries.wrap(by, number))
        found = merged(typed, saved, held)
        refused = {**refused, "theirs": found.theirs, "has_theirs": found.has_theirs}
        everyone = [each["id"] for each in desk.item["people"]]
        draft = _draft(_with_captions(found.fields, held), everyone)
        desk = queries.desk(by, number, team, words, draft)
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
        saved=saved,
    )


def _sent() -> dict[str, Any]:
    """Return what the fields of the form hold as they were sent."""
    form = request.form
    return {**form.to_dict(), **{name: form.getlist(name) for name in ("piece", "named")}}


def _fields_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields of a wrap's form hold, each caption one."""
    texts = {f"{name}_{lang}": item[name][lang] or "" for name in TEXTS for lang in LANGS}
    captions = {
        f"{lang}:{each['id']}": each["caption"][lang] or ""
        for each in item["pieces"]
        for lang in LANGS
    }
    texts = {name: text.replace("\r\n", "\n") for name, text in (texts | captions).items()}
    named = [each["id"] for each in item["people"] if each["named"]]
    return {**texts, "piece": [each["id"] for each in item["pieces"]], "named": named}


def _with_captions(fields: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of two people with the pieces that one took out and the other wrote on."""
    names = {name: name.partition(":")[2] for name in fields if ":" in name}
    written = {key: None for name, key in names.items() if fields[name] not in ("", held.get(name))}
    return {**fields, "piece": [*dict.fromkeys(fields["piece"]) | written]}


def _draft(fields: Mapping[str, Any], everyone: Iterable[str]) -> Draft:
    """Return the content of a form; of everyone who is thanked, it names those who want it."""

    def sides(fr: str, en: str) -> Bilingual:
        return Bilingual.of(fields.get(fr), fields.get(en))

    texts = {name: sides(f"{name}_fr", f"{name}_en") for name in TEXTS}
    pieces = tuple(Piece(key, sides(f"fr:{key}", f"en:{key}")) for key in fields["piece"])
    unnamed = frozenset(everyone).difference(fields["named"])
    return Draft(**texts, pieces=pieces, unnamed=unnamed)


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
    titles = {
        "numbers": both(formats.NUMBERS).as_dict(),
        "thanks": both(formats.THANKS).as_dict(),
    }
    return render_template("wrap/export.html", story=story, addresses=addresses, titles=titles)


def _file(body: str | Iterator[bytes], kind: str, story: dict[str, Any], ending: str) -> Response:
    response = make_response(Response(body, content_type=kind))
    name = f"mixroom-{story['date']}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
