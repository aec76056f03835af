"""Owners of supports and promises are told what they owe; leads are alarmed, but not at night."""

import io
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from mixroom.core import clock, jobs
from mixroom.core.alarm_rules import Look
from mixroom.core.db import reading, transaction
from mixroom.core.disk import DiskStore
from mixroom.core.files import Store
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.promises import actions as promises
from mixroom.promises import results as promise_results
from mixroom.promises.alarms import find_late as late_promises
from mixroom.promises.jobs import remind as remind_of_promise
from mixroom.promises.jobs import tell_of_loss
from mixroom.promises.model import EvidenceKind, PromiseKind
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise as WallPromise
from mixroom.sponsors.model import Tier
from mixroom.supports import actions as supports
from mixroom.supports import results as support_results
from mixroom.supports.alarms import find_late as late_supports
from mixroom.supports.jobs import check
from mixroom.supports.jobs import remind as remind_of_support
from mixroom.supports.live import PANEL
from mixroom.supports.model import SupportKind, SupportLang
from tests.cast import Cast
from tests.documents import pdf
from tests.rosters import HOUR, SATURDAY, At, at, phone_of, told
from tests.wraps import approved_photo

__all__ = ["at"]
TITLE = Bilingual("Affiche du musée", "Museum poster")
DAY = 24 * HOUR
DUE = SATURDAY.replace(hour=22)  # at five in the afternoon
HANDLERS = {
    support_results.REMIND_JOB: remind_of_support,
    promise_results.REMIND_JOB: remind_of_promise,
    promise_results.LOST_JOB: tell_of_loss,
    supports.CHECK_JOB: check,
}


@pytest.fixture
def files(tmp_path: Path) -> Store:
    return DiskStore(tmp_path)


def work(files: Store) -> None:
    """Do the jobs of supports and promises that are due."""
    while True:
        with transaction() as tx:
            job = jobs.claim(tx, only=HANDLERS)
        if job is None:
            return
        HANDLERS[job.kind](job, files)


def notices(*, since: int = 0) -> list[str]:
    """Return the names of the messages that Driss or Ben was sent, but for earlier ones."""
    return sorted(name for _, name in told())[since:]


def send(cast: Cast, key: str, files: Store) -> None:
    supports.send(cast.driss, key, files.receive(io.BytesIO(pdf()), 10**6), files)
    work(files)


def test_the_owner_of_a_support_is_told_of_it_until_it_is_valid(
    cast: Cast, at: At, files: Store
) -> None:
    phone_of(cast.driss)
    kind = SupportKind.POSTER
    key = supports.add(cast.amelie, TITLE, kind, due=DUE, owner_id=cast.driss.id)[0].id
    assert notices() == ["support_asked"]  # once for the pair
    supports.comment(cast.driss, key, "Bien reçu.")
    supports.comment(cast.amelie, key, "La date manque.")
    assert notices() == ["support_asked", "support_commented"]
    at(DUE - DAY)
    send(cast, key, files)
    work(files)
    assert notices().count("support_due") == 2  # each language is one
    supports.validate(cast.amelie, key, 1)
    assert "support_validated" in notices()
    at(DUE)
    work(files)
    assert notices().count("support_late") == 1  # the English one


def test_a_support_that_was_moved_reminds_of_its_new_time(cast: Cast, at: At, files: Store) -> None:
    phone_of(cast.driss)
    kind, lang = SupportKind.POSTER, SupportLang.FR
    key = supports.add(cast.amelie, TITLE, kind, lang, due=DUE)[0].id
    supports.edit(cast.amelie, key, due=DUE + DAY, owner_id=cast.driss.id)
    assert notices() == ["support_asked"]
    at(DUE)
    work(files)
    assert notices() == ["support_asked", "support_due"]
    supports.edit(cast.amelie, key, due=DUE + DAY + HOUR)
    supports.edit(cast.amelie, key, due=DUE + DAY)  # after all
    supports.drop(cast.amelie, key)
    at(DUE + DAY)
    work(files)
    assert notices() == ["support_asked", "support_due"]


def test_the_dashboard_has_what_is_to_do_or_to_validate(cast: Cast, files: Store) -> None:
    lang = SupportLang.FR
    asked = partial(supports.add, cast.amelie, TITLE, SupportKind.SIGN, lang)
    wanted = asked(due=DUE, owner_id=cast.driss.id)[0].id
    sent = asked(owner_id=cast.driss.id)[0].id
    asked()  # without a time
    send(cast, sent, files)

    def panel() -> dict[str, tuple[str | None, bool]]:
        with reading() as tx:
            keys = PANEL.keys(tx, cast.event.id)
            items = PANEL.find(tx, cast.event.id, keys)
        return {key: (each["due"], each["waits"]) for key, each in items.items()}

    assert panel() == {wanted: ("2015-11-07T22:00:00Z", False), sent: (None, True)}
    supports.validate(cast.amelie, sent, 1)
    supports.drop(cast.amelie, wanted)
    assert panel() == {}
    send(cast, sent, files)  # a newer version
    assert panel() == {sent: (None, True)}


def test_the_owner_of_a_promise_is_told_by_day_and_when_its_evidence_is_lost(
    cast: Cast, at: At, files: Store
) -> None:
    phone_of(cast.ben)
    name = Bilingual("Fondation Lumen", "Lumen Foundation")
    sponsor = sponsors.add(cast.amelie, name=name, tier=Tier.MAJOR, promise=WallPromise(10)).id
    making = partial(promises.make, cast.amelie, sponsor, PromiseKind.STAGE, words=name)
    key = making(owner_id=cast.ben.id).id
    midnight = datetime.fromisoformat("2015-11-09T05:00:00Z")  # as the last day ends
    assert notices() == ["promise_asked"]
    photo = approved_photo(cast)
    promises.deliver(cast.amelie, key, EvidenceKind.PHOTO, ref=photo)
    at(midnight - DAY + 8 * HOUR)
    work(files)
    assert notices() == ["promise_asked"]  # it is kept
    before = len(notices())
    at(midnight - 3 * HOUR)  # in the evening of the last day
    review.recall(cast.amelie, photo)
    promise_results.watch(clock.now())
    work(files)
    assert len(notices()) == before
    at(midnight + 8 * HOUR - timedelta(minutes=1))
    work(files)
    assert len(notices()) == before
    at(midnight + 8 * HOUR)
    work(files)
    assert "promise_lost" in notices()
    assert "promise_late" in notices()
    assert len(notices()) == before + 2


def test_of_what_nobody_owns_the_leads_are_told_once_and_by_day(
    cast: Cast, at: At, files: Store
) -> None:
    phone_of(cast.amelie)
    lang = SupportLang.FR
    nobodys = supports.add(cast.amelie, TITLE, SupportKind.SIGN, lang, due=DUE + 4 * HOUR)[0].id
    owned = {"due": DUE + 4 * HOUR, "owner_id": cast.driss.id}  # who leaves the team
    supports.add(cast.amelie, TITLE, SupportKind.SIGN, lang, **owned)
    name = Bilingual("Fondation Lumen", "Lumen Foundation")
    sponsor = sponsors.add(cast.amelie, name=name, tier=Tier.MAJOR, promise=WallPromise(10)).id
    promises.make(cast.amelie, sponsor, PromiseKind.STAGE, words=name, due=DUE + 4 * HOUR)
    supports.comment(cast.chloe, nobodys, "Je peux aider.")
    assert notices() == ["support_commented"]
    crew.remove(cast.amelie, cast.driss.id)
    for due in (DUE, DUE + 4 * HOUR):  # moved, and back again
        supports.edit(cast.amelie, nobodys, due=due)
    soon = ["promise_due_unowned", "support_due_unowned", "support_due_unowned"]
    late = ["promise_late_unowned", "support_late_unowned", "support_late_unowned"]
    # At nine in the evening it is night; a worker that stood still says nothing at three, either.
    for when, expected in (
        (DUE - 20 * HOUR, []),
        (DUE - 9 * HOUR, soon),
        (DUE + 10 * HOUR, soon),
        (DUE + 15 * HOUR, soon + late),
        (DUE + 40 * HOUR, soon + late),
    ):
        at(when)
        work(files)
        assert notices() == sorted(["support_commented", *expected])


def test_a_worker_that_stood_still_says_nothing_that_is_over(
    cast: Cast, at: At, files: Store
) -> None:
    phone_of(cast.amelie)
    supports.add(cast.amelie, TITLE, SupportKind.SIGN, SupportLang.FR, due=DUE)
    at(DUE + HOUR)
    work(files)
    assert notices() == ["support_late_unowned"]


def test_no_alarm_about_what_is_late_begins_in_the_night(cast: Cast, at: At, files: Store) -> None:
    name = Bilingual("Fondation Lumen", "Lumen Foundation")
    sponsor = sponsors.add(cast.amelie, name=name, tier=Tier.MAJOR, promise=WallPromise(10)).id
    due = promises.make(cast.amelie, sponsor, PromiseKind.MENTIONS).due
    supports.add(cast.amelie, TITLE, SupportKind.SIGN, SupportLang.FR, due=due)
    midnight = due + timedelta(minutes=1)
    for hours, many in ((0, 0), (1, 0), (8, 0), (9, 1)):
        now = midnight + hours * HOUR
        at(now)
        with reading() as tx:
            look = Look(tx, cast.event.id, 1, now, files)
            assert [len(late_promises(look)), len(late_supports(look))] == [many, many]
