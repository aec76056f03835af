"""Shifts, sign-ups, notes, corrections and settings in the database."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.store import people
from mixroom.shifts.model import (
    LONGEST,
    MAX_NOTE,
    MAX_SHIFTS,
    MAX_WHY,
    Correction,
    Mode,
    Note,
    Shift,
    SignUp,
    State,
    Terms,
)

MOST_NOTES = 3  # of a shift, that are shown
MOST_DUE = 500  # shifts or sign-ups that the worker looks at together
MOST_OF_PERSON = 400  # sign-ups of one person, the newest
MOST_CORRECTIONS = 50  # of one shift, the newest

shifts = sa.Table(
    "shift",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("role", sa.String(24), nullable=False),
    sa.Column("place", sa.String(36)),
    sa.Column("starts", UtcDateTime, nullable=False),
    sa.Column("ends", UtcDateTime, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("mode", sa.String(8), nullable=False),
    sa.Column("note_fr", sa.String(MAX_NOTE)),
    sa.Column("note_en", sa.String(MAX_NOTE)),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("cancelled_at", UtcDateTime),
    sa.Column("settled_at", UtcDateTime),
    sa.Index("ix_shift_event_id_starts", "event_id", "starts"),
    sa.Index("ix_shift_event_id_id", "event_id", "id"),
    sa.Index("ix_shift_starts", "starts"),
    sa.Index("ix_shift_settled_at", "settled_at", "ends"),
)
signups = sa.Table(
    "shift_signup",
    metadata,
    sa.Column("shift_id", sa.ForeignKey("shift.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("arrived_at", UtcDateTime),
    sa.Column("arrived_by", sa.String(36)),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("minutes", sa.Integer),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("left_at", UtcDateTime),
    sa.Column("reminded_at", UtcDateTime),
    sa.Column("revision", sa.Integer, nullable=False),
)
notes = sa.Table(
    "shift_note",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("shift_id", sa.ForeignKey("shift.id"), nullable=False, index=True),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("text", sa.String(MAX_NOTE), nullable=False),
)
corrections = sa.Table(
    "shift_correction",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("shift_id", sa.ForeignKey("shift.id"), nullable=False, index=True),
    sa.Column("person_id", sa.String(36), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("before", sa.Integer, nullable=False),
    sa.Column("after", sa.Integer, nullable=False),
    sa.Column("why", sa.String(MAX_WHY), nullable=False),
)
terms = sa.Table(
    "shift_terms",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("rest", sa.Integer, nullable=False),  # minutes, as are the others
    sa.Column("leave", sa.Integer, nullable=False),
    sa.Column("remind", sa.Integer, nullable=False),
    sa.Column("most", sa.Integer, nullable=False),
)

_PRESENT = signups.c.left_at.is_(None) & people.c.removed_at.is_(None)
_HELD = sa.join(signups, people, people.c.id == signups.c.person_id)


def add(tx: sa.Connection, shift: Shift) -> bool:
    """Add a shift; return whether its id was free."""
    return insert_new(tx, shifts, id=shift.id, **_row(shift))


def save(tx: sa.Connection, shift: Shift) -> None:
    """Save a shift."""
    tx.execute(shifts.update().where(shifts.c.id == shift.id).values(**_row(shift)))


def get(tx: sa.Connection, event_id: str, key: str, *, lock: bool = False) -> Shift | None:
    """Return a shift of an event that was not called off, or None; `lock` keeps others away."""
    ours = (shifts.c.id == key) & (shifts.c.event_id == event_id) & shifts.c.cancelled_at.is_(None)
    query = sa.select(shifts).where(ours)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _shift(row) if row else None


def some(tx: sa.Connection, event_id: str, keys: Collection[str]) -> list[Shift]:
    """Return those of an event's shifts that have these ids and were not called off."""
    ours = _of(event_id) & shifts.c.id.in_(sorted(keys))
    return [_shift(row) for row in tx.execute(sa.select(shifts).where(ours))]


def count(tx: sa.Connection, event_id: str) -> int:
    """Count an event's shifts that were not called off."""
    return tx.scalar(sa.select(sa.func.count()).select_from(shifts).where(_of(event_id))) or 0


def keys(tx: sa.Connection, event_id: str, since: datetime | None = None) -> list[str]:
    """Return the ids of an event's shifts, the first to begin first; `since` they have ended."""
    query = sa.select(shifts.c.id).where(_of(event_id))
    if since:
        query = query.where(shifts.c.starts > since - LONGEST, shifts.c.ends > since)
    return list(tx.scalars(query.order_by(shifts.c.starts, shifts.c.id).limit(MAX_SHIFTS)))


def keys_of_people(tx: sa.Connection, event_id: str, person_ids: Iterable[str]) -> list[str]:
    """Return the ids of an event's shifts that these people are or were on."""
    query = sa.select(shifts.c.id).join(signups, signups.c.shift_id == shifts.c.id)
    theirs = signups.c.person_id.in_(sorted(person_ids))
    return list(tx.scalars(query.where(_of(event_id) & theirs).distinct().limit(MAX_SHIFTS)))


def page(
    tx: sa.Connection,
    event_id: str,
    *,
    span: tuple[datetime, datetime] | None = None,
    role: str | None = None,
    after: str = "",
    limit: int,
) -> list[Shift]:
    """Return up to `limit` of an event's shifts after an id; `span` is a time they are within."""
    ours = _of(event_id) & (shifts.c.id > after)
    if span:
        start, end = span
        near = (shifts.c.starts > start - LONGEST) & (shifts.c.starts < end)
        ours &= near & (shifts.c.ends > start)
    if role:
        ours &= shifts.c.role == role
    query = sa.select(shifts).where(ours).order_by(shifts.c.id).limit(limit)
    return [_shift(row) for row in tx.execute(query)]


def on_shift(tx: sa.Connection, event_id: str, at: datetime) -> list[tuple[Shift, SignUp]]:
    """Return the shifts that go on at a time, with those who are signed up."""
    now = _of(event_id) & (shifts.c.starts > at - LONGEST) & (shifts.c.starts <= at)
    return _pairs(tx, now & (shifts.c.ends > at) & _PRESENT)


def upcoming(tx: sa.Connection, event_id: str, start: datetime, end: datetime) -> list[Shift]:
    """Return an event's shifts that begin before `end` and have not ended at `start`."""
    within = _of(event_id) & (shifts.c.starts > start - LONGEST) & (shifts.c.starts < end)
    query = sa.select(shifts).where(within & (shifts.c.ends > start))
    return [_shift(row) for row in tx.execute(query.order_by(shifts.c.starts).limit(MOST_DUE))]


def of_person(tx: sa.Connection, person_id: str) -> list[tuple[Shift, SignUp]]:
    """Return the shifts that a person is on, the first to begin first."""
    return _of_person(tx, person_id, _PRESENT & shifts.c.cancelled_at.is_(None))


def ever_of_person(tx: sa.Connection, person_id: str) -> list[tuple[Shift, SignUp]]:
    """Return every shift that a person is or was on, also those that were called off."""
    return _of_person(tx, person_id, sa.true())


def of_people(
    tx: sa.Connection,
    event_id: str,
    person_ids: Collection[str] | None = None,
    since: datetime | None = None,
) -> dict[str, list[tuple[Shift, SignUp]]]:
    """Return the shifts that people of an event are on, by person; of all of them without ids.

    With `since`, only those that end later.
    """
    ours = _of(event_id) & _PRESENT
    if person_ids is not None:
        ours &= signups.c.person_id.in_(sorted(person_ids))
    if since:
        ours &= (shifts.c.starts > since - LONGEST) & (shifts.c.ends > since)
    found: dict[str, list[tuple[Shift, SignUp]]] = {}
    for shift, signup in _pairs(tx, ours):
        found.setdefault(signup.person_id, []).append((shift, signup))
    return found


def signed_up(tx: sa.Connection, shift_ids: Collection[str]) -> dict[str, list[SignUp]]:
    """Return the sign-ups of people who are on these shifts, by shift, in order of time."""
    theirs = signups.c.shift_id.in_(sorted(shift_ids)) & _PRESENT
    query = sa.select(signups).select_from(_HELD).where(theirs)
    found: dict[str, list[SignUp]] = {}
    for row in tx.execute(query.order_by(signups.c.at, signups.c.person_id)):
        found.setdefault(row.shift_id, []).append(_signup(row))
    return found


def put(tx: sa.Connection, signup: SignUp) -> None:
    """Save a sign-up, in place of an earlier one of the person for the shift."""
    row = _signup_row(signup)
    this = (signups.c.shift_id == signup.shift_id) & (signups.c.person_id == signup.person_id)
    if not tx.execute(signups.update().where(this).values(**row)).rowcount:
        ids = {"shift_id": signup.shift_id, "person_id": signup.person_id}
        tx.execute(signups.insert().values(**ids, **row))


def forget_reminders(tx: sa.Connection, shift_id: str) -> None:
    """Let everyone who is or was on a shift be reminded again."""
    reminded = (signups.c.shift_id == shift_id) & signups.c.reminded_at.is_not(None)
    tx.execute(signups.update().where(reminded).values(reminded_at=None))


def past(tx: sa.Connection, shift_id: str, person_id: str) -> SignUp | None:
    """Return the sign-up of a person for a shift, even if they have left."""
    this = (signups.c.shift_id == shift_id) & (signups.c.person_id == person_id)
    row = tx.execute(sa.select(signups).where(this)).one_or_none()
    return _signup(row) if row else None


def add_note(tx: sa.Connection, note: Note) -> None:
    """Add a hand-over note."""
    row = {"shift_id": note.shift_id, "by": note.by, "at": note.at, "text": note.text}
    tx.execute(notes.insert().values(id=note.id, **row))


def notes_of(tx: sa.Connection, shift_ids: Collection[str]) -> dict[str, list[Note]]:
    """Return the newest notes of each of these shifts, the newest first."""
    query = sa.select(notes).where(notes.c.shift_id.in_(sorted(shift_ids)))
    found: dict[str, list[Note]] = {}
    for row in tx.execute(query.order_by(notes.c.id.desc()).limit(MOST_NOTES * MAX_SHIFTS)):
        made = found.setdefault(row.shift_id, [])
        if len(made) < MOST_NOTES:
            made.append(Note(row.id, row.shift_id, row.by, row.at, row.text))
    return found


def add_correction(tx: sa.Connection, made: Correction) -> None:
    """Add a correction of hours."""
    names = ("id", "shift_id", "person_id", "by", "at", "before", "after", "why")
    tx.execute(corrections.insert().values({name: getattr(made, name) for name in names}))


def corrections_of(tx: sa.Connection, shift_id: str) -> list[Correction]:
    """Return the newest corrections of a shift's hours, the newest first."""
    query = sa.select(corrections).where(corrections.c.shift_id == shift_id)
    rows = tx.execute(query.order_by(corrections.c.id.desc()).limit(MOST_CORRECTIONS))
    return [Correction(**row._mapping) for row in rows]


def terms_of(tx: sa.Connection, event_id: str) -> Terms:
    """Return an event's settings, the usual ones if no lead has chosen any."""
    row = tx.execute(sa.select(terms).where(terms.c.event_id == event_id)).one_or_none()
    if row is None:
        return Terms()
    return Terms(*(timedelta(minutes=each) for each in (row.rest, row.leave, row.remind, row.most)))


def save_terms(tx: sa.Connection, event_id: str, chosen: Terms) -> None:
    """Save an event's settings."""
    row = {name: _minutes(getattr(chosen, name)) for name in ("rest", "leave", "remind", "most")}
    if not insert_new(tx, terms, event_id=event_id, **row):
        tx.execute(terms.update().where(terms.c.event_id == event_id).values(**row))


def to_remind(tx: sa.Connection, now: datetime, within: timedelta) -> list[tuple[Shift, SignUp]]:
    """Return sign-ups for shifts that begin soon whose people were not reminded, of any event."""
    soon = (shifts.c.starts > now) & (shifts.c.starts <= now + within)
    waiting = signups.c.reminded_at.is_(None) & (signups.c.state == State.TAKEN.value)
    return _pairs(tx, soon & shifts.c.cancelled_at.is_(None) & waiting & _PRESENT)


def to_settle(tx: sa.Connection, before: datetime) -> list[Shift]:
    """Return shifts of any event that ended before a time and are not settled."""
    over = shifts.c.settled_at.is_(None) & (shifts.c.ends <= before)
    query = sa.select(shifts).where(over & shifts.c.cancelled_at.is_(None))
    return [_shift(row) for row in tx.execute(query.order_by(shifts.c.ends).limit(MOST_DUE))]


def _of(event_id: str) -> sa.ColumnElement[bool]:
    return (shifts.c.event_id == event_id) & shifts.c.cancelled_at.is_(None)


def _of_person(
    tx: sa.Connection, person_id: str, also: sa.ColumnElement[bool]
) -> list[tuple[Shift, SignUp]]:
    theirs = (signups.c.person_id == person_id) & also
    return _pairs(tx, theirs, MOST_OF_PERSON)


def _pairs(
    tx: sa.Connection, which: sa.ColumnElement[bool], most: int = 5 * MAX_SHIFTS
) -> list[tuple[Shift, SignUp]]:
    joined = sa.join(_HELD, shifts, shifts.c.id == signups.c.shift_id)
    query = sa.select(signups).select_from(joined).where(which)
    ordered = query.order_by(shifts.c.starts, shifts.c.id, signups.c.at).limit(most)
    found = [_signup(row) for row in tx.execute(ordered)]
    keys = {each.shift_id for each in found}
    named = sa.select(shifts).where(shifts.c.id.in_(sorted(keys)))  # each is read once
    by_id = {row.id: _shift(row) for row in tx.execute(named)} if keys else {}
    return [(by_id[each.shift_id], each) for each in found]


def _row(shift: Shift) -> dict[str, Any]:
    return {
        "event_id": shift.event_id,
        "role": shift.role.value,
        "place": shift.place,
        "starts": shift.starts,
        "ends": shift.ends,
        "seats": shift.seats,
        "mode": shift.mode.value,
        "note_fr": shift.note.fr,
        "note_en": shift.note.en,
        "revision": shift.revision,
        "cancelled_at": shift.cancelled_at,
        "settled_at": shift.settled_at,
    }


def _shift(row: sa.Row[Any]) -> Shift:
    return Shift(
        row.id,
        row.event_id,
        Role(row.role),
        row.starts,
        row.ends,
        row.seats,
        Mode(row.mode),
        row.place,
        Bilingual(row.note_fr, row.note_en),
        row.revision,
        row.cancelled_at,
        row.settled_at,
    )


_CONTENT = [column.name for column in signups.c if column.name not in ("shift_id", "person_id")]


def _signup_row(signup: SignUp) -> dict[str, Any]:
    return {name: getattr(signup, name) for name in _CONTENT} | {"state": signup.state.value}


def _signup(values: Sequence[Any]) -> SignUp:
    """Return the sign-up of a row that has the columns of `signups`, in the order of its fields."""
    shift_id, person_id, at, by, state, *others = values
    return SignUp(shift_id, person_id, at, by, State(state), *others)


def _minutes(time: timedelta) -> int:
    return round(time.total_seconds() / 60)
