"""A story as files: Markdown, and the credits of its pictures."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mixroom.core.speech import say
from mixroom.core.spreadsheets import csv_file
from mixroom.core.text import LANGS, N_, Lang, other

NUMBERS, THANKS = N_("The day in numbers"), N_("Thank you")
MISSING, LICENCE = N_("the file is missing"), N_("Licence")
Story = Mapping[str, Any]
SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
STARTS = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)", re.MULTILINE)
CREDITS = (
    "file",
    "credit",
    "alt_fr",
    "alt_en",
    "licence",
    "author",
    "caption_fr",
    "caption_en",
    "team",
    "place",
)


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture of an export: its photo, its name in the archive and in the store, its credits."""

    media: str
    name: str
    stored: str
    row: Mapping[str, str]


def picture_files(story: Story) -> list[PictureFile]:
    """Return the pictures of a story, in its order, with names that every system can keep."""
    found = []
    for number, piece in enumerate(story["pieces"], 1):
        ready = [each for each in piece["media"] if each["wall"]]
        for place, media in enumerate(ready, 1):
            which = f"{number:02}" if len(ready) == 1 else f"{number:02}-{place}"
            name = f"{which}-{_plain(piece)}.jpg"
            row = _row(f"pictures/{name}", piece, media)
            found.append(PictureFile(media["id"], name, stored_name(media["wall"]), row))
    return found


def stored_name(address: str) -> str:
    """Return the store's name of a rendition from its address."""
    return address.removeprefix("/media/")


def credits_csv(files: Sequence[PictureFile], missing: Iterable[str]) -> str:
    """Return the credits for a spreadsheet; `missing` are photos whose file is gone."""
    gone = set(missing)
    kept = [each.row for each in files if each.media not in gone]
    return csv_file([CREDITS, *([row[name] for name in CREDITS] for row in kept)])


def credits_text(files: Sequence[PictureFile], missing: Iterable[str]) -> str:
    """Return the credits for a reader, in both languages."""
    gone = set(missing)
    parts = []
    for each in files:
        if each.media in gone:
            lines = [f"{each.name}: {_both(MISSING)}"]
        else:
            row = each.row
            lines = [each.name, f"  © {row['credit'] or row['author'] or '?'}"]
            lines += [f"  {_both(LICENCE)}: {row['licence']}"] if row["licence"] else []
            lines += [f"  {lang}: {row[f'alt_{lang}']}" for lang in LANGS if row[f"alt_{lang}"]]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def markdown(story: Story, addresses: Mapping[str, str]) -> str:
    """Return a story in French, then in English; `addresses` are those of its pictures, by id."""
    return "\n---\n\n".join(_side(story, lang, addresses) for lang in LANGS)


def _side(story: Story, lang: Lang, addresses: Mapping[str, str]) -> str:
    where = f"*{_md(_in(story['event'], lang))} · {_md(story['date_words'][lang])}*"
    parts = [f"# {_line(_in(story['name'], lang))}", where]
    parts += [_md(_in(story["opening"], lang))] if _in(story["opening"], lang) else []
    for piece in story["pieces"]:
        parts += _piece(piece, lang, addresses)
    if story["counts"]:
        parts.append(f"## {say(lang, NUMBERS)}")
        parts.append("\n".join(f"- **{c['count']}** {c['label'][lang]}" for c in story["counts"]))
    if story["people"] or _in(story["thanks"], lang):
        parts.append(f"## {say(lang, THANKS)}")
        parts += [_md(_in(story["thanks"], lang))] if _in(story["thanks"], lang) else []
        parts += [", ".join(_line(name) for name in story["people"])] if story["people"] else []
    return "\n\n".join(parts) + "\n"


def _piece(piece: Story, lang: Lang, addresses: Mapping[str, str]) -> list[str]:
    pictures = [
        f"![{_line(_in(_alt(piece, each), lang))}]({addresses[each['id']]})"
        for each in piece["media"]
        if each["id"] in addresses
    ]
    words = _md(_in(piece["words"], lang))
    by = [piece["credit"], _in(piece["team"], lang), _in(piece["place"], lang)]
    said = " · ".join(_line(each) for each in by if each)
    return [*pictures, *([words] if words else []), *([f"— *{said}*"] if said else [])]


def _row(name: str, piece: Story, media: Story) -> dict[str, str]:
    alt = _alt(piece, media)
    words = media["caption"] if any(media["caption"].values()) else piece["words"]
    return {
        "file": name,
        "credit": piece["credit"] or "",
        "alt_fr": alt["fr"] or "",
        "alt_en": alt["en"] or "",
        "licence": piece["licences"].get(media["id"]) or "",
        "author": piece["author"],
        "caption_fr": words["fr"] or "",
        "caption_en": words["en"] or "",
        "team": _in(piece["team"], "fr"),
        "place": _in(piece["place"], "fr"),
    }


def _alt(piece: Story, media: Story) -> Mapping[str, str | None]:
    """Return the alternative text of a photo: its own, or else that of the whole."""
    alt: Mapping[str, str | None] = media["alt"] if any(media["alt"].values()) else piece["alt"]
    return alt


def _plain(piece: Story) -> str:
    """Return a part of a file's name, of small letters, digits and hyphens only."""
    label = _in(piece["team"], "fr") or _in(piece["place"], "fr") or piece["credit"] or ""
    letters = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-") or "photo"


def _in(text: Mapping[str, str | None] | None, lang: Lang) -> str:
    """Return a text in a language, or else in the other."""
    return (text and (text[lang] or text[other(lang)])) or ""


def _both(message: str) -> str:
    return " · ".join(say(lang, message) for lang in LANGS)


def _md(text: str) -> str:
    """Return a text that Markdown shows as it was typed, with its line breaks."""
    plain = STARTS.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", text.strip()))
    return plain.replace("\n", "  \n")


def _line(text: str) -> str:
    return " ".join(_md(text).split())
