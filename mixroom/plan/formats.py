"""The feed for Museomix Global as a file: Atom, with tombstones of deleted entries (RFC 6721)."""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mixroom.core.clock import rfc3339
from mixroom.core.speech import both
from mixroom.core.text import LANGS, N_, Bilingual, Lang
from mixroom.plan.model import beginning

ATOM, TOMBSTONES = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PATH = "/global.atom"
_NOT_IN_XML = re.compile("[^\\t\\n\\r -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
WITHDRAWN = N_("Withdrawn from publication")
PLEASE = N_("This was withdrawn. Please do not show it any more.")
AFTER = timedelta(seconds=1)  # by which a tombstone is newer than what it stands on
ET.register_namespace("", ATOM)
ET.register_namespace("at", TOMBSTONES)


@dataclass(frozen=True, slots=True)
class FeedPicture:
    """A picture of an entry: the path of its file, its description, its credit."""

    path: str
    alt: str
    credit: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry for Museomix Global in one language; `gone_at` is set if it is no longer shown.

    `key` never changes. `url` is the address that it is about, or a path of ours.
    """

    key: str
    lang: Lang
    title: str
    text: str
    at: datetime
    updated: datetime
    url: str | None = None
    pictures: tuple[FeedPicture, ...] = ()
    gone_at: datetime | None = None


def entry_key(kind: str, key: str, lang: Lang) -> str:
    """Return what an entry is called in the feed."""
    return f"{kind}-{key}-{lang}"


def address(base_url: str, key: str) -> str:
    """Return the address of an entry: its id, and where a message is out."""
    return f"{base_url}{PATH}#{key}"


def atom(name: Bilingual, entries: Iterable[FeedEntry], base_url: str, now: datetime) -> bytes:
    """Return the feed of an event with this name; `now` is its time if it is empty."""
    entries = list(entries)
    title = " · ".join(dict.fromkeys(each for each in (name.fr, name.en) if each))
    feed = ET.Element(f"{{{ATOM}}}feed")
    _say(feed, "id", f"{base_url}{PATH}")
    _say(feed, "title", f"{title} → Museomix Global")
    _say(feed, "updated", rfc3339(max((each.updated for each in entries), default=now)))
    _link(feed, "self", f"{base_url}{PATH}")
    _link(feed, "alternate", f"{base_url}/")
    _say(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", title)
    for each in entries:
        if each.gone_at:
            gone = {"ref": address(base_url, each.key), "when": rfc3339(each.gone_at + AFTER)}
            ET.SubElement(feed, f"{{{TOMBSTONES}}}deleted-entry", gone)
            _withdrawn(feed, each, base_url)
        else:
            _entry(feed, each, base_url)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(feed: ET.Element, each: FeedEntry, base_url: str) -> None:
    entry = ET.SubElement(feed, f"{{{ATOM}}}entry", {XML_LANG: each.lang})
    _say(entry, "id", address(base_url, each.key))
    _say(entry, "title", beginning(each.title or each.text, 100))
    _say(entry, "published", rfc3339(each.at))
    _say(entry, "updated", rfc3339(each.updated))
    _link(entry, "alternate", _absolute(each.url or "/", base_url), hreflang=each.lang)
    for picture in each.pictures:
        file = _absolute(picture.path, base_url)
        _link(entry, "enclosure", file, type="image/jpeg", title=picture.alt)
    _say(entry, "content", _page(each, base_url), type="html")


def _withdrawn(feed: ET.Element, each: FeedEntry, base_url: str) -> None:
    """Put words into the place of an entry: most readers do not know tombstones, and keep it."""
    title, words = both(WITHDRAWN), both(PLEASE)
    entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
    _say(entry, "id", address(base_url, each.key))
    _say(entry, "title", " · ".join(title[lang] for lang in LANGS))
    _say(entry, "updated", rfc3339(each.updated))
    _link(entry, "alternate", f"{base_url}/")
    parts = [f'<p lang="{lang}">{html.escape(words[lang])}</p>' for lang in LANGS]
    _say(entry, "content", "".join(parts), type="html")


def _page(each: FeedEntry, base_url: str) -> str:
    """Return the words and the pictures with their credits, as HTML."""
    parts = [f"<p>{html.escape(line)}</p>" for line in each.text.splitlines() if line.strip()]
    for picture in each.pictures:
        file = html.escape(_absolute(picture.path, base_url))
        credit = f"<figcaption>© {html.escape(picture.credit)}</figcaption>"
        shown = f'<img src="{file}" alt="{html.escape(picture.alt)}">'
        parts.append(f"<figure>{shown}{credit if picture.credit else ''}</figure>")
    return "".join(parts)


def _absolute(url: str, base_url: str) -> str:
    return f"{base_url}{url}" if url.startswith("/") else url


def _link(parent: ET.Element, rel: str, address: str, **more: str) -> None:
    said = {name: _clean(value) for name, value in {"rel": rel, "href": address, **more}.items()}
    ET.SubElement(parent, f"{{{ATOM}}}link", said)


def _say(parent: ET.Element, name: str, text: str, **more: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}", more).text = _clean(text)


def _clean(text: str) -> str:
    """Return a text without the signs that no XML may have."""
    return _NOT_IN_XML.sub("", text)
