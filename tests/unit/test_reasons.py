"""The lead's own reasons: what is typed is what is offered, and keeps its words for good."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.review.formats import audit_table
from mixroom.review.model import LISTS, JournalLine, choices, read_reasons, usual_lines
from mixroom.submissions.moves import Fact
from mixroom.submissions.reasons import IMPLIED_REASONS, REASONS, bilingual, checked_reason, labels

line = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60)


def test_without_a_list_of_ones_own_the_usual_reasons_are_offered() -> None:
    for fact in LISTS.values():
        assert [code for code, _ in choices(fact, ())] == list(REASONS[fact])


def test_a_usual_reason_stays_itself_in_a_list_of_ones_own() -> None:
    own = (*usual_lines(Fact.REJECTED)[:2], "Trop sombre | Too dark")
    offered = dict(choices(Fact.REJECTED, own))
    assert list(offered) == ["duplicate", "off_topic", "Trop sombre | Too dark", "other"]
    assert offered["Trop sombre | Too dark"] == Bilingual("Trop sombre", "Too dark")


@given(st.lists(line, max_size=8))
def test_whatever_is_offered_can_be_chosen_and_says_the_same_later(lines: list[str]) -> None:
    own = read_reasons("\n".join(lines))
    for code, label in choices(Fact.RETURNED, own):
        reason, _ = checked_reason(Fact.RETURNED, code, "Un mot")
        assert reason in REASONS[Fact.RETURNED] or bilingual(reason) == label
        assert label


@given(st.lists(line, max_size=8))
def test_what_is_not_chosen_but_pressed_is_on_no_list_and_valid_whatever_the_list(
    lines: list[str],
) -> None:
    offered = dict(choices(Fact.REJECTED, read_reasons("\n".join(lines))))
    assert not set(IMPLIED_REASONS) & (set(offered) - set(lines))
    assert checked_reason(Fact.REJECTED, "better_one", None) == ("better_one", None)
    said = labels()["better_one"]
    assert said == Bilingual(
        "Une autre du même moment a été retenue", "Another one of the same moment was kept"
    )


def test_too_many_or_too_long_is_refused() -> None:
    for text in ("\n".join(f"Raison {n}" for n in range(9)), "x" * 201):
        with pytest.raises(InvalidError):
            read_reasons(text)


def test_no_name_becomes_a_formula() -> None:
    row = JournalLine(1, datetime(2015, 11, 7, tzinfo=UTC), "person.added", "=cmd()", "k", "+1")
    assert "".join(audit_table([[row]])).splitlines()[1].endswith(",'=cmd(),k,'+1")
