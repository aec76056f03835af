"""The museum's colours: whatever they are, marks and words stay legible."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.event.look import FOR_MARKS, FOR_TEXT, INK, PAPER, Look, contrast, legible, read_colour

colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(colours, st.sampled_from([PAPER, INK]), st.sampled_from([FOR_MARKS, FOR_TEXT]))
def test_a_colour_becomes_legible_and_one_that_is_stays(
    colour: str, ground: str, least: float
) -> None:
    found = legible(colour, ground, least)
    assert contrast(found, ground) >= least
    assert (found == colour) == (contrast(colour, ground) >= least)


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, known: float) -> None:
    assert contrast(one, other) == pytest.approx(known, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(colours, colours)
def test_the_stylesheet_names_only_colours(main: str, second: str) -> None:
    rule = Look(main, second).stylesheet
    assert re.fullmatch(r":root\{(--[a-z]+:(#[0-9a-f]{6}|light-dark\(#\w{6},#\w{6}\));)+\}", rule)


def test_without_colours_there_is_no_stylesheet() -> None:
    assert Look().stylesheet == ""


@pytest.mark.parametrize(
    ("typed", "read"),
    [("#C8102E", "#c8102e"), (" abc ", "#aabbcc"), ("", None), ("  ", None)],
)
def test_colours_are_read_as_people_write_them(typed: str, read: str | None) -> None:
    assert read_colour(typed, "main") == read


@pytest.mark.parametrize("typed", ["red", "#12", "#12345g", "#1234567", "rgb(1,2,3)"])
def test_other_words_are_refused(typed: str) -> None:
    with pytest.raises(InvalidError):
        read_colour(typed, "main")
