"""The history of a submission: all of it, in the order of time, for its reviewers."""

from dataclasses import replace
from pathlib import Path

import pytest

from mixroom.core.db import reading
from mixroom.core.errors import MixroomError
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.media.retouch import Retouch
from mixroom.review import actions as review
from mixroom.review import queries as review_queries
from mixroom.review import reporting, translating
from mixroom.review.formats import timeline
from mixroom.review.retouching import retouch
from mixroom.submissions import actions
from mixroom.submissions.content import Consent, Content, Kind, Piece, Purpose, Rights
from mixroom.wall import actions as wall
from mixroom.wall.actions import ScreenReport
from tests.cast import Cast, ready_photo
from tests.client import Api, Json, following
from tests.photos import phone
from tests.servers import Server, until

SAYS = {"showing": {"scene": "hero", "keys": []}, "fps": 60, "version": "1", "viewport": [9, 9]}


def test_all_that_is_done_to_a_submission_is_told_in_the_order_of_time(cast: Cast) -> None:
    photo = ready_photo(cast.chloe)
    content = Content(
        Kind.PHOTO, Bilingual("Le robo danse."), media=(photo,), consent=Consent.CLEARED
    )
    key = str(actions.submit(cast.chloe, content)[0]["id"])
    actions.edit(cast.chloe, key, replace(content, text=Bilingual("Le robot danse.")))
    review.claim(cast.ben, key)
    actions.amend(cast.ben, key, replace(content, text=Bilingual("Le robot danse bien.")))
    retouch(cast.ben, photo, Retouch(turn=1))
    review.hold(cast.ben, key, "later")
    review.reopen(cast.ben, key)
    review.release(cast.ben, key)
    review.approve(cast.amelie, key)
    reporting.report(key, "browser:a visitor")
    review.approve(cast.ben, key)
    wall.report(cast.mur, ScreenReport(SAYS, 0))
    wall.recall(cast.amelie, key, "mistake")
    wall.report(cast.mur, ScreenReport(SAYS, 0, (key,)))

    told = _told(cast, key)
    assert [(each["action"], each["by"]) for each in told] == [
        ("submitted", "Chloé Gagnon"),
        ("edited", "Chloé Gagnon"),
        ("amended", "Ben Carter"),
        ("retouched", "Ben Carter"),
        ("held", "Ben Carter"),
        ("reopened", "Ben Carter"),
        ("approved", "Amélie Roy"),
        ("reported", ""),
        ("approved", "Ben Carter"),
        ("recalled", "Amélie Roy"),
        ("acknowledged", "Mur"),
    ]
    times = [each["at"] for each in told]
    assert times == sorted(times)
    [change] = told[2]["changes"]
    assert change["field"] == "text_fr"
    assert "".join(text for how, text in change["words"] if how == "new").strip() == "bien"


def test_a_translation_is_told_as_proposed_and_stays_its_translators(cast: Cast) -> None:
    key = str(actions.submit(cast.chloe, Content(Kind.POST, Bilingual("Le mur répond.")))[0]["id"])
    review.approve(cast.ben, key)
    crew.set_bilingual(cast.driss, cast.driss.id, on=True)
    translating.translate(replace(cast.driss, bilingual=True), key, {"text": "The wall answers."})
    translating.translate(cast.ben, key, {"text": "The wall answers."})
    assert [(each["action"], each["by"]) for each in _told(cast, key)[2:]] == [
        ("translated", "Driss Alaoui"),
        ("amended", "Driss Alaoui"),
    ]


def test_what_a_lead_changes_of_their_own_is_told_as_the_authors(cast: Cast) -> None:
    key = str(actions.submit(cast.amelie, Content(Kind.POST, Bilingual("À moi")))[0]["id"])
    review.approve(cast.amelie, key)
    actions.amend(cast.amelie, key, Content(Kind.POST, Bilingual("À moi seule")))
    assert [each["action"] for each in _told(cast, key)] == ["submitted", "approved", "edited"]


def test_what_is_found_out_of_a_photos_rights_is_told(cast: Cast) -> None:
    photo = ready_photo(cast.chloe)
    content = Content(Kind.PHOTO, media=(photo,), consent=Consent.CLEARED)
    key = str(actions.submit(cast.chloe, content)[0]["id"])
    known = Rights(frozenset({Purpose.WALL}), minors=True, artwork="« Sans titre », 1972")
    actions.amend(cast.ben, key, replace(content, pieces=(Piece(photo, rights=known),)))
    changes = {each["field"]: each["words"] for each in _told(cast, key)[1]["changes"]}
    assert set(changes) == {"photo_1_cleared_for", "photo_1_remarks", "photo_1_artwork"}
    assert changes["photo_1_remarks"] == [("new", "minors")]


def test_a_photo_that_is_taken_out_leaves_the_others_their_words(cast: Cast) -> None:
    gone, kept = ready_photo(cast.chloe), ready_photo(cast.chloe)
    said = Piece(kept, Bilingual("La maquette"))
    both = Content(Kind.PHOTO, media=(gone, kept), pieces=(said,), consent=Consent.CLEARED)
    key = str(actions.submit(cast.chloe, both)[0]["id"])
    said = replace(said, caption=Bilingual("La maquette finie"))
    actions.edit(cast.chloe, key, replace(both, media=(kept,), pieces=(said,)))
    assert {each["field"]: each["words"] for each in _told(cast, key)[1]["changes"]} == {
        "photos": [("gone", "2"), ("new", "1")],
        "photo_1_caption_fr": [("same", "La maquette"), ("new", " finie")],
    }


def test_nobody_else_is_told(cast: Cast) -> None:
    key = str(actions.submit(cast.driss, Content(Kind.POST, Bilingual("À moi")))[0]["id"])
    for stranger in (cast.driss, cast.chloe, cast.eve):
        with pytest.raises(MixroomError):
            review_queries.history(stranger, key)


def test_a_reviewer_reads_over_http_what_became_of_a_photo_and_who_still_has_it(
    server: Server, guests: Cast, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(phone("rocket", 1, (1200, 900)).data)
    tokens = guests.tokens
    with (
        Api(server.url, tokens["chloe"]) as chloe,
        Api(server.url, tokens["ben"]) as ben,
        Api(server.url, tokens["mur"]) as mur,
    ):
        media = chloe.upload(tmp_path / "a.jpg")["id"]
        chloe.developed(media)
        key = chloe.submit(kind="photo", media=[media], consent="cleared")["id"]
        assert ben.ask("PUT", f"/media/{media}/retouch", json={"turn": 1}).status_code == 200
        chloe.developed(media)
        ben.decide(key, "approval")
        ben.decide(key, "reopening")
        ben.decide(key, "approval")
        with following(mur, "screen") as screen:
            assert "release" in screen.io.call("screen.report", SAYS | {"seq": 0})
            ben.decide(key, "recall", reason="mistake")

            def history() -> list[Json]:
                return ben.ask("GET", f"/submissions/{key}/history").json()["items"]

            def waited_for() -> list[str]:
                screens = ben.ask("GET", f"/submissions/{key}/recall").json()["screens"]
                return [each["name"] for each in screens if not each["gone_at"]]

            assert waited_for() == ["Mur"]
            assert history()[-1]["action"] == "recalled"
            gone = SAYS | {"seq": 0, "gone": [{"key": key, "seq": screen.seq}]}
            assert "release" in screen.io.call("screen.report", gone)
            until(lambda: not waited_for(), "the receipt to arrive")
        assert [each["action"] for each in history()] == [
            "submitted",
            "retouched",
            "approved",
            "reopened",
            "approved",
            "recalled",
            "acknowledged",
        ]
        assert history()[-1]["by"] == "Mur"


def _told(cast: Cast, key: str) -> list[Json]:
    story, _ = review_queries.history(cast.ben, key)
    with reading() as tx:
        names = crew_store.names(tx, story.people)
    return timeline(story, names, {})
