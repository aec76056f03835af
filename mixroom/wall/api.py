"""Screens over HTTP, under /api/v1: health, settings, the remote; recalls and their receipts."""

from collections.abc import Mapping
from typing import Annotated, Any

import pydantic
from flask import Blueprint, Response, jsonify
from pydantic import Field

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading
from mixroom.core.text import Bilingual, Lang
from mixroom.event import store as event_store
from mixroom.review.api import Reasoned
from mixroom.submissions.api import Receipt, Text
from mixroom.submissions.content import MAX_TEXT_LENGTH
from mixroom.team.asking import member
from mixroom.team.model import Person
from mixroom.wall import actions, queries, store
from mixroom.wall.live import SCREENS, titles_of, told
from mixroom.wall.model import Count, Dim, Filters, Layout, Light, Room, Settings, Theme, edition
from mixroom.web.api import Schema, checked, documented, parse
from mixroom.web.assets import release
from mixroom.web.limits import limiter

api = Blueprint("wall_api", __name__)
Key = Annotated[str, Field(max_length=36)]
Name = Annotated[str, Field(max_length=200)]
Word = Annotated[str, Field(max_length=24)]
Pixels = Annotated[int, Field(ge=0, le=20_000)]
Number = Annotated[int, Field(ge=0, lt=2**53)]
Letters = Annotated[int, Field(ge=1, le=MAX_TEXT_LENGTH)]


class RoomSet(Schema):
    """Where the screen hangs, in metres: the image's height, the distance of the last row."""

    height: float
    distance: float
    light: Light = Light.DIM


class FiltersSet(Schema):
    """What the screen shows: of one day (from 0), of one team by name, in one language."""

    day: int | None = None
    team: Annotated[str | None, Field(max_length=120)] = None
    lang: Lang | None = None


class DimSet(Schema):
    """Hours of each day, as `22:00`, with so many percent less light; past midnight they go on."""

    starts: str
    ends: str
    percent: int


class Set(Schema):
    """What a screen is set to; `room` of null is what is usual for its shape."""

    filters: FiltersSet = FiltersSet()
    theme: Theme = Theme.AUTO
    layout: Layout = Layout.MIXED
    room: RoomSet | None = None
    dims: tuple[DimSet, ...] = ()


class Said(Schema):
    """A message on the whole screen, for so many minutes."""

    text: Text
    minutes: int = 5


class Wanted(Schema):
    """An approved item to show now."""

    key: str


class Title(Schema):
    """What a scene without items is about: a team, a moment of the programme, a sponsor."""

    fr: Name | None = None
    en: Name | None = None


class Showing(Schema):
    """What is on the screen: a scene's name, the keys of its items, a title where it has none."""

    scene: Word
    keys: Annotated[tuple[Key, ...], Field(max_length=80)] = ()
    title: Title | None = None


class Gone(Schema):
    """An item that the screen let go, at a number of the journal."""

    key: Key
    seq: Number = 0


class Told(Schema):
    """What a screen says of itself: `seq` is the journal's number that it holds.

    `longest` is the number of letters of a caption that its last row can read.
    """

    showing: Showing
    seq: Number
    fps: Annotated[float, Field(ge=0, le=1000)] = 0
    version: Word = ""
    viewport: tuple[Pixels, Pixels] = (0, 0)
    held: Number = 0
    longest: Letters | None = None
    gone: Annotated[tuple[Gone, ...], Field(max_length=200)] = ()


class Heard(pydantic.BaseModel):
    """The release and the edition that screens are served now, and the server's time."""

    release: str
    edition: str
    now: str


class Health(pydantic.BaseModel):
    """A screen's last report: `here` is within a minute, `lag` the facts that it had not heard.

    `title` is of what it shows: an approved item's words, a team, a sponsor.
    """

    at: str
    here: bool
    showing: dict[str, Any]
    title: dict[str, str | None] | None
    fps: float
    lag: int
    version: str
    viewport: tuple[int, int]
    held: int
    longest: int | None = None


class ScreenState(pydantic.BaseModel):
    """A screen: its settings, what is asked of it now, and its last report."""

    id: str
    name: str
    number: int
    settings: dict[str, Any]
    asked: dict[str, Any]
    report: Health | None


class ScreenStates(pydantic.BaseModel):
    """The screens of the event."""

    items: list[ScreenState]


class TellsScreen(pydantic.BaseModel):
    """A screen that was told of a recall; `gone_at` is null until it says that the item is gone."""

    id: str
    name: str
    gone_at: str | None


class Recalled(Receipt):
    """A recall's receipt, with the screens that are told."""

    screens: list[TellsScreen]


class RecallState(pydantic.BaseModel):
    """Which screens were told that an item must go, and which say that it is gone."""

    id: str
    status: str
    screens: list[TellsScreen]


@api.get("/screens")
@documented("List the screens with their health", {200: ScreenStates})
def screens() -> Response:
    """Return every screen of the event."""
    by = member()
    by.must("screen.read")
    with reading() as tx:
        states = SCREENS.items(tx, by.event_id)
        reports = store.reports_of(tx, by.event_id)
        titles = titles_of(tx, by.event_id, [last.told["showing"] for last in reports.values()])
    now = clock.now()
    health = {
        key: {"at": rfc3339(last.at), "here": last.is_here(now), **last.told, "title": title}
        for (key, last), title in zip(reports.items(), titles, strict=True)
    }
    return jsonify({"items": [{**each, "report": health.get(k)} for k, each in states.items()]})


@api.put("/screens/<screen_id>/settings")
@documented("Set what a screen (or `all`) shows, and for what room", {204: None}, body=Set)
def set_up(screen_id: str) -> tuple[str, int]:
    """Replace the settings."""
    sent = parse(Set)
    room = sent.room
    settings = Settings(
        Filters(sent.filters.day, sent.filters.team or None, sent.filters.lang),
        sent.theme,
        sent.layout,
        Room(room.height, room.distance, room.light) if room else None,
        tuple(Dim(each.starts, each.ends, each.percent) for each in sent.dims),
    )
    actions.set_up(member(), screen_id, settings)
    return "", 204


@api.post("/screens/<screen_id>/pause")
@documented("Have a screen (or `all`) stay as it is", {204: None})
def pause(screen_id: str) -> tuple[str, int]:
    """Pause."""
    actions.pause(member(), screen_id)
    return "", 204


@api.delete("/screens/<screen_id>/pause")
@documented("Have a screen (or `all`) go on", {204: None})
def resume(screen_id: str) -> tuple[str, int]:
    """Resume."""
    actions.pause(member(), screen_id, on=False)
    return "", 204


@api.post("/screens/<screen_id>/blank")
@documented("Turn a screen (or `all`) black", {204: None})
def blank(screen_id: str) -> tuple[str, int]:
    """Turn it black."""
    actions.blank(member(), screen_id)
    return "", 204


@api.delete("/screens/<screen_id>/blank")
@documented("Show the wall again", {204: None})
def unblank(screen_id: str) -> tuple[str, int]:
    """Show the wall again."""
    actions.blank(member(), screen_id, on=False)
    return "", 204


@api.post("/screens/<screen_id>/testcard")
@documented("Show the test card on a screen (or `all`)", {204: None})
def show_testcard(screen_id: str) -> tuple[str, int]:
    """Show the card."""
    actions.show_testcard(member(), screen_id)
    return "", 204


@api.delete("/screens/<screen_id>/testcard")
@documented("Take the test card off", {204: None})
def hide_testcard(screen_id: str) -> tuple[str, int]:
    """Show the wall again."""
    actions.show_testcard(member(), screen_id, on=False)
    return "", 204


@api.post("/screens/<screen_id>/message")
@documented("Put a message on a screen (or `all`)", {204: None}, body=Said)
def say(screen_id: str) -> tuple[str, int]:
    """Say it in one language or in both."""
    sent = parse(Said)
    text = Bilingual.of(sent.text.fr, sent.text.en)
    actions.say(member(), screen_id, text, sent.minutes)
    return "", 204


@api.delete("/screens/<screen_id>/message")
@documented("Take a message off", {204: None})
def unsay(screen_id: str) -> tuple[str, int]:
    """Take it off before its time."""
    actions.unsay(member(), screen_id)
    return "", 204


@api.post("/screens/<screen_id>/spotlight")
@documented("Show an approved item on a screen (or `all`), now", {204: None}, body=Wanted)
def spotlight(screen_id: str) -> tuple[str, int]:
    """Show it on the whole screen."""
    actions.spotlight(member(), screen_id, parse(Wanted).key)
    return "", 204


@api.post("/screens/<screen_id>/next")
@documented("Have a screen (or `all`) go on to what is next", {204: None})
def go_on(screen_id: str) -> tuple[str, int]:
    """Go on."""
    actions.count(member(), screen_id, Count.NEXT)
    return "", 204


@api.post("/screens/<screen_id>/identify")
@documented("Have a screen (or `all`) say its name and number", {204: None})
def identify(screen_id: str) -> tuple[str, int]:
    """Say which screen it is, for ten seconds."""
    actions.count(member(), screen_id, Count.IDENTIFY)
    return "", 204


@api.post("/screens/<screen_id>/reload")
@documented("Have a screen (or `all`) load itself anew", {204: None})
def reload(screen_id: str) -> tuple[str, int]:
    """Load anew, between two scenes."""
    actions.count(member(), screen_id, Count.RELOAD)
    return "", 204


@api.post("/screens/panic")
@documented("Put the event's card on every screen at once", {204: None})
def panic() -> tuple[str, int]:
    """Hide every wall."""
    actions.panic(member())
    return "", 204


@api.delete("/screens/panic")
@documented("Show every wall again", {204: None})
def calm() -> tuple[str, int]:
    """Go back."""
    actions.panic(member(), on=False)
    return "", 204


@api.post("/screens/report")
@limiter.limit("120/minute")
@documented("Say how this screen is: `screen.report` without a socket", {200: Heard}, body=Told)
def report() -> Response:
    """Keep a screen's report."""
    return jsonify(_reported(member(), parse(Told)))


@api.post("/submissions/<key>/recall")
@documented("Recall from every screen", {200: Recalled}, body=Reasoned)
def recall(key: str) -> Response:
    """Take an approved submission off every screen; the screens answer with receipts."""
    by, why = member(), parse(Reasoned)
    answer = actions.recall(by, key, why.reason, why.note)
    _, found, names = queries.receipts(by, key)
    return jsonify({**answer, "screens": told(found, names)})


@api.get("/submissions/<key>/recall")
@documented("See which screens have let go of a recalled item", {200: RecallState})
def receipts(key: str) -> Response:
    """Return the screens that were told, and when each acknowledged."""
    status, found, names = queries.receipts(member(), key)
    return jsonify({"id": key, "status": status, "screens": told(found, names)})


def reported(by: Person, message: object) -> Mapping[str, Any]:
    """Answer `screen.report` from a socket."""
    return _reported(by, checked(Told, message))


def _reported(by: Person, sent: Told) -> dict[str, str]:
    says = sent.model_dump(mode="json", exclude={"seq", "gone"})
    gone = tuple(each.key for each in sent.gone)
    actions.report(by, actions.Told(says, sent.seq, gone))
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
    assert event is not None
    return {"release": release(), "edition": edition(event), "now": rfc3339(clock.now())}
