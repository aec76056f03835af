"""The form of a message: what it holds at first, and what people typed into it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from mixroom.core.errors import InvalidError
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.plan.aims import Gauge
from mixroom.plan.channels import Channel
from mixroom.plan.hours import read_local, written_local
from mixroom.plan.model import Message, Picture, SiteChange
from mixroom.web.pages import current_event
from mixroom.web.touched import touched

TEXTS = ("title", "text_fr", "text_en", "change_address", "change_fr", "change_en")
CHOICES = ("campaign", "owner", "due", "link")
Fields = dict[str, Any]


def held(message: Message, pictures: list[dict[str, Any]]) -> Fields:
    """Return what the form of a message holds at first; `pictures` are those that are shown."""
    own = {(channel.value, lang): text for (channel, lang), text in message.overrides.items()}
    return {
        "title": message.title,
        "text_fr": message.text.fr or "",
        "text_en": message.text.en or "",
        "change_address": message.change.address,
        "change_fr": message.change.what.fr or "",
        "change_en": message.change.what.en or "",
        "campaign": message.campaign_id or "",
        "owner": message.owner_id or "",
        "due": written_local(message.due, current_event().zone),
        "link": message.link_id or "",
        "channels": [each.value for each in message.channels],
        "submissions": list(message.submissions),
        "own": own,
        "pictures": pictures,
    }


def typed(form: MultiDict[str, str], pictures: list[dict[str, Any]]) -> Fields:
    """Return what people typed, as `held` does; `pictures` are those that the page showed."""
    found: Fields = {name: _text(form, name) for name in (*TEXTS, *CHOICES)}
    own: dict[tuple[str, str], str] = {}
    for channel in Channel:
        for lang in LANGS:
            if form.get(f"out_{lang}:{channel}"):
                own[channel.value, lang] = ""
            elif words := _text(form, f"own_{lang}:{channel}").strip():
                own[channel.value, lang] = words
    shown = {each["media"]: each for each in pictures}
    kept = [key for key in form.getlist("picture") if not form.get(f"drop:{key}")]
    return found | {
        "channels": [each for each in form.getlist("channels") if each in list(Channel)],
        "submissions": form.getlist("submissions"),
        "own": own,
        "pictures": [
            {
                **shown.get(key, {"media": key, "width": None, "height": None}),
                "alt": {lang: _text(form, f"alt_{lang}:{key}") for lang in LANGS},
                "credit": _text(form, f"credit:{key}"),
                "focus": [_share(form, f"x:{key}"), _share(form, f"y:{key}")],
            }
            for key in kept
        ],
    }


def changes(fields: Fields, before: Message | None) -> Mapping[str, Any]:
    """Return the fields of a message from those of the form; raises InvalidError for its time.

    A time that nobody touched stays as it is: a form cannot say which of two hours is meant in the
    night in which clocks go back. Neither can it say in which order channels were chosen.
    """
    zone = current_event().zone
    due = before.due if before else None
    if fields["due"] != written_local(due, zone):
        due = read_local(fields["due"], zone)
    found = {**_words(fields), "due": due}
    if before and set(found["channels"]) == set(before.channels):
        found["channels"] = before.channels
    return found


def previewed(fields: Fields, before: Message | None) -> Message:
    """Return a message with what was typed, to show its texts and their lengths."""
    blank = Message("", "", "", ())
    return replace(before or blank, **_words(fields))


def typed_day(name: str) -> date | None:
    """Return the day in a field, or None; raises InvalidError."""
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidError(name, "malformed") from error


def typed_sides(name: str, before: Bilingual = Bilingual()) -> Bilingual:
    """Return the text in both languages of two fields; a side that nobody touched stays."""
    fields = {lang: f"{name}_{lang}" for lang in LANGS}
    form = request.form
    sides = {
        lang: form.get(field) if touched(field) else getattr(before, lang)
        for lang, field in fields.items()
    }
    return Bilingual.of(**sides)


def typed_number(name: str) -> float | None:
    """Return the number in a field, or None; raises InvalidError."""
    text = "".join(request.form.get(name, "").split()).replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError as error:
        raise InvalidError(name, "malformed") from error


def typed_gauge(name: str) -> tuple[Gauge, Channel | None]:
    """Return what the program counts, `published.mastodon`; by hand if it is nothing of that."""
    gauge, _, channel = request.form.get(name, "").partition(".")
    return (
        Gauge(gauge) if gauge in list(Gauge) else Gauge.HAND,
        Channel(channel) if channel in list(Channel) else None,
    )


def _words(fields: Fields) -> dict[str, Any]:
    overrides: dict[tuple[Channel, Lang], str] = {}
    for channel in Channel:
        for lang in LANGS:
            if (channel.value, lang) in fields["own"]:
                overrides[channel, lang] = fields["own"][channel.value, lang]
    pictures = [
        Picture(
            each["media"],
            Bilingual.of(each["alt"]["fr"], each["alt"]["en"]),
            each["credit"] or None,
            (each["focus"][0], each["focus"][1]),
        )
        for each in fields["pictures"]
    ]
    what = Bilingual.of(fields["change_fr"], fields["change_en"])
    return {
        "title": fields["title"],
        "campaign_id": fields["campaign"] or None,
        "channels": tuple(Channel(each) for each in fields["channels"]),
        "text": Bilingual.of(fields["text_fr"], fields["text_en"]),
        "overrides": overrides,
        "owner_id": fields["owner"] or None,
        "link_id": fields["link"] or None,
        "submissions": tuple(fields["submissions"]),
        "pictures": tuple(pictures),
        "change": SiteChange(fields["change_address"].strip(), what),
    }


def _text(form: MultiDict[str, str], name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n")


def _share(form: MultiDict[str, str], name: str) -> float:
    """Return a share from 0 to 1 of a field in percent; the middle if there is none."""
    try:
        return round(min(max(float(form.get(name, "")) / 100, 0.0), 1.0), 4)
    except ValueError:
        return 0.5
