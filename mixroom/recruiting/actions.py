"""The actions of leads on applications: decide, accept, note; set what is needed and when."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.roles import Role
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.crew.actions import NewInvite
from mixroom.crew.model import Person, invite_url
from mixroom.event import store as event_store
from mixroom.letters.model import Addressee
from mixroom.letters.results import write
from mixroom.recruiting import store
from mixroom.recruiting.limits import MAX_LEADS_NOTE, MAX_NOTES, TOLD_AFTER
from mixroom.recruiting.model import (
    ROLES,
    Application,
    Needs,
    Note,
    Shelf,
    checked_needs,
    checked_opening,
)
from mixroom.recruiting.moves import EDITED, Fact, Status
from mixroom.recruiting.notices import ACCEPTED, DECLINED, WAITING, letter_key
from mixroom.recruiting.results import record, remove, untell
from mixroom.recruiting.signing import Seal, Way

TOLD = {Fact.WAITING: WAITING, Fact.DECLINED: DECLINED}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An accepted application; `invite` is there only for the one who made the person."""

    application: Application
    invite: NewInvite | None
    url: str | None


def accept(by: Person, key: str, seal: Seal, *, role: Role | None = None) -> Acceptance:
    """Accept an application: make the person and the invite, and write to them.

    The person gets `role`, or the first that they applied for. Whoever is on the crew with this
    address already is the same person, in the role that they have. Accepting again changes nothing.
    Raises NotFoundError, WrongStatusError, InvalidError.
    """
    by.must("application.decide")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = _get_locked(tx, by, key)
        after = before.decided(Fact.ACCEPTED, by.id, clock.now())
        if after is before:
            return Acceptance(before, None, None)
        role = role or before.answers.roles[0]
        if role not in ROLES:
            raise InvalidError("role", "unknown")
        untell(tx, before, by.id)
        made = _invite(tx, by, before, role)
        had = made.person.role
        after = replace(after, role=had if had in ROLES else role, person_id=made.person.id)
        store.save(tx, after)
        url = invite_url(seal.base_url, made.token)
        code = f"{made.code[:4]} {made.code[4:]}"
        page = f"{seal.base_url}/j"
        _write(tx, by, after, ACCEPTED, {"link": url, "page": page, "code": code})
        record(tx, Fact.ACCEPTED, after.event_id, after.id, by.id)
    return Acceptance(after, made, url)


def decide(by: Person, key: str, fact: Fact, seal: Seal) -> Application:
    """Shortlist, put on the waiting list, decline or reopen an application.

    The letter about it leaves only after a while, and not at all if it is undone before. Raises
    NotFoundError, WrongStatusError.
    """
    by.must("application.decide")
    with transaction() as tx:
        before = _get_locked(tx, by, key)
        after = before.decided(fact, by.id, clock.now())
        if after is before:
            return before
        untell(tx, before, by.id)
        store.save(tx, after)
        if template := TOLD.get(fact):
            _write(tx, by, after, template, {"link": seal.link(after.id, after.turn, Way.LETTER)})
        record(tx, fact, after.event_id, after.id, by.id)
    return after


def decide_many(
    by: Person, keys: Collection[str], fact: Fact, seal: Seal
) -> tuple[list[str], list[str]]:
    """Decide on several applications; return the ids that moved, and those that did not."""
    by.must("application.decide")
    done: list[str] = []
    left: list[str] = []
    for key in sorted(set(keys)):
        try:
            if fact is Fact.ACCEPTED:
                accept(by, key, seal)
            else:
                decide(by, key, fact, seal)
        except MixroomError:
            left.append(key)
        else:
            done.append(key)
    return done, left


def note(by: Person, key: str, text: str) -> None:
    """Write a note on an application, for leads only; raises InvalidError, NotFoundError."""
    by.must("application.decide")
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise InvalidError("text", "missing")
    if len(text) > MAX_LEADS_NOTE:
        raise InvalidError("text", "too_long", most=MAX_LEADS_NOTE)
    with transaction() as tx:
        before = _get_locked(tx, by, key)
        if before.notes >= MAX_NOTES:
            raise InvalidError("text", "too_many", most=MAX_NOTES)
        store.add_note(tx, key, Note(ids.new(), by.id, clock.now(), text))
        store.save(tx, replace(before, notes=before.notes + 1))
        record(tx, Fact.NOTED, before.event_id, key, by.id)


def erase(by: Person, key: str) -> None:
    """Erase an application at the applicant's wish, with its notes and letters.

    Whoever was accepted stays in the crew until a lead removes them. Raises NotFoundError.
    """
    by.must("application.decide")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = _get_locked(tx, by, key)
        remove(tx, [before], by.id)


def set_needs(by: Person, needs: Needs) -> None:
    """Set how many people of a role are needed in a half-day; other needs stay.

    Raises InvalidError.
    """
    by.must("recruiting.edit")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        wanted = checked_needs({**store.get_needs(tx, by.event_id), **needs})
        store.save_needs(tx, by.event_id, wanted)
        record(tx, EDITED, by.event_id, by.event_id, by.id)


def set_opening(by: Person, **changes: Any) -> None:
    """Change fields of Opening: when applications are taken, what else one can do.

    Raises InvalidError.
    """
    by.must("recruiting.edit")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        opening = checked_opening(replace(store.get_opening(tx, by.event_id), **changes))
        store.save_opening(tx, by.event_id, opening)
        record(tx, EDITED, by.event_id, by.event_id, by.id)


def _invite(tx: sa.Connection, by: Person, before: Application, role: Role) -> NewInvite:
    answers = before.answers
    if there := crew_store.by_email(tx, before.event_id, answers.email):
        return crew.invite_in(tx, there)
    made = crew.add_in(
        tx,
        before.event_id,
        answers.name,
        role,
        before.lang,
        by=by.id,
        email=answers.email,
        telephone=answers.telephone,
    )
    if len(answers.languages) > 1:
        crew_store.set_bilingual(tx, made.person.id, on=True)
    return made


def _write(
    tx: sa.Connection,
    by: Person,
    application: Application,
    template: LetterTemplate,
    fields: dict[str, str],
) -> None:
    event = event_store.get(tx, application.event_id)
    assert event is not None
    answers, lang = application.answers, application.lang
    accepted = application.status is Status.ACCEPTED
    write(
        tx,
        event.id,
        template,
        Addressee(answers.name, answers.email, lang, application.person_id),
        {"name": answers.name, "event": event.name[lang], **fields},
        key=letter_key(application.id, template, application.version),
        by=by.id,
        at=None if accepted else clock.now() + TOLD_AFTER,
    )


def _get_locked(tx: sa.Connection, by: Person, key: str) -> Application:
    found = store.get_locked(tx, key)
    if found is None or found.event_id != by.event_id or found.shelf is Shelf.GONE:
        raise NotFoundError(key)
    return found
