"""Alarms and their settings in the database."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.alarms.model import (
    HOUR,
    MAX_LISTED,
    MAX_NOTE,
    MAX_OPEN,
    RETURNS_WITHIN,
    Acknowledgement,
    Alarm,
    Quiet,
    Setting,
)
from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.event.store import events

MAX_EVENTS = 20  # that are watched at the same time

alarms = sa.Table(
    "alarm",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("rule", sa.String(64), nullable=False),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("standing", sa.String(160)),  # rule and key while it is open: one for each cause
    sa.Column("title_fr", sa.Text),
    sa.Column("title_en", sa.Text),
    sa.Column("about_fr", sa.Text),
    sa.Column("about_en", sa.Text),
    sa.Column("path", sa.String(200), nullable=False),
    sa.Column("particulars", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("cleared_at", UtcDateTime),
    sa.Column("told_at", UtcDateTime),
    sa.Column("acknowledged_by", sa.String(36)),
    sa.Column("acknowledged_at", UtcDateTime),
    sa.Column("note", sa.String(MAX_NOTE)),
    sa.UniqueConstraint("event_id", "standing"),
    sa.Index("ix_alarm_event_id", "event_id", "id"),
    sa.Index("ix_alarm_event_id_cleared_at", "event_id", "cleared_at"),
    sa.Index("ix_alarm_event_id_told_at", "event_id", "told_at"),
)
settings = sa.Table(
    "alarm_setting",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("rule", sa.String(64), primary_key=True),
    sa.Column("on", sa.Boolean, nullable=False),
    sa.Column("threshold", sa.Float, nullable=False),
    sa.Column("roles", sa.String(200), nullable=False),
    sa.Column("push", sa.Boolean, nullable=False),
    sa.Column("quiet_from", sa.String(5)),
    sa.Column("quiet_to", sa.String(5)),
)


def events_near(tx: sa.Connection, today: date) -> list[str]:
    """Return the ids of the newest events that have a day near this date."""
    day = timedelta(days=1)
    near = (events.c.starts_on <= today + day) & (events.c.ends_on >= today - day)
    query = sa.select(events.c.id).where(near | events.c.rehearsal)
    return list(tx.scalars(query.order_by(events.c.created_at.desc()).limit(MAX_EVENTS)))


def get(tx: sa.Connection, alarm_id: str, *, lock: bool = False) -> Alarm | None:
    """Return an alarm, or None."""
    query = sa.select(alarms).where(alarms.c.id == alarm_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _alarm(row) if row else None


def some(tx: sa.Connection, event_id: str, keys: Collection[str]) -> list[Alarm]:
    """Return those of an event's alarms that have these ids, oldest first."""
    ours = (alarms.c.event_id == event_id) & alarms.c.id.in_(list(keys))
    return [_alarm(row) for row in tx.execute(sa.select(alarms).where(ours).order_by(alarms.c.id))]


def listed_keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of an event's open alarms and of the newest that are over, oldest first."""
    standing = tx.scalars(sa.select(alarms.c.id).where(_is_open(event_id)))
    ours = sa.select(alarms.c.id).where(alarms.c.event_id == event_id)
    latest = tx.scalars(ours.order_by(alarms.c.id.desc()).limit(MAX_LISTED))
    return sorted({*standing, *latest})


def open_keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of an event's open alarms, oldest first."""
    return sorted(tx.scalars(sa.select(alarms.c.id).where(_is_open(event_id))))


def page(
    tx: sa.Connection, event_id: str, *, is_open: bool | None, before: str | None, most: int
) -> list[Alarm]:
    """Return up to `most` of an event's alarms, newest first, that came before the id `before`."""
    if is_open:
        found = all_open(tx, event_id)[::-1]
        return [each for each in found if before is None or each.id < before][:most]
    query = sa.select(alarms).where(alarms.c.event_id == event_id)
    if is_open is False:
        query = query.where(alarms.c.cleared_at.is_not(None))
    if before is not None:
        query = query.where(alarms.c.id < before)
    return [_alarm(row) for row in tx.execute(query.order_by(alarms.c.id.desc()).limit(most))]


def open_and_recent(tx: sa.Connection, event_id: str, now: datetime) -> list[Alarm]:
    """Return an event's alarms that are open, and those that may open again."""
    ours = alarms.c.event_id == event_id
    recent = ours & (alarms.c.cleared_at > now - RETURNS_WITHIN)
    latest = sa.select(alarms).where(recent).order_by(alarms.c.cleared_at.desc()).limit(MAX_OPEN)
    return all_open(tx, event_id) + [_alarm(row) for row in tx.execute(latest)]


def all_open(tx: sa.Connection, event_id: str, *, lock: bool = False) -> list[Alarm]:
    """Return an event's open alarms, oldest first; with `lock`, nobody else changes them.

    There are MAX_OPEN at most. The database neither sorts nor counts them off, since it would walk
    through all that are over to do so.
    """
    query = sa.select(alarms).where(_is_open(event_id))
    found = [_alarm(row) for row in tx.execute(query.with_for_update() if lock else query)]
    return sorted(found, key=lambda each: each.id)


def count_unseen(tx: sa.Connection, event_id: str) -> int:
    """Count an event's open alarms that nobody has acknowledged."""
    unseen = _is_open(event_id) & alarms.c.acknowledged_at.is_(None)
    return tx.scalar(sa.select(sa.func.count()).where(unseen)) or 0


def rung(tx: sa.Connection, event_id: str, now: datetime) -> list[datetime]:
    """Return the times in the last hour at which phones of the event rang."""
    lately = (alarms.c.event_id == event_id) & (alarms.c.told_at > now - HOUR)
    return list(tx.scalars(sa.select(alarms.c.told_at).where(lately).distinct()))


def add(tx: sa.Connection, alarm: Alarm) -> bool:
    """Add an alarm; return False if one is already open for its cause."""
    row = {
        "event_id": alarm.event_id,
        "rule": alarm.rule,
        "key": alarm.key,
        "title_fr": alarm.title.fr,
        "title_en": alarm.title.en,
        "about_fr": alarm.about.fr,
        "about_en": alarm.about.en,
        "path": alarm.path,
        "particulars": json.dumps(alarm.particulars),
        "since": alarm.since,
        "raised_at": alarm.raised_at,
    }
    return insert_new(tx, alarms, id=alarm.id, **row, **_state(alarm))


def save(tx: sa.Connection, alarm: Alarm) -> None:
    """Save whether an alarm is open, whom it rang and who has seen it."""
    tx.execute(alarms.update().where(alarms.c.id == alarm.id).values(**_state(alarm)))


def settings_of(tx: sa.Connection, event_id: str) -> dict[str, Setting]:
    """Return the settings that a lead has chosen, by rule."""
    rows = tx.execute(sa.select(settings).where(settings.c.event_id == event_id))
    return {
        row.rule: Setting(
            row.on,
            row.threshold,
            frozenset(Role(role) for role in row.roles.split()),
            row.push,
            Quiet(row.quiet_from, row.quiet_to) if row.quiet_from else None,
        )
        for row in rows
    }


def save_setting(tx: sa.Connection, event_id: str, rule: str, setting: Setting) -> None:
    """Save the settings of a rule."""
    quiet = setting.quiet
    row: Mapping[str, Any] = {
        "on": setting.on,
        "threshold": setting.threshold,
        "roles": " ".join(sorted(setting.roles)),
        "push": setting.push,
        "quiet_from": quiet and quiet.starts,
        "quiet_to": quiet and quiet.ends,
    }
    if not insert_new(tx, settings, event_id=event_id, rule=rule, **row):
        this = (settings.c.event_id == event_id) & (settings.c.rule == rule)
        tx.execute(settings.update().where(this).values(**row))


def _is_open(event_id: str) -> sa.ColumnElement[bool]:
    return (alarms.c.event_id == event_id) & alarms.c.cleared_at.is_(None)


def _state(alarm: Alarm) -> dict[str, Any]:
    seen = alarm.acknowledged
    return {
        "standing": f"{alarm.rule} {alarm.key}" if alarm.is_open else None,
        "cleared_at": alarm.cleared_at,
        "told_at": alarm.told_at,
        "acknowledged_by": seen and seen.by,
        "acknowledged_at": seen and seen.at,
        "note": seen and seen.note,
    }


def _alarm(row: sa.Row[Any]) -> Alarm:
    seen = row.acknowledged_by
    return Alarm(
        row.id,
        row.event_id,
        row.rule,
        row.key,
        Bilingual(row.title_fr, row.title_en),
        Bilingual(row.about_fr, row.about_en),
        row.path,
        row.since,
        row.raised_at,
        json.loads(row.particulars),
        row.cleared_at,
        Acknowledgement(seen, row.acknowledged_at, row.note) if seen else None,
        row.told_at,
    )
