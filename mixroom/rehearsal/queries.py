"""Reads of the rehearsal: its state, and whether it is still wanted."""

import sqlalchemy as sa

from mixroom.core import jobs
from mixroom.core.db import reading
from mixroom.event import store
from mixroom.rehearsal.model import CLEAR_JOB, PLAY_JOB, SLUG, State


def state() -> State:
    """Return the state of the rehearsal."""
    with reading() as tx:
        return state_in(tx)


def state_in(tx: sa.Connection) -> State:
    """Return the state of the rehearsal, in the caller's transaction."""
    there = store.get_by_slug(tx, SLUG) is not None
    if jobs.is_open(tx, CLEAR_JOB):
        return State.ENDING
    if jobs.is_open(tx, PLAY_JOB):
        return State.PLAYING if there else State.STARTING
    return State.PLAYED if there else State.NONE
