"""Applications, notes, needs and the settings of an event's recruiting in the database."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import turns
from mixroom.core.contacts import MAX_EMAIL, MAX_TELEPHONE
from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.recruiting.limits import MAX_NOTES
from mixroom.recruiting.model import (
    Answers,
    Application,
    Consent,
    Half,
    Needs,
    Note,
    Opening,
    Part,
    Shelf,
    alike,
    read_half,
)
from mixroom.recruiting.moves import Status

MOST_STANDING, MOST_APART = 1000, 200  # in the live list, the newest
MOST_COUNTED = 1000  # withdrawn ones
MOST_TWINS = 20

applications = sa.Table(
    "application",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("shelf", sa.String(8), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("email", sa.String(MAX_EMAIL), nullable=False),
    sa.Column("address", sa.String(MAX_EMAIL), nullable=False),
    sa.Column("alike", sa.String(80), nullable=False),
    sa.Column("telephone", sa.String(MAX_TELEPHONE)),
    sa.Column("roles", sa.String(120), nullable=False),
    sa.Column("languages", sa.String(8), nullable=False),
    sa.Column("halves", sa.Text, nullable=False),
    sa.Column("links", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("needs", sa.Text),
    sa.Column("lang", sa.String(2), nullable=False),
    sa.Column("consent_text", sa.Text, nullable=False),
    sa.Column("consent_lang", sa.String(2), nullable=False),
    sa.Column("consent_version", sa.String(20), nullable=False),
    sa.Column("consented_at", UtcDateTime, nullable=False),
    sa.Column("keep_until", sa.Date, nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("changed_at", UtcDateTime),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("decided_by", sa.String(36)),
    sa.Column("role", sa.String(24)),
    sa.Column("person_id", sa.String(36)),
    sa.Column("sent_from", sa.String(64)),
    sa.Column("notes", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Index("ix_application_event_id", "event_id", "id"),
    sa.Index("ix_application_shelf", "event_id", "shelf", "id"),
    sa.Index("ix_application_status", "event_id", "status", "id"),
    sa.Index("ix_application_address", "event_id", "address", "id"),
    sa.Index("ix_application_alike", "event_id", "alike", "id"),
    sa.Index("ix_application_keep_until", "shelf", "keep_until"),
    sa.Index("ix_application_sent_at", "shelf", "sent_at"),
)
notes = sa.Table(
    "application_note",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("application_id", sa.ForeignKey("application.id"), nullable=False, index=True),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
needs = sa.Table(
    "need",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("role", sa.String(24), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("part", sa.String(12), primary_key=True),
    sa.Column("people", sa.Integer, nullable=False),
)
openings = sa.Table(
    "recruiting",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("opens", UtcDateTime),
    sa.Column("closes", UtcDateTime),
    sa.Column("most", sa.Integer),
    sa.Column("instead_fr", sa.Text),
    sa.Column("instead_en", sa.Text),
    sa.Column("contact", sa.String(120)),
)


def add(tx: sa.Connection, application: Application) -> bool:
    """Add an application; return whether its id was free."""
    return insert_new(tx, applications, id=application.id, **_row(application))


def save(tx: sa.Connection, application: Application) -> None:
    """Save an application."""
    this = applications.c.id == application.id
    tx.execute(applications.update().where(this).values(**_row(application)))


def get(tx: sa.Connection, key: str) -> Application | None:
    """Return an application of any event, or None."""
    return _get(tx, sa.select(applications).where(applications.c.id == key))


def get_locked(tx: sa.Connection, key: str) -> Application | None:
    """Return an application of any event, or None, and lock its row against other writers."""
    turns.take(tx)
    return _get(tx, sa.select(applications).where(applications.c.id == key).with_for_update())


def event_of(tx: sa.Connection, key: str) -> str | None:
    """Return the id of the event of an application, or None."""
    return tx.scalar(sa.select(applications.c.event_id).where(applications.c.id == key))


def some(tx: sa.Connection, event_id: str, keys: Collection[str]) -> list[Application]:
    """Return those of an event's applications that have these ids and are not withdrawn."""
    of = applications.c
    ours = (of.event_id == event_id) & of.id.in_(sorted(keys)) & (of.shelf != Shelf.GONE.value)
    return [_application(row) for row in tx.execute(sa.select(applications).where(ours))]


def keys_of(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of an event's newest applications that are not withdrawn, oldest first."""
    of = applications.c
    newest: list[str] = []
    for shelf, most in ((Shelf.STANDING, MOST_STANDING), (Shelf.APART, MOST_APART)):
        ours = (of.event_id == event_id) & (of.shelf == shelf.value)
        newest += tx.scalars(sa.select(of.id).where(ours).order_by(of.id.desc()).limit(most))
    return sorted(newest)


def page(
    tx: sa.Connection, event_id: str, status: Status | None, *, after: str, limit: int
) -> list[Application]:
    """Return up to `limit` of an event's applications that follow the id `after`, by id.

    Withdrawn ones, about which nothing is known any more, are not among them.
    """
    of = applications.c
    ours = (of.event_id == event_id) & (of.id > after) & (of.shelf != Shelf.GONE.value)
    if status:
        ours &= of.status == status.value
    query = sa.select(applications).where(ours).order_by(of.id).limit(limit)
    return [_application(row) for row in tx.execute(query)]


def accepted_of(tx: sa.Connection, event_id: str, person_id: str) -> list[Application]:
    """Return the accepted applications of a person of an event's crew, and lock their rows."""
    of = applications.c
    accepted = (of.event_id == event_id) & (of.status == Status.ACCEPTED.value)
    query = sa.select(applications).where(accepted & (of.person_id == person_id)).order_by(of.id)
    return [_application(row) for row in turns.lock(tx, query)]


def of_address(tx: sa.Connection, event_id: str, address: str) -> list[Application]:
    """Return the applications of an e-mail address, oldest first."""
    of = applications.c
    ours = (of.event_id == event_id) & (of.address == address)
    query = sa.select(applications).where(ours).order_by(of.id).limit(MOST_TWINS)
    return [_application(row) for row in tx.execute(query)]


def twins_of(tx: sa.Connection, application: Application) -> list[Application]:
    """Return the others with the same e-mail address or a very similar name."""
    of, event_id = applications.c, application.event_id
    found: dict[str, Application] = {}
    for same in (
        of.address == application.answers.address,
        of.alike == alike(application.answers.name),
    ):
        query = sa.select(applications).where((of.event_id == event_id) & same)
        for row in tx.execute(query.order_by(of.id).limit(MOST_TWINS)):
            found[row.id] = _application(row)
    return [each for key, each in sorted(found.items()) if key != application.id]


def count(tx: sa.Connection, event_id: str, shelf: Shelf, most: int) -> int:
    """Count an event's applications on a shelf, up to `most`."""
    of = applications.c
    some = sa.select(of.id).where((of.event_id == event_id) & (of.shelf == shelf.value))
    return tx.scalar(sa.select(sa.func.count()).select_from(some.limit(most).subquery())) or 0


def count_received(tx: sa.Connection, event_id: str, most: int) -> int:
    """Count an event's confirmed applications that nobody has decided on, up to `most`."""
    of = applications.c
    ours = (of.event_id == event_id) & (of.status == Status.RECEIVED.value)
    new = sa.select(of.id).where(ours & (of.shelf == Shelf.STANDING.value)).limit(most)
    return tx.scalar(sa.select(sa.func.count()).select_from(new.subquery())) or 0


def apart_by_source(tx: sa.Connection, event_id: str, most: int) -> dict[str, list[str]]:
    """Return the ids of an event's unconfirmed applications, oldest first, by their source."""
    of = applications.c
    ours = (of.event_id == event_id) & (of.shelf == Shelf.APART.value)
    query = sa.select(of.id, of.sent_from).where(ours).order_by(of.id).limit(most)
    found: dict[str, list[str]] = {}
    for row in tx.execute(query):
        found.setdefault(row.sent_from or "", []).append(row.id)
    return found


def apart_since(tx: sa.Connection, event_id: str, since: datetime, most: int) -> int:
    """Count an event's unconfirmed applications that were sent after a time, up to `most`."""
    of = applications.c
    ours = (of.event_id == event_id) & (of.shelf == Shelf.APART.value)
    newest = sa.select(of.sent_at).where(ours).order_by(of.id.desc()).limit(most)
    return sum(sent_at > since for sent_at in tx.scalars(newest))


def due_by_consent(tx: sa.Connection, today: date, most: int) -> list[Application]:
    """Return up to `most` applications that may not be kept any longer, locked."""
    of = applications.c
    found: list[Application] = []
    for shelf in (Shelf.STANDING, Shelf.APART):
        old = (of.shelf == shelf.value) & (of.keep_until < today)
        found += _due(tx, old, of.keep_until, most - len(found))
    return found


def due_unconfirmed(tx: sa.Connection, before: datetime, most: int) -> list[Application]:
    """Return up to `most` unconfirmed applications that were sent before a time, locked."""
    of = applications.c
    old = (of.shelf == Shelf.APART.value) & (of.sent_at < before)
    return _due(tx, old, of.sent_at, most)


def delete(tx: sa.Connection, keys: Collection[str]) -> None:
    """Delete applications with their notes."""
    delete_notes(tx, keys)
    tx.execute(applications.delete().where(applications.c.id.in_(sorted(keys))))


def delete_notes(tx: sa.Connection, keys: Collection[str]) -> None:
    """Delete the notes on applications."""
    tx.execute(notes.delete().where(notes.c.application_id.in_(sorted(keys))))


def add_note(tx: sa.Connection, key: str, note: Note) -> None:
    """Add a lead's note."""
    row = {"id": note.id, "application_id": key, "by": note.by, "at": note.at, "text": note.text}
    tx.execute(notes.insert().values(row))


def notes_on(tx: sa.Connection, key: str) -> list[Note]:
    """Return the notes on an application, oldest first."""
    query = sa.select(notes).where(notes.c.application_id == key).order_by(notes.c.id)
    return [Note(row.id, row.by, row.at, row.text) for row in tx.execute(query.limit(MAX_NOTES))]


def get_needs(tx: sa.Connection, event_id: str) -> Needs:
    """Return how many people of each role an event needs in each half-day."""
    query = sa.select(needs).where(needs.c.event_id == event_id)
    return {
        (Role(row.role), Half(row.day, Part(row.part))): row.people for row in tx.execute(query)
    }


def save_needs(tx: sa.Connection, event_id: str, wanted: Needs) -> None:
    """Replace how many people an event needs."""
    tx.execute(needs.delete().where(needs.c.event_id == event_id))
    rows = [
        {
            "event_id": event_id,
            "role": role.value,
            "day": half.day,
            "part": half.part.value,
            "people": count,
        }
        for (role, half), count in wanted.items()
    ]
    if rows:
        tx.execute(needs.insert(), rows)


def get_opening(tx: sa.Connection, event_id: str) -> Opening:
    """Return the settings of an event's recruiting; open without end if nothing was set."""
    row = tx.execute(sa.select(openings).where(openings.c.event_id == event_id)).one_or_none()
    if row is None:
        return Opening()
    instead = Bilingual(row.instead_fr, row.instead_en)
    return Opening(row.opens, row.closes, row.most, instead, row.contact)


def save_opening(tx: sa.Connection, event_id: str, opening: Opening) -> None:
    """Save the settings of an event's recruiting."""
    tx.execute(openings.delete().where(openings.c.event_id == event_id))
    tx.execute(
        openings.insert().values(
            event_id=event_id,
            opens=opening.opens,
            closes=opening.closes,
            most=opening.most,
            instead_fr=opening.instead.fr,
            instead_en=opening.instead.en,
            contact=opening.contact,
        )
    )


def _due(
    tx: sa.Connection, old: sa.ColumnElement[bool], by: sa.Column[Any], most: int
) -> list[Application]:
    query = sa.select(applications).where(old).order_by(by).limit(max(most, 0))
    return [_application(row) for row in turns.lock(tx, query)]


def _get(tx: sa.Connection, query: sa.Select[Any]) -> Application | None:
    row = tx.execute(query).one_or_none()
    return _application(row) if row else None


def _row(application: Application) -> dict[str, Any]:
    """Return the columns of an application, without its id."""
    answers, consent = application.answers, application.consent
    return {
        "event_id": application.event_id,
        "shelf": application.shelf.value,
        "status": application.status.value,
        "name": answers.name,
        "email": answers.email,
        "address": answers.address,
        "alike": alike(answers.name),
        "telephone": answers.telephone,
        "roles": " ".join(answers.roles),
        "languages": " ".join(answers.languages),
        "halves": " ".join(map(str, answers.halves)),
        "links": " ".join(answers.links),
        "note": answers.note,
        "needs": answers.needs,
        "lang": application.lang,
        "consent_text": consent.text,
        "consent_lang": consent.lang,
        "consent_version": consent.version,
        "consented_at": consent.at,
        "keep_until": consent.until,
        "sent_at": application.sent_at,
        "confirmed_at": application.confirmed_at,
        "changed_at": application.changed_at,
        "decided_at": application.decided_at,
        "decided_by": application.decided_by,
        "role": application.role.value if application.role else None,
        "person_id": application.person_id,
        "sent_from": application.sent_from,
        "notes": application.notes,
        "version": application.version,
        "turn": application.turn,
    }


def _application(row: sa.Row[Any]) -> Application:
    answers = Answers(
        name=row.name,
        email=row.email,
        roles=tuple(map(Role, row.roles.split())),
        languages=tuple(row.languages.split()),
        halves=tuple(map(read_half, row.halves.split())),
        telephone=row.telephone,
        links=tuple(row.links.split()),
        note=row.note,
        needs=row.needs,
    )
    consent = Consent(
        row.consent_text, row.consent_lang, row.consent_version, row.consented_at, row.keep_until
    )
    return Application(
        id=row.id,
        event_id=row.event_id,
        answers=answers,
        lang=row.lang,
        consent=consent,
        sent_at=row.sent_at,
        status=Status(row.status),
        confirmed_at=row.confirmed_at,
        changed_at=row.changed_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        role=Role(row.role) if row.role else None,
        person_id=row.person_id,
        sent_from=row.sent_from,
        notes=row.notes,
        version=row.version,
        turn=row.turn,
    )
