"""The steps of a message that nobody of the crew takes: out, refused, due, stale."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, cursors, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.core.journal import Entry
from mixroom.core.text import Bilingual, Lang
from mixroom.event.renewal import Renewal
from mixroom.plan import aims_store, post_store, store
from mixroom.plan.channels import Channel
from mixroom.plan.formats import address, entry_key
from mixroom.plan.guards import is_stale
from mixroom.plan.items import posts_due
from mixroom.plan.model import Failure, Message, Publication
from mixroom.plan.moves import AimFact, Fact, Status
from mixroom.plan.notices import DUE, FAILED, STALE, UNSENT
from mixroom.plan.rings import rings
from mixroom.push import actions as push
from mixroom.push.model import Message as PushMessage
from mixroom.push.model import Notice
from mixroom.submissions.moves import Fact as SubmissionFact

CURSOR = "plan"
NOBODY = ""  # `by` in the journal if nobody of the crew acted
MAX_READ = 500  # facts at once
IDLE_READ = 100  # facts of no interest, before the cursor moves past them
MOST_RINGING = 50  # messages at one look
RELAY_JOB = "plan.relay"
MOST_RELAYED = 50  # posts at one look
SOON = timedelta(seconds=20)  # what is due later, the next look finds
TOO_LATE = timedelta(hours=1)  # after its time nothing enters the feed by itself
MOST_RENEWED = 2000  # messages that the next edition begins with
# After these, something that is shown may not be any more, or may be again.
OF_SUBMISSIONS = frozenset(
    {
        SubmissionFact.RECALLED,
        SubmissionFact.WITHDRAWN,
        SubmissionFact.REPORTED,
        SubmissionFact.REOPENED,
        SubmissionFact.APPROVED,
        SubmissionFact.AMENDED,  # perhaps its photos may not be used on the web any more
    }
)
# One that was saved while something was recalled did not know of it.
OF_MESSAGES = frozenset({Fact.ADDED, Fact.CHANGED})


def published(
    tx: sa.Connection,
    message_id: str,
    channel: Channel,
    lang: Lang,
    *,
    url: str | None,
    at: datetime,
    by: str,
) -> None:
    """Note that a message is out in a channel and language; a repetition changes nothing.

    It records facts, so call it late in a transaction. A message that is gone is no error.
    """
    message = store.lock(tx, message_id)
    if message is None:
        return
    out, _ = post_store.posts_of(tx, [message_id])[message_id]
    if any((each.channel, each.lang) == (channel, lang) for each in out):
        return
    put_out(tx, message, [Publication(message_id, channel, lang, url, at, by)], by)


def failed(
    tx: sa.Connection,
    message_id: str,
    channel: Channel,
    lang: Lang,
    *,
    fault: str,
    words: Bilingual,
) -> None:
    """Note that a network refused a message, and tell its owner; `words` say why, for people.

    It is not offered again until somebody says so. Call it late in a transaction.
    """
    message = store.lock(tx, message_id)
    failure = Failure(fault, words, clock.now())
    if message is None or not post_store.put_failure(tx, message_id, channel, lang, failure):
        return
    tell(tx, FAILED, message, why=words)
    record(tx, Fact.FAILED, message, NOBODY, {"channel": channel.value, "lang": lang})


def set_limit(tx: sa.Connection, event_id: str, channel: Channel, most: int | None) -> None:
    """Set the longest text that the event's own account on a channel takes; None: it has none.

    Where it has one, a program publishes what is scheduled.
    """
    post_store.set_limit(tx, event_id, channel, most)


def put_out(
    tx: sa.Connection, message: Message, publications: Sequence[Publication], by: str
) -> Message:
    """Save publications; the last one that a message wants makes it published."""
    for each in publications:
        post_store.put_publication(tx, message, each)
    out, _ = post_store.posts_of(tx, [message.id])[message.id]
    after = message.out(frozenset((each.channel, each.lang) for each in out))
    store.save(tx, after, before=message)
    for each in publications:
        particulars = {"channel": each.channel.value, "lang": each.lang}
        record(tx, Fact.OUT, after, by, particulars)
    if after.status is not message.status:
        record(tx, Fact.PUBLISHED, after, by)
    return after


def begin_at_the_end(tx: sa.Connection) -> None:
    """Have recalls noticed from now on, if they are not yet."""
    if cursors.position(tx, CURSOR) is None:
        cursors.hold(tx, CURSOR, start=journal.latest(tx))


def renew(tx: sa.Connection, renewal: Renewal) -> None:
    """Give the next edition the plan of the one before: campaigns, objectives and messages.

    Everything is as many days before or after the first day as it was. Messages are drafts again,
    without an owner, pictures or what they drew on; dropped ones are left out.
    """
    old, new = renewal.old, renewal.new
    later = new.starts_on - old.starts_on
    keys: dict[str | None, str] = {}
    for campaign in aims_store.campaigns_of(tx, old.id):
        keys[campaign.id] = ids.new()
        aims_store.put_campaign(tx, campaign.renewed(keys[campaign.id], new.id, later))
    for objective in aims_store.objectives_of(tx, old.id):
        campaign_id, by = keys.get(objective.campaign_id), objective.by and objective.by + later
        made_for = replace(objective, id=ids.new(), event_id=new.id, campaign_id=campaign_id)
        aims_store.put_objective(tx, replace(made_for, by=by, number=None, number_on=None))
    for message in store.page(tx, old.id, after="", limit=MOST_RENEWED):
        if message.status is Status.DROPPED:
            continue
        again = message.renewed(ids.new(), old, new)
        store.add(tx, replace(again, campaign_id=keys.get(message.campaign_id)))


def watch(now: datetime) -> datetime | None:
    """Mark messages that draw on what was recalled, tell owners what is due, feed Museomix Global.

    Returns when the next one is due, if that is soon.

    Every worker calls it soon after new facts. The marks and the cursor are saved together, so no
    recall is missed.
    """
    with reading() as tx:
        position = cursors.position(tx, CURSOR)
        new = [] if position is None else journal.since(tx, position, most=MAX_READ)
        due = store.ringing(tx, now, MOST_RINGING)
        relays = bool(post_store.due_posts(tx, Channel.GLOBAL, now, 1, after=now - TOO_LATE))
    if any(each.name in OF_SUBMISSIONS | OF_MESSAGES for each in new) or len(new) >= IDLE_READ:
        with transaction() as tx:
            _mark(tx)
    for key in due:
        with transaction() as tx:
            _ring(tx, key, now)
    if relays:
        with transaction() as tx:
            jobs.enqueue(tx, RELAY_JOB, {}, unique=RELAY_JOB)
    with reading() as tx:
        relayed = post_store.due_posts(tx, Channel.GLOBAL, now + SOON, 1, after=now)
        times = [store.next_ringing(tx, now + SOON), *(at for _, _, at in relayed)]
    return min((each for each in times if each), default=None)


def relay(job: Job, base_url: str) -> None:
    """Put what is due for Museomix Global into its feed, and end the job.

    What is more than an hour late is left to a person, as on other channels.
    """
    now = clock.now()
    with reading() as tx:
        due = post_store.due_posts(tx, Channel.GLOBAL, now, MOST_RELAYED, after=now - TOO_LATE)
    for key, lang, at in due:
        with transaction() as tx:
            _relay(tx, key, lang, at, base_url)
    settle(job)


def settle(job: Job) -> None:
    """End the job; the next look enqueues another for what is due."""
    with transaction() as tx:
        jobs.finish(tx, job)


def tell(
    tx: sa.Connection, notice: Notice, message: Message, *, why: Bilingual = Bilingual()
) -> None:
    """Send the owner of a message word about it."""
    if message.owner_id:
        about = PushMessage(notice, message.id, message.name, why)
        push.notify(tx, message.owner_id, about, by=NOBODY)


def record(
    tx: sa.Connection,
    fact: Fact,
    message: Message,
    by: str,
    particulars: dict[str, Any] | None = None,
) -> int:
    """Write a fact to the journal, as the last step; return its number."""
    entry = journal.record(
        tx,
        fact,
        event_id=message.event_id,
        key=message.id,
        owner=message.event_id,
        by=by,
        particulars=particulars,
    )
    return entry.seq


def record_aim(tx: sa.Connection, fact: AimFact, event_id: str, key: str, by: str) -> None:
    """Write a fact about a campaign or an objective to the journal, as the last step."""
    journal.record(tx, fact, event_id=event_id, key=key, owner=event_id, by=by)


def _mark(tx: sa.Connection) -> None:
    position = cursors.hold(tx, CURSOR)
    entries = journal.since(tx, position, most=MAX_READ)
    if not entries:
        return
    changed = [each.key for each in entries if each.name in OF_SUBMISSIONS]
    keys = set(store.drawing_on(tx, changed)) | _written(entries)
    marked = [after for key in sorted(keys) if (after := _marked(tx, key))]
    cursors.move(tx, CURSOR, entries[-1].seq)
    for each in marked:
        if each.stale_since:
            tell(tx, STALE, each)
    for each in marked:
        record(tx, Fact.STALE if each.stale_since else Fact.FRESH, each, NOBODY)


def _written(entries: Collection[Entry]) -> set[str]:
    return {each.key for each in entries if each.name in OF_MESSAGES}


def _marked(tx: sa.Connection, key: str) -> Message | None:
    """Save whether a message draws on something that is not shown; None if that is known."""
    message = store.lock(tx, key)
    if message is None:
        return None
    stale = is_stale(tx, message)
    if stale == bool(message.stale_since):
        return None
    after = replace(message, stale_since=clock.now() if stale else None)
    store.save(tx, after, before=message)
    return after


def _ring(tx: sa.Connection, key: str, now: datetime) -> None:
    message, since = store.lock(tx, key), store.rings_at(tx, key)
    if message is None or message.due is None or since is None or since > now:
        return  # another worker was faster
    found = rings(message.due, since, now)
    store.ring_at(tx, key, found.next_at)
    kept = DUE if _goes_by_itself(tx, message) else UNSENT
    told = [each for each in found.passed if each is not kept]
    if told:
        tell(tx, told[-1], message)
    if DUE in found.passed and message.status is Status.SCHEDULED:
        record(tx, Fact.DUE, message, NOBODY)


def _goes_by_itself(tx: sa.Connection, message: Message) -> bool:
    """Return whether programs publish a message wherever it is still to go."""
    if message.status is not Status.SCHEDULED or message.stale_since:
        return False
    out, failed = post_store.posts_of(tx, [message.id])[message.id]
    left = message.wanted - {(each.channel, each.lang) for each in out}
    programs = {Channel.GLOBAL, *post_store.limits_of(tx, message.event_id)}
    return not failed and all(channel in programs for channel, _ in left)


def _relay(tx: sa.Connection, key: str, lang: Lang, at: datetime, base_url: str) -> None:
    message = store.lock(tx, key)  # so that nobody changes it meanwhile
    if message and message.due == at and posts_due(tx, [(key, Channel.GLOBAL, lang, at)]):
        url = address(base_url, entry_key("message", key, lang))
        published(tx, key, Channel.GLOBAL, lang, url=url, at=clock.now(), by=NOBODY)
