"""The steps of a post that no person takes: due, sent, put off, refused; and of an account."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.connectors import store
from mixroom.connectors.courier import Outcome
from mixroom.connectors.model import (
    CLOCK_BITS,
    NETWORKS,
    TOO_LATE,
    UNDER_WAY,
    Account,
    AccountState,
    Dispatch,
    Fact,
    Fault,
    State,
    new_marker,
)
from mixroom.connectors.words import FAULTS
from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.core.speech import both
from mixroom.media import store as media_store
from mixroom.media.model import Media
from mixroom.plan import queries as plan_queries
from mixroom.plan import results as plan_results
from mixroom.plan.channels import SPECS
from mixroom.plan.model import Post

SEND_JOB = "connectors.send"
NOBODY = ""  # `by` in the journal if nobody of the crew acted
SOON = timedelta(seconds=17)  # what is due later, the next look finds
KNOWN_FOR = timedelta(days=2)  # our own posts that a search has to tell apart


@dataclass(frozen=True, slots=True)
class Parcel:
    """A post to publish: `post` is None if the plan does not want it any more.

    Then it is only looked for, since an earlier try may have published it.
    """

    dispatch: Dispatch
    account: Account
    post: Post | None
    photos: tuple[Media, ...] = ()
    known: frozenset[str] = frozenset()


Key = tuple[str, str, str]  # a message, a channel, a language


def look(now: datetime) -> None:
    """Have done what is due soon; every worker calls it often."""
    with reading() as tx:
        connected = store.in_state(tx, AccountState.CONNECTED)
        wanted = (
            store.in_state(tx, AccountState.CHECKING)
            or store.is_busy(tx, now + SOON)
            or _offered(tx, connected, now + SOON, most=1)
        )
    if wanted:
        with transaction() as tx:
            send_soon(tx)


def send_soon(tx: sa.Connection) -> None:
    """Enqueue the job that checks accounts and sends what is due, unless there is one."""
    jobs.enqueue(tx, SEND_JOB, {}, unique=SEND_JOB)


def take(job: Job, now: datetime, most: int) -> tuple[list[Account], list[Parcel]]:
    """Take the accounts to check and up to `most` posts that are due, for this job.

    What a job that has died had taken is due again, and looked for if the network may have it.
    """
    with transaction() as tx:
        jobs.renew(tx, job)
        for each in store.under_way(tx):
            if each.lease != job.lease:
                store.save_dispatch(tx, each.lost(now))
        checked = [
            replace(each, lease=job.lease)
            for each in store.in_state(tx, AccountState.CHECKING)
            if each.lease != job.lease
        ]
        for account in checked:
            store.save(tx, account)
        connected = store.in_state(tx, AccountState.CONNECTED)
        offered = _offered(tx, connected, now + SOON, most)
        parcels, ended = _taken(tx, job, offered, connected, now)
        parcels += _forsaken(tx, job, offered, connected, now)
    for dispatch in ended:  # apart: it records facts, and `renew` takes its turn before locks
        with transaction() as tx:
            _end(tx, dispatch)
    return checked, parcels


def give(job: Job, key: str, text: str) -> bool:
    """Note that the network is about to get a post; return whether it still may.

    It may not if somebody has changed it or taken it back at the last moment.
    """
    now = clock.now()
    with transaction() as tx:
        dispatch = store.get_dispatch(tx, key)
        if dispatch is None or dispatch.state is not State.SENDING or dispatch.lease != job.lease:
            return False
        account = store.get(tx, dispatch.account_id)
        wanted = account and account.state is AccountState.CONNECTED
        only = dispatch.message_id
        offered = _offered(tx, [account], now + SOON, 50, only) if account and wanted else {}
        post = offered.get(_key(dispatch))
        if post is None or post.text != text or post.due != dispatch.due:
            store.save_dispatch(tx, dispatch.lost(now))
            return False
        store.save_dispatch(tx, dispatch.given(now, text))
    return True


def done(job: Job, key: str, outcome: Outcome | None) -> None:
    """Save the fate of a post; None if the courier was told not to send it."""
    now = clock.now()
    with transaction() as tx:
        dispatch = store.get_dispatch(tx, key)
        if dispatch is None or dispatch.state is not State.SENDING or dispatch.lease != job.lease:
            return
        if outcome is None:
            store.save_dispatch(tx, dispatch.lost(now))
            return
        if outcome.result == "sent":
            after = dispatch.sent(now, outcome.network_id, outcome.url)
        elif outcome.result == "absent":
            after = dispatch.called_off(now)
        elif outcome.result == "refused":
            after = dispatch.refused(now, Fault(outcome.fault), outcome.reply)
        else:
            chance = random.random()  # noqa: S311  no secret
            fault = Fault(outcome.fault)
            after = dispatch.put_off(now, fault, outcome.reply, chance, outcome.wait)
        _end(tx, after)
        if after.fault in (Fault.SIGN_IN, Fault.SEALED):
            _shut(tx, dispatch.account_id, after.fault, outcome.reply, now)


def checked(job: Job, key: str, outcome: Outcome) -> None:
    """Save what the network says of an account."""
    now = clock.now()
    with transaction() as tx:
        account = store.get(tx, key, lock=True)
        if account is None or account.lease != job.lease:
            return  # removed, or connected anew meanwhile
        if outcome.result == "checked":
            profile = outcome.profile
            account = replace(
                account,
                state=AccountState.CONNECTED,
                lease=None,
                checked_at=now,
                handle=str(profile["handle"]),
                network_id=str(profile["network_id"]),
                most=profile["most"],
                largest_picture=profile["largest_picture"],
            )
            most = account.most or SPECS[account.channel].limit
            plan_results.set_limit(tx, account.event_id, account.channel, most)
        else:
            account = account.failed(Fault(outcome.fault), outcome.reply, now)
        store.save(tx, account)
        record(tx, Fact.CHANGED, account, NOBODY)


def shut(account: Account, fault: Fault) -> None:
    """Note that an account cannot be used as it is."""
    with transaction() as tx:
        _shut(tx, account.id, fault, "", clock.now())


def settle(job: Job) -> None:
    """End the job; what it has not finished is due again."""
    now = clock.now()
    with transaction() as tx:
        jobs.finish(tx, job)
        for each in store.under_way(tx):
            if each.lease == job.lease:
                store.save_dispatch(tx, each.lost(now))
        for account in store.in_state(tx, AccountState.CHECKING):
            if account.lease == job.lease:
                store.save(tx, account.to_check())
        if store.is_busy(tx, now):
            send_soon(tx)


def record(tx: sa.Connection, fact: Fact, account: Account, by: str) -> None:
    """Write a fact about an account to the journal, as the last step."""
    event_id = account.event_id
    journal.record(tx, fact, event_id=event_id, key=account.id, owner=event_id, by=by)


def forget(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` dispatches from before a time."""
    return store.forget(tx, before, most)


def _offered(
    tx: sa.Connection,
    connected: Iterable[Account],
    before: datetime,
    most: int,
    message_id: str | None = None,
) -> dict[Key, Post]:
    """Return the posts of the plan that are due by a time and for which there is an account.

    Nothing that was due before its account was connected: connecting one sends no old messages.
    """
    since = {
        (each.event_id, each.channel): each.connected_at
        for each in connected
        if each.channel in NETWORKS
    }
    found = plan_queries.due_posts(tx, since, before, most, message_id=message_id)
    return {(each.message_id, each.channel.value, each.lang): each for each in found}


def _taken(
    tx: sa.Connection,
    job: Job,
    offered: Mapping[Key, Post],
    connected: Iterable[Account],
    now: datetime,
) -> tuple[list[Parcel], list[Dispatch]]:
    """Take what is offered and due; return the parcels, and the dispatches that end now."""
    accounts = {(each.event_id, each.channel): each for each in connected}
    found = {_key(each): each for each in store.of_messages(tx, {key[0] for key in offered})}
    parcels: list[Parcel] = []
    ended: list[Dispatch] = []
    for key, post in offered.items():
        account = accounts[post.event_id, post.channel]
        dispatch = found.get(key) or _new(tx, post, account, now)
        if dispatch.state is State.SENT and dispatch.said == post.text:
            ended.append(dispatch)  # the plan has forgotten that it is out: it is told again
            continue
        if dispatch.state is State.SENT:  # taken back, written anew, and scheduled again
            dispatch = dispatch.begun_anew(_marker(now))
        if dispatch.state not in UNDER_WAY:
            dispatch = dispatch.revived(now, post.due, account.id)
        if dispatch.due != post.due and dispatch.state is State.WAITING:
            dispatch = replace(dispatch, due=post.due, next_at=post.due)
        first = not dispatch.tries and not dispatch.was_given
        if dispatch.state is State.SENDING or not _is_due(dispatch, now + SOON if first else now):
            continue
        if first and now - post.due > TOO_LATE:
            ended.append(dispatch.refused(now, Fault.TOO_LATE, ""))
            continue
        dispatch = dispatch.taken(job.lease)
        store.save_dispatch(tx, dispatch)
        parcels.append(Parcel(dispatch, account, post, _photos(tx, post), _known(tx, dispatch)))
    return parcels, ended


def _is_due(dispatch: Dispatch, by: datetime) -> bool:
    return dispatch.next_at is not None and dispatch.next_at <= by


def _new(tx: sa.Connection, post: Post, account: Account, now: datetime) -> Dispatch:
    made = Dispatch(
        id=ids.new(),
        event_id=post.event_id,
        account_id=account.id,
        message_id=post.message_id,
        channel=post.channel,
        lang=post.lang,
        marker=_marker(now),
        due=post.due,
        created_at=now,
        next_at=post.due,
    )
    store.add_dispatch(tx, made)
    return made


def _marker(now: datetime) -> str:
    return new_marker(now, random.getrandbits(CLOCK_BITS))


def _forsaken(
    tx: sa.Connection,
    job: Job,
    offered: Mapping[Key, Post],
    connected: Iterable[Account],
    now: datetime,
) -> list[Parcel]:
    """Take the dispatches that the plan does not want any more.

    One that the network may have is looked for, and the others are called off.
    """
    accounts = {each.id: each for each in connected}
    parcels = []
    for each in store.due(tx, now, len(offered) + 50):
        if _key(each) in offered:
            continue
        account = accounts.get(each.account_id)
        if each.was_given and account:
            dispatch = each.taken(job.lease)
            parcels.append(Parcel(dispatch, account, None, known=_known(tx, dispatch)))
        elif each.was_given:
            continue  # until its account is connected again
        else:
            dispatch = each.called_off(now)
        store.save_dispatch(tx, dispatch)
    return parcels


def _photos(tx: sa.Connection, post: Post) -> tuple[Media, ...]:
    found = (media_store.get(tx, each.media_id) for each in post.pictures)
    return tuple(each for each in found if each)


def _known(tx: sa.Connection, dispatch: Dispatch) -> frozenset[str]:
    if not dispatch.given_at:
        return frozenset()
    return store.published_by(tx, dispatch.account_id, dispatch.given_at - KNOWN_FOR)


def _end(tx: sa.Connection, dispatch: Dispatch) -> None:
    """Save a dispatch, and tell the plan what has become of it."""
    store.save_dispatch(tx, dispatch)
    what = (dispatch.message_id, dispatch.channel, dispatch.lang)
    if dispatch.state is State.SENT and dispatch.ended_at:
        at = dispatch.ended_at
        plan_results.published(tx, *what, url=dispatch.url, at=at, by=NOBODY)
    elif dispatch.state is State.FAILED and dispatch.fault:
        words = both(FAULTS[dispatch.fault])
        plan_results.failed(tx, *what, fault=dispatch.fault.value, words=words)


def _shut(tx: sa.Connection, account_id: str, fault: Fault, reply: str, now: datetime) -> None:
    account = store.get(tx, account_id, lock=True)
    if account and account.state is not AccountState.FAILED:
        account = account.failed(fault, reply, now)
        store.save(tx, account)
        record(tx, Fact.CHANGED, account, NOBODY)


def _key(dispatch: Dispatch) -> Key:
    return dispatch.message_id, dispatch.channel.value, dispatch.lang
