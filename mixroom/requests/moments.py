"""Moments of the programme that ask for coverage by themselves: which, when, and in which words."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from mixroom.core.kinds import Kind
from mixroom.core.speech import say
from mixroom.core.text import LANGS, N_, Bilingual
from mixroom.event.model import Event
from mixroom.event.programme import ProgrammeEntry
from mixroom.requests.model import MAX_TEXT, Wanted

LATEST = timedelta(minutes=30)  # after its time a moment asks no more, if the worker was away
PHRASES = {
    Kind.PHOTO: N_("A photo: %(moment)s"),
    Kind.VIDEO: N_("A clip: %(moment)s"),
    Kind.QUOTE: N_("A quote: %(moment)s"),
    Kind.POST: N_("A post: %(moment)s"),
    None: N_("Cover this: %(moment)s"),
}
IN_BOTH = {
    Kind.PHOTO: N_("A photo, in French and English: %(moment)s"),
    Kind.VIDEO: N_("A clip, in French and English: %(moment)s"),
    Kind.QUOTE: N_("A quote, in French and English: %(moment)s"),
    Kind.POST: N_("A post, in French and English: %(moment)s"),
    None: N_("Cover this, in French and English: %(moment)s"),
}


def asks_now(event: Event, asked: Collection[str], now: datetime) -> Iterator[ProgrammeEntry]:
    """Yield the entries that ask for something now; `asked` are the keys of those that have.

    An entry whose time or title was changed after it had asked does not ask again. Of two entries
    with the same key one asks.
    """
    present = {_parts(entry.key) for entry in event.programme}
    gone = {_parts(key) for key in asked} - present
    names = {(day, title) for day, _, title in present}
    moved = {(day, title) for day, _, title in gone}
    renamed = {(day, at) for day, at, title in gone if (day, title) not in names}
    asking = {entry.key: (entry, entry.asks) for entry in event.programme if entry.asks}
    for key, (entry, asks) in asking.items():
        day, at, title = _parts(key)
        if key in asked or (day, title) in moved or (day, at) in renamed:
            continue
        start = event.time_of(entry.day, entry.at) + timedelta(minutes=asks.after)
        if start <= now < start + LATEST:
            yield entry


def wanted_at(event: Event, entry: ProgrammeEntry) -> Wanted:
    """Return what an entry asks for, in words."""
    asks = entry.asks
    assert asks is not None
    phrase = (IN_BOTH if len(asks.langs) > 1 else PHRASES)[asks.kind]
    fr, en = (say(lang, phrase, moment=entry.title[lang])[:MAX_TEXT] for lang in LANGS)
    return Wanted(
        text=Bilingual(fr, en),
        kind=asks.kind,
        lang=asks.langs[0] if len(asks.langs) == 1 else None,
        hour=event.time_of(entry.day, f"{entry.at[:2]}:00"),
        moment=entry.key,
    )


def _parts(key: str) -> tuple[str, str, str]:
    """Return the day, the time and the title in the key of an entry."""
    day, at, title = (*key.split(" ", 2), "", "")[:3]
    return day, at, title
