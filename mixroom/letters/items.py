"""Letters as the page and the API show them, and the state of the whole outbox."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.views import Item
from mixroom.letters import store
from mixroom.letters.model import SHOWN, Letter, Move, State

OUTBOX = "outbox"


def letter_items(letters: Iterable[Letter]) -> dict[str, Item]:
    """Return letters without their text; one on its way looks like one that waits."""
    return {each.id: _item(each) for each in letters}


def letter_item(letter: Letter) -> dict[str, Any]:
    """Return a letter with its text."""
    return {**_item(letter), "body": letter.body}


def outbox_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return how many letters are where, and how far those are that are to go now."""
    if OUTBOX not in keys:
        return {}
    done, total = store.progress(tx, event_id)
    found = store.counts(tx, event_id)
    counts = {name: sum(found[state] for state in states) for name, states in SHOWN.items()}
    return {OUTBOX: {"counts": counts, "done": done, "total": total}}


def _item(letter: Letter) -> dict[str, Any]:
    state = State.WAITING if letter.state is State.SENDING else letter.state
    moves = () if letter.state is State.SENDING else (how for how in Move if letter.may(how))
    return {
        "id": letter.id,
        "template": letter.template,
        "name": letter.to.name,
        "email": letter.to.email,
        "lang": letter.to.lang,
        "person": letter.to.person_id,
        "subject": letter.subject,
        "state": state.value,
        "created_at": rfc3339(letter.created_at),
        "due_at": rfc3339(letter.next_at) if letter.next_at else None,
        "ended_at": rfc3339(letter.ended_at) if letter.ended_at else None,
        "tries": letter.tries,
        "fault": letter.fault.value if letter.fault else None,
        "reply": letter.reply,
        "by_hand": letter.by_hand,
        "moves": [how.value for how in moves],
    }
