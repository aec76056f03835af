"""Reads of letters: for the pages, the API, and the courier."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.letters import store
from mixroom.letters.composing import message
from mixroom.letters.model import Letter, OutboxSettings, State, Wording

MAX_PER_PAGE = 50
MAX_SEARCHED = 1000  # letters, the newest of each state
MAX_FOUND = 200  # that one move can be made with at once


@dataclass(frozen=True, slots=True)
class Outbox:
    """A page of the outbox: some letters, where the next ones begin, and the event's choices."""

    letters: list[Letter]
    older: str | None
    chosen: OutboxSettings


def outbox(by: Person, states: Collection[State], search: str, before: str) -> Outbox:
    """Return a page of letters, newest first; a search finds names and addresses."""
    by.must("letter.read")
    with reading() as tx:
        most = MAX_PER_PAGE + 1
        keys = find(tx, by.event_id, states, search, before=before, most=most)
        found = store.some(tx, by.event_id, keys[:MAX_PER_PAGE])[::-1]
        chosen = store.get_settings(tx, by.event_id)
    older = found[-1].id if len(keys) == most else None
    return Outbox(found, older, chosen)


def find(
    tx: sa.Connection,
    event_id: str,
    states: Collection[State],
    search: str,
    *,
    before: str = "",
    most: int = MAX_FOUND,
) -> list[str]:
    """Return the ids of up to `most` letters in these states, newest first."""
    if not search.strip():
        return store.keys(tx, event_id, states, before=before, most=most)
    words = _folded(search).split()
    named = [
        key
        for key, name in store.names(tx, event_id, states, MAX_SEARCHED)
        if all(word in _folded(name) for word in words) and (not before or key < before)
    ]
    return named[:most]


def letter(by: Person, key: str) -> Letter:
    """Return a letter of the person's event; raises NotFoundError."""
    by.must("letter.read")
    with reading() as tx:
        found = store.some(tx, by.event_id, [key])
    if not found:
        raise NotFoundError(key)
    return found[0]


def next_held(by: Person, before: str) -> str | None:
    """Return the id of the newest held letter that is older than another, or of the newest."""
    by.must("letter.read")
    with reading() as tx:
        older = store.keys(tx, by.event_id, [State.HELD], before=before, most=1)
        found = older or store.keys(tx, by.event_id, [State.HELD], before="", most=1)
    return found[0] if found else None


def are_held(event_id: str) -> bool:
    """Return whether new letters of an event wait for a lead."""
    with reading() as tx:
        return store.get_settings(tx, event_id).hold


def wordings(by: Person) -> set[str]:
    """Return the names of the templates that have the event's own words."""
    by.must("letter.edit")
    with reading() as tx:
        return store.edited_templates(tx, by.event_id)


def wording(by: Person, template: str) -> Wording | None:
    """Return the event's own words for a template, or None for the usual ones."""
    by.must("letter.edit")
    with reading() as tx:
        return store.get_wording(tx, by.event_id, template)


def by_token(token: str) -> tuple[Letter, Bilingual, bool]:
    """Return the letter of a link to unsubscribe, its event, and whether that was done."""
    with reading() as tx:
        found = store.by_token(tx, token)
        event = event_store.get(tx, found.event_id) if found else None
        if found is None or event is None:
            raise NotFoundError
        return found, event.name, store.is_unsubscribed(tx, found.event_id, found.to.email)


def messages(
    letters: Collection[Letter], *, sender: str, base_url: str, now: datetime
) -> dict[str, str]:
    """Return the message of each letter, for the mail server."""
    with reading() as tx:
        ids = {each.event_id for each in letters}
        names = {key: event.name for key in ids if (event := event_store.get(tx, key))}
        chosen = {key: store.get_settings(tx, key) for key in ids}
    return {
        each.id: message(
            each,
            sender=sender,
            reply_to=chosen[each.event_id].reply_to,
            base_url=base_url,
            event=names[each.event_id][each.to.lang],
            now=now,
        )
        for each in letters
    }


def _folded(text: str) -> str:
    """Return a text without capitals and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
