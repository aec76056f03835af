"""Dates in words, as each language writes them."""

import re
from datetime import date

from babel import dates

_FIRST = re.compile(r"(?<!\d)1(?=\s[^\W\d])")  # before the name of a month


def format_date(day: date, form: str = "medium", *, locale: str) -> str:
    """Return a date in words; the first of a month is « 1er » in French."""
    text = str(dates.format_date(day, form, locale=locale))
    return _FIRST.sub("1er", text) if locale == "fr" and day.day == 1 else text
