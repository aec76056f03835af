"""Actions on the rehearsal: start one, end it and remove every trace."""

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError
from mixroom.crew.model import Person
from mixroom.event import store
from mixroom.rehearsal import queries
from mixroom.rehearsal.model import CLEAR_JOB, LENGTHS, PLAY_JOB, RehearsalOnError, State


def start(by: Person, minutes: int) -> None:
    """Have the worker play a rehearsal of the person's event; raises RehearsalOnError."""
    by.must("event.edit")
    if minutes not in LENGTHS:
        raise InvalidError("minutes", "unknown")
    with transaction() as tx:
        event = store.require(tx, by.event_id)
        if queries.state_in(tx) is not State.NONE:
            raise RehearsalOnError
        payload = {"like": event.slug, "minutes": minutes}
        jobs.enqueue(tx, PLAY_JOB, payload, priority=1, unique=PLAY_JOB)


def end(by: Person) -> None:
    """Have the worker remove the rehearsal; what plays stops by itself."""
    by.must("event.edit")
    with transaction() as tx:
        jobs.enqueue(tx, CLEAR_JOB, {}, priority=1, unique=CLEAR_JOB)
