"""The life of a submission: whatever happens, in whatever order, the rules hold."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.text import LANGS, Bilingual, other
from mixroom.submissions.content import LONGEST_TEXT, Consent, Content, Kind, Piece, checked
from mixroom.submissions.model import MOVES, Decision, Fact, Status, Submission, WrongStatusError
from mixroom.submissions.reasons import REASONS, checked_reason

NOW = datetime(2015, 11, 7, 14, tzinfo=UTC)
DECISIONS = sorted(set(MOVES) - {Fact.EDITED})
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80)
bilingual = st.builds(Bilingual.of, words, words)


def fresh() -> Submission:
    return Submission("s1", "e1", "chloe", Content(Kind.POST, Bilingual("Un")), NOW)


@given(st.lists(st.sampled_from([*DECISIONS, Fact.EDITED])))
def test_no_history_leaves_the_table_of_moves(history: list[Fact]) -> None:
    submission = fresh()
    for fact in history:
        allowed, target = MOVES[fact]
        before = submission
        try:
            if fact is Fact.EDITED:
                submission = submission.edited(Content(Kind.POST, Bilingual("Deux")), NOW)
            else:
                submission = submission.decided(Decision(fact, "ben", NOW))
        except WrongStatusError:
            assert before.status not in allowed
            assert submission == before
        else:
            assert before.status in allowed
            assert submission.status is target
            assert submission.version == before.version + 1


@given(st.sampled_from(Consent), st.lists(st.none() | st.sampled_from(Consent), min_size=1))
def test_the_least_sure_photo_decides_for_all(whole: Consent, each: list[Consent | None]) -> None:
    ids = tuple(f"m{n}" for n in range(len(each)))[:10]
    pieces = tuple(Piece(i, consent=said) for i, said in zip(ids, each, strict=False))
    tidied = checked(Content(Kind.PHOTO, media=ids, pieces=pieces, consent=whole))
    showable = {Consent.CLEARED, Consent.NOT_NEEDED}
    effective = [said or whole for _, said in zip(ids, each, strict=False)]
    assert (tidied.consent in showable) == all(said in showable for said in effective)
    assert (tidied.consent is Consent.REFUSED) == (Consent.REFUSED in effective)
    assert checked(tidied) == tidied


def test_what_is_over_stays_over() -> None:
    for over in (Status.REJECTED, Status.WITHDRAWN, Status.RECALLED):
        moves = [fact for fact, (allowed, _) in MOVES.items() if over in allowed]
        assert moves in ([], [Fact.REOPENED]), "only its reviewer undoes a decision"


def test_nothing_reaches_the_wall_but_by_approval() -> None:
    assert [fact for fact, (_, to) in MOVES.items() if to is Status.APPROVED] == [Fact.APPROVED]


@given(bilingual, st.sampled_from(["fr", "en"]))
def test_a_missing_side_shows_the_other(text: Bilingual, lang: str) -> None:
    assert bool(text) == bool(text[lang])
    assert text[lang] in ((text.fr or ""), (text.en or ""))
    assert text[lang] == (text.as_dict()[lang] or text.fr or text.en or "")


@given(st.integers(0, 2 * LONGEST_TEXT))
def test_the_longest_text_is_a_sharp_line(length: int) -> None:
    content = Content(Kind.POST, Bilingual("x" * length or None))
    if 0 < length <= LONGEST_TEXT:
        assert checked(content).text == content.text
    else:
        with pytest.raises(InvalidError):
            checked(content)


@given(st.lists(words, max_size=9))
def test_tags_are_tidied_and_named_once(tags: list[str]) -> None:
    tidy = checked(Content(Kind.POST, Bilingual("x"), tags=tuple(tags))).tags
    assert len(set(tidy)) == len(tidy)
    assert all(tag and not tag.startswith("#") and tag == tag.strip() for tag in tidy)


@given(st.sampled_from(sorted(REASONS)), words, words)
def test_a_reason_is_a_code_or_words_and_other_needs_a_note(
    fact: Fact, reason: str, note: str
) -> None:
    needs_note = reason.strip() == "other" and fact is not Fact.RECALLED
    if not reason.strip() or (needs_note and not note.strip()):
        with pytest.raises(InvalidError):
            checked_reason(fact, reason, note)
    else:
        kept, said = checked_reason(fact, reason, note)
        assert kept == reason.strip()
        assert said == (note.strip() or None)


def _said(fr: str | None, en: str | None) -> Content:
    return Content(Kind.POST, Bilingual(fr, en))


def test_a_side_that_stands_still_is_stale_until_it_follows() -> None:
    one = Submission("s1", "e1", "chloe", _said("Un", "One"), NOW)
    two = one.amended(_said("Deux", "One"), NOW)
    assert two.stale == "en"
    assert two.amended(_said("Deux", "One"), NOW).stale == "en", "nothing was changed"
    assert two.amended(_said("Deux, plus", "One"), NOW).stale == "en"
    assert two.edited(_said("Deux", "Two"), NOW).stale is None
    assert one.amended(_said("Trois", "Three"), NOW).stale is None
    assert one.amended(_said("Un", "Won"), NOW).stale == "fr"
    assert one.amended(_said("Deux", None), NOW).stale is None, "that is missing, not stale"


said = st.builds(Piece, st.sampled_from(["m1", "m2"]), caption=bilingual, alt=bilingual)
contents = st.builds(
    Content,
    st.just(Kind.PHOTO),
    text=bilingual,
    alt=bilingual,
    media=st.just(("m1", "m2", "m3")),
    pieces=st.lists(said.filter(bool), unique_by=lambda piece: piece.id).map(tuple),
)


@given(contents)
def test_who_writes_what_is_missing_side_by_side_comes_to_an_end(content: Content) -> None:
    """Each language is asked for once at most, and nothing that was there is changed."""
    before, asked = content, []
    while lang := content.missing():
        asked.append(lang)
        written = content.side(lang)
        lacking = content.side(other(lang)).keys() - written.keys()
        assert lacking
        content = content.with_side(lang, dict.fromkeys(lacking, "…"))
        assert written.items() <= content.side(lang).items()
    assert len(asked) == len(set(asked))
    assert content.side("fr").keys() == content.side("en").keys() == before.words().keys()
    for lang in LANGS:
        assert before.side(lang).items() <= content.side(lang).items()
