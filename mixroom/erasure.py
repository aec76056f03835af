"""Erase what is kept about a person who asks for it, and report what that was.

Their submissions stay, without their name: they are the museum's record of its event, and a
reviewer takes them down where that is wanted.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.contacts import checked_email
from mixroom.core.db import metadata, transaction
from mixroom.core.errors import ConflictError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import N_
from mixroom.crew.device_store import devices
from mixroom.crew.model import Fact, LastLeadError
from mixroom.crew.store import people
from mixroom.submissions.rows import revisions, submissions

ERASED = "Personne effacée · Erased person"
LABELS = {
    "person": N_("Name, e-mail address, telephone number"),
    "device": N_("Devices, signed out"),
    "invite": N_("Invitations"),
    "pairing": N_("Codes of screens"),
    "push_subscription": N_("Phones that got messages"),
    "announcement_receipt": N_("Receipts of messages"),
    "letter": N_("Letters to them"),
    "letter_unsubscribed": N_("Wishes for no more letters"),
    "application": N_("Applications"),
    "application_note": N_("Leads’ notes on them"),
    "shift_signup": N_("Sign-ups for shifts, with hours"),
    "shift_correction": N_("Corrections of hours"),
    "shift_calendar": N_("Calendar addresses"),
    "screen": N_("Screens"),
    "idempotency": N_("Answers that were kept for repeated requests"),
    "screen_report": N_("Reports of a screen"),
    "credit": N_("Credits under what they sent"),
    "kept": N_("Submissions that stay, without the name"),
}


class SeveralPeopleError(ConflictError):
    """Several people of the event have this name; `detail` lists their ids."""

    code = "several_people"


class NobodyError(NotFoundError):
    """Nothing is kept about anyone of this name, e-mail address or id."""

    code = "nobody"


@dataclass(slots=True)
class Erased:
    """The result: how many rows of each table were erased, and of what else `LABELS` names."""

    people: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)


def erase(who: str, event_id: str) -> Erased:
    """Erase a person by id, by e-mail address at every event, or by name at one event.

    Raises NobodyError, SeveralPeopleError, LastLeadError.
    """
    email = checked_email(who).lower() if "@" in who else None
    with transaction() as tx:
        found = _found(tx, who, email, event_id)
        emails = {email, *(row.email.lower() for row in found if row.email)} - {None}
        erased = Erased(tuple(row.id for row in found))
        for row in found:
            _must_leave_a_lead(tx, row)
            _forget_author(tx, row, erased)
        signed_in = tx.execute(
            sa.select(devices.c.id, devices.c.person_id).where(
                devices.c.person_id.in_(erased.people) & devices.c.revoked_at.is_(None)
            )
        ).all()
        gone = _delete(tx, erased, sorted(map(str, emails)))
        if not erased.counts and not found:
            raise NobodyError(who)
        jobs.forget(tx, gone)
        for row in found:
            _forget_name(tx, row.id)
            if any(device.person_id == row.id for device in signed_in):
                _record(tx, Fact.DEVICE_REVOKED, row)
            _record(tx, Fact.PERSON_REMOVED, row)
        erased.counts["person"] = len(found)
        journal.start_over(tx)
    return erased


def rows_of_person(
    table: sa.Table, person_ids: Sequence[str], emails: Sequence[str]
) -> sa.ColumnElement[bool] | None:
    """Return the SQL condition for rows about people and nothing else, or None without such rows.

    These are the rows that have them in `person_id`, or their address in `email`, and those whose
    foreign keys name such a row.
    """
    if table is people:
        return None
    ours = []
    if "person_id" in table.c:
        ours.append(table.c.person_id.in_(person_ids))
    if "email" in table.c:
        ours.append(sa.func.lower(table.c.email).in_(emails))
    for key in table.foreign_keys:
        theirs = rows_of_person(key.column.table, person_ids, emails)
        if theirs is not None:
            ours.append(key.parent.in_(sa.select(key.column).where(theirs)))
    return sa.or_(*ours) if ours else None


def _found(
    tx: sa.Connection, who: str, email: str | None, event_id: str
) -> Sequence[sa.Row[tuple[str, ...]]]:
    if email:
        this = sa.func.lower(people.c.email) == email
    elif ids.is_id(who):
        this = people.c.id == who
    else:
        this = (people.c.event_id == event_id) & (people.c.name == who.strip())
    rows = tx.execute(sa.select(people).where(this).with_for_update()).all()
    if not email and not rows:
        raise NobodyError(who)
    if not email and len(rows) > 1:
        raise SeveralPeopleError(", ".join(row.id for row in rows))
    return rows


def _must_leave_a_lead(tx: sa.Connection, row: sa.Row[tuple[str, ...]]) -> None:
    if row.role != Role.LEAD or row.removed_at:
        return
    leads = (people.c.event_id == row.event_id) & (people.c.role == Role.LEAD)
    here = leads & people.c.removed_at.is_(None) & (people.c.id != row.id)
    if not tx.scalar(sa.select(sa.func.count()).where(here)):
        raise LastLeadError


def _forget_author(tx: sa.Connection, row: sa.Row[tuple[str, ...]], erased: Erased) -> None:
    """Take the credits off what a person has sent, also in its earlier versions."""
    theirs = submissions.c.author_id == row.id
    erased.counts["kept"] += tx.scalar(sa.select(sa.func.count()).where(theirs)) or 0
    credited = theirs & submissions.c.credit.is_not(None)
    erased.counts["credit"] += tx.execute(
        submissions.update().where(credited).values(credit=None)
    ).rowcount
    earlier = revisions.c.submission_id.in_(sa.select(submissions.c.id).where(theirs))
    for old in tx.execute(sa.select(revisions).where(earlier)).all():
        content = json.loads(old.content)
        if content.get("credit"):
            this = (revisions.c.submission_id == old.submission_id) & (
                revisions.c.version == old.version
            )
            without = json.dumps(content | {"credit": None})
            tx.execute(revisions.update().where(this).values(content=without))


def _delete(tx: sa.Connection, erased: Erased, emails: Sequence[str]) -> list[str]:
    """Delete all rows about the people, count them, and return their ids."""
    gone: list[str] = []
    for table in reversed(metadata.sorted_tables):
        ours = rows_of_person(table, erased.people, emails)
        if ours is None:
            continue
        if "id" in table.c:
            gone += tx.scalars(sa.select(table.c.id).where(ours))
        erased.counts[table.name] += tx.execute(table.delete().where(ours)).rowcount
    erased.counts = +erased.counts
    return gone


def _forget_name(tx: sa.Connection, person_id: str) -> None:
    row = {"name": ERASED, "email": None, "telephone": None, "trusted_by": None}
    this = people.c.id == person_id
    tx.execute(people.update().where(this).values(row))
    still = this & people.c.removed_at.is_(None)
    tx.execute(people.update().where(still).values(removed_at=clock.now()))


def _record(tx: sa.Connection, fact: Fact, row: sa.Row[tuple[str, ...]]) -> None:
    journal.record(tx, fact, event_id=row.event_id, key=row.id, owner=row.id, by=row.id)
