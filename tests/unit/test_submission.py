"""The life of a submission: whatever happens, in whatever order, the rules hold."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.text import LANGS, Bilingual, other
from mixroom.submissions.content import MAX_TEXT_LENGTH, Consent, Content, Kind, Piece, checked
from mixroom.submissions.model import Decision, Submission
from mixroom.submissions.moves import MOVES, Fact, Status, WrongStatusError
from mixroom.submissions.reasons import REASONS, checked_reason

NOW = datetime(2015, 11, 7, 14, tzinfo=UTC)
# What may happen to a submission, as people are told it: the fact, from where, and to where.
LIFE = {
    "its author mends what waits or came back, and it waits": (
        Fact.EDITED,
        "submitted held returned",
        "submitted",
    ),
    "a reviewer sets what waits for a later time": (
        Fact.SCHEDULED,
        "submitted held",
        "scheduled",
    ),
    "a reviewer approves what waits, and what was set for later is approved at its time": (
        Fact.APPROVED,
        "submitted held scheduled",
        "approved",
    ),
    "a reviewer returns what waits": (Fact.RETURNED, "submitted held", "returned"),
    "a reviewer rejects what waits": (Fact.REJECTED, "submitted held", "rejected"),
    "a reviewer sets aside what is new": (Fact.HELD, "submitted", "held"),
    "its author withdraws whatever is not over": (
        Fact.WITHDRAWN,
        "submitted held returned scheduled approved",
        "withdrawn",
    ),
    "a reviewer recalls what is shown, or will be": (
        Fact.RECALLED,
        "scheduled approved",
        "recalled",
    ),
    "those who are in it hide what is shown, or will be, until someone decides": (
        Fact.REPORTED,
        "scheduled approved",
        "held",
    ),
    "its reviewer undoes a decision, but no recall": (
        Fact.REOPENED,
        "held scheduled approved returned rejected",
        "submitted",
    ),
}
DECISIONS = [fact for fact, _, _ in LIFE.values() if fact is not Fact.EDITED]
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80)
bilingual = st.builds(Bilingual.of, words, words)


def fresh() -> Submission:
    return Submission("s1", "e1", "chloe", Content(Kind.POST, Bilingual("Un")), NOW)


@pytest.mark.parametrize(("fact", "sources", "target"), LIFE.values(), ids=LIFE)
def test_this_may_happen_to_a_submission(fact: Fact, sources: str, target: str) -> None:
    for status in Status:
        submission = replace(fresh(), status=status)
        if status.value in sources.split():
            assert submission.moved(fact) == replace(submission, status=target, version=2)
        else:
            with pytest.raises(WrongStatusError) as refused:
                submission.moved(fact)
            assert refused.value.facts == {"now": status.value}


def test_nothing_else_may_happen_to_a_submission() -> None:
    assert set(MOVES) == {fact for fact, _, _ in LIFE.values()}


@given(st.lists(st.sampled_from([*DECISIONS, Fact.EDITED])))
def test_whatever_happens_what_is_over_stays_over_and_only_an_approval_shows(
    history: list[Fact],
) -> None:
    submission = fresh()
    for fact in history:
        before = submission
        with suppress(WrongStatusError):
            if fact is Fact.EDITED:
                submission = submission.edited(Content(Kind.POST, Bilingual("Deux")), NOW)
            else:
                submission = submission.decided(Decision(fact, "ben", NOW))
        assert submission.version == before.version + (submission != before)
        if before.status in (Status.WITHDRAWN, Status.RECALLED):
            assert submission == before
        if before.status is Status.REJECTED and fact is not Fact.REOPENED:
            assert submission == before, "only its reviewer undoes a decision"
        if submission.status is Status.APPROVED:
            assert before.status is Status.APPROVED or fact is Fact.APPROVED


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


@pytest.mark.parametrize(
    ("fr", "en", "in_french", "in_english"),
    [
        ("Un", "One", "Un", "One"),
        ("Un", None, "Un", "Un"),
        (None, "One", "One", "One"),
        ("", "One", "One", "One"),
        ("Un", "", "Un", "Un"),
        (None, None, "", ""),
    ],
)
def test_a_missing_side_shows_the_other(
    fr: str | None, en: str | None, in_french: str, in_english: str
) -> None:
    text = Bilingual(fr, en)
    assert (text["fr"], text["en"]) == (in_french, in_english)
    assert bool(text) == bool(in_french)


@given(st.integers(0, 2 * MAX_TEXT_LENGTH))
def test_the_longest_text_is_a_sharp_line(length: int) -> None:
    content = Content(Kind.POST, Bilingual("x" * length or None))
    if 0 < length <= MAX_TEXT_LENGTH:
        assert checked(content).text == content.text
    else:
        with pytest.raises(InvalidError):
            checked(content)


@given(st.lists(words, max_size=9))
def test_tags_are_tidied_and_named_once(tags: list[str]) -> None:
    tidy = checked(Content(Kind.POST, Bilingual("x"), tags=tuple(tags))).tags
    assert len(set(tidy)) == len(tidy)
    assert all(tag and not tag.startswith("#") and tag == tag.strip() for tag in tidy)


@pytest.mark.parametrize("fact", REASONS)
def test_a_reason_is_chosen_from_the_list_or_said_in_a_few_words(fact: Fact) -> None:
    assert checked_reason(fact, " later ", " Demain ") == ("later", "Demain")
    assert checked_reason(fact, "Trop sombre", "  ") == ("Trop sombre", None)
    assert checked_reason(fact, "x" * 200, "y" * MAX_TEXT_LENGTH) == (
        "x" * 200,
        "y" * MAX_TEXT_LENGTH,
    )


@pytest.mark.parametrize("fact", REASONS)
@pytest.mark.parametrize(
    ("reason", "note", "field", "rule"),
    [
        (None, "Un mot", "reason", "missing"),
        (" \n", "Un mot", "reason", "missing"),
        ("x" * 201, None, "reason", "too_long"),
        ("later", "y" * (MAX_TEXT_LENGTH + 1), "note", "too_long"),
    ],
)
def test_a_reason_that_says_nothing_or_too_much_is_refused(
    fact: Fact, reason: str | None, note: str | None, field: str, rule: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        checked_reason(fact, reason, note)
    assert (refused.value.field, refused.value.rule) == (field, rule)


@pytest.mark.parametrize("note", [None, "", "  "])
def test_another_reason_says_which_except_where_something_is_taken_off_in_haste(
    note: str | None,
) -> None:
    for fact in (Fact.RETURNED, Fact.REJECTED, Fact.HELD):
        with pytest.raises(InvalidError) as refused:
            checked_reason(fact, "other", note)
        assert (refused.value.field, refused.value.rule) == ("note", "needs_note")
        assert checked_reason(fact, "other", "Flou") == ("other", "Flou")
    assert checked_reason(Fact.RECALLED, "other", note) == ("other", None)


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
