"""Dates in words."""

from datetime import date

import pytest

from mixroom.core.dates import format_date


@pytest.mark.parametrize(
    ("day", "form", "lang", "words"),
    [
        (date(2026, 12, 1), "long", "fr", "1er décembre 2026"),
        (date(2026, 12, 1), "EEE d MMM", "fr", "mar. 1er déc."),
        (date(2026, 12, 11), "long", "fr", "11 décembre 2026"),
        (date(2026, 12, 21), "EEEE d MMMM", "fr", "lundi 21 décembre"),
        (date(2026, 12, 1), "long", "en", "December 1, 2026"),
    ],
)
def test_the_first_of_a_month_is_written_as_french_does(
    day: date, form: str, lang: str, words: str
) -> None:
    assert format_date(day, form, locale=lang) == words
