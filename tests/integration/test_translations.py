"""French and English as one unit: what lacks a side, who is asked for it, who takes it in."""

from dataclasses import replace

import pytest

from mixroom.core.db import reading
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import Person
from mixroom.media.retouch import Retouch
from mixroom.review import actions as review
from mixroom.review import queries as review_queries
from mixroom.review import translating
from mixroom.review.retouching import retouch
from mixroom.submissions import actions, store
from mixroom.submissions.content import Consent, Content, Kind, Piece
from mixroom.submissions.live import PUBLIC, TRANSLATIONS
from mixroom.submissions.model import LostRaceError, OwnSubmissionError
from mixroom.submissions.translation import NothingToTranslateError, TranslatedByOtherError
from tests.cast import Cast, ready_photo
from tests.client import Api, Json, following
from tests.replay import assert_replays
from tests.servers import Server, until


@pytest.fixture
def translator(cast: Cast) -> Person:
    """Driss, who writes both languages."""
    crew.set_bilingual(cast.driss, cast.driss.id, on=True)
    return replace(cast.driss, bilingual=True)


@pytest.fixture
def shown(cast: Cast) -> str:
    """Something of Chloé's that was approved in French alone."""
    return _shown(cast, Bilingual("Le robot danse."))


def test_the_other_side_is_asked_for_proposed_and_taken_in(
    cast: Cast, shown: str, translator: Person
) -> None:
    assert _lacking(cast)[shown]["lacks"] == "en"
    assert_replays(cast, lambda: translating.ask(cast.ben, shown, translator.id))
    assert _lacking(cast)[shown]["asked"] == {
        "id": translator.id,
        "name": "Driss Alaoui",
        "proposed": None,
    }
    said = {"text": " The robot dances. "}
    assert_replays(cast, lambda: translating.translate(translator, shown, said, version=2))
    proposed = _lacking(cast)[shown]["asked"]["proposed"]
    assert (proposed["text"], proposed["outdated"]) == ("The robot dances.", False)
    assert _public(cast)[shown]["text"]["en"] is None, "nobody has reviewed it yet"

    assert_replays(
        cast, lambda: translating.translate(cast.ben, shown, {"text": "The robot dances."})
    )
    assert _public(cast)[shown]["text"] == {"fr": "Le robot danse.", "en": "The robot dances."}
    assert shown not in _lacking(cast)
    versions = review_queries.history(cast.ben, shown)[0].revisions
    assert versions[-1].by == translator.id, "the words are still whose they are"


def test_what_a_reviewer_writes_otherwise_is_the_reviewers(
    cast: Cast, shown: str, translator: Person
) -> None:
    translating.translate(translator, shown, {"text": "Robot is dancing"})
    translating.translate(cast.ben, shown, {"text": "The robot dances."})
    versions = review_queries.history(cast.ben, shown)[0].revisions
    assert (versions[-1].by, versions[-1].content.text.en) == (cast.ben.id, "The robot dances.")


def test_what_a_reviewer_sends_again_as_it_was_changes_nothing_of_whose_it_is(
    cast: Cast, translator: Person
) -> None:
    alt = Bilingual("Un robot rouge.", "A red robot.")
    content = Content(Kind.POST, Bilingual("Le robot danse."), alt=alt)
    key = str(actions.submit(cast.chloe, content)[0]["id"])
    review.approve(cast.ben, key)
    translating.translate(translator, key, {"text": "The robot dances."})
    translating.translate(cast.ben, key, {"text": "The robot dances.", "alt": "A red robot."})
    assert review_queries.history(cast.ben, key)[0].revisions[-1].by == translator.id


def test_who_writes_both_takes_on_what_nobody_was_asked_for(
    cast: Cast, shown: str, translator: Person
) -> None:
    chloe = replace(cast.chloe, bilingual=True)
    translating.ask(translator, shown, translator.id)
    for refused in (
        lambda: translating.ask(chloe, shown, chloe.id),
        lambda: translating.translate(chloe, shown, {"text": "The robot dances."}),
        lambda: translating.unask(chloe, shown),
    ):
        with pytest.raises(TranslatedByOtherError):
            refused()
    translating.unask(translator, shown)
    assert _lacking(cast)[shown]["asked"] is None
    translating.translate(chloe, shown, {"text": "The robot dances."})
    assert _lacking(cast)[shown]["asked"]["id"] == chloe.id


def test_who_does_not_write_both_neither_sees_nor_is_asked(cast: Cast, shown: str) -> None:
    for refused in (
        lambda: translating.ask(cast.flora, shown, cast.flora.id),
        lambda: translating.translate(cast.flora, shown, {"text": "The robot dances."}),
    ):
        with pytest.raises(NotAllowedError):
            refused()
    with pytest.raises(InvalidError):
        translating.ask(cast.ben, shown, cast.flora.id)
    with pytest.raises(InvalidError):
        translating.ask(cast.ben, shown, cast.eve.id)


def test_a_volunteer_asks_nobody_else(cast: Cast, shown: str, translator: Person) -> None:
    with pytest.raises(NotAllowedError):
        translating.ask(translator, shown, cast.ben.id)


def test_a_change_of_the_first_side_makes_the_other_one_stale(
    cast: Cast, translator: Person
) -> None:
    key = _shown(cast, Bilingual("Le robot danse.", "The robot dances."))
    assert key not in _lacking(cast)
    content = Content(Kind.POST, Bilingual("Le robot rouge danse.", "The robot dances."))
    assert_replays(cast, lambda: actions.amend(cast.ben, key, content))
    assert (_lacking(cast)[key]["lacks"], _lacking(cast)[key]["stale"]) == ("en", True)

    translating.translate(translator, key, {"text": "The red robot dances."})
    again = replace(content, text=Bilingual("Le robot bleu danse.", "The robot dances."))
    actions.amend(cast.ben, key, again)
    assert _lacking(cast)[key]["asked"]["proposed"]["outdated"] is True

    translating.translate(
        cast.ben, key, {"text": "The robot dances."}
    )  # it still says what it should
    assert key not in _lacking(cast)


def test_a_translation_of_words_that_have_changed_is_refused_and_told(
    cast: Cast, shown: str, translator: Person
) -> None:
    actions.amend(cast.ben, shown, Content(Kind.POST, Bilingual("Le robot rêve.")), version=2)
    with pytest.raises(LostRaceError) as lost:
        translating.translate(translator, shown, {"text": "The robot dances."}, version=2)
    assert lost.value.facts["now"] == {
        "version": 3,
        "text": {"fr": "Le robot rêve.", "en": None},
    }
    assert _lacking(cast)[shown]["asked"] is None


def test_only_what_is_shown_and_lacks_a_side_is_translated(cast: Cast, translator: Person) -> None:
    waiting, _ = actions.submit(cast.chloe, Content(Kind.POST, Bilingual("Attend.")))
    both = _shown(cast, Bilingual("Deux.", "Two."))
    recalled = _shown(cast, Bilingual("Parti."))
    review.recall(cast.ben, recalled)
    for key in (str(waiting["id"]), both, recalled):
        assert key not in _lacking(cast)
        for refused in (
            lambda key=key: translating.ask(cast.ben, key, translator.id),
            lambda key=key: translating.translate(translator, key, {"text": "Words."}),
            lambda key=key: translating.translate(cast.ben, key, {"text": "Words."}),
        ):
            with pytest.raises(NothingToTranslateError):
                refused()


def test_nobody_but_a_lead_lets_words_of_their_own_item_on_the_wall(cast: Cast) -> None:
    answer, _ = actions.submit(cast.ben, Content(Kind.POST, Bilingual("À moi.")))
    key = str(answer["id"])
    review.approve(cast.amelie, key)
    with pytest.raises(OwnSubmissionError):
        translating.translate(cast.ben, key, {"text": "Mine."})
    translating.translate(cast.amelie, key, {"text": "His."})


def test_what_was_mended_at_the_desk_is_asked_of_nobody_any_more(
    cast: Cast, shown: str, translator: Person
) -> None:
    translating.translate(translator, shown, {"text": "The robot dances."})
    both = Content(Kind.POST, Bilingual("Le robot danse.", "The robot is dancing."))
    actions.amend(cast.ben, shown, both)
    with reading() as tx:
        found = store.get(tx, shown)
    assert found is not None
    assert found.translation is None


def test_the_description_is_translated_too(cast: Cast, translator: Person) -> None:
    content = Content(Kind.POST, Bilingual("Le robot."), alt=Bilingual("Un robot rouge."))
    answer, _ = actions.submit(cast.chloe, content)
    key = str(answer["id"])
    review.approve(cast.ben, key)
    translating.translate(cast.ben, key, {"text": "The robot."})
    assert _lacking(cast)[key]["lacks"] == "en", "its description is still missing"
    translating.translate(cast.ben, key, {"alt": "A red robot."})
    assert _public(cast)[key]["alt"] == {"fr": "Un robot rouge.", "en": "A red robot."}
    assert key not in _lacking(cast)


def test_a_stale_side_stays_stale_while_something_else_is_written_on_the_other(
    cast: Cast,
) -> None:
    key = _shown(cast, Bilingual("Le robot danse.", "The robot dances."))
    changed = Bilingual("Le robot rouge danse.", "The robot dances.")
    content = Content(Kind.POST, changed, alt=Bilingual(en="A red robot."))
    actions.amend(cast.ben, key, content)
    lacking = _lacking(cast)[key]
    assert (lacking["lacks"], lacking["stale"]) == ("fr", False), "its description is missing"
    translating.translate(cast.ben, key, {"text": changed.fr or "", "alt": "Un robot rouge."})
    lacking = _lacking(cast)[key]
    assert (lacking["lacks"], lacking["stale"]) == ("en", True)
    translating.translate(cast.ben, key, {"text": "The red robot dances."})
    assert key not in _lacking(cast)


def test_what_is_said_of_single_photos_is_translated_too(cast: Cast, translator: Person) -> None:
    first, other = ready_photo(cast.chloe), ready_photo(cast.chloe)
    told = Piece(other, Bilingual("La maquette"), Bilingual("Du carton", "Cardboard"))
    both = Bilingual("Deux images.", "Two pictures.")
    content = Content(
        Kind.PHOTO, both, media=(first, other), pieces=(told,), consent=Consent.CLEARED
    )
    key = str(actions.submit(cast.chloe, content)[0]["id"])
    review.approve(cast.ben, key)
    retouch(cast.ben, other, Retouch(turn=1))  # nobody's field goes away meanwhile
    [photo] = _lacking(cast)[key]["media"]
    assert (photo["id"], photo["caption"]["fr"]) == (other, "La maquette")

    said = {f"{other}.caption": "The model"}
    assert_replays(cast, lambda: translating.translate(translator, key, said))
    proposed = _lacking(cast)[key]["asked"]["proposed"]
    assert proposed["media"] == [{"id": other, "caption": "The model", "alt": None}]
    told = replace(told, caption=Bilingual("La maquette finie"))
    actions.amend(cast.ben, key, replace(content, pieces=(told,)))
    assert _lacking(cast)[key]["asked"]["proposed"]["outdated"] is True

    assert_replays(cast, lambda: translating.translate(cast.ben, key, said))
    assert key not in _lacking(cast)
    _, shown = _public(cast)[key]["media"]
    assert shown["caption"] == {"fr": "La maquette finie", "en": "The model"}
    assert shown["alt"] == {"fr": "Du carton", "en": "Cardboard"}
    versions = review_queries.history(cast.ben, key)[0].revisions
    assert versions[-1].by == translator.id


@pytest.mark.parametrize(
    "said",
    [
        {"text": "  "},
        {"text": "x" * 2001},
        {"text": "x", "alt": "y" * 501},
        {"text": "x", "alt": "nobody has described it"},
        {"text": "x", "0.caption": "of no photo"},
        {"text": "x", "0.alt": "y" * 501},
    ],
)
def test_a_translation_keeps_to_the_rules_of_texts(
    cast: Cast, shown: str, translator: Person, said: dict[str, str]
) -> None:
    for by in (translator, cast.ben):
        with pytest.raises(InvalidError):
            translating.translate(by, shown, said)
    assert _lacking(cast)[shown]["asked"] is None


def test_over_http_and_live(server: Server, guests: Cast) -> None:
    with (
        Api(server.url, guests.tokens["driss"]) as driss,
        Api(server.url, guests.tokens["ben"]) as ben,
        following(driss, "translations") as seen,
    ):
        key = ben.submit(text={"fr": "Le robot danse."})["id"]
        with Api(server.url, guests.tokens["amelie"]) as amelie:
            amelie.decide(key, "approval")
            until(lambda: key in seen.items, "it to lack its English")
            path = f"/submissions/{key}"
            whom = {"person": guests.driss.id}
            assert amelie.ask("PUT", f"{path}/translator", json=whom).status_code == 422
            assert driss.page("/translations").text.count("<mx-translation") == 0
            both = {"both": "1", "next": "me"}
            address = f"/team/people/{guests.driss.id}/languages"
            assert driss.post(address, both).status_code == 200
            assert ben.post(address, both).status_code == 403, "that is the lead's word, or his own"
            assert amelie.ask("PUT", f"{path}/translator", json=whom).status_code == 204
            until(lambda: seen.items[key]["asked"], "him to be asked")

            tag = {"If-Match": '"2"'}
            said = {"text": "The robot dances."}
            french = {"text": "Le robot danse bien.", "lang": "fr"}
            assert driss.ask("PUT", f"{path}/translation", json=french).status_code == 409
            answer = driss.ask("PUT", f"{path}/translation", json=said, headers=tag)
            assert (answer.status_code, answer.json()["version"]) == (200, 2)
            until(lambda: seen.items[key]["asked"]["proposed"], "it to be proposed")
            assert amelie.ask("PUT", f"{path}/translation", json=said).status_code == 200
            until(lambda: key not in seen.items, "it to be complete")
            assert amelie.ask("DELETE", f"{path}/translator").status_code == 204
            shown: Json = amelie.view("wall")["changes"][key]
            assert shown["text"]["en"] == "The robot dances."


def _shown(cast: Cast, text: Bilingual) -> str:
    answer, _ = actions.submit(cast.chloe, Content(Kind.POST, text))
    review.approve(cast.ben, str(answer["id"]))
    return str(answer["id"])


def _lacking(cast: Cast) -> dict[str, Json]:
    with reading() as tx:
        return {key: dict(each) for key, each in TRANSLATIONS.items(tx, cast.event.id).items()}


def _public(cast: Cast) -> dict[str, Json]:
    with reading() as tx:
        return {key: dict(each) for key, each in PUBLIC.items(tx, cast.event.id).items()}
