"""Messages in the database."""

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.plan.channels import Channel
from mixroom.plan.model import (
    MAX_TITLE,
    MAX_URL,
    Message,
    Picture,
    SiteChange,
    Slot,
    name_of,
)
from mixroom.plan.moves import OPEN, Status
from mixroom.plan.post_store import keep_posts, posts
from mixroom.plan.rings import first_ring

NAMED = 120  # characters at the beginning of a text, more than a name has
UNDATED = datetime(2999, 1, 1, tzinfo=UTC)  # what is not due comes last

messages = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("campaign_id", sa.String(36)),
    sa.Column("title", sa.String(MAX_TITLE), nullable=False),
    sa.Column("channels", sa.Text, nullable=False),
    sa.Column("text_fr", sa.Text),
    sa.Column("text_en", sa.Text),
    sa.Column("overrides", sa.Text, nullable=False),
    sa.Column("due", UtcDateTime),
    sa.Column("owner_id", sa.String(36)),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("pictures", sa.Text, nullable=False),
    sa.Column("link_id", sa.String(36)),
    sa.Column("change_address", sa.String(MAX_URL), nullable=False),
    sa.Column("change_fr", sa.Text),
    sa.Column("change_en", sa.Text),
    sa.Column("written_by", sa.String(36), nullable=False),
    sa.Column("ready_by", sa.String(36)),
    sa.Column("ready_at", UtcDateTime),
    sa.Column("stale_since", UtcDateTime),
    sa.Column("open_due", UtcDateTime),  # `due`, while it is not out and not dropped
    sa.Column("rings_at", UtcDateTime),  # when its owner is told of it next
    sa.Column("sorts_at", UtcDateTime, nullable=False),  # `due`, or UNDATED
    sa.Index("ix_message_event_id", "event_id", "id"),
    sa.Index("ix_message_event_id_status", "event_id", "status", "id"),
    sa.Index("ix_message_event_id_sorts_at", "event_id", "status", "sorts_at", "id"),
    sa.Index("ix_message_event_id_due", "event_id", "due"),
    sa.Index("ix_message_event_id_open_due", "event_id", "open_due"),
    sa.Index("ix_message_campaign_id", "campaign_id", "id"),
    sa.Index("ix_message_rings_at", "rings_at"),
)
drawn = sa.Table(
    "message_submission",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id"), primary_key=True),
    sa.Column("submission_id", sa.String(36), primary_key=True, index=True),
    sa.Column("position", sa.Integer, nullable=False),
)


_WORDS = (messages.c.text_fr, messages.c.text_en, messages.c.change_fr, messages.c.change_en)


def add(tx: sa.Connection, message: Message) -> bool:
    """Add a message; return whether its id was free."""
    if not insert_new(tx, messages, id=message.id, **_row(message), rings_at=_rings(message)):
        return False
    _draw(tx, message)
    keep_posts(tx, message)
    return True


def save(tx: sa.Connection, message: Message, *, before: Message) -> None:
    """Save a message; a new time has its owner told again."""
    row = _row(message)
    if _open_due(message) != _open_due(before):
        row["rings_at"] = _rings(message)
    tx.execute(messages.update().where(messages.c.id == message.id).values(**row))
    if message.submissions != before.submissions:
        _draw(tx, message)
    keep_posts(tx, message)


def get(tx: sa.Connection, event_id: str, key: str) -> Message | None:
    """Return a message of an event, or None."""
    return _one(tx, sa.select(messages).where(_is(event_id, key)))


def get_locked(tx: sa.Connection, event_id: str, key: str) -> Message | None:
    """Return a message of an event, or None, and lock its row against other writers."""
    return _one(tx, sa.select(messages).where(_is(event_id, key)).with_for_update())


def lock(tx: sa.Connection, key: str) -> Message | None:
    """Return a message, or None, and lock its row against other writers."""
    return _one(tx, sa.select(messages).where(messages.c.id == key).with_for_update())


def some(tx: sa.Connection, event_id: str, keys: Collection[str]) -> list[Message]:
    """Return those of an event's messages that have these ids."""
    ours = (messages.c.event_id == event_id) & messages.c.id.in_(sorted(keys))
    return _all(tx, sa.select(messages).where(ours))


def with_ids(tx: sa.Connection, keys: Collection[str]) -> dict[str, Message]:
    """Return messages of any event by their ids."""
    found = _all(tx, sa.select(messages).where(messages.c.id.in_(sorted(keys))))
    return {each.id: each for each in found}


def page(
    tx: sa.Connection,
    event_id: str,
    status: Status | None = None,
    campaign_id: str | None = None,
    *,
    after: str,
    limit: int,
) -> list[Message]:
    """Return up to `limit` of an event's messages that follow the id `after`, ordered by id."""
    of = messages.c
    ours = (of.event_id == event_id) & (of.id > after)
    if status:
        ours &= of.status == status.value
    if campaign_id:
        ours &= of.campaign_id == campaign_id
    return _all(tx, sa.select(messages).where(ours).order_by(of.id).limit(limit))


def board(tx: sa.Connection, event_id: str, status: Status, most: int) -> list[str]:
    """Return the ids of up to `most` messages in a status: what is due first comes first.

    Of those that are published or dropped, the last comes first.
    """
    of = messages.c
    ours = (of.event_id == event_id) & (of.status == status.value)
    order = (of.sorts_at, of.id) if status in OPEN else (of.sorts_at.desc(), of.id.desc())
    return list(tx.scalars(sa.select(of.id).where(ours).order_by(*order).limit(most)))


def late(tx: sa.Connection, event_id: str, now: datetime, most: int) -> list[Message]:
    """Return up to `most` messages that were due and are not out, the oldest first."""
    of = messages.c
    ours = (of.event_id == event_id) & (of.open_due < now)
    return _all(tx, sa.select(messages).where(ours).order_by(of.open_due).limit(most))


def due_keys(tx: sa.Connection, event_id: str, now: datetime, most: int) -> list[str]:
    """Return the ids of open messages with a time: `most` that were due last, `most` due next."""
    of = messages.c
    ours = sa.select(of.id).where(of.event_id == event_id)
    before = ours.where(of.open_due < now).order_by(of.open_due.desc()).limit(most)
    after = ours.where(of.open_due >= now).order_by(of.open_due).limit(most)
    return [*reversed(list(tx.scalars(before))), *tx.scalars(after)]


def between(
    tx: sa.Connection,
    event_id: str,
    since: datetime,
    until: datetime,
    most: int,
    *,
    open_only: bool = False,
) -> list[Slot]:
    """Return up to `most` messages due from `since` until before `until`, in order.

    Of their words only the beginning, which their names need; dropped ones are left out, and with
    `open_only` those that are out.
    """
    of = messages.c
    begin = [sa.func.substr(each, 1, NAMED).label(each.name) for each in _WORDS]
    brief = sa.select(of.id, of.due, of.status, of.owner_id, of.version, of.title, *begin)
    at = of.open_due if open_only else of.due
    ours = (of.event_id == event_id) & (at >= since) & (at < until)
    ours &= of.status != Status.DROPPED.value
    rows = tx.execute(brief.where(ours).order_by(at).limit(most)).all()
    return [
        Slot(key, due, _STATUSES[status], owner, version, _name(title, *words))
        for key, due, status, owner, version, title, *words in rows
    ]


def all_of(tx: sa.Connection, event_id: str, most: int) -> list[Message]:
    """Return up to `most` messages that are not dropped, by time; those without one come last."""
    of = messages.c
    ours = (of.event_id == event_id) & (of.status != Status.DROPPED.value)
    return _all(tx, sa.select(messages).where(ours).order_by(of.sorts_at, of.id).limit(most))


def statuses_of_campaigns(tx: sa.Connection, event_id: str) -> dict[str, dict[str, int]]:
    """Return how many messages each campaign of an event has in each status."""
    of = messages.c
    query = sa.select(of.campaign_id, of.status, sa.func.count()).where(of.event_id == event_id)
    found: dict[str, dict[str, int]] = {}
    for key, status, number in tx.execute(query.group_by(of.campaign_id, of.status)):
        if key:
            found.setdefault(key, {})[status] = number
    return found


def ringing(tx: sa.Connection, now: datetime, most: int) -> list[str]:
    """Return the ids of messages of any event whose owners are to be told now."""
    of = messages.c
    query = sa.select(of.id).where(of.rings_at <= now).order_by(of.rings_at).limit(most)
    return list(tx.scalars(query))


def next_ringing(tx: sa.Connection, until: datetime) -> datetime | None:
    """Return when the next owner is to be told, if that is before a time."""
    of = messages.c
    query = sa.select(of.rings_at).where(of.rings_at <= until).order_by(of.rings_at)
    return tx.scalar(query.limit(1))


def rings_at(tx: sa.Connection, key: str) -> datetime | None:
    """Return when the owner of a message is told of it next."""
    return tx.scalar(sa.select(messages.c.rings_at).where(messages.c.id == key))


def ring_at(tx: sa.Connection, key: str, at: datetime | None) -> None:
    """Have the owner of a message told of it at a time, or not any more."""
    tx.execute(messages.update().where(messages.c.id == key).values(rings_at=at))


def drawing_on(tx: sa.Connection, submission_ids: Collection[str]) -> list[str]:
    """Return the ids of the messages that draw on these submissions, in order."""
    these = drawn.c.submission_id.in_(sorted(submission_ids))
    return sorted(set(tx.scalars(sa.select(drawn.c.message_id).where(these))))


def count_published(
    tx: sa.Connection, event_id: str, channel: Channel | None, campaign_id: str | None
) -> int:
    """Count what is out of an event, in a channel and of a campaign."""
    of = posts.c
    query = sa.select(sa.func.count()).where((of.event_id == event_id) & of.at.is_not(None))
    if channel:
        query = query.where(of.channel == channel.value)
    if campaign_id:
        query = query.where(of.message_id == messages.c.id)
        query = query.where(messages.c.campaign_id == campaign_id)
    return tx.scalar(query) or 0


def links_of_campaign(campaign_id: str) -> sa.Select[tuple[str]]:
    """Return the query of the short links of a campaign's messages."""
    of = messages.c
    return sa.select(of.link_id).where((of.campaign_id == campaign_id) & of.link_id.is_not(None))


def _draw(tx: sa.Connection, message: Message) -> None:
    tx.execute(drawn.delete().where(drawn.c.message_id == message.id))
    rows = [
        {"message_id": message.id, "submission_id": key, "position": position}
        for position, key in enumerate(message.submissions)
    ]
    if rows:
        tx.execute(drawn.insert(), rows)


_STATUSES = {status.value: status for status in Status}


def _name(title: str, fr: str, en: str, change_fr: str, change_en: str) -> Bilingual:
    if title:
        return Bilingual(title, title)
    return name_of("", Bilingual(fr, en), Bilingual(change_fr, change_en))


def _is(event_id: str, key: str) -> sa.ColumnElement[bool]:
    return (messages.c.id == key) & (messages.c.event_id == event_id)


def _one(tx: sa.Connection, query: sa.Select[Any]) -> Message | None:
    found = _all(tx, query)
    return found[0] if found else None


def _all(tx: sa.Connection, query: sa.Select[Any]) -> list[Message]:
    rows = tx.execute(query).all()
    sources = _drawn(tx, [row.id for row in rows])
    return [_message(row, sources.get(row.id, ())) for row in rows]


def _drawn(tx: sa.Connection, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    of = drawn.c
    query = sa.select(drawn).where(of.message_id.in_(sorted(keys)))
    found: dict[str, tuple[str, ...]] = {}
    for row in tx.execute(query.order_by(of.message_id, of.position)).all():
        found[row.message_id] = (*found.get(row.message_id, ()), row.submission_id)
    return found


def _open_due(message: Message) -> datetime | None:
    return message.due if message.status in OPEN else None


def _rings(message: Message) -> datetime | None:
    return first_ring(_open_due(message))


def _row(message: Message) -> dict[str, Any]:
    """Return the columns of a message, without its id."""
    overrides = {f"{c.value}.{lang}": text for (c, lang), text in message.overrides.items()}
    pictures = [
        {
            "media": each.media_id,
            "alt": each.alt.as_dict(),
            "credit": each.credit,
            "focus": each.focus,
        }
        for each in message.pictures
    ]
    return {
        "event_id": message.event_id,
        "campaign_id": message.campaign_id,
        "title": message.title,
        "channels": json.dumps([each.value for each in message.channels]),
        **sides("text", message.text),
        "overrides": json.dumps(overrides),
        "due": message.due,
        "owner_id": message.owner_id,
        "status": message.status.value,
        "version": message.version,
        "pictures": json.dumps(pictures),
        "link_id": message.link_id,
        "change_address": message.change.address,
        **sides("change", message.change.what),
        "written_by": message.written_by,
        "ready_by": message.ready_by,
        "ready_at": message.ready_at,
        "stale_since": message.stale_since,
        "open_due": _open_due(message),
        "sorts_at": message.due or UNDATED,
    }


def _message(row: sa.Row[Any], submissions: tuple[str, ...]) -> Message:
    overrides: dict[tuple[Channel, Lang], str] = {}
    for name, text in json.loads(row.overrides).items():
        channel, _, lang = name.partition(".")
        overrides[Channel(channel), LANGS[LANGS.index(lang)]] = text
    pictures = [
        Picture(
            each["media"],
            Bilingual(**each["alt"]),
            each["credit"],
            (each["focus"][0], each["focus"][1]),
        )
        for each in json.loads(row.pictures)
    ]
    return Message(
        id=row.id,
        event_id=row.event_id,
        title=row.title,
        channels=tuple(Channel(each) for each in json.loads(row.channels)),
        text=Bilingual(row.text_fr, row.text_en),
        overrides=overrides,
        due=row.due,
        owner_id=row.owner_id,
        campaign_id=row.campaign_id,
        status=Status(row.status),
        version=row.version,
        submissions=submissions,
        pictures=tuple(pictures),
        link_id=row.link_id,
        change=SiteChange(row.change_address, Bilingual(row.change_fr, row.change_en)),
        written_by=row.written_by,
        ready_by=row.ready_by,
        ready_at=row.ready_at,
        stale_since=row.stale_since,
    )


def sides(name: str, text: Bilingual) -> dict[str, str | None]:
    """Return the columns of a text in both languages."""
    return {f"{name}_fr": text.fr, f"{name}_en": text.en}
