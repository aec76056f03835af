"""Screens over HTTP, under /api/v1: their health, settings and commands; recalls and receipts."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.event import queries as event_queries
from mixroom.review.api import DecisionReason
from mixroom.wall import actions, queries
from mixroom.wall.items import receipt_items
from mixroom.wall.model import CountedCommand, edition
from mixroom.wall.schemas import (
    MessageBody,
    PlayedWrap,
    Recalled,
    RecallState,
    ReportAnswer,
    ReportBody,
    ScreenStates,
    SettingsBody,
    SpotlightBody,
)
from mixroom.web.api import documented, parse, validated
from mixroom.web.assets import release
from mixroom.web.limits import limiter

api = Blueprint("wall_api", __name__)


@api.get("/screens")
@documented("List the screens with their last reports", {200: ScreenStates})
def screens() -> Response:
    """Return the screens of the event with their settings and last reports."""
    return jsonify({"items": queries.screens_with_reports(member())})


@api.put("/screens/<screen_id>/settings")
@documented("Replace the settings of a screen (or `all`)", {204: None}, body=SettingsBody)
def set_up(screen_id: str) -> tuple[str, int]:
    """Replace the settings of a screen."""
    actions.set_up(member(), screen_id, parse(SettingsBody).as_settings())
    return "", 204


@api.post("/screens/<screen_id>/pause")
@documented("Pause a screen (or `all`)", {204: None})
def pause(screen_id: str) -> tuple[str, int]:
    """Pause the wall on a screen."""
    actions.pause(member(), screen_id)
    return "", 204


@api.delete("/screens/<screen_id>/pause")
@documented("Resume a screen (or `all`)", {204: None})
def resume(screen_id: str) -> tuple[str, int]:
    """Let the wall on a screen go on."""
    actions.pause(member(), screen_id, on=False)
    return "", 204


@api.post("/screens/<screen_id>/blank")
@documented("Turn a screen (or `all`) black", {204: None})
def blank(screen_id: str) -> tuple[str, int]:
    """Turn a screen black."""
    actions.blank(member(), screen_id)
    return "", 204


@api.delete("/screens/<screen_id>/blank")
@documented("Show the wall on a black screen (or `all`) again", {204: None})
def unblank(screen_id: str) -> tuple[str, int]:
    """Show the wall on a black screen again."""
    actions.blank(member(), screen_id, on=False)
    return "", 204


@api.post("/screens/<screen_id>/testcard")
@documented("Show the test card on a screen (or `all`)", {204: None})
def show_testcard(screen_id: str) -> tuple[str, int]:
    """Show the test card."""
    actions.show_testcard(member(), screen_id)
    return "", 204


@api.delete("/screens/<screen_id>/testcard")
@documented("Hide the test card", {204: None})
def hide_testcard(screen_id: str) -> tuple[str, int]:
    """Show the wall instead of the test card."""
    actions.show_testcard(member(), screen_id, on=False)
    return "", 204


@api.post("/screens/<screen_id>/message")
@documented("Show a message on a screen (or `all`)", {204: None}, body=MessageBody)
def say(screen_id: str) -> tuple[str, int]:
    """Show a message, in one language or in both."""
    sent = parse(MessageBody)
    actions.show_message(member(), screen_id, sent.as_text(), sent.minutes)
    return "", 204


@api.delete("/screens/<screen_id>/message")
@documented("Hide the message", {204: None})
def unsay(screen_id: str) -> tuple[str, int]:
    """Remove a message before its time."""
    actions.hide_message(member(), screen_id)
    return "", 204


@api.post("/screens/<screen_id>/spotlight")
@documented("Show an approved item on a screen (or `all`), now", {204: None}, body=SpotlightBody)
def spotlight(screen_id: str) -> tuple[str, int]:
    """Show an item on the whole screen."""
    actions.spotlight(member(), screen_id, parse(SpotlightBody).key)
    return "", 204


@api.post("/screens/<screen_id>/wrap")
@documented("Play the wrap of a day on a screen (or `all`)", {204: None}, body=PlayedWrap)
def show_wrap(screen_id: str) -> tuple[str, int]:
    """Play the wrap of a day once, or in a loop; then the wall comes back by itself."""
    sent = parse(PlayedWrap)
    actions.show_wrap(member(), screen_id, sent.wrap, loop=sent.loop)
    return "", 204


@api.delete("/screens/<screen_id>/wrap")
@documented("Show the wall again in place of a wrap", {204: None})
def hide_wrap(screen_id: str) -> tuple[str, int]:
    """End a wrap before its time."""
    actions.hide_wrap(member(), screen_id)
    return "", 204


@api.post("/screens/<screen_id>/next")
@documented("Show the next scene on a screen (or `all`)", {204: None})
def go_on(screen_id: str) -> tuple[str, int]:
    """Go on to the next scene."""
    actions.command(member(), screen_id, CountedCommand.NEXT)
    return "", 204


@api.post("/screens/<screen_id>/identify")
@documented("Show the name and number of a screen (or `all`)", {204: None})
def identify(screen_id: str) -> tuple[str, int]:
    """Show the screen's name and number for ten seconds."""
    actions.command(member(), screen_id, CountedCommand.IDENTIFY)
    return "", 204


@api.post("/screens/<screen_id>/reload")
@documented("Reload the page of a screen (or `all`)", {204: None})
def reload(screen_id: str) -> tuple[str, int]:
    """Reload the page of the wall, between two scenes."""
    actions.command(member(), screen_id, CountedCommand.RELOAD)
    return "", 204


@api.post("/screens/panic")
@documented("Show the event's card on every screen", {204: None})
def panic() -> tuple[str, int]:
    """Show the event's card on every screen."""
    actions.panic(member())
    return "", 204


@api.delete("/screens/panic")
@documented("Show every wall again", {204: None})
def calm() -> tuple[str, int]:
    """Show the walls again."""
    actions.panic(member(), on=False)
    return "", 204


@api.post("/screens/report")
@limiter.limit("120/minute")
@documented(
    "Report how this screen is: `screen.report` without a socket",
    {200: ReportAnswer},
    body=ReportBody,
)
def report() -> Response:
    """Save a screen's report."""
    return jsonify(_report(member(), parse(ReportBody)))


@api.post("/submissions/<key>/recall")
@documented("Recall from every screen", {200: Recalled}, body=DecisionReason)
def recall(key: str) -> Response:
    """Recall an approved submission; each screen sends a receipt once it has removed the item."""
    by, why = member(), parse(DecisionReason)
    answer = actions.recall(by, key, why.reason, why.note)
    found = queries.recall(by, key)
    return jsonify({**answer, "screens": receipt_items(found.receipts, found.names)})


@api.get("/submissions/<key>/recall")
@documented("List the screens that had to remove a recalled item", {200: RecallState})
def receipts(key: str) -> Response:
    """Return the screens that had to remove the item, and when each of them did."""
    found = queries.recall(member(), key)
    screens = receipt_items(found.receipts, found.names)
    return jsonify({"id": key, "status": found.submission.status, "screens": screens})


def report_by_socket(by: Person, message: object) -> Mapping[str, Any]:
    """Answer the socket message `screen.report`."""
    return _report(by, validated(ReportBody, message))


def _report(by: Person, sent: ReportBody) -> dict[str, str]:
    actions.report(by, sent.as_report())
    event = event_queries.get(by.event_id)
    assert event is not None
    return {"release": release(), "edition": edition(event), "now": rfc3339(clock.now())}
