"""Screens, what they reported last, and their receipts for recalls, in the database."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.team.store import people
from mixroom.wall.model import (
    Asked,
    Dim,
    Filters,
    Layout,
    Light,
    Message,
    Receipt,
    Report,
    Room,
    Screen,
    Settings,
    Theme,
)

screens = sa.Table(
    "screen",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("asked", sa.Text, nullable=False),
)
# A table of its own: reports come every few seconds and must not wait for a change of the screen.
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
    """Return a screen's state; one that nothing was asked of yet shares the event's panic."""
    query = sa.select(screens).where(screens.c.person_id == screen_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row:
        return _screen(row)
    rows = tx.execute(sa.select(screens).where(screens.c.event_id == event_id))
    panic = any(_screen(other).asked.panic for other in rows)
    return Screen(screen_id, event_id, asked=Asked(panic=panic))


def known(tx: sa.Connection, event_id: str) -> set[str]:
    """Return the screens of an event of which something was asked, those that have left too."""
    return set(tx.scalars(sa.select(screens.c.person_id).where(screens.c.event_id == event_id)))


def numbers(tx: sa.Connection, event_id: str) -> dict[str, int]:
    """Return the screens' numbers, in the order of their coming; none is given twice."""
    ours = (people.c.event_id == event_id) & (people.c.role == Role.SCREEN.value)
    ids = tx.scalars(sa.select(people.c.id).where(ours).order_by(people.c.created_at, people.c.id))
    return {screen_id: number for number, screen_id in enumerate(ids, 1)}


def save(tx: sa.Connection, screen: Screen) -> None:
    """Save a screen's state."""
    row = {
        "event_id": screen.event_id,
        "settings": json.dumps(asdict(screen.settings)),
        "asked": json.dumps(_asked_row(screen.asked)),
    }
    if not insert_new(tx, screens, person_id=screen.id, **row):
        tx.execute(screens.update().where(screens.c.person_id == screen.id).values(**row))


def report(tx: sa.Connection, screen_id: str) -> Report | None:
    """Return what a screen reported last."""
    row = tx.execute(sa.select(reports).where(reports.c.person_id == screen_id)).one_or_none()
    return Report(row.at, json.loads(row.told)) if row else None


def reports_of(tx: sa.Connection, event_id: str) -> dict[str, Report]:
    """Return the last reports of an event's screens."""
    rows = tx.execute(sa.select(reports).where(reports.c.event_id == event_id))
    return {row.person_id: Report(row.at, json.loads(row.told)) for row in rows}


def save_report(tx: sa.Connection, screen_id: str, event_id: str, report: Report) -> None:
    """Keep a screen's report in place of the one before."""
    row = {"event_id": event_id, "at": report.at, "told": json.dumps(report.told)}
    if not insert_new(tx, reports, person_id=screen_id, **row):
        tx.execute(reports.update().where(reports.c.person_id == screen_id).values(**row))


def tell(tx: sa.Connection, submission_id: str, screen_ids: Iterable[str]) -> None:
    """Note which screens are told that an item must go."""
    for screen_id in screen_ids:
        insert_new(tx, receipts, submission_id=submission_id, screen_id=screen_id)


def acknowledge(tx: sa.Connection, submission_id: str, screen_id: str, at: datetime) -> bool:
    """Note that a screen no longer has an item; say whether that is new."""
    if insert_new(tx, receipts, submission_id=submission_id, screen_id=screen_id, gone_at=at):
        return True
    mine = (receipts.c.submission_id == submission_id) & (receipts.c.screen_id == screen_id)
    waiting = mine & receipts.c.gone_at.is_(None)
    return tx.execute(receipts.update().where(waiting).values(gone_at=at)).rowcount == 1


def waited_for(tx: sa.Connection, screen_id: str) -> list[str]:
    """Return the items whose end a screen was told of and has not acknowledged."""
    mine = (receipts.c.screen_id == screen_id) & receipts.c.gone_at.is_(None)
    return list(tx.scalars(sa.select(receipts.c.submission_id).where(mine)))


def receipts_of(tx: sa.Connection, submission_ids: Sequence[str]) -> dict[str, list[Receipt]]:
    """Return the receipts for each of some items."""
    found: dict[str, list[Receipt]] = {key: [] for key in submission_ids}
    query = sa.select(receipts).where(receipts.c.submission_id.in_(submission_ids))
    for row in tx.execute(query.order_by(receipts.c.screen_id)):
        found[row.submission_id].append(Receipt(row.submission_id, row.screen_id, row.gone_at))
    return found


def _screen(row: sa.Row[Any]) -> Screen:
    settings, asked = json.loads(row.settings), json.loads(row.asked)
    room, message = settings["room"], asked.pop("message")
    return Screen(
        row.person_id,
        row.event_id,
        Settings(
            Filters(**settings["filters"]),
            Theme(settings["theme"]),
            Layout(settings["layout"]),
            Room(room["height"], room["distance"], Light(room["light"])) if room else None,
            tuple(Dim(**dim) for dim in settings["dims"]),
        ),
        Asked(**asked, message=_message(message) if message else None),
    )


def _asked_row(asked: Asked) -> dict[str, Any]:
    message = asked.message
    kept = {"text": message.text.as_dict(), "until": message.until.isoformat()} if message else None
    return asdict(asked) | {"message": kept}


def _message(row: dict[str, Any]) -> Message:
    return Message(Bilingual(**row["text"]), datetime.fromisoformat(row["until"]))
