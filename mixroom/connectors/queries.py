"""Reads of accounts and dispatches: for the page and the API."""

from dataclasses import dataclass

from mixroom.connectors import store
from mixroom.connectors.model import Account, Dispatch
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.plan import store as plan_store

SHOWN = 30  # dispatches, the newest


@dataclass(frozen=True, slots=True)
class Sent:
    """A dispatch, and the name of its message."""

    dispatch: Dispatch
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Desk:
    """The accounts and the newest posts, for the page of accounts."""

    accounts: list[Account]
    sent: list[Sent]


def desk(by: Person) -> Desk:
    """Return the accounts of the event, and what was sent to them last."""
    by.must("account.edit")
    with reading() as tx:
        found = store.newest(tx, by.event_id, SHOWN)
        messages = plan_store.with_ids(tx, {each.message_id for each in found})
        names = {key: each.name for key, each in messages.items()}
        sent = [Sent(each, names.get(each.message_id, Bilingual())) for each in found]
        return Desk(store.of_event(tx, by.event_id), sent)


def accounts(by: Person) -> list[Account]:
    """Return the accounts of the event."""
    by.must("account.edit")
    with reading() as tx:
        return store.of_event(tx, by.event_id)


def account(by: Person, account_id: str) -> Account:
    """Return an account of the event; raises NotFoundError."""
    by.must("account.edit")
    with reading() as tx:
        found = store.get(tx, account_id)
    if found is None or found.event_id != by.event_id:
        raise NotFoundError(account_id)
    return found


def dispatches(by: Person) -> list[Dispatch]:
    """Return the newest dispatches of the event, newest first."""
    by.must("account.edit")
    with reading() as tx:
        return store.newest(tx, by.event_id, SHOWN)
