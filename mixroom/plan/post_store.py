"""Posts of messages, and the limits of the channels of an event, in the database."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.text import Bilingual, Lang
from mixroom.plan.channels import Channel
from mixroom.plan.model import MAX_URL, Failure, Message, Publication
from mixroom.plan.moves import Status

# One row for each channel and language that a message wants. `due` is set only while it is
# scheduled there; `at` once it is out.
posts = sa.Table(
    "message_post",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id"), primary_key=True),
    sa.Column("channel", sa.String(12), primary_key=True),
    sa.Column("lang", sa.String(2), primary_key=True),
    sa.Column("event_id", sa.String(36), nullable=False),
    sa.Column("due", UtcDateTime),
    sa.Column("url", sa.String(MAX_URL)),
    sa.Column("at", UtcDateTime),
    sa.Column("by", sa.String(36)),
    sa.Column("fault", sa.String(40)),
    sa.Column("words_fr", sa.Text),
    sa.Column("words_en", sa.Text),
    sa.Column("failed_at", UtcDateTime),
    sa.Index("ix_message_post_channel_due", "channel", "due"),
    sa.Index("ix_message_post_event_id_at", "event_id", "at"),
    sa.Index("ix_message_post_event_id_channel", "event_id", "channel", "at"),
)
limits = sa.Table(
    "channel_limit",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("channel", sa.String(12), primary_key=True),
    sa.Column("most", sa.Integer, nullable=False),
)


_NO_FAULT: Mapping[str, None] = dict.fromkeys(("fault", "words_fr", "words_en", "failed_at"))


def posts_of(
    tx: sa.Connection, keys: Collection[str]
) -> dict[str, tuple[list[Publication], dict[tuple[Channel, Lang], Failure]]]:
    """Return the publications of each message, and what failed of it."""
    found: dict[str, tuple[list[Publication], dict[tuple[Channel, Lang], Failure]]] = {
        key: ([], {}) for key in keys
    }
    of = posts.c
    query = sa.select(posts).where(of.message_id.in_(sorted(keys)))
    for row in tx.execute(query.order_by(of.at, of.channel, of.lang)).all():
        out, failed = found[row.message_id]
        channel = Channel(row.channel)
        if row.at:
            out.append(_publication(row))
        elif row.fault:
            words = Bilingual(row.words_fr, row.words_en)
            failed[channel, row.lang] = Failure(row.fault, words, row.failed_at)
    return found


def put_publication(tx: sa.Connection, message: Message, publication: Publication) -> None:
    """Note that a message is out in a channel and language, or where it is."""
    values = {"url": publication.url, "at": publication.at, "by": publication.by}
    values |= {"due": None, **_NO_FAULT}
    key = {"message_id": message.id, "channel": publication.channel.value, "lang": publication.lang}
    if not insert_new(tx, posts, **key, event_id=message.event_id, **values):
        tx.execute(posts.update().where(_post(**key)).values(**values))


def remove_publication(tx: sa.Connection, message: Message, channel: Channel, lang: Lang) -> bool:
    """Forget a publication that was noted by mistake; return whether there was one."""
    this = _post(message.id, channel.value, lang) & posts.c.at.is_not(None)
    gone = {"url": None, "at": None, "by": None}
    return tx.execute(posts.update().where(this).values(**gone)).rowcount > 0


def put_failure(
    tx: sa.Connection, message_id: str, channel: Channel, lang: Lang, failure: Failure
) -> bool:
    """Note that a network refused it, and no longer offer it; return False if it is out or gone."""
    this = _post(message_id, channel.value, lang) & posts.c.at.is_(None)
    values = {
        "due": None,
        "fault": failure.fault[:40],
        "words_fr": failure.words.fr,
        "words_en": failure.words.en,
        "failed_at": failure.at,
    }
    return tx.execute(posts.update().where(this).values(**values)).rowcount > 0


def forget_failures(tx: sa.Connection, message: Message) -> None:
    """Forget what failed of a message, so that it is offered again if it is scheduled."""
    tx.execute(posts.update().where(posts.c.message_id == message.id).values(**_NO_FAULT))
    keep_posts(tx, message)


def due_posts(
    tx: sa.Connection,
    channel: Channel,
    before: datetime,
    most: int,
    *,
    event_id: str | None = None,
    message_id: str | None = None,
    after: datetime | None = None,
) -> list[tuple[str, Lang, datetime]]:
    """Return up to `most` posts due by a time, of an event or a message: message, language, time.

    None that was due by `after`.
    """
    of = posts.c
    query = sa.select(of.message_id, of.lang, of.due).where(
        (of.channel == channel.value) & (of.due <= before)
    )
    if after is not None:
        query = query.where(of.due > after)
    if event_id is not None:
        query = query.where(of.event_id == event_id)
    if message_id is not None:
        query = query.where(of.message_id == message_id)
    rows = tx.execute(query.order_by(of.due, of.message_id, of.lang).limit(most))
    return [(row.message_id, row.lang, row.due) for row in rows]


def published_between(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime, most: int
) -> list[Publication]:
    """Return up to `most` publications of an event in a span of time, in order."""
    of = posts.c
    during = (of.event_id == event_id) & (of.at >= since) & (of.at < until)
    rows = tx.execute(sa.select(posts).where(during).order_by(of.at).limit(most))
    return [_publication(row) for row in rows]


def newest_publications(tx: sa.Connection, event_id: str, most: int) -> list[Publication]:
    """Return up to `most` publications of an event, the newest first."""
    of = posts.c
    ours = (of.event_id == event_id) & of.at.is_not(None)
    rows = tx.execute(sa.select(posts).where(ours).order_by(of.at.desc()).limit(most))
    return [_publication(row) for row in rows]


def newest_on(tx: sa.Connection, event_id: str, channel: Channel, most: int) -> list[Publication]:
    """Return up to `most` publications of an event on a channel, the newest first."""
    of = posts.c
    ours = (of.event_id == event_id) & (of.channel == channel.value) & of.at.is_not(None)
    rows = tx.execute(sa.select(posts).where(ours).order_by(of.at.desc()).limit(most))
    return [_publication(row) for row in rows]


def limits_of(tx: sa.Connection, event_id: str) -> dict[Channel, int]:
    """Return the limits of an event's own channels."""
    rows = tx.execute(sa.select(limits).where(limits.c.event_id == event_id))
    return {Channel(row.channel): row.most for row in rows}


def set_limit(tx: sa.Connection, event_id: str, channel: Channel, most: int | None) -> None:
    """Set an event's own limit of a channel, or remove it."""
    this = (limits.c.event_id == event_id) & (limits.c.channel == channel.value)
    tx.execute(limits.delete().where(this))
    if most:
        tx.execute(limits.insert().values(event_id=event_id, channel=channel.value, most=most))


def keep_posts(tx: sa.Connection, message: Message) -> None:
    """Keep a row for each channel and language that the message wants, due while scheduled."""
    of = posts.c
    rows = tx.execute(sa.select(posts).where(of.message_id == message.id)).all()
    there = {(row.channel, row.lang): row for row in rows}
    goes = message.status is Status.SCHEDULED and not message.stale_since
    wanted = {(channel.value, lang) for channel, lang in message.wanted}
    for key, row in there.items():
        due = message.due if goes and key in wanted and not row.at and not row.fault else None
        if key not in wanted and not row.at:
            tx.execute(posts.delete().where(_post(message.id, *key)))
        elif row.due != due:
            tx.execute(posts.update().where(_post(message.id, *key)).values(due=due))
    due = message.due if goes else None
    new = [
        {"message_id": message.id, "event_id": message.event_id, "due": due}
        | {"channel": channel, "lang": lang}
        for channel, lang in sorted(wanted - set(there))
    ]
    if new:
        tx.execute(posts.insert(), new)


def _post(message_id: str, channel: str, lang: str) -> sa.ColumnElement[bool]:
    of = posts.c
    return (of.message_id == message_id) & (of.channel == channel) & (of.lang == lang)


def _publication(row: sa.Row[Any]) -> Publication:
    return Publication(row.message_id, Channel(row.channel), row.lang, row.url, row.at, row.by)
