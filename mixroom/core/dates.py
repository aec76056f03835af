"""Dates in words, as each language writes them."""

import re
from datetime import date, datetime
from functools import lru_cache

from babel import dates

_FIRST = re.compile(r"(?<!\d)1(?=\s[^\W\d])")  # before the name of a month


def format_date(day: date, form: str = "medium", *, locale: str) -> str:
    """Return a date in words; the first of a month is « 1er » in French."""
    return _formatted(day.date() if isinstance(day, datetime) else day, form, locale)


@lru_cache(maxsize=1000)  # a list says the same few days again and again
def _formatted(day: date, form: str, locale: str) -> str:
    text = str(dates.format_date(day, form, locale=locale))
    return _FIRST.sub("1er", text) if locale == "fr" and day.day == 1 else text


def weekday_in_words(day: date, *, locale: str) -> str:
    """Return a day with its weekday: « samedi 7 novembre », “Saturday, November 7”."""
    return format_date(day, "EEEE d MMMM" if locale == "fr" else "EEEE, MMMM d", locale=locale)


def days_in_words(first: date, last: date, *, locale: str) -> str:
    """Return a span of days as people say it: « du 6 au 8 novembre 2026 », “November 6–8, 2026”."""
    if first == last:
        return f"le {format_date(first, 'long', locale=locale)}" if locale == "fr" else _long(first)
    one_year = first.year == last.year
    one_month = one_year and first.month == last.month
    if locale == "fr":
        form = "d" if one_month else "d MMMM" if one_year else "d MMMM y"
        begins = dates.format_date(first, form, locale="fr")
        begins = begins.replace("1", "1er", 1) if first.day == 1 else begins
        return f"du {begins} au {format_date(last, 'long', locale='fr')}"
    if one_month:
        return dates.format_date(first, f"MMMM d–'{last.day}', y", locale="en")
    begins = dates.format_date(first, "MMMM d" if one_year else "MMMM d, y", locale="en")
    return f"{begins} – {_long(last)}"


def _long(day: date) -> str:
    return str(dates.format_date(day, "MMMM d, y", locale="en"))
