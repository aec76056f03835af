"""The verbs of reviewers, on both databases."""

from collections.abc import Callable

import pytest

from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.review.live import VIEW as REVIEW
from mixroom.review.queries import MAX_PER_PAGE, queue_page
from mixroom.submissions import actions, store
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.live import DESK, PUBLIC
from mixroom.submissions.model import LostRaceError, OwnSubmissionError, Submission
from mixroom.submissions.moves import WrongStatusError
from tests.cast import Cast
from tests.replay import assert_replays


@pytest.fixture
def sent(cast: Cast) -> str:
    answer, _ = actions.submit(cast.driss, Content(Kind.QUOTE, Bilingual("« Le mur répond. »")))
    return str(answer["id"])


def test_an_approved_submission_goes_from_the_queue_to_the_wall(cast: Cast, sent: str) -> None:
    assert_replays(cast, lambda: review.approve(cast.ben, sent))
    with reading() as tx:
        assert REVIEW.items(tx, cast.event.id) == {}
        assert PUBLIC.items(tx, cast.event.id)[sent]["text"]["fr"] == "« Le mur répond. »"


def test_an_approved_submission_can_be_recalled(cast: Cast, sent: str) -> None:
    review.approve(cast.ben, sent)
    assert_replays(cast, lambda: review.recall(cast.amelie, sent))
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id) == {}
        assert DESK.items(tx, cast.driss.id)[sent]["status"] == "recalled"


def test_the_author_reads_why_in_both_languages(cast: Cast, sent: str) -> None:
    assert_replays(cast, lambda: review.return_to_author(cast.ben, sent, "blurry", "La 2e"))
    with reading() as tx:
        decision = DESK.items(tx, cast.driss.id)[sent]["decision"]
    assert decision["action"] == "returned"
    assert decision["by"] == "Ben Carter"
    assert decision["note"] == "La 2e"
    assert decision["reason_text"]["en"] == "The photo is blurry: do you have another?"
    assert decision["reason_text"]["fr"] != decision["reason_text"]["en"]


def test_a_held_submission_stays_in_the_queue_and_can_be_approved(cast: Cast, sent: str) -> None:
    assert_replays(cast, lambda: review.hold(cast.ben, sent, "later"))
    with reading() as tx:
        assert REVIEW.items(tx, cast.event.id)[sent]["status"] == "held"
    assert_replays(cast, lambda: review.approve(cast.amelie, sent))


def test_a_rejected_submission_is_done_with(cast: Cast, sent: str) -> None:
    assert_replays(cast, lambda: review.reject(cast.ben, sent, "duplicate"))
    with pytest.raises(WrongStatusError):
        review.approve(cast.ben, sent)


@pytest.mark.parametrize("decide", [review.return_to_author, review.reject, review.hold])
def test_a_decision_other_than_approval_carries_a_reason(
    cast: Cast, sent: str, decide: Callable[..., object]
) -> None:
    for reason, note in ((None, None), ("  ", None), ("other", None)):
        with pytest.raises(InvalidError):
            decide(cast.ben, sent, reason, note)
    with reading() as tx:
        assert REVIEW.items(tx, cast.event.id)[sent]["status"] == "submitted"


def test_nobody_but_the_lead_approves_their_own(cast: Cast) -> None:
    content = Content(Kind.POST, Bilingual("De moi."))
    by_ben, _ = actions.submit(cast.ben, content)
    with pytest.raises(OwnSubmissionError):
        review.approve(cast.ben, str(by_ben["id"]))
    by_amelie, _ = actions.submit(cast.amelie, content)
    assert review.approve(cast.amelie, str(by_amelie["id"]))["status"] == "approved"


@pytest.mark.parametrize("name", ["chloe", "driss", "flora", "mur"])
def test_who_does_not_review_decides_nothing(cast: Cast, sent: str, name: str) -> None:
    with pytest.raises(NotAllowedError):
        review.approve(cast.people[name], sent)


def test_the_lead_of_another_event_sees_nothing_here(cast: Cast, sent: str) -> None:
    with pytest.raises(NotFoundError):
        review.approve(cast.eve, sent)
    with reading() as tx:
        assert REVIEW.items(tx, cast.eve.event_id) == {}


def test_approval_of_an_older_version_is_refused(cast: Cast, sent: str) -> None:
    actions.edit(cast.driss, sent, Content(Kind.POST, Bilingual("Autre texte")))
    with pytest.raises(LostRaceError):
        review.approve(cast.ben, sent, version=1)
    assert review.approve(cast.ben, sent, version=2)["status"] == "approved"


def test_a_long_queue_is_read_in_pages_each_item_once(cast: Cast) -> None:
    with transaction() as tx:
        for n in range(2 * MAX_PER_PAGE + 5):
            content = Content(Kind.POST, Bilingual(f"Envoi {n}"))
            sent = Submission(ids.new(), cast.event.id, cast.driss.id, content, clock.now())
            store.add(tx, sent)
    seen: list[str] = []
    beyond = 1
    while beyond:
        page, beyond = queue_page(cast.ben, seen[-1] if seen else "")
        assert len(page) <= MAX_PER_PAGE
        seen += [item["id"] for item in page]
        assert len(seen) + beyond == 2 * MAX_PER_PAGE + 5
    assert len(set(seen)) == len(seen)
