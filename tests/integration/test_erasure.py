"""A person's data is erased at their wish: everything that names them, and nobody else's."""

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.db import metadata, reading
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import LastLeadError
from mixroom.erasure import ERASED, LABELS, NobodyError, SeveralPeopleError, erase, rows_of_person
from mixroom.event import actions as event_actions
from mixroom.recruiting import actions as recruiting
from mixroom.shifts import actions as shifts
from mixroom.shifts import planning
from mixroom.shifts.model import Shift
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content
from tests.cast import Cast
from tests.integration.test_recruiting import SEAL, send

EMAIL = "zoe@example.org"


def rows(person_id: str, email: str) -> dict[str, int]:
    """Count the rows of each table that are about a person."""
    found = {}
    with reading() as tx:
        for table in metadata.sorted_tables:
            ours = rows_of_person(table, [person_id], [email])
            if ours is not None:
                query = sa.select(sa.func.count()).select_from(table).where(ours)
                found[table.name] = tx.scalar(query) or 0
    return {name: number for name, number in found.items() if number}


def everything(cast: Cast) -> str:
    """Return all rows of the event as text, without the journal."""
    with reading() as tx:
        return repr([tx.execute(sa.select(table)).all() for table in metadata.sorted_tables])


@pytest.fixture
def zoe(cast: Cast) -> str:
    """Someone who applied, was accepted, signed in, took a shift and sent a photo's words."""
    application = send(cast, email=EMAIL)
    recruiting.note(cast.amelie, application, "Zoé parle très bien.")
    made = recruiting.accept(cast.amelie, application, SEAL).invite
    assert made
    crew.redeem(made.token, "Téléphone")
    tomorrow = clock.now().date() + timedelta(days=1)
    event_actions.edit(cast.amelie, starts_on=tomorrow, ends_on=tomorrow)
    starts = datetime.combine(tomorrow, time(9), cast.event.zone)
    shift = planning.make(
        cast.amelie,
        Shift("", cast.event.id, Role.PHOTOGRAPHER, starts, starts + timedelta(hours=4), 2),
    )
    shifts.sign_up(cast.amelie, shift.id, made.person.id)
    text = Content(Kind.POST, Bilingual.of("Le mur répond."), credit="Zoé Tremblay")
    submissions.submit(made.person, text)
    return made.person.id


def test_whoever_asks_is_erased_and_nobody_else(cast: Cast, zoe: str) -> None:
    before = rows(cast.chloe.id, "chloe@example.org")
    assert set(rows(zoe, EMAIL)) >= {
        "application",
        "application_note",
        "letter",
        "device",
        "invite",
    }
    erased = erase("ZOE@example.org", cast.event.id)
    assert erased.people == (zoe,)
    for name in ("application", "letter", "device", "shift_signup", "credit", "kept", "person"):
        assert erased.counts[name], name
    assert rows(zoe, EMAIL) == {}
    left = everything(cast)
    assert EMAIL not in left
    assert "Zoé Tremblay" not in left
    assert ERASED in left
    assert rows(cast.chloe.id, "chloe@example.org") == before
    with pytest.raises(NobodyError):
        erase(EMAIL, cast.event.id)


def test_an_applicant_who_was_never_accepted_is_erased_by_address(cast: Cast) -> None:
    send(cast, email=EMAIL)
    erased = erase(EMAIL, cast.event.id)
    assert (erased.people, erased.counts["application"], erased.counts["letter"]) == ((), 1, 1)


def test_a_name_is_enough_where_one_person_has_it(cast: Cast) -> None:
    first = crew.invite(cast.amelie, "Ada L.", Role.PRESS).person
    crew.invite(cast.amelie, "Ada L.", Role.BLOGGER)
    with pytest.raises(SeveralPeopleError) as refused:
        erase("Ada L.", cast.event.id)
    assert first.id in str(refused.value)
    assert erase(first.id, cast.event.id).people == (first.id,)
    with pytest.raises(NobodyError):
        erase("Nobody", cast.event.id)
    with pytest.raises(LastLeadError):
        erase(cast.amelie.id, cast.event.id)


def test_each_table_about_people_has_words_for_the_report() -> None:
    about = {t.name for t in metadata.sorted_tables if rows_of_person(t, [""], [""]) is not None}
    assert about <= set(LABELS)
    assert all(both(words).fr for words in LABELS.values())
