"""The actions of people on the plan: objectives, campaigns, and messages on their way out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.text import LANGS, Lang
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.plan import aims_store, post_store, store
from mixroom.plan.aims import (
    Campaign,
    Gauge,
    Objective,
    checked_campaign,
    checked_number,
    checked_objective,
)
from mixroom.plan.channels import Channel
from mixroom.plan.guards import (
    get_locked,
    is_stale,
    must_be_drawable,
    must_be_edited_by,
    must_be_in_the_crew,
    must_be_version,
    must_belong,
)
from mixroom.plan.items import sources
from mixroom.plan.model import (
    CLOCK_AHEAD,
    MAX_PICTURES,
    Message,
    MessageIdTakenError,
    Publication,
    checked,
    checked_url,
)
from mixroom.plan.moves import AimFact, Fact, MessageStatusError, Status
from mixroom.plan.results import begin_at_the_end, put_out, record, record_aim
from mixroom.submissions import store as submissions_store

Aim = TypeVar("Aim", Campaign, Objective)


def add(by: Person, wanted: Message, *, illustrated: bool = False) -> Message:
    """Add a message: an idea without words, otherwise a draft; a retry with its id is the same one.

    `illustrated` gives it the photos of what it draws on. Raises InvalidError, MessageIdTakenError.
    """
    by.must("message.edit")
    with transaction() as tx:
        return add_within(tx, by, wanted, illustrated=illustrated)


def add_within(
    tx: sa.Connection, by: Person, wanted: Message, *, illustrated: bool = False
) -> Message:
    """Add a message in a transaction that goes on: for templates and imports, which add many."""
    key = wanted.id or ids.new()
    message = replace(wanted, id=key, event_id=by.event_id, written_by=by.id, version=1)
    if illustrated:
        message = _illustrated(tx, message, ())
    message = checked(message)
    message = replace(message, status=Status.DRAFT if message.wanted else Status.IDEA)
    must_belong(tx, message)
    must_be_drawable(tx, message)
    if not store.add(tx, message):
        before = store.get(tx, by.event_id, key)
        if before is None or not before.was_added_as(message):
            raise MessageIdTakenError(key)
        return before
    if message.submissions:
        begin_at_the_end(tx)
    record(tx, Fact.ADDED, message, by.id)
    return message


def change(
    by: Person,
    key: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    illustrated: bool = False,
) -> Message:
    """Change fields of a message, as a reviewer or its owner.

    `illustrated` adds the photos of what it newly draws on. Raises LostRaceError, with both texts,
    if `version` is not the present one, InvalidError, MessageStatusError.
    """
    by.must("message.read")
    with transaction() as tx:
        return change_within(tx, by, key, changes, version=version, illustrated=illustrated)


def change_within(
    tx: sa.Connection,
    by: Person,
    key: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    illustrated: bool = False,
) -> Message:
    """Change fields of a message in a transaction that goes on: for imports, which change many."""
    before = get_locked(tx, by, key)
    must_be_edited_by(before, by)
    wanted = replace(before, **changes)
    must_be_version(before, version, wanted)
    if illustrated:
        wanted = _illustrated(tx, wanted, before.submissions)
    if illustrated or "pictures" not in changes:
        wanted = _without_pictures_of_gone(tx, wanted, before)
    after = before.changed(checked(wanted), by.id)
    if after == before:
        return before
    if after.status is Status.SCHEDULED and after.due != before.due:
        after.must_be_ahead(clock.now())  # it would go at once
    must_belong(tx, after)
    stale = before.stale_since or clock.now() if is_stale(tx, after) else None
    after = replace(after, stale_since=stale)
    if after.said != before.said:
        must_be_drawable(tx, after, before.submissions)
    store.save(tx, after, before=before)
    if after.submissions:
        begin_at_the_end(tx)
    if not after.is_open:
        record(tx, Fact.CHANGED, after, by.id)
        return after
    out, _ = post_store.posts_of(tx, [key])[key]
    done = after.out(frozenset((each.channel, each.lang) for each in out))
    if done != after:  # what was still missing is no longer wanted
        store.save(tx, done, before=after)
    record(tx, Fact.CHANGED, done, by.id)
    return done


def mark_ready(by: Person, key: str, *, version: int | None = None) -> Message:
    """Say that one has read a message and that it may go.

    Raises OwnMessageError for one's own words, unless one is a lead; MessageStaleError,
    MessageStatusError, and LostRaceError if `version` is not the one that was read.
    """
    by.must("message.ready")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        must_be_version(before, version)
        return _save(tx, Fact.READY, before, before.read(by, clock.now()), by)


def schedule(by: Person, key: str, *, version: int | None = None) -> Message:
    """Have a message go at its time.

    Raises InvalidError without a time ahead, or where a program could not send it;
    MessageStaleError, MessageStatusError, LostRaceError.
    """
    by.must("message.edit")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        must_be_version(before, version)
        after = before.scheduled(clock.now(), post_store.limits_of(tx, by.event_id))
        post_store.forget_failures(tx, before)
        return _save(tx, Fact.SCHEDULED, before, after, by)


def draft(by: Person, key: str, *, version: int | None = None) -> Message:
    """Take a message back for other words, or take a dropped one up again."""
    by.must("message.read")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        must_be_edited_by(before, by)
        must_be_version(before, version)
        return _save(tx, Fact.DRAFTED, before, before.drafted(), by)


def drop(by: Person, key: str, *, version: int | None = None) -> Message:
    """Drop a message: it is kept, and goes nowhere."""
    by.must("message.edit")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        must_be_version(before, version)
        return _save(tx, Fact.DROPPED, before, before.moved(Fact.DROPPED), by)


def publish(
    by: Person,
    key: str,
    channel: Channel,
    lang: Lang | None = None,
    *,
    url: str | None = None,
    at: datetime | None = None,
) -> Message:
    """Note that a message is out: where, when, and by whom; again, to correct the address.

    Without a language, it is out in all that it wants in this channel. Raises InvalidError,
    MessageStatusError for a dropped one.
    """
    by.must("message.read")
    now = clock.now()
    if at and at > now + CLOCK_AHEAD:
        raise InvalidError("at", "not_yet")
    url = checked_url(url) if url and url.strip() else None
    with transaction() as tx:
        before = get_locked(tx, by, key)
        must_be_edited_by(before, by)
        if before.status is Status.DROPPED:
            raise MessageStatusError("publish a dropped one", now=before.status.value)
        if channel not in before.channels:
            raise InvalidError("channel", "not_its_channel")
        wanted = [each for each in LANGS if (channel, each) in before.wanted] or [by.lang]
        if lang and before.wanted and (channel, lang) not in before.wanted:
            raise InvalidError("lang", "not_its_language")
        langs = [lang] if lang else wanted
        out = [Publication(key, channel, each, url, at or now, by.id) for each in langs]
        return put_out(tx, before, out, by.id)


def unpublish(by: Person, key: str, channel: Channel, lang: Lang) -> Message:
    """Forget a publication that was noted by mistake; the message is no longer published."""
    by.must("message.edit")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        if not post_store.remove_publication(tx, before, channel, lang):
            raise NotFoundError(key)
        after = before.again()
        store.save(tx, after, before=before)
        particulars = {"channel": channel.value, "lang": lang}
        record(tx, Fact.UNPUBLISHED, after, by.id, particulars)
        return after


def try_again(by: Person, key: str) -> Message:
    """Offer a scheduled message again to the networks that refused it."""
    by.must("message.edit")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        post_store.forget_failures(tx, before)
        record(tx, Fact.CHANGED, before, by.id)
        return before


def save_campaign(by: Person, campaign: Campaign, *, key: str = "") -> Campaign:
    """Add a campaign, or save one by its id. Raises InvalidError, NotFoundError.

    With the same `key`, the id of a new one, the same is added once.
    """
    by.must("campaign.edit")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = aims_store.get_campaign(tx, by.event_id, key) if key else None
        if before and before == checked_campaign(replace(campaign, id=key, event_id=by.event_id)):
            return before
        return save_campaign_within(tx, by, campaign, key="" if before else key)


def change_campaign(by: Person, key: str, changed: Callable[[Campaign], Campaign]) -> Campaign:
    """Change a campaign as it is now: `changed` leaves the fields that somebody did not touch.

    Raises InvalidError, NotFoundError.
    """
    by.must("campaign.edit")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = _ours(aims_store.get_campaign(tx, by.event_id, key), key)
        return save_campaign_within(tx, by, changed(before))


def save_campaign_within(
    tx: sa.Connection, by: Person, campaign: Campaign, *, key: str = ""
) -> Campaign:
    """Add or save a campaign in a transaction that goes on: for templates and imports."""
    if campaign.id:
        _ours(aims_store.get_campaign(tx, by.event_id, campaign.id), campaign.id)
    elif len(aims_store.campaigns_of(tx, by.event_id)) >= aims_store.MOST_CAMPAIGNS:
        raise InvalidError("campaigns", "too_many", most=aims_store.MOST_CAMPAIGNS)
    must_be_in_the_crew(tx, by.event_id, campaign.owner_id)
    after = replace(campaign, id=campaign.id or key or ids.new(), event_id=by.event_id)
    aims_store.put_campaign(tx, checked_campaign(after))
    record_aim(tx, AimFact.CAMPAIGN_SAVED, by.event_id, after.id, by.id)
    return after


def remove_campaign(by: Person, key: str) -> None:
    """Remove a campaign; its messages and objectives stay in the plan."""
    by.must("campaign.edit")
    with transaction() as tx:
        if not aims_store.remove_campaign(tx, by.event_id, key):
            raise NotFoundError(key)
        record_aim(tx, AimFact.CAMPAIGN_REMOVED, by.event_id, key, by.id)


def save_objective(by: Person, objective: Objective, *, key: str = "") -> Objective:
    """Add an objective, or save one by its id. Raises InvalidError, NotFoundError.

    With the same `key`, the id of a new one, the same is added once.
    """
    by.must("objective.edit")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = aims_store.get_objective(tx, by.event_id, key) if key else None
        if before and before == checked_objective(replace(objective, id=key, event_id=by.event_id)):
            return before
        if objective.id:
            now = _ours(aims_store.get_objective(tx, by.event_id, objective.id), objective.id)
            objective = replace(objective, number=now.number, number_on=now.number_on)
        elif len(aims_store.objectives_of(tx, by.event_id)) >= aims_store.MOST_OBJECTIVES:
            raise InvalidError("objectives", "too_many", most=aims_store.MOST_OBJECTIVES)
        new = ids.new() if before or not key else key
        after = replace(objective, id=objective.id or new, event_id=by.event_id)
        return _put_objective(tx, by, after)


def change_objective(by: Person, key: str, changed: Callable[[Objective], Objective]) -> Objective:
    """Change an objective as it is now: `changed` leaves the fields that somebody did not touch.

    Raises InvalidError, NotFoundError.
    """
    by.must("objective.edit")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = _ours(aims_store.get_objective(tx, by.event_id, key), key)
        return _put_objective(tx, by, changed(before))


def note_number(by: Person, key: str, number: float | None, on: date, today: date) -> Objective:
    """Note the number of an objective that is measured by hand, as it was on a day.

    Raises InvalidError, NotFoundError.
    """
    by.must("objective.edit")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = _ours(aims_store.get_objective(tx, by.event_id, key), key)
        if before.gauge is not Gauge.HAND:
            raise InvalidError("number", "counted")
        if on > today:
            raise InvalidError("on", "not_yet")
        after = replace(before, number=checked_number(number), number_on=on)
        aims_store.put_objective(tx, after)
        record_aim(tx, AimFact.OBJECTIVE_SAVED, by.event_id, key, by.id)
        return after


def remove_objective(by: Person, key: str) -> None:
    """Remove an objective."""
    by.must("objective.edit")
    with transaction() as tx:
        if not aims_store.remove_objective(tx, by.event_id, key):
            raise NotFoundError(key)
        record_aim(tx, AimFact.OBJECTIVE_REMOVED, by.event_id, key, by.id)


def _save(tx: sa.Connection, fact: Fact, before: Message, after: Message, by: Person) -> Message:
    store.save(tx, after, before=before)
    record(tx, fact, after, by.id)
    return after


def _illustrated(tx: sa.Connection, message: Message, before: tuple[str, ...]) -> Message:
    """Return a message with the photos of what it newly draws on, and their descriptions."""
    new = [key for key in message.submissions if key not in before]
    found = sources(tx, message.event_id, new)
    have = {each.media_id for each in message.pictures}
    more = [
        picture
        for source in found.values()
        for picture in source.pictures
        if picture.media_id not in have
    ]
    return replace(message, pictures=(*message.pictures, *more)[:MAX_PICTURES])


def _without_pictures_of_gone(tx: sa.Connection, message: Message, before: Message) -> Message:
    """Return a message without the pictures of what it no longer draws on."""
    gone = [key for key in before.submissions if key not in message.submissions]
    found = submissions_store.get_many(tx, gone) if gone else []
    media = {key for each in found for key in each.content.media}
    left = tuple(each for each in message.pictures if each.media_id not in media)
    return replace(message, pictures=left)


def _ours(found: Aim | None, key: str) -> Aim:
    """Return the aim that the event has; raises NotFoundError if it has none."""
    if found is None:
        raise NotFoundError(key)
    return found


def _put_objective(tx: sa.Connection, by: Person, objective: Objective) -> Objective:
    campaign = objective.campaign_id
    if campaign and aims_store.get_campaign(tx, by.event_id, campaign) is None:
        raise InvalidError("campaign", "unknown")
    after = checked_objective(objective)
    aims_store.put_objective(tx, after)
    record_aim(tx, AimFact.OBJECTIVE_SAVED, by.event_id, after.id, by.id)
    return after
