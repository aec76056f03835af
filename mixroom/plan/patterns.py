"""The campaigns that a plan can begin with: messages with times that are relative to the event.

They are in `words/templates.toml`, which people who write may edit.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from babel.dates import format_date
from pydantic import Field

from mixroom.core.data_files import Pair, Table, must_be_one_of, parse, read
from mixroom.core.dates import days_in_words
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.event.model import Event
from mixroom.plan.channels import Channel

WORDS = Path(__file__).parent / "words" / "templates.toml"
_AT = re.compile(
    r"(?:(?P<day>each day)|(?P<edge>start|end) (?P<sign>[+-])(?P<days>\d{1,3}) days?)"
    r" (?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
)
FIELDS = ("event", "dates", "site", "sponsor", "day")
_FIELD = re.compile(r"\{(\w+)\}")


class MessagePattern(Table):
    """A message of a template, with the time at which it is due."""

    at: str = Field(pattern=_AT.pattern)
    title: Pair
    channels: list[str]
    fr: str
    en: str


class CampaignPattern(Table):
    """A campaign that a plan can begin with."""

    name: str
    moment: str
    title: Pair
    about: Pair
    messages: list[MessagePattern]


class _File(Table):
    templates: list[CampaignPattern]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message made from a template, before anyone has worked on it."""

    title: Bilingual
    channels: tuple[Channel, ...]
    text: Bilingual
    due: datetime


@cache
def patterns() -> Mapping[str, CampaignPattern]:
    """Return the templates by name; raises WordsError."""
    found = parse(_File, read(WORDS), WORDS.name).templates
    for each in found:
        must_be_one_of(each.moment, ("before", "during", "after"), "moment", each.name)
        for message in each.messages:
            place = f"{WORDS.name}, {each.name}, {message.title.en}"
            for channel in message.channels:
                must_be_one_of(channel, list(Channel), "channels", place)
            for text in (message.fr, message.en, message.title.fr, message.title.en):
                for field in _FIELD.findall(text):
                    must_be_one_of(field, FIELDS, "field", place)
    return {each.name: each for each in found}


def drafts(
    pattern: CampaignPattern, event: Event, *, site: str, sponsor: str | None = None
) -> Iterator[Draft]:
    """Return the messages that a template makes for an event, in the order in which they are due.

    `site` is the address of the public page. A template for a sponsor needs the sponsor's name;
    without one, `[…]` stands for it, as for everything else that a lead has to fill in.
    """
    found = [
        _draft(message, event, due, site, sponsor)
        for message in pattern.messages
        for due in due_times(message.at, event)
    ]
    yield from sorted(found, key=lambda each: each.due)


def due_times(at: str, event: Event) -> list[datetime]:
    """Return the times that `at` means for an event, by the museum's clock.

    A time that a change of clocks skips is the moment at which the clocks change.
    """
    read_at = _AT.fullmatch(at)
    assert read_at, at
    hour, minute = int(read_at["hour"]), int(read_at["minute"])
    if read_at["day"]:
        days = list(event.days)
    else:
        edge = event.starts_on if read_at["edge"] == "start" else event.ends_on
        ahead = timedelta(days=int(read_at["days"]))
        days = [edge + ahead if read_at["sign"] == "+" else edge - ahead]
    return [datetime(day.year, day.month, day.day, hour, minute, tzinfo=event.zone) for day in days]


def _draft(
    message: MessagePattern, event: Event, due: datetime, site: str, sponsor: str | None
) -> Draft:
    def filled(text: str, lang: Lang) -> str:
        values = {
            "event": event.name[lang],
            "dates": days_in_words(event.starts_on, event.ends_on, locale=lang),
            "site": site,
            "sponsor": sponsor or "[…]",
            "day": format_date(due.date(), "EEEE", locale=lang),
        }
        return _FIELD.sub(lambda field: values[field[1]], text)

    title, text = message.title, {"fr": message.fr, "en": message.en}
    return Draft(
        Bilingual.of(*(filled(title.text[lang], lang) for lang in LANGS)),
        tuple(map(Channel, message.channels)),
        Bilingual.of(*(filled(text[lang], lang) for lang in LANGS)),
        due,
    )
