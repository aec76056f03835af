"""The rules of a wrap: what is proposed, and that the hand of a person wins for ever."""

import io
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.text import Bilingual
from mixroom.core.zip_stream import zip_stream
from mixroom.event.model import Event
from mixroom.wrap.formats import markdown, picture_files
from mixroom.wrap.items import alphabetical, counts, in_words
from mixroom.wrap.model import (
    MAX_CAPTION,
    MAX_PIECES,
    Draft,
    Numbers,
    Piece,
    Wrap,
    checked,
    span_of,
    today,
)
from mixroom.wrap.proposal import (
    MAX_MOMENTS,
    MAX_PHOTOS,
    Candidate,
    Picture,
    apart,
    propose,
)

MORNING = datetime(2015, 11, 7, 13, tzinfo=UTC)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """A day of up to 40 submissions, some of which show the same picture."""
    made = []
    for number in range(draw(st.integers(0, 40))):
        hashed = f"{draw(st.integers(0, 12)) * 0x0F0F_1234_5678_9ABC % 2**64:016x}"
        size = draw(st.sampled_from([(4032, 3024), (3024, 4032), (1280, 960), (640, 480)]))
        picture = Picture(f"m{number}", *size, hashed, hashed)
        made.append(
            Candidate(
                f"s{number:02}",
                MORNING + timedelta(minutes=draw(st.integers(0, 600))),
                key_moment=draw(st.integers(0, 9)) == 0,
                press=draw(st.booleans()),
                both_languages=draw(st.booleans()),
                team=draw(st.sampled_from([None, "Pixel", "Écho", "Nuit"])),
                picture=draw(st.sampled_from([picture, None])),
            )
        )
    return made


@given(candidates(), st.randoms(use_true_random=False))
def test_the_same_day_gives_the_same_proposal(day: list[Candidate], dice: object) -> None:
    mixed = list(day)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert propose(day) == propose(mixed)


@given(candidates())
def test_key_moments_come_first_in_order_of_time_and_photos_are_few_large_and_seen_once(
    day: list[Candidate],
) -> None:
    known = {each.id: each for each in day}
    found = [known[key] for key in propose(day)]
    moments = [each for each in found if each.key_moment]
    photos = found[len(moments) :]
    assert moments == sorted(moments, key=lambda each: (each.at, each.id))
    assert len(moments) <= MAX_MOMENTS
    assert len(photos) <= MAX_PHOTOS
    assert all(
        each.picture and max(each.picture.width, each.picture.height) >= 1000 for each in photos
    )
    assert len({each.id for each in found}) == len(found)
    shown = [each.picture.phash for each in found if each.picture]
    assert len(set(shown)) == len(shown)


@given(st.lists(st.sampled_from([None, "a", "b", "c"]), max_size=14))
def test_no_team_comes_twice_in_a_row_where_that_can_be_avoided(teams: list[str | None]) -> None:
    day = [
        Candidate(f"{n:02}", MORNING + timedelta(minutes=n), team=team)
        for n, team in enumerate(teams)
    ]
    found = apart(day)
    assert sorted(each.id for each in found) == [each.id for each in day]
    most = max(Counter(team for team in teams if team).values(), default=0)
    if most <= (len(teams) + 1) // 2:
        pairs = pairwise(found)
        assert all(a.team is None or a.team != b.team for a, b in pairs)


@given(candidates(), st.data())
def test_what_a_person_chose_moved_or_took_out_survives_every_proposal(
    day: list[Candidate], data: st.DataObject
) -> None:
    wrap = Wrap("w", "e", 0).composed(propose(day))
    keys = [each.id for each in wrap.pieces]
    kept = data.draw(st.permutations(keys)) if keys else []
    kept = kept[: data.draw(st.integers(0, len(kept)))]
    added = [each.id for each in day if each.id not in keys][:2]
    caption = Bilingual("À la main")
    pieces = tuple(Piece(key, caption if n == 0 else Bilingual()) for n, key in enumerate(kept))
    pieces += tuple(Piece(key) for key in added)
    wrap = wrap.edited(Draft(pieces=pieces))
    gone = set(keys) - set(kept)
    assert wrap.removed == gone
    by_hand = wrap.by_hand
    for _ in range(2):
        wrap = wrap.composed(propose(day, chosen=wrap.by_hand, removed=wrap.removed))
        now = [each.id for each in wrap.pieces]
        assert not gone & set(now)
        assert [key for key in now if key in by_hand] == by_hand
        assert set(added) <= set(now)
        assert {each.id: each.caption for each in wrap.pieces if each.caption} == (
            {kept[0]: caption} if kept else {}
        )
    # One that comes back by hand is no longer left out.
    if gone:
        back = min(gone)
        again = wrap.edited(replace(wrap.draft, pieces=(*wrap.pieces, Piece(back))))
        assert back not in again.removed


def test_a_new_key_moment_finds_its_place_among_those_chosen_by_hand() -> None:
    early, late = (
        Candidate(key, MORNING + timedelta(hours=hour), key_moment=True)
        for key, hour in (("early", 1), ("late", 3))
    )
    new = Candidate("new", MORNING + timedelta(hours=2), key_moment=True)
    assert propose([early, late, new], chosen=["early", "late"]) == ["early", "new", "late"]


EVENT = Event("e", "x", Bilingual("X"), date(2015, 10, 31), date(2015, 11, 2), "America/Toronto")


def test_a_day_is_that_of_the_museum_even_of_25_hours() -> None:
    span = span_of(EVENT, 1)
    assert span.ends.astimezone(UTC) - span.begins.astimezone(UTC) == timedelta(hours=25)
    assert span.begins.astimezone(UTC) == datetime(2015, 11, 1, 4, tzinfo=UTC)
    for number in (-1, 3):
        with pytest.raises(NotFoundError):
            span_of(EVENT, number)


def test_today_is_the_next_day_of_the_event() -> None:
    for at, day in (
        (datetime(2015, 1, 1, tzinfo=UTC), 0),
        (datetime(2015, 11, 2, 4, 59, tzinfo=UTC), 1),
        (datetime(2015, 11, 2, 5, 1, tzinfo=UTC), 2),
        (datetime(2016, 1, 1, tzinfo=UTC), 2),
    ):
        assert today(EVENT, at) == day


def test_what_is_too_long_is_refused_with_its_field() -> None:
    for field, draft in (
        ("title", Draft(title=Bilingual("x" * 121))),
        ("opening", Draft(opening=Bilingual(None, "x" * 2001))),
        ("pieces", Draft(pieces=(Piece("a", Bilingual("x" * (MAX_CAPTION + 1))),))),
        ("pieces", Draft(pieces=tuple(Piece(str(n)) for n in range(MAX_PIECES + 1)))),
    ):
        with pytest.raises(InvalidError) as refused:
            checked(draft)
        assert refused.value.field == field
    twice = checked(Draft(pieces=(Piece("a"), Piece("b"), Piece("a"))))
    assert [each.id for each in twice.pieces] == ["a", "b"]


def test_numbers_say_what_they_count_in_both_languages() -> None:
    said = counts(Numbers(items=1, people=2, teams=0, all_teams=60))
    assert [(each["count"], each["label"]["fr"]) for each in said] == [
        (1, "publication approuvée"),
        (2, "personnes ont envoyé quelque chose"),
    ]
    (teams,) = counts(Numbers(teams=3, all_teams=7))
    assert teams["label"] == {"fr": "équipes vues sur 7", "en": "teams seen, of 7"}


def test_dates_and_names_are_written_as_each_language_does() -> None:
    assert in_words(date(2015, 11, 1)) == Bilingual("Dimanche 1er novembre", "Sunday, November 1")
    names = {"1": "Zoé", "2": "Élodie", "3": "eve", "4": "ليلى", "5": "🦊 Fox"}
    assert alphabetical(["1", "2", "3", "4", "5", "gone"], names) == ["2", "3", "1", "4", "5"]


def story(**more: object) -> dict[str, object]:
    """A story of one photo, whose texts try to be something else than text."""
    both = {"fr": "*Nuit* [x](y)\n# titre", "en": None}
    media = {
        "id": "m1",
        "card": "/media/m1/card-0.jpg",
        "wall": "/media/m1/wall-0.jpg",
        "alt": {"fr": "=1+1", "en": None},
        "caption": {"fr": None, "en": None},
    }
    piece = {
        "id": "s1",
        "media": [media],
        "alt": {"fr": None, "en": None},
        "words": both,
        "credit": "@ليلى 🦊",
        "team": {"fr": "Équipe Écho / CON", "en": None},
        "place": None,
        "author": "Léa",
        "licences": {"m1": None},
    }
    return {
        "event": {"fr": "Museomix", "en": "Museomix"},
        "date_words": {"fr": "Samedi 7 novembre", "en": "Saturday, November 7"},
        "name": {"fr": "Une journée", "en": None},
        "opening": {"fr": None, "en": None},
        "thanks": {"fr": None, "en": None},
        "counts": counts(Numbers(items=2)),
        "people": ["Léa", "Zoé_"],
        "pieces": [piece],
        **more,
    }


def test_markdown_is_in_both_languages_and_texts_stay_texts() -> None:
    text = markdown(story(), {"m1": "pictures/01.jpg"})
    french, english = text.split("\n---\n")
    assert french.startswith("# Une journée\n")
    assert "**2** publications approuvées" in french
    assert "**2** approved items" in english
    assert "\\*Nuit\\* \\[x\\](y)" in french
    assert "\n# titre" not in french
    assert "![=1+1](pictures/01.jpg)" in french
    assert "Léa, Zoé\\_" in english


def test_names_of_pictures_can_be_kept_by_every_system() -> None:
    (one,) = picture_files(story())
    assert one.name == "01-equipe-echo-con.jpg"
    assert one.stored == "m1/wall-0.jpg"
    (other,) = picture_files(story(pieces=[{**story()["pieces"][0], "team": None}]))  # type: ignore[index,dict-item]
    assert other.name == "01-photo.jpg"


@given(
    st.lists(st.tuples(st.sampled_from(["a.txt", "é/b.jpg"]), st.binary(max_size=300)), max_size=2)
)
def test_a_streamed_archive_is_read_by_others_and_always_the_same(
    files: list[tuple[str, bytes]],
) -> None:
    files = list(dict(files).items())

    def made() -> bytes:
        return b"".join(zip_stream((name, [data[:9], data[9:]]) for name, data in files))

    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        assert archive.testzip() is None
        assert [(name, archive.read(name)) for name in archive.namelist()] == files
    assert made() == made()
