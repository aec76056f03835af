"""The verbs of authors, on both databases."""

import pytest

from mixroom.core import ids, journal
from mixroom.core.db import reading
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.submissions import actions, queries
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.live import DESK, PUBLIC
from mixroom.submissions.model import IdTakenError, KeyReusedError, LostRaceError
from mixroom.submissions.moves import Status, WrongStatusError
from tests.cast import Cast
from tests.replay import assert_replays

POST = Content(Kind.POST, Bilingual("Premier essai du capteur.", "First try of the sensor."))


def submit(cast: Cast, name: str = "driss", content: Content = POST) -> str:
    answer, _ = assert_replays(cast, lambda: actions.submit(cast.people[name], content))
    return str(answer["id"])


def test_what_is_sent_is_in_the_queue_and_on_its_authors_desk(cast: Cast) -> None:
    key = submit(cast)
    with reading() as tx:
        item = DESK.items(tx, cast.driss.id)[key]
        assert DESK.items(tx, cast.chloe.id) == {}
    assert item["status"] == "submitted"
    assert item["text"] == {"fr": POST.text.fr, "en": POST.text.en}
    assert item["author"]["name"] == "Driss Alaoui"


def test_a_repeated_key_gets_the_same_answer_and_makes_no_second_submission(cast: Cast) -> None:
    first, new = actions.submit(cast.driss, POST, key="k1")
    again, newer = actions.submit(cast.driss, POST, key="k1")
    assert (new, newer, again) == (True, False, first)
    with reading() as tx:
        assert len(DESK.items(tx, cast.driss.id)) == 1


def test_a_key_with_another_body_is_refused_and_changes_nothing(cast: Cast) -> None:
    actions.submit(cast.driss, POST, key="k1")
    with pytest.raises(KeyReusedError):
        actions.submit(cast.driss, Content(Kind.POST, Bilingual("Autre chose")), key="k1")
    with reading() as tx:
        assert len(DESK.items(tx, cast.driss.id)) == 1


def test_the_same_key_of_another_person_is_another_key(cast: Cast) -> None:
    first, _ = actions.submit(cast.driss, POST, key="k1")
    second, new = actions.submit(cast.chloe, POST, key="k1")
    assert new
    assert first["id"] != second["id"]


def test_an_id_that_is_taken_is_refused(cast: Cast) -> None:
    key = ids.new()
    actions.submit(cast.driss, POST, submission_id=key)
    with pytest.raises(IdTakenError):
        actions.submit(cast.chloe, POST, submission_id=key)


def test_a_returned_submission_is_mended_and_waits_again(cast: Cast) -> None:
    key = submit(cast)
    assert_replays(cast, lambda: review.return_to_author(cast.ben, key, "text_unclear"))
    mended = Content(Kind.POST, Bilingual("Mieux dit."))
    answer = assert_replays(cast, lambda: actions.edit(cast.driss, key, mended))
    assert answer["status"] == Status.SUBMITTED


def test_an_edit_of_an_older_version_loses_and_both_texts_are_told(cast: Cast) -> None:
    key = submit(cast)
    actions.edit(cast.driss, key, Content(Kind.POST, Bilingual("Un")), version=1)
    with pytest.raises(LostRaceError) as lost:
        actions.edit(cast.driss, key, Content(Kind.POST, Bilingual("Deux")), version=1)
    assert lost.value.facts["now"] == {"version": 2, "text": {"fr": "Un", "en": None}}
    assert lost.value.facts["sent"] == {"version": 1, "text": {"fr": "Deux", "en": None}}


def test_what_is_withdrawn_leaves_the_wall(cast: Cast) -> None:
    key = submit(cast)
    assert_replays(cast, lambda: review.approve(cast.ben, key))
    assert_replays(cast, lambda: actions.withdraw(cast.driss, key))
    with reading() as tx:
        assert PUBLIC.items(tx, cast.event.id) == {}


def test_an_approved_text_is_not_changed_by_its_author(cast: Cast) -> None:
    key = submit(cast)
    review.approve(cast.ben, key)
    with pytest.raises(WrongStatusError):
        actions.edit(cast.driss, key, Content(Kind.POST, Bilingual("Autre")))


def test_nobody_else_sees_or_changes_what_one_sent(cast: Cast) -> None:
    key = submit(cast)
    for stranger in (cast.chloe, cast.flora, cast.eve, cast.mur):
        with pytest.raises(NotFoundError):
            queries.visible_to(stranger, key)
    for stranger in (cast.chloe, cast.ben, cast.eve):
        with pytest.raises(NotFoundError):
            actions.withdraw(stranger, key)


def test_a_screen_sends_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.submit(cast.mur, POST)
    with reading() as tx:
        assert all(e.name != "submission.submitted" for e in journal.since(tx, 0))


@pytest.mark.parametrize(
    ("content", "field", "rule"),
    [
        (Content(Kind.POST), "text", "missing"),
        (Content(Kind.PHOTO, Bilingual("Sans photo")), "media", "missing"),
        (Content(Kind.POST, Bilingual("é" * 100_000)), "text", "too_long"),
        (Content(Kind.PHOTO, media=("nope",)), "media", "unknown"),
    ],
)
def test_bad_content_names_the_field(cast: Cast, content: Content, field: str, rule: str) -> None:
    with pytest.raises(InvalidError) as refused:
        actions.submit(cast.driss, content)
    assert (refused.value.field, refused.value.rule) == (field, rule)
