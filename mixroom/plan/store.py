"""Objectives, campaigns, messages and what is posted of them, in the database."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.event.model import Moment
from mixroom.plan.channels import Channel
from mixroom.plan.model import (
    MAX_LABEL,
    MAX_TITLE,
    MAX_URL,
    Campaign,
    Failure,
    Gauge,
    Message,
    Objective,
    Picture,
    Publication,
    SiteChange,
    Slot,
    name_of,
)
from mixroom.plan.moves import OPEN, Status
from mixroom.plan.rings import first_ring

MOST_CAMPAIGNS = 200
MOST_OBJECTIVES = 200
NAMED = 120  # characters at the beginning of a text, more than a name has
UNDATED = datetime(2999, 1, 1, tzinfo=UTC)  # what is not due comes last

campaigns = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("name_fr", sa.String(MAX_LABEL)),
    sa.Column("name_en", sa.String(MAX_LABEL)),
    sa.Column("moment", sa.String(8), nullable=False),
    sa.Column("starts_on", sa.Date),
    sa.Column("ends_on", sa.Date),
    sa.Column("owner_id", sa.String(36)),
)
objectives = sa.Table(
    "objective",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("campaign_id", sa.String(36)),
    sa.Column("what_fr", sa.String(MAX_LABEL)),
    sa.Column("what_en", sa.String(MAX_LABEL)),
    sa.Column("target", sa.Float),
    sa.Column("unit_fr", sa.String(MAX_LABEL)),
    sa.Column("unit_en", sa.String(MAX_LABEL)),
    sa.Column("by", sa.Date),
    sa.Column("measure_fr", sa.String(MAX_LABEL)),
    sa.Column("measure_en", sa.String(MAX_LABEL)),
    sa.Column("gauge", sa.String(12), nullable=False, server_default="hand"),
    sa.Column("channel", sa.String(12)),
    sa.Column("number", sa.Float),  # noted by hand
    sa.Column("number_on", sa.Date),
)
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


_WORDS = (messages.c.text_fr, messages.c.text_en, messages.c.change_fr, messages.c.change_en)


def add(tx: sa.Connection, message: Message) -> bool:
    """Add a message; return whether its id was free."""
    if not insert_new(tx, messages, id=message.id, **_row(message), rings_at=_rings(message)):
        return False
    _draw(tx, message)
    _sync(tx, message)
    return True


def save(tx: sa.Connection, message: Message, *, before: Message) -> None:
    """Save a message; a new time has its owner told again."""
    row = _row(message)
    if _open_due(message) != _open_due(before):
        row["rings_at"] = _rings(message)
    tx.execute(messages.update().where(messages.c.id == message.id).values(**row))
    if message.submissions != before.submissions:
        _draw(tx, message)
    _sync(tx, message)


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
    tx: sa.Connection, event_id: str, since: datetime, until: datetime, most: int
) -> list[Slot]:
    """Return up to `most` messages due from `since` until before `until`, in order.

    Of their words only the beginning, which their names need; dropped ones are left out.
    """
    of = messages.c
    begin = [sa.func.substr(each, 1, NAMED).label(each.name) for each in _WORDS]
    brief = sa.select(of.id, of.due, of.status, of.owner_id, of.version, of.title, *begin)
    ours = (of.event_id == event_id) & (of.due >= since) & (of.due < until)
    ours &= of.status != Status.DROPPED.value
    rows = tx.execute(brief.where(ours).order_by(of.due).limit(most)).all()
    return [
        Slot(key, due, _STATUSES[status], owner, version, _name(title, *words))
        for key, due, status, owner, version, title, *words in rows
    ]


def all_of(tx: sa.Connection, event_id: str, most: int) -> list[Message]:
    """Return up to `most` messages that are not dropped, by time; those without one come last."""
    of = messages.c
    ours = (of.event_id == event_id) & (of.status != Status.DROPPED.value)
    return _all(tx, sa.select(messages).where(ours).order_by(of.sorts_at, of.id).limit(most))


def of_campaigns(tx: sa.Connection, keys: Collection[str], most: int) -> dict[str, list[str]]:
    """Return the statuses of the messages of each campaign, up to `most` of each."""
    of = messages.c
    return {
        key: list(tx.scalars(sa.select(of.status).where(of.campaign_id == key).limit(most)).all())
        for key in keys
    }


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
    _sync(tx, message)


def due_posts(
    tx: sa.Connection,
    channel: Channel,
    before: datetime,
    most: int,
    events: Collection[str] | None = None,
    after: datetime | None = None,
) -> list[tuple[str, Lang, datetime]]:
    """Return up to `most` posts due by a time, of these events: message, language, and time.

    None that was due by `after`.
    """
    of = posts.c
    query = sa.select(of.message_id, of.lang, of.due).where(
        (of.channel == channel.value) & (of.due <= before)
    )
    if after is not None:
        query = query.where(of.due > after)
    if events is not None:
        query = query.where(of.event_id.in_(sorted(events)))
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


def count_published(
    tx: sa.Connection, event_id: str, channel: Channel | None, campaign_id: str | None, most: int
) -> int:
    """Count what is out of an event, in a channel and of a campaign, but no more than `most`."""
    of = posts.c
    query = sa.select(of.message_id).where((of.event_id == event_id) & of.at.is_not(None))
    if channel:
        query = query.where(of.channel == channel.value)
    if campaign_id:
        query = query.join(messages, messages.c.id == of.message_id)
        query = query.where(messages.c.campaign_id == campaign_id)
    return tx.scalar(sa.select(sa.func.count()).select_from(query.limit(most).subquery())) or 0


def links_of_campaign(tx: sa.Connection, campaign_id: str, most: int) -> set[str]:
    """Return the ids of the short links of a campaign's messages, of `most` messages."""
    of = messages.c
    query = sa.select(of.link_id).where(of.campaign_id == campaign_id).limit(most)
    return {key for key in tx.scalars(query) if key}


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


def campaigns_of(tx: sa.Connection, event_id: str) -> list[Campaign]:
    """Return the campaigns of an event, in the order in which they were made."""
    of = campaigns.c
    query = sa.select(campaigns).where(of.event_id == event_id).order_by(of.id)
    return [_campaign(row) for row in tx.execute(query.limit(MOST_CAMPAIGNS))]


def get_campaign(tx: sa.Connection, event_id: str, key: str) -> Campaign | None:
    """Return a campaign of an event, or None."""
    this = (campaigns.c.event_id == event_id) & (campaigns.c.id == key)
    row = tx.execute(sa.select(campaigns).where(this)).one_or_none()
    return _campaign(row) if row else None


def put_campaign(tx: sa.Connection, campaign: Campaign) -> None:
    """Add a campaign, or save it."""
    values = {
        "event_id": campaign.event_id,
        **_sides("name", campaign.name),
        "moment": campaign.moment.value,
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "owner_id": campaign.owner_id,
    }
    _put(tx, campaigns, campaign.id, values)


def remove_campaign(tx: sa.Connection, event_id: str, key: str) -> bool:
    """Remove a campaign; its messages and objectives stay. Return whether there was one."""
    for table in (messages, objectives):
        ours = (table.c.event_id == event_id) & (table.c.campaign_id == key)
        tx.execute(table.update().where(ours).values(campaign_id=None))
    this = (campaigns.c.event_id == event_id) & (campaigns.c.id == key)
    return tx.execute(campaigns.delete().where(this)).rowcount > 0


def objectives_of(tx: sa.Connection, event_id: str) -> list[Objective]:
    """Return the objectives of an event, in the order in which they were made."""
    of = objectives.c
    query = sa.select(objectives).where(of.event_id == event_id).order_by(of.id)
    return [_objective(row) for row in tx.execute(query.limit(MOST_OBJECTIVES))]


def get_objective(tx: sa.Connection, event_id: str, key: str) -> Objective | None:
    """Return an objective of an event, or None."""
    this = (objectives.c.event_id == event_id) & (objectives.c.id == key)
    row = tx.execute(sa.select(objectives).where(this)).one_or_none()
    return _objective(row) if row else None


def put_objective(tx: sa.Connection, objective: Objective) -> None:
    """Add an objective, or save it."""
    values = {
        "event_id": objective.event_id,
        "campaign_id": objective.campaign_id,
        **_sides("what", objective.what),
        "target": objective.target,
        **_sides("unit", objective.unit),
        "by": objective.by,
        **_sides("measure", objective.measure),
        "gauge": objective.gauge.value,
        "channel": objective.channel.value if objective.channel else None,
        "number": objective.number,
        "number_on": objective.number_on,
    }
    _put(tx, objectives, objective.id, values)


def remove_objective(tx: sa.Connection, event_id: str, key: str) -> bool:
    """Remove an objective; return whether there was one."""
    this = (objectives.c.event_id == event_id) & (objectives.c.id == key)
    return tx.execute(objectives.delete().where(this)).rowcount > 0


_NO_FAULT: Mapping[str, None] = dict.fromkeys(("fault", "words_fr", "words_en", "failed_at"))


def _draw(tx: sa.Connection, message: Message) -> None:
    tx.execute(drawn.delete().where(drawn.c.message_id == message.id))
    rows = [
        {"message_id": message.id, "submission_id": key, "position": position}
        for position, key in enumerate(message.submissions)
    ]
    if rows:
        tx.execute(drawn.insert(), rows)


def _sync(tx: sa.Connection, message: Message) -> None:
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


_STATUSES = {status.value: status for status in Status}


def _name(title: str, fr: str, en: str, change_fr: str, change_en: str) -> Bilingual:
    if title:
        return Bilingual(title, title)
    return name_of("", Bilingual(fr, en), Bilingual(change_fr, change_en))


def _post(message_id: str, channel: str, lang: str) -> sa.ColumnElement[bool]:
    of = posts.c
    return (of.message_id == message_id) & (of.channel == channel) & (of.lang == lang)


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


def _put(tx: sa.Connection, table: sa.Table, key: str, values: Mapping[str, Any]) -> None:
    if not insert_new(tx, table, id=key, **values):
        tx.execute(table.update().where(table.c.id == key).values(**values))


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
        **_sides("text", message.text),
        "overrides": json.dumps(overrides),
        "due": message.due,
        "owner_id": message.owner_id,
        "status": message.status.value,
        "version": message.version,
        "pictures": json.dumps(pictures),
        "link_id": message.link_id,
        "change_address": message.change.address,
        **_sides("change", message.change.what),
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


def _publication(row: sa.Row[Any]) -> Publication:
    return Publication(row.message_id, Channel(row.channel), row.lang, row.url, row.at, row.by)


def _campaign(row: sa.Row[Any]) -> Campaign:
    name = Bilingual(row.name_fr, row.name_en)
    dates = (row.starts_on, row.ends_on)
    return Campaign(row.id, row.event_id, name, Moment(row.moment), *dates, row.owner_id)


def _objective(row: sa.Row[Any]) -> Objective:
    return Objective(
        row.id,
        row.event_id,
        Bilingual(row.what_fr, row.what_en),
        row.target,
        Bilingual(row.unit_fr, row.unit_en),
        row.by,
        Bilingual(row.measure_fr, row.measure_en),
        row.campaign_id,
        Gauge(row.gauge),
        Channel(row.channel) if row.channel else None,
        row.number,
        row.number_on,
    )


def _sides(name: str, text: Bilingual) -> dict[str, str | None]:
    return {f"{name}_fr": text.fr, f"{name}_en": text.en}
