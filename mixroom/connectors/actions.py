"""Actions of leads on accounts: connect one, look at it again, disconnect it."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from mixroom.connectors import results, store
from mixroom.connectors.model import (
    Account,
    Fact,
    checked_channel,
    checked_handle,
    checked_origin,
    checked_secret,
)
from mixroom.connectors.sealing import seal
from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.crew.model import Person
from mixroom.plan import results as plan_results


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account to connect, as a lead typed it; an empty origin is the usual one."""

    channel: str
    origin: str
    handle: str
    secret: str


def connect(by: Person, wanted: Wanted, *, secret_key: str, allowed: Collection[str]) -> Account:
    """Publish on this account from now on, once the network has said that it may be used.

    It takes the place of the account that the event has on the channel. `allowed` are the origins
    that a setting lets through.
    """
    by.must("account.edit")
    channel = checked_channel(wanted.channel)
    origin = checked_origin(channel, wanted.origin, allowed)
    handle = checked_handle(channel, wanted.handle)
    secret = checked_secret(wanted.secret)
    now = clock.now()
    with transaction() as tx:
        results.send_soon(tx)  # first: it takes its turn, as all do before they lock accounts
        if store.is_rehearsal(tx, by.event_id):
            raise InvalidError("channel", "rehearsal")
        before = next(
            (each for each in store.of_event(tx, by.event_id) if each.channel is channel), None
        )
        key = before.id if before else ids.new()
        same = before is not None and (before.origin, before.handle) == (origin, handle)
        account = Account(
            id=key,
            event_id=by.event_id,
            channel=channel,
            origin=origin,
            handle=handle,
            sealed=seal(secret_key, key, secret),
            connected_by=by.id,
            connected_at=before.connected_at if before and same else now,
        )
        if before:
            store.save(tx, account)
        elif not store.add(tx, account):
            raise InvalidError("channel", "connected")
        results.record(tx, Fact.CONNECTED, account, by.id)
    return account


def check(by: Person, account_id: str) -> Account:
    """Ask the network again whether the account can be used."""
    by.must("account.edit")
    with transaction() as tx:
        results.send_soon(tx)
        account = _get(tx, by, account_id).to_check()
        store.save(tx, account)
        results.record(tx, Fact.CHANGED, account, by.id)
    return account


def disconnect(by: Person, account_id: str) -> None:
    """Publish nothing more on the account, and forget its token."""
    by.must("account.edit")
    with transaction() as tx:
        results.send_soon(tx)
        account = _get(tx, by, account_id)
        store.remove(tx, account_id)
        plan_results.set_limit(tx, account.event_id, account.channel, None)
        results.record(tx, Fact.REMOVED, account, by.id)


def _get(tx: sa.Connection, by: Person, account_id: str) -> Account:
    account = store.get(tx, account_id, lock=True)
    if account is None or account.event_id != by.event_id:
        raise NotFoundError(account_id)
    return account
