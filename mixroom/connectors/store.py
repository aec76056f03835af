"""Accounts and dispatches in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.connectors.model import (
    MAX_HANDLE,
    MAX_ORIGIN,
    MAX_REPLY,
    MAX_URL,
    TID_LENGTH,
    UNDER_WAY,
    Account,
    AccountState,
    Dispatch,
    Fault,
    State,
)
from mixroom.core import turns
from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.event.store import events
from mixroom.plan.channels import Channel

accounts = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("channel", sa.String(12), nullable=False),
    sa.Column("origin", sa.String(MAX_ORIGIN), nullable=False),
    sa.Column("handle", sa.String(MAX_HANDLE), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("connected_by", sa.String(36), nullable=False),
    sa.Column("connected_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("network_id", sa.String(200)),
    sa.Column("most", sa.Integer),
    sa.Column("largest_picture", sa.Integer),
    sa.Column("lease", sa.String(36)),
    sa.Column("checked_at", UtcDateTime),
    sa.Column("fault", sa.String(20)),
    sa.Column("reply", sa.String(MAX_REPLY)),
    sa.UniqueConstraint("event_id", "channel", name="uq_account_event_id"),
)
dispatches = sa.Table(
    "dispatch",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("account_id", sa.String(36), nullable=False),
    sa.Column("message_id", sa.String(36), nullable=False),
    sa.Column("channel", sa.String(12), nullable=False),
    sa.Column("lang", sa.String(2), nullable=False),
    sa.Column("marker", sa.String(TID_LENGTH), nullable=False),
    sa.Column("due", UtcDateTime, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("lease", sa.String(36)),
    sa.Column("given_at", UtcDateTime),
    sa.Column("said", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("fault", sa.String(20)),
    sa.Column("reply", sa.String(MAX_REPLY)),
    sa.Column("network_id", sa.String(MAX_URL)),
    sa.Column("url", sa.String(MAX_URL)),
    sa.Column("ended_at", UtcDateTime),
    sa.UniqueConstraint("message_id", "channel", "lang", name="uq_dispatch_message_id"),
    sa.Index("ix_dispatch_state_next_at", "state", "next_at"),
    sa.Index("ix_dispatch_event_id_id", "event_id", "id"),
    sa.Index("ix_dispatch_event_id_state", "event_id", "state", "due"),
    sa.Index("ix_dispatch_account_id", "account_id", "ended_at"),
    sa.Index("ix_dispatch_created_at", "created_at"),
)


def add(tx: sa.Connection, account: Account) -> bool:
    """Add an account; return whether the event had none on this channel."""
    return insert_new(tx, accounts, **_account_row(account))


def save(tx: sa.Connection, account: Account) -> None:
    """Save an account."""
    this = accounts.c.id == account.id
    tx.execute(accounts.update().where(this).values(**_account_row(account)))


def remove(tx: sa.Connection, account_id: str) -> None:
    """Delete an account with its token; what was published by it stays on record."""
    tx.execute(accounts.delete().where(accounts.c.id == account_id))


def get(tx: sa.Connection, account_id: str, *, lock: bool = False) -> Account | None:
    """Return an account, or None."""
    query = sa.select(accounts).where(accounts.c.id == account_id)
    row = (turns.lock(tx, query) if lock else tx.execute(query)).one_or_none()
    return _account(row) if row else None


def of_event(tx: sa.Connection, event_id: str) -> list[Account]:
    """Return the accounts of an event, by channel."""
    query = sa.select(accounts).where(accounts.c.event_id == event_id)
    return [_account(row) for row in tx.execute(query.order_by(accounts.c.channel))]


def in_state(tx: sa.Connection, state: AccountState) -> list[Account]:
    """Return the accounts of all events that are in a state, but for those of rehearsals."""
    query = sa.select(accounts).join(events, events.c.id == accounts.c.event_id)
    real = (accounts.c.state == state.value) & events.c.rehearsal.is_(False)
    return [_account(row) for row in tx.execute(query.where(real).order_by(accounts.c.id))]


def is_rehearsal(tx: sa.Connection, event_id: str) -> bool:
    """Return whether an event is a rehearsal: nothing of it may leave."""
    return bool(tx.scalar(sa.select(events.c.rehearsal).where(events.c.id == event_id)))


def add_dispatch(tx: sa.Connection, dispatch: Dispatch) -> bool:
    """Add a dispatch; return whether there was none for its message, channel and language."""
    return insert_new(tx, dispatches, **_row(dispatch))


def save_dispatch(tx: sa.Connection, dispatch: Dispatch) -> None:
    """Save a dispatch."""
    this = dispatches.c.id == dispatch.id
    tx.execute(dispatches.update().where(this).values(**_row(dispatch)))


def get_dispatch(tx: sa.Connection, key: str) -> Dispatch | None:
    """Return a dispatch, or None, and lock its row against other writers."""
    query = sa.select(dispatches).where(dispatches.c.id == key).with_for_update()
    row = tx.execute(query).one_or_none()
    return _dispatch(row) if row else None


def of_messages(tx: sa.Connection, message_ids: Collection[str]) -> list[Dispatch]:
    """Return the dispatches of some messages, locked."""
    these = dispatches.c.message_id.in_(sorted(message_ids))
    query = sa.select(dispatches).where(these).order_by(dispatches.c.id)
    return [_dispatch(row) for row in tx.execute(query.with_for_update())]


def under_way(tx: sa.Connection) -> list[Dispatch]:
    """Return the dispatches that a job has taken, locked."""
    query = sa.select(dispatches).where(dispatches.c.state == State.SENDING.value)
    rows = tx.execute(query.order_by(dispatches.c.id).with_for_update())
    return [_dispatch(row) for row in rows]


def due(tx: sa.Connection, until: datetime, most: int) -> list[Dispatch]:
    """Return up to `most` dispatches that wait for a try which is due by a time, locked."""
    of = dispatches.c
    waiting = of.state.in_((State.WAITING.value, State.UNCERTAIN.value)) & (of.next_at <= until)
    query = sa.select(dispatches).where(waiting).order_by(of.next_at, of.id).limit(most)
    return [_dispatch(row) for row in tx.execute(query.with_for_update())]


def is_busy(tx: sa.Connection, until: datetime) -> bool:
    """Return whether a job has taken something, or something waits for a try by a time."""
    of = dispatches.c
    for state in UNDER_WAY:
        mine = of.state == state.value
        if state is not State.SENDING:
            mine &= of.next_at <= until
        if tx.scalar(sa.select(of.id).where(mine).limit(1)) is not None:
            return True
    return False


def published_by(tx: sa.Connection, account_id: str, since: datetime) -> frozenset[str]:
    """Return the network's ids of what an account has published since a time."""
    of = dispatches.c
    ours = (of.account_id == account_id) & (of.ended_at >= since) & of.network_id.is_not(None)
    return frozenset(tx.scalars(sa.select(of.network_id).where(ours)))


def newest(tx: sa.Connection, event_id: str, most: int) -> list[Dispatch]:
    """Return up to `most` dispatches of an event, newest first."""
    query = sa.select(dispatches).where(dispatches.c.event_id == event_id)
    rows = tx.execute(query.order_by(dispatches.c.id.desc()).limit(most))
    return [_dispatch(row) for row in rows]


def stuck(
    tx: sa.Connection, event_id: str, before: datetime, since: datetime, most: int
) -> list[Dispatch]:
    """Return up to `most` dispatches in each state that failed, or were due before a time.

    None that was due before `since`: nobody waits for those any more.
    """
    of = dispatches.c
    found = []
    for state in (State.FAILED, *sorted(UNDER_WAY)):
        ours = (of.event_id == event_id) & (of.state == state.value) & (of.due >= since)
        if state is not State.FAILED:
            ours &= of.due <= before
        query = sa.select(dispatches).where(ours).order_by(of.due).limit(most)
        found += [_dispatch(row) for row in tx.execute(query)]
    return found


def forget(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` dispatches that were made before a time; return how many."""
    old = sa.select(dispatches.c.id).where(dispatches.c.created_at < before).limit(most)
    return tx.execute(dispatches.delete().where(dispatches.c.id.in_(old))).rowcount


def _account_row(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "event_id": account.event_id,
        "channel": account.channel.value,
        "origin": account.origin,
        "handle": account.handle,
        "sealed": account.sealed,
        "connected_by": account.connected_by,
        "connected_at": account.connected_at,
        "state": account.state.value,
        "network_id": account.network_id,
        "most": account.most,
        "largest_picture": account.largest_picture,
        "lease": account.lease,
        "checked_at": account.checked_at,
        "fault": account.fault.value if account.fault else None,
        "reply": account.reply,
    }


def _account(row: sa.Row[Any]) -> Account:
    typed = {
        "channel": Channel(row.channel),
        "state": AccountState(row.state),
        "fault": Fault(row.fault) if row.fault else None,
    }
    return Account(**dict(row._mapping) | typed)


def _row(dispatch: Dispatch) -> dict[str, Any]:
    return {
        "id": dispatch.id,
        "event_id": dispatch.event_id,
        "account_id": dispatch.account_id,
        "message_id": dispatch.message_id,
        "channel": dispatch.channel.value,
        "lang": dispatch.lang,
        "marker": dispatch.marker,
        "due": dispatch.due,
        "created_at": dispatch.created_at,
        "state": dispatch.state.value,
        "next_at": dispatch.next_at,
        "lease": dispatch.lease,
        "given_at": dispatch.given_at,
        "said": dispatch.said,
        "tries": dispatch.tries,
        "fault": dispatch.fault.value if dispatch.fault else None,
        "reply": dispatch.reply,
        "network_id": dispatch.network_id,
        "url": dispatch.url,
        "ended_at": dispatch.ended_at,
    }


def _dispatch(row: sa.Row[Any]) -> Dispatch:
    typed = {
        "channel": Channel(row.channel),
        "state": State(row.state),
        "fault": Fault(row.fault) if row.fault else None,
    }
    return Dispatch(**dict(row._mapping) | typed)
