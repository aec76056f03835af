"""Wraps as lists, pages and exports show them; what may not be shown is left out of a story."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.speech import say
from mixroom.core.text import LANGS, N_, Bilingual, Lang
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.submissions import store as submissions_store
from mixroom.submissions.content import Rights
from mixroom.submissions.items import published_items
from mixroom.wrap import store
from mixroom.wrap.model import Numbers, Sent, Use, Wrap
from mixroom.wrap.proposal import Candidate

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
# The meaning of each number: its field, for one and for several.
COUNTED = (
    ("items", N_("approved item"), N_("approved items")),
    ("photos", N_("photograph"), N_("photographs")),
    ("people", N_("person sent something"), N_("people sent something")),
    ("teams", N_("team seen, of %(all)s"), N_("teams seen, of %(all)s")),
    ("places", N_("place"), N_("places")),
    ("requests", N_("request answered"), N_("requests answered")),
)


def in_words(day: date) -> Bilingual:
    """Return a date as each language writes it: `Samedi 7 novembre`, `Saturday, November 7`."""

    def said(lang: Lang) -> str:
        weekday, month = say(lang, WEEKDAYS[day.weekday()]), say(lang, MONTHS[day.month - 1])
        if lang == "en":
            return f"{weekday}, {month} {day.day}"
        return f"{weekday} {'1er' if day.day == 1 else day.day} {month}"

    return Bilingual(said("fr"), said("en"))


def counts(numbers: Numbers) -> list[dict[str, Any]]:
    """Return the numbers that are not 0, each with what it counts, in both languages."""
    return [
        {"count": count, "label": _label(count, one, many, numbers.all_teams).as_dict()}
        for name, one, many in COUNTED
        if (count := getattr(numbers, name))
    ]


def _label(count: int, one: str, many: str, all_teams: int) -> Bilingual:
    """Return what a number counts; in French one and a half is still singular."""
    return Bilingual(
        say("fr", one if count <= 1 else many, all=all_teams),
        say("en", one if count == 1 else many, all=all_teams),
    )


def wrap_items(tx: sa.Connection, event: Event, found: Sequence[Wrap]) -> dict[str, Item]:
    """Return wraps by id, with the keys of their pieces: a list of items has the pieces."""
    ids = {each for wrap in found for each in wrap.people}
    ids |= {wrap.saved_by for wrap in found if wrap.saved_by}
    names = {key: name for key, (name, _) in crew_store.names(tx, ids).items()}
    return {wrap.id: as_item(event, wrap, names) for wrap in found}


def as_item(event: Event, wrap: Wrap, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a wrap with everything but its pieces' own content.

    `day` counts from 1; `name` is the title or else the date; `counts` are the numbers to show,
    with what they count.
    """
    draft, day = wrap.draft, event.days[min(wrap.day, len(event.days) - 1)]
    words = in_words(day)
    return {
        "id": wrap.id,
        "day": wrap.day + 1,
        "date": day.isoformat(),
        "date_words": words.as_dict(),
        "status": wrap.status.value,
        "version": wrap.version,
        "title": draft.title.as_dict(),
        "name": (draft.title or words).as_dict(),
        "opening": draft.opening.as_dict(),
        "thanks": draft.thanks.as_dict(),
        "pieces": [{"id": each.id, "caption": each.caption.as_dict()} for each in wrap.pieces],
        "numbers": asdict(wrap.numbers),
        "counts": counts(wrap.numbers),
        "people": [
            {"id": key, "name": names[key], "named": key not in draft.unnamed}
            for key in alphabetical(wrap.people, names)
        ],
        "saved_at": rfc3339(wrap.saved_at) if wrap.saved_at else None,
        "saved_by": names.get(wrap.saved_by or ""),
        "published_at": rfc3339(wrap.published_at) if wrap.published_at else None,
    }


def alphabetical(keys: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Return those of the keys that have a name, in the order of an index: accents do not count."""

    def letters(key: str) -> tuple[str, str, str]:
        plain = unicodedata.normalize("NFKD", names[key].casefold())
        without = "".join(sign for sign in plain if not unicodedata.combining(sign))
        return without, names[key], key

    return sorted((key for key in keys if key in names), key=letters)


def story(tx: sa.Connection, event_id: str, wrap: Wrap, use: Use) -> dict[str, Any]:
    """Return a wrap with the pieces that may be shown in this place, each with its words.

    `words` of a piece are its caption in this wrap, and where that lacks a language, its own text.
    """
    event = event_store.get(tx, event_id)
    assert event is not None
    found = shown(tx, event_id, [each.id for each in wrap.pieces], use)
    pieces = [
        {**found[each.id], "words": _words(each.caption, found[each.id]["text"])}
        for each in wrap.pieces
        if each.id in found
    ]
    item = wrap_items(tx, event, [wrap])[wrap.id]
    people = [each["name"] for each in item["people"] if each["named"]]
    return {**item, "event": event.name.as_dict(), "pieces": pieces, "people": people}


def shown(
    tx: sa.Connection, event_id: str, keys: Sequence[str], use: Use
) -> dict[str, dict[str, Any]]:
    """Return those of the submissions that may be shown there, with author and rights of photos."""
    items = published_items(tx, event_id, keys, use.purpose)
    sent = {each.id: each for each in submissions_store.get_many(tx, list(items))}
    names = crew_store.names(tx, {each.author_id for each in sent.values()})
    return {
        key: {
            **item,
            "author": names.get(sent[key].author_id, ("", None))[0],
            "at": rfc3339(sent[key].captured_at or sent[key].submitted_at),
            "licences": {
                each: (sent[key].content.piece(each).rights or Rights()).licence
                for each in sent[key].content.media
            },
        }
        for key, item in items.items()
        if use is not Use.PRESS or sent[key].showing.press
    }


def candidates(tx: sa.Connection, found: Sequence[Sent]) -> list[Candidate]:
    """Return what the rules of a proposal know of these submissions."""
    pictures = store.pictures_of(tx, [each.id for each in found if each.photos])
    return [
        Candidate(
            each.id,
            each.at,
            each.key_moment,
            each.press,
            each.both_languages,
            each.team.fr or each.team.en,
            pictures.get(each.id),
        )
        for each in found
    ]


def _words(caption: Bilingual, text: Mapping[str, str | None]) -> dict[str, str | None]:
    return {lang: getattr(caption, lang) or text[lang] for lang in LANGS}
