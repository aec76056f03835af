"""The next edition: made from this one, with the people who are asked again, each once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError
from mixroom.core.files import Store
from mixroom.core.kinds import Kind
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.event import actions as event_actions
from mixroom.event import store
from mixroom.event.model import Event, SlugTakenError
from mixroom.event.programme import read_programme
from mixroom.event.renewal import Renewal
from mixroom.letters.store import letters
from mixroom.settings import Settings
from mixroom.setup import actions, renewing
from mixroom.work import Worker
from tests.cast import Cast
from tests.servers import env_in

FROM, TO = date(2016, 11, 11), date(2016, 11, 12)
NAME = Bilingual("Museomix 2016", "Museomix 2016")


def _renew(cast: Cast, files: Store, **changes: Any) -> renewing.Renewed:
    asked: dict[str, Any] = {"people": [], "renews": []} | changes
    slug = asked.pop("slug", "museomix-2016")
    return renewing.renew(cast.amelie, slug, NAME, FROM, TO, files=files, **asked)


def _kept(event: Event) -> Event:
    with reading() as tx:
        found = store.get(tx, event.id)
    assert found
    return found


def _work(folder: Path) -> None:
    env = env_in(folder, MIXROOM_BASE_URL="https://mmx.test")
    worker = Worker(Settings.from_env(env))
    while worker.step():
        pass


def test_it_begins_with_what_lasts(cast: Cast, files: Store) -> None:
    event_actions.edit(
        cast.amelie,
        programme=read_programme("1 9 h Accueil\n2 14 h Table ronde > photo fr\n3 9 h Fin"),
    )
    actions.set_colours(cast.amelie, main="#c8102e")
    new = _kept(_renew(cast, files).event)
    old = _kept(cast.event)
    assert (new.name, new.starts_on, new.ends_on) == (NAME, FROM, TO)
    assert [each.name for each in new.places] == [each.name for each in old.places]
    assert new.teams == ()
    assert new.programme == old.programme[:2], "the third day is not in it"
    assert new.programme[1].asks
    assert new.programme[1].asks.kind is Kind.PHOTO
    assert new.look.main == "#c8102e"
    assert {group.id for group in new.groups}.isdisjoint(group.id for group in old.groups)


def test_the_lead_gets_in_and_the_edition_before_stays(cast: Cast, files: Store) -> None:
    made = _renew(cast, files)
    lead, _ = crew.redeem(made.invite.token, "Firefox")
    assert (lead.event_id, lead.name, lead.role) == (made.event.id, "Amélie Roy", cast.amelie.role)
    assert _kept(cast.event).name == cast.event.name
    with reading() as tx:
        assert crew_store.get_person(tx, cast.amelie.id)


def test_each_person_is_asked_once_and_by_letter_where_there_is_an_address(
    cast: Cast, files: Store, tmp_path: Path
) -> None:
    with transaction() as tx:
        camille = crew.add_in(
            tx,
            cast.event.id,
            "Camille Roy",
            cast.driss.role,
            "en",
            by=cast.amelie.id,
            email="camille@example.org",
        ).person
    asked = [cast.driss.id, camille.id, cast.mur.id, cast.amelie.id, "nobody"]
    made = _renew(cast, files, people=asked)
    assert made.asked == 2
    _work(tmp_path)
    with reading() as tx:
        there = {each.name: each for each in crew_store.people_of(tx, made.event.id)}
        written = tx.execute(sa.select(letters).where(letters.c.event_id == made.event.id)).all()
    assert there.keys() == {"Amélie Roy", "Driss Alaoui", "Camille Roy"}
    assert there["Camille Roy"].email == "camille@example.org"
    (letter,) = written
    assert "https://mmx.test/j#" in letter.body
    assert "begins on November 11, 2016" in letter.body


def test_features_give_the_next_edition_what_they_have(cast: Cast, files: Store) -> None:
    given: list[Renewal] = []
    made = _renew(cast, files, renews=[lambda _tx, renewal: given.append(renewal)])
    (renewal,) = given
    assert (renewal.old.id, renewal.new.id) == (cast.event.id, made.event.id)


def test_a_short_name_that_is_taken_or_malformed_changes_nothing(cast: Cast, files: Store) -> None:
    with pytest.raises(SlugTakenError):
        _renew(cast, files, slug=cast.event.slug)
    with pytest.raises(InvalidError):
        _renew(cast, files, slug="Museomix 2016")
    with reading() as tx:
        assert tx.scalar(sa.text("SELECT count(*) FROM event WHERE slug LIKE 'museomix-2016'")) == 0
