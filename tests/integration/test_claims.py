"""Several reviewers at one desk: who has what open, what an approval covers, what is undone."""

import csv
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from mixroom.core import clock, jobs
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.push import actions as push
from mixroom.review import actions as review
from mixroom.review import results as review_results
from mixroom.review.live import VIEW as REVIEW
from mixroom.submissions import actions
from mixroom.submissions.content import Consent, Content, Kind
from mixroom.submissions.live import DESK, PUBLIC
from mixroom.submissions.model import (
    AUTO_APPROVE_JOB,
    CLAIM_LASTS,
    GRACE_LASTS,
    REMIND_AFTER,
    REMIND_JOB,
    UNDO_LASTS,
    ClaimedError,
    LostRaceError,
    OwnSubmissionError,
    Showing,
    TooLateError,
)
from mixroom.submissions.moves import WrongStatusError
from tests.cast import Cast, ready_photo
from tests.client import Api, Json
from tests.replay import assert_replays
from tests.servers import Server, until

Later = Callable[[timedelta], None]


@pytest.fixture
def sent(cast: Cast) -> str:
    answer, _ = actions.submit(cast.driss, Content(Kind.QUOTE, Bilingual("« Le mur répond. »")))
    return str(answer["id"])


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Return what moves the clock on, which goes by no machine: a little at each look."""
    moment = [clock.now()]

    def now() -> datetime:
        moment[0] += timedelta(microseconds=10)
        return moment[0]

    def move(by: timedelta) -> None:
        moment[0] += by

    monkeypatch.setattr(clock, "now", now)
    return move


def test_who_opens_it_holds_it_and_everyone_sees_who(cast: Cast, sent: str) -> None:
    assert_replays(cast, lambda: review.claim(cast.ben, sent))
    with reading() as tx:
        for seen in (REVIEW.items(tx, cast.event.id), DESK.items(tx, cast.driss.id)):
            assert seen[sent]["claim"]["name"] == "Ben Carter"
    for decide in (
        review.claim,
        review.approve,
        lambda by, key: review.reject(by, key, "duplicate"),
        lambda by, key: actions.amend(by, key, Content(Kind.POST, Bilingual("Autre"))),
    ):
        with pytest.raises(ClaimedError):
            decide(cast.amelie, sent)
    assert_replays(cast, lambda: review.release(cast.amelie, sent))
    with pytest.raises(ClaimedError):
        review.approve(cast.amelie, sent)
    assert_replays(cast, lambda: review.release(cast.ben, sent))
    assert review.approve(cast.amelie, sent)["status"] == "approved"


def test_what_is_held_is_taken_over_or_runs_out(cast: Cast, sent: str, later: Later) -> None:
    review.claim(cast.ben, sent)
    review.claim(cast.amelie, sent, take_over=True)
    with pytest.raises(ClaimedError):
        review.approve(cast.ben, sent)
    later(CLAIM_LASTS - timedelta(seconds=1))
    review.claim(cast.amelie, sent)
    later(CLAIM_LASTS - timedelta(seconds=1))
    with pytest.raises(ClaimedError):
        review.claim(cast.ben, sent)
    later(timedelta(seconds=2))
    assert review.approve(cast.ben, sent)["status"] == "approved"
    with pytest.raises(WrongStatusError):
        review.claim(cast.amelie, sent)


def test_a_claim_says_over_http_who_has_it(server: Server, guests: Cast) -> None:
    with _apis(server, guests, "driss", "ben", "amelie") as (driss, ben, amelie):
        key = driss.submit()["id"]
        assert "until" in ben.ask("POST", f"/submissions/{key}/claim").json()
        refused = amelie.ask("POST", f"/submissions/{key}/claim")
        assert refused.status_code == 409
        said = refused.json()
        assert (said["code"], said["by"]["name"]) == ("claimed", "Ben Carter")
        assert said["until"]
        assert amelie.ask("POST", f"/submissions/{key}/approval").json()["code"] == "claimed"
        taken = amelie.ask("POST", f"/submissions/{key}/claim", json={"take_over": True})
        assert taken.status_code == 200
        assert ben.ask("DELETE", f"/submissions/{key}/claim").status_code == 204
        assert amelie.ask("POST", f"/submissions/{key}/approval").status_code == 200


def test_of_two_decisions_at_once_one_wins_and_the_other_is_told(
    server: Server, guests: Cast
) -> None:
    with _apis(server, guests, "driss", "ben", "amelie") as (driss, ben, amelie):
        for _ in range(6):
            key = driss.submit()["id"]
            answers: list[Json] = []

            def decide(
                api: Api, how: str, why: Json, key: str = key, answers: list[Json] = answers
            ) -> None:
                answers.append(api.ask("POST", f"/submissions/{key}/{how}", json=why).json())

            both = [
                threading.Thread(target=decide, args=(ben, "approval", {})),
                threading.Thread(target=decide, args=(amelie, "rejection", {"reason": "quality"})),
            ]
            for each in both:
                each.start()
            for each in both:
                each.join()
            [won] = [each for each in answers if "code" not in each]
            [lost] = [each for each in answers if "code" in each]
            assert lost["code"] == "wrong_status"
            assert lost["now"] == won["status"]
            assert ben.ask("GET", f"/submissions/{key}").json()["status"] == won["status"]


def test_an_approval_is_of_the_version_that_was_seen(cast: Cast, sent: str) -> None:
    review.claim(cast.ben, sent)
    actions.amend(cast.ben, sent, Content(Kind.QUOTE, Bilingual("« Il répond. »", "It answers.")))
    with pytest.raises(LostRaceError):
        review.approve(cast.ben, sent, version=1)
    review.approve(cast.ben, sent, version=2)
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id)[sent]["text"]["en"] == "It answers."


def test_a_correction_of_what_is_shown_carries_its_time(cast: Cast, sent: str) -> None:
    review.approve(cast.ben, sent)
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id)[sent]["corrected_at"] is None
    mended = Content(Kind.QUOTE, Bilingual("« Le mur répond enfin. »"))
    assert_replays(cast, lambda: actions.amend(cast.amelie, sent, mended))
    with reading() as tx:
        shown = PUBLIC.items(tx, cast.event.id)[sent]
    assert shown["text"]["fr"] == "« Le mur répond enfin. »"
    assert shown["corrected_at"]


def test_nobody_but_the_lead_changes_their_own_words_on_the_wall(cast: Cast) -> None:
    for by, other in ((cast.ben, cast.amelie), (cast.amelie, cast.ben)):
        answer, _ = actions.submit(by, Content(Kind.POST, Bilingual("De moi.")))
        key = str(answer["id"])
        review.approve(other if by is cast.ben else by, key)
        words = Content(Kind.POST, Bilingual("Autre chose."))
        if by is cast.ben:
            with pytest.raises(OwnSubmissionError):
                actions.amend(by, key, words)
        else:
            actions.amend(by, key, words)


def test_a_decision_is_undone_by_its_maker_for_a_moment(
    cast: Cast, sent: str, later: Later
) -> None:
    review.approve(cast.ben, sent)
    with pytest.raises(TooLateError):
        review.reopen(cast.amelie, sent)
    assert_replays(cast, lambda: review.reopen(cast.ben, sent))
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id) == {}
        assert REVIEW.items(tx, cast.event.id)[sent]["claim"]["id"] == cast.ben.id
    review.reject(cast.ben, sent, "duplicate")
    later(UNDO_LASTS + timedelta(seconds=1))
    with pytest.raises(TooLateError):
        review.reopen(cast.ben, sent)


def test_what_is_approved_for_later_is_shown_then(cast: Cast, sent: str, later: Later) -> None:
    at = clock.now() + timedelta(minutes=10)
    pinned = at + timedelta(hours=1)
    showing = Showing(at, pinned, key_moment=True)
    assert_replays(cast, lambda: review.approve(cast.ben, sent, showing=showing))
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id) == {}
        assert DESK.items(tx, cast.driss.id)[sent]["status"] == "scheduled"
    assert not _work()
    later(timedelta(minutes=10, seconds=1))
    assert_replays(cast, _work)
    with reading() as tx:
        shown = PUBLIC.items(tx, cast.event.id)[sent]
    assert shown["key_moment"]
    assert shown["pinned_until"]
    assert not _work()


def test_what_was_taken_back_before_its_time_is_never_shown(
    cast: Cast, sent: str, later: Later
) -> None:
    showing = Showing(clock.now() + timedelta(minutes=10))
    review.approve(cast.ben, sent, showing=showing)
    assert_replays(cast, lambda: review.recall(cast.amelie, sent))
    later(timedelta(minutes=11))
    assert _work()
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id) == {}


def test_a_worker_shows_it_at_its_time(server: Server, guests: Cast) -> None:
    with _apis(server, guests, "driss", "ben") as (driss, ben):
        key = driss.submit(text={"fr": "Plus tard"})["id"]
        soon = clock.now() + timedelta(seconds=2)
        decided = ben.decide(key, "approval", at=soon.isoformat(), press=True)
        assert decided["status"] == "scheduled"
        is_shown = key in ben.view("wall")["changes"]
        assert not is_shown or clock.now() >= soon  # a slow machine may look late
        until(lambda: key in ben.view("wall")["changes"], "the wall to show it")


def test_times_that_make_no_sense_are_refused(cast: Cast, sent: str) -> None:
    now = clock.now()
    for showing in (
        Showing(now + timedelta(days=60)),
        Showing(pinned_until=now - timedelta(minutes=1)),
        Showing(now + timedelta(hours=2), now + timedelta(hours=1)),
    ):
        with pytest.raises(InvalidError):
            review.approve(cast.ben, sent, showing=showing)


def test_who_is_trusted_goes_to_the_wall_unless_someone_catches_it(
    cast: Cast, later: Later
) -> None:
    crew.trust(cast.amelie, cast.driss.id, on=True)
    with reading() as tx:
        driss = crew_store.get_person(tx, cast.driss.id)
    assert driss is not None

    def send(text: str) -> str:
        answer, _ = actions.submit(driss, Content(Kind.POST, Bilingual(text)))
        return str(answer["id"])

    through, caught, held = send("Passe"), send("Attrapé"), send("De côté")
    review.claim(cast.ben, caught)
    review.hold(cast.ben, held, "later")
    later(GRACE_LASTS - timedelta(seconds=1))
    assert not _work(AUTO_APPROVE_JOB, review_results.auto_approve)
    later(timedelta(seconds=2))
    while assert_replays(cast, lambda: _work(AUTO_APPROVE_JOB, review_results.auto_approve)):
        pass
    with reading() as tx:
        assert set(PUBLIC.items(tx, cast.event.id)) == {through}
        shown = DESK.items(tx, cast.driss.id)[through]
    assert shown["decision"]["by"] == "Amélie Roy"  # whose word it is
    assert shown["decision"]["reason"] == "trusted"

    crew.trust(cast.amelie, cast.driss.id, on=False)
    late = send("Plus personne ne m’attend")  # sent by a session that still knew the old word
    later(GRACE_LASTS + timedelta(seconds=1))
    while _work(AUTO_APPROVE_JOB, review_results.auto_approve):
        pass
    with reading() as tx:
        assert REVIEW.items(tx, cast.event.id)[late]["goes_at"] is None


def test_an_edit_gives_reviewers_the_whole_time_again(cast: Cast, later: Later) -> None:
    crew.trust(cast.amelie, cast.driss.id, on=True)
    with reading() as tx:
        driss = crew_store.get_person(tx, cast.driss.id)
    assert driss is not None
    key = str(actions.submit(driss, Content(Kind.POST, Bilingual("Bonjour")))[0]["id"])
    later(GRACE_LASTS - timedelta(seconds=1))
    actions.edit(driss, key, Content(Kind.POST, Bilingual("Au revoir")))
    later(timedelta(seconds=2))
    while _work(AUTO_APPROVE_JOB, review_results.auto_approve):
        pass
    later(GRACE_LASTS - timedelta(seconds=2, milliseconds=500))
    while _work(AUTO_APPROVE_JOB, review_results.auto_approve):
        pass
    with reading() as tx:
        assert REVIEW.items(tx, cast.event.id)[key]["goes_at"], "it can still be caught"
    later(timedelta(seconds=1))
    while _work(AUTO_APPROVE_JOB, review_results.auto_approve):
        pass
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id)[key]["text"]["fr"] == "Au revoir"


def test_an_approval_that_names_no_version_is_of_the_one_that_was_opened(
    cast: Cast, sent: str
) -> None:
    assert review.claim(cast.ben, sent).version == 1
    actions.edit(cast.driss, sent, Content(Kind.QUOTE, Bilingual("« Autre chose. »")))
    with pytest.raises(LostRaceError):
        review.approve(cast.ben, sent)
    assert review.claim(cast.ben, sent).version == 2
    assert review.approve(cast.ben, sent)["status"] == "approved"


def test_trust_does_not_stand_in_for_consent(cast: Cast, later: Later) -> None:
    crew.trust(cast.amelie, cast.chloe.id, on=True)
    with reading() as tx:
        chloe = crew_store.get_person(tx, cast.chloe.id)
    assert chloe is not None
    content = Content(Kind.PHOTO, media=(ready_photo(chloe),), consent=Consent.PENDING)
    key = str(actions.submit(chloe, content)[0]["id"])
    later(GRACE_LASTS + timedelta(seconds=1))
    while _work(AUTO_APPROVE_JOB, review_results.auto_approve):
        pass
    with reading() as tx:
        assert REVIEW.items(tx, cast.event.id)[key]["goes_at"] is None
        assert PUBLIC.items(tx, cast.event.id) == {}


def test_the_lead_writes_the_reasons_that_reviewers_choose_from(
    server: Server, guests: Cast
) -> None:
    with _apis(server, guests, "amelie", "ben", "driss") as (amelie, ben, driss):
        form = {"reject": "Trop sombre | Too dark\nDéjà vu | Seen before"}
        saved = amelie.post("/review/reasons", form)
        assert saved.status_code == 200
        page = ben.page("/review?lang=en").text
        assert "Too dark" in page
        assert "It is not about the event" not in page
        key = driss.submit()["id"]
        ben.decide(key, "rejection", reason="Trop sombre | Too dark")
        told = driss.view("desk")["changes"][key]["decision"]["reason_text"]
        assert told == {"fr": "Trop sombre", "en": "Too dark"}
        amelie.post("/review/reasons", {"reject": ""})
        assert "It is not about" in ben.page("/review?lang=en").text
        assert ben.post("/review/reasons", form).status_code == 403


def test_everything_that_was_done_can_be_taken_away_as_a_table(
    server: Server, guests: Cast
) -> None:
    with _apis(server, guests, "amelie", "ben", "driss") as (amelie, ben, driss):
        key = driss.submit()["id"]
        ben.decide(key, "approval")
        rows = list(csv.DictReader(amelie.page("/review/audit.csv").text.splitlines()))
        ours = [(row["fact"], row["by"], row["of"]) for row in rows if row["about"] == key]
        assert ours == [
            ("submission.submitted", "Driss Alaoui", "Driss Alaoui"),
            ("submission.approved", "Ben Carter", "Driss Alaoui"),
        ]
        assert ben.page("/review/audit.csv").status_code == 403


def test_the_leads_phone_is_told_of_what_waits_too_long(
    cast: Cast, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        push, "notify", lambda _tx, person, message, **_by: told.append((person, message.key))
    )
    keys = []
    for text in ("Un", "Deux"):
        answer, _ = actions.submit(cast.driss, Content(Kind.POST, Bilingual(text)))
        keys.append(str(answer["id"]))
    assert not _work(REMIND_JOB, review_results.remind)
    later(REMIND_AFTER + timedelta(seconds=1))
    while _work(REMIND_JOB, review_results.remind):
        pass
    assert told == [(cast.amelie.id, keys[0])], "once, for the oldest"


def _work(
    kind: str = review_results.SHOW_JOB, act: Callable[[jobs.Job, str], None] = review_results.show
) -> bool:
    """Do the next job that is due, as the worker would; say whether there was one."""
    with transaction() as tx:
        job = jobs.claim(tx, only=[kind])
    if job:
        act(job, str(job.payload["key"]))
    return job is not None


@contextmanager
def _apis(server: Server, cast: Cast, *names: str) -> Iterator[list[Api]]:
    apis = [Api(server.url, cast.tokens[name]) for name in names]
    yield apis
    for api in apis:
        api.__exit__()
