"""Screens, their last reports, and their receipts for recalls, in the database."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.crew.store import people, people_of
from mixroom.wall.model import (
    MAY_SHOW_FOR,
    Commands,
    Dim,
    Filters,
    LastReport,
    Layout,
    Light,
    RecallReceipt,
    Room,
    Screen,
    ScreenMessage,
    ScreenSettings,
    Theme,
    WrapCommand,
)

screens = sa.Table(
    "screen",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("asked", sa.Text, nullable=False),
)
# A table of its own: reports come every few seconds and must not wait for a lock on the screen.
reports = sa.Table(
    "screen_report",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
)
receipts = sa.Table(
    "recall_receipt",
    metadata,
    sa.Column("submission_id", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("screen_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("gone_at", UtcDateTime),
    sa.Index("ix_recall_receipt_screen_id", "screen_id"),
)


def get(tx: sa.Connection, screen_id: str, event_id: str, *, lock: bool = False) -> Screen:
    """Return the state of a screen; one without a row of its own shares the event's panic."""
    query = sa.select(screens).where(screens.c.person_id == screen_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row:
        return _screen(row)
    rows = tx.execute(sa.select(screens).where(screens.c.event_id == event_id))
    panic = any(_screen(other).commands.panic for other in rows)
    return Screen(screen_id, event_id, commands=Commands(panic=panic))


def commanded(tx: sa.Connection, event_id: str) -> set[str]:
    """Return the ids of the screens that have a state, including removed screens."""
    return set(tx.scalars(sa.select(screens.c.person_id).where(screens.c.event_id == event_id)))


def list_screens(tx: sa.Connection, event_id: str) -> list[Person]:
    """Return the screens of an event, in order of name."""
    return [each for each in people_of(tx, event_id) if each.role is Role.SCREEN]


def numbers(tx: sa.Connection, event_id: str) -> dict[str, int]:
    """Return the number of each screen by its id, in order of arrival; none is used twice."""
    ours = (people.c.event_id == event_id) & (people.c.role == Role.SCREEN.value)
    ids = tx.scalars(sa.select(people.c.id).where(ours).order_by(people.c.created_at, people.c.id))
    return {screen_id: number for number, screen_id in enumerate(ids, 1)}


def save(tx: sa.Connection, screen: Screen) -> None:
    """Save a screen's state."""
    row = {
        "event_id": screen.event_id,
        "settings": json.dumps(asdict(screen.settings)),
        "asked": json.dumps(_commands_row(screen.commands)),
    }
    if not insert_new(tx, screens, person_id=screen.id, **row):
        tx.execute(screens.update().where(screens.c.person_id == screen.id).values(**row))


def get_report(tx: sa.Connection, screen_id: str) -> LastReport | None:
    """Return the last report of a screen."""
    row = tx.execute(sa.select(reports).where(reports.c.person_id == screen_id)).one_or_none()
    return LastReport(row.at, json.loads(row.told)) if row else None


def reports_of(tx: sa.Connection, event_id: str) -> dict[str, LastReport]:
    """Return the last report of each screen of an event, by the screen's id."""
    rows = tx.execute(sa.select(reports).where(reports.c.event_id == event_id))
    return {row.person_id: LastReport(row.at, json.loads(row.told)) for row in rows}


def save_report(tx: sa.Connection, screen_id: str, event_id: str, report: LastReport) -> None:
    """Save a screen's report in place of its last one."""
    row = {"event_id": event_id, "at": report.at, "told": json.dumps(report.content)}
    if not insert_new(tx, reports, person_id=screen_id, **row):
        tx.execute(reports.update().where(reports.c.person_id == screen_id).values(**row))


def recent_reports(tx: sa.Connection, event_id: str, now: datetime) -> dict[str, LastReport]:
    """Return the last reports of the screens that may show the wall, also of offline ones."""
    present = {each.id for each in list_screens(tx, event_id)}
    since = now - MAY_SHOW_FOR
    reports = reports_of(tx, event_id)
    return {key: last for key, last in reports.items() if key in present and last.at >= since}


def expect_receipts(tx: sa.Connection, submission_id: str, screen_ids: Iterable[str]) -> None:
    """Record the screens that have to remove an item."""
    for screen_id in screen_ids:
        insert_new(tx, receipts, submission_id=submission_id, screen_id=screen_id)


def acknowledge(tx: sa.Connection, submission_id: str, screen_id: str, at: datetime) -> bool:
    """Record that a screen has removed an item; return whether that is new."""
    if insert_new(tx, receipts, submission_id=submission_id, screen_id=screen_id, gone_at=at):
        return True
    mine = (receipts.c.submission_id == submission_id) & (receipts.c.screen_id == screen_id)
    waiting = mine & receipts.c.gone_at.is_(None)
    return tx.execute(receipts.update().where(waiting).values(gone_at=at)).rowcount == 1


def awaited_receipts(tx: sa.Connection, screen_id: str) -> list[str]:
    """Return the items that a screen has to remove and has not acknowledged."""
    mine = (receipts.c.screen_id == screen_id) & receipts.c.gone_at.is_(None)
    return list(tx.scalars(sa.select(receipts.c.submission_id).where(mine)))


def receipts_of(tx: sa.Connection, submission_ids: Sequence[str]) -> dict[str, list[RecallReceipt]]:
    """Return the receipts for each of these items."""
    found: dict[str, list[RecallReceipt]] = {key: [] for key in submission_ids}
    query = sa.select(receipts).where(receipts.c.submission_id.in_(submission_ids))
    for row in tx.execute(query.order_by(receipts.c.screen_id)):
        found[row.submission_id].append(
            RecallReceipt(row.submission_id, row.screen_id, row.gone_at)
        )
    return found


def _screen(row: sa.Row[Any]) -> Screen:
    settings, asked = json.loads(row.settings), json.loads(row.asked)
    room, message, wrap = settings["room"], asked.pop("message"), asked.pop("wrap", None)
    return Screen(
        row.person_id,
        row.event_id,
        ScreenSettings(
            Filters(**settings["filters"]),
            Theme(settings["theme"]),
            Layout(settings["layout"]),
            Room(room["height"], room["distance"], Light(room["light"])) if room else None,
            tuple(Dim(**dim) for dim in settings["dims"]),
        ),
        Commands(
            **asked,
            message=_message(message) if message else None,
            wrap=WrapCommand(**wrap) if wrap else None,
        ),
    )


def _commands_row(commands: Commands) -> dict[str, Any]:
    message = commands.message
    kept = {"text": message.text.as_dict(), "until": message.until.isoformat()} if message else None
    return asdict(commands) | {"message": kept}


def _message(row: dict[str, Any]) -> ScreenMessage:
    return ScreenMessage(Bilingual(**row["text"]), datetime.fromisoformat(row["until"]))
