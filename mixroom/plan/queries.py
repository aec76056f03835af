"""Reads of the plan for pages, programs, the calendar and the connectors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.calendar_entries import Calendar, CalendarEntry
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import CREW
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.plan import aims_store, feed, post_store, store
from mixroom.plan.aims import Campaign, Objective, Progress
from mixroom.plan.channels import Channel
from mixroom.plan.formats import FeedEntry
from mixroom.plan.items import (
    Source,
    brief_items,
    full_items,
    posts_due,
    sources,
)
from mixroom.plan.measures import progress_of, statuses_of_campaigns
from mixroom.plan.model import Message, Post, Publication
from mixroom.plan.moves import OPEN, Status
from mixroom.submissions import lists as submission_lists
from mixroom.submissions.moves import Status as SubmissionStatus

EVER = datetime.min.replace(tzinfo=UTC)  # before all that is planned
MOST_ENTRIES = 2000  # of a span of the calendar
MOST_LATE = 50  # messages, on the board and above the calendar
MOST_OFFERED = 60  # submissions to draw on, the newest


@dataclass(frozen=True, slots=True)
class Desk:
    """A message with all that its page shows.

    `offered` are the newest submissions that it may draw on, with those that it draws on already.
    """

    message: Message
    item: dict[str, Any]
    offered: dict[str, Source]
    campaigns: list[Campaign]
    people: list[Person]


@dataclass(frozen=True, slots=True)
class Aims:
    """The campaigns and objectives of an event, how far these are, and messages by status."""

    campaigns: list[Campaign]
    objectives: list[Objective]
    counts: dict[str, dict[str, int]]
    names: dict[str, str]
    people: list[Person]
    progress: dict[str, Progress]


def due_posts(
    tx: sa.Connection,
    since: Mapping[tuple[str, Channel], datetime],
    before: datetime,
    most: int,
    *,
    message_id: str | None = None,
) -> list[Post]:
    """Return up to `most` posts of scheduled messages, or of one of them, that are due by a time.

    Of each event and channel in `since`, only those that were due after a time of its own. Nothing
    that is out, that a network has refused, or that draws on what was recalled.
    """
    due = [
        (key, channel, lang, at)
        for (event_id, channel), after in sorted(since.items())
        for key, lang, at in post_store.due_posts(
            tx, channel, before, most, event_id=event_id, message_id=message_id, after=after
        )
    ]
    due.sort(key=lambda each: (each[3], each[0]))
    return posts_due(tx, due[:most])


def entries(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime, *, late: bool = False
) -> Iterable[CalendarEntry]:
    """Return the messages that are due in a span of time, or the late ones, for the calendar."""
    now = clock.now()
    until, most = (min(until, now), MOST_LATE) if late else (until, MOST_ENTRIES)
    for each in store.between(tx, event_id, since, until, most, open_only=late):
        yield CalendarEntry(
            each.id,
            each.due,
            each.name,
            f"/plan/messages/{each.id}",
            "message",
            owner_id=each.owner_id,
            is_done=each.status is Status.PUBLISHED,
            is_late=each.is_late(now),
            version=each.version if each.status in OPEN else None,
        )


def calendar(
    by: Person,
    calendars: Iterable[Calendar],
    since: datetime,
    until: datetime,
    *,
    late: bool = False,
) -> list[CalendarEntry]:
    """Return the entries of all features in a span of time, or the late ones, in order.

    MOST_ENTRIES of them at most.
    """
    by.must("message.read")
    with reading() as tx:
        found = [
            each for give in calendars for each in give(tx, by.event_id, since, until, late=late)
        ]
    return sorted(found, key=lambda each: (each.at, each.key))[:MOST_ENTRIES]


def whole(by: Person) -> tuple[list[Message], dict[str, Campaign], dict[str, str]]:
    """Return all messages that are not dropped by time, the campaigns, and the names of people."""
    by.must("message.read")
    with reading() as tx:
        found = store.all_of(tx, by.event_id, MOST_ENTRIES)
        campaigns = {each.id: each for each in aims_store.campaigns_of(tx, by.event_id)}
        owners = {each.owner_id for each in found if each.owner_id}
        names = {key: name for key, (name, _) in crew_store.names(tx, owners).items()}
    return found, campaigns, names


def publications(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime, most: int
) -> list[Publication]:
    """Return what came out in a span of time: evidence for promises and reports."""
    return post_store.published_between(tx, event_id, since, until, most)


def for_global(event_id: str) -> list[FeedEntry]:
    """Return what an event has in the feed for Museomix Global."""
    with reading() as tx:
        return feed.entries(tx, event_id)


def item(by: Person, key: str) -> dict[str, Any]:
    """Return a message of the person's event; raises NotFoundError."""
    by.must("message.read")
    with reading() as tx:
        found = _required(tx, by, key)
        return full_items(tx, [found], post_store.limits_of(tx, by.event_id))[key]


def has(by: Person, key: str) -> bool:
    """Return whether the event has a message with this id."""
    with reading() as tx:
        return bool(store.some(tx, by.event_id, [key]))


def page(
    by: Person,
    status: Status | None = None,
    campaign_id: str | None = None,
    *,
    after: str = "",
    limit: int,
) -> list[dict[str, Any]]:
    """Return up to `limit` messages of the event; `after` is the last id of the page before."""
    by.must("message.read")
    with reading() as tx:
        found = store.page(tx, by.event_id, status, campaign_id, after=after, limit=limit)
        return list(full_items(tx, found, post_store.limits_of(tx, by.event_id)).values())


def listed(
    by: Person, status: Status | None, campaign_id: str | None, *, after: str, limit: int
) -> list[Item]:
    """Return the same messages as lists show them."""
    by.must("message.read")
    with reading() as tx:
        found = store.page(tx, by.event_id, status, campaign_id, after=after, limit=limit)
        return list(brief_items(tx, found).values())


def late(by: Person) -> list[Item]:
    """Return the messages that were due and are not out, the oldest first."""
    by.must("message.read")
    with reading() as tx:
        found = store.late(tx, by.event_id, clock.now(), MOST_LATE)
        return list(brief_items(tx, found).values())


def desk(by: Person, key: str) -> Desk:
    """Return what the page of a message shows; raises NotFoundError."""
    by.must("message.read")
    with reading() as tx:
        found = _required(tx, by, key)
        return Desk(
            found,
            full_items(tx, [found], post_store.limits_of(tx, by.event_id))[key],
            _offered(tx, by.event_id, found.submissions),
            aims_store.campaigns_of(tx, by.event_id),
            _crew(tx, by.event_id),
        )


def choices(by: Person) -> tuple[list[Campaign], list[Person], dict[str, Source]]:
    """Return what a new message may belong to, whose it may be, and what it may draw on."""
    by.must("message.read")
    with reading() as tx:
        event_id = by.event_id
        return (
            aims_store.campaigns_of(tx, event_id),
            _crew(tx, event_id),
            _offered(tx, event_id, ()),
        )


def limits(by: Person) -> dict[Channel, int]:
    """Return the limits of the event's own accounts."""
    with reading() as tx:
        return post_store.limits_of(tx, by.event_id)


def aims(by: Person) -> Aims:
    """Return the campaigns and the objectives of the event."""
    by.must("message.read")
    with reading() as tx:
        found = aims_store.campaigns_of(tx, by.event_id)
        statuses = statuses_of_campaigns(tx, by.event_id)
        owners = {each.owner_id for each in found if each.owner_id}
        objectives = aims_store.objectives_of(tx, by.event_id)
        return Aims(
            found,
            objectives,
            {each.id: statuses.get(each.id, {}) for each in found},
            {key: name for key, (name, _) in crew_store.names(tx, owners).items()},
            _crew(tx, by.event_id),
            progress_of(tx, objectives),
        )


def campaigns(by: Person) -> list[Campaign]:
    """Return the campaigns of the event, in the order in which they were made."""
    by.must("message.read")
    with reading() as tx:
        return aims_store.campaigns_of(tx, by.event_id)


def objectives(by: Person) -> list[Objective]:
    """Return the objectives of the event, in the order in which they were made."""
    by.must("message.read")
    with reading() as tx:
        return aims_store.objectives_of(tx, by.event_id)


def progress(by: Person, found: Iterable[Objective]) -> dict[str, Progress]:
    """Return the present numbers of objectives, by their ids."""
    by.must("message.read")
    with reading() as tx:
        return progress_of(tx, found)


def campaign(by: Person, key: str) -> Campaign:
    """Return a campaign of the event; raises NotFoundError."""
    by.must("message.read")
    with reading() as tx:
        found = aims_store.get_campaign(tx, by.event_id, key)
    if found is None:
        raise NotFoundError(key)
    return found


def objective(by: Person, key: str) -> Objective:
    """Return an objective of the event; raises NotFoundError."""
    by.must("message.read")
    with reading() as tx:
        found = aims_store.get_objective(tx, by.event_id, key)
    if found is None:
        raise NotFoundError(key)
    return found


def _required(tx: sa.Connection, by: Person, key: str) -> Message:
    found = store.get(tx, by.event_id, key)
    if found is None:
        raise NotFoundError(key)
    return found


def _offered(tx: sa.Connection, event_id: str, kept: Sequence[str]) -> dict[str, Source]:
    newest = submission_lists.keys_with_status(
        tx, event_id, [SubmissionStatus.APPROVED], newest=MOST_OFFERED
    )
    return sources(tx, event_id, list(dict.fromkeys([*kept, *reversed(newest)])))


def _crew(tx: sa.Connection, event_id: str) -> list[Person]:
    return [each for each in crew_store.people_of(tx, event_id) if each.role in CREW]
