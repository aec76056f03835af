"""The campaigns that a plan can begin with: their times and their words, as the file has them."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.text import LANGS, Bilingual
from mixroom.demo.campaigns import BRACKETS
from mixroom.event.model import Event
from mixroom.plan.channels import SPECS
from mixroom.plan.counting import count
from mixroom.plan.patterns import drafts, due_times, patterns

SITE = "https://mixroom.example.org/"


def edition(first: date, days: int = 3, zone: str = "America/Montreal") -> Event:
    last = first + timedelta(days=days - 1)
    return Event(
        "e", "mtl", Bilingual.of("Museomix Montréal", "Museomix Montréal"), first, last, zone
    )


EVENT = edition(date(2026, 11, 6))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("start -10 days 10:00", ["2026-10-27T10:00:00-04:00"]),
        ("start -1 day 18:00", ["2026-11-05T18:00:00-05:00"]),
        ("start +1 day 15:00", ["2026-11-07T15:00:00-05:00"]),
        ("end +1 day 9:30", ["2026-11-09T09:30:00-05:00"]),
        ("each day 21:00", [f"2026-11-0{day}T21:00:00-05:00" for day in (6, 7, 8)]),
    ],
)
def test_times_are_relative_to_the_event_by_the_museums_clock(at: str, due: list[str]) -> None:
    assert [each.isoformat() for each in due_times(at, EVENT)] == due


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(1, 9),
    st.sampled_from(["America/Montreal", "Europe/Paris", "Pacific/Auckland", "UTC"]),
    st.sampled_from(sorted(patterns())),
)
def test_every_template_makes_a_plan_of_its_moment(
    first: date, days: int, zone: str, name: str
) -> None:
    event, pattern = edition(first, days, zone), patterns()[name]
    found = list(drafts(pattern, event, site=SITE))
    assert [each.due for each in found] == sorted(each.due for each in found)
    daily = sum(each.at.startswith("each day") for each in pattern.messages)
    assert len(found) == len(pattern.messages) + daily * (days - 1)
    if pattern.moment == "before":
        assert all(each.due.date() < event.starts_on for each in found)
    if pattern.moment == "during":
        assert all(event.starts_on <= each.due.date() <= event.ends_on for each in found)


@pytest.mark.parametrize("name", sorted(patterns()))
def test_every_text_is_filled_in_in_both_languages_and_fits_where_it_goes(name: str) -> None:
    for each in drafts(patterns()[name], EVENT, site=SITE, sponsor="Les Ateliers Longueuil"):
        for lang in LANGS:
            text = each.text[lang]
            assert not re.search(r"\{\w+\}", text + each.title[lang])
            for channel in each.channels:
                assert not count(channel, text).over, (channel, text)
                assert channel in SPECS
            assert not re.search(r"\s*:\s*\.", BRACKETS.sub("", text)), "as the rehearsal says it"
        assert each.text["fr"] != each.text["en"]


def test_words_are_those_of_the_event() -> None:
    first, *_ = drafts(patterns()["ten-days-before"], EVENT, site=SITE)
    assert "Museomix Montréal" in first.text["fr"]
    assert "du 6 au 8 novembre 2026" in first.text["fr"].lower()
    assert "November 6–8, 2026" in first.text["en"]
    evening = list(drafts(patterns()["each-evening"], EVENT, site=SITE))
    assert [each.title["fr"] for each in evening] == [
        "Le soir du vendredi",
        "Le soir du samedi",
        "Le soir du dimanche",
    ]
    assert isinstance(first.due, datetime)
    thanks, *_ = drafts(patterns()["thank-a-sponsor"], EVENT, site=SITE)
    assert thanks.title["fr"].startswith("[…]"), "a lead sees what is missing"
