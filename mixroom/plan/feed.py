"""The entries for Museomix Global: messages that are out there, submissions approved for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, journal
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.plan import post_store, store
from mixroom.plan.channels import Channel
from mixroom.plan.formats import FeedEntry, FeedPicture, entry_key
from mixroom.plan.items import Source, address_of, alt_of, pictures_of, sources
from mixroom.plan.model import Message, Publication
from mixroom.plan.moves import READ, Fact, Status
from mixroom.submissions import lists as submission_lists
from mixroom.submissions import store as submissions_store

MOST = 50  # messages, and as many submissions
TAKEN_BACK_FOR = timedelta(days=60)  # after which no reader asks any more
SHOWN = READ | {Status.PUBLISHED}  # other words that nobody has read are not shown


def entries(tx: sa.Connection, event_id: str) -> list[FeedEntry]:
    """Return what the feed of an event has, the newest first."""
    found = [*_messages(tx, event_id), *_taken_back(tx, event_id), *_submissions(tx, event_id)]
    return sorted(found, key=lambda each: (each.updated, each.key), reverse=True)


def _messages(tx: sa.Connection, event_id: str) -> list[FeedEntry]:
    out = post_store.newest_on(tx, event_id, Channel.GLOBAL, MOST)
    found = store.with_ids(tx, {each.message_id for each in out})
    drawn = {key for each in found.values() for key in each.submissions}
    shown = sources(tx, event_id, sorted(drawn))
    changed = journal.last_times(tx, {*found, *drawn})
    return [_message(tx, found[each.message_id], each, shown, changed) for each in out]


def _taken_back(tx: sa.Connection, event_id: str) -> list[FeedEntry]:
    """Return the publications that were here and are not any more."""
    since = clock.now() - TAKEN_BACK_FOR
    facts = journal.seldom(tx, event_id, Fact.UNPUBLISHED, since)
    last = {
        (each.key, LANGS[LANGS.index(each.particulars["lang"])]): each.at
        for each in facts
        if each.particulars.get("channel") == Channel.GLOBAL.value
    }
    posts = post_store.posts_of(tx, {key for key, _ in last})
    again = {
        (key, each.lang)
        for key, (out, _) in posts.items()
        for each in out
        if each.channel is Channel.GLOBAL
    }
    return [
        FeedEntry(entry_key("message", key, lang), lang, "", "", at, at, gone_at=at)
        for (key, lang), at in last.items()
        if (key, lang) not in again
    ][-MOST:]


def _message(
    tx: sa.Connection,
    message: Message,
    out: Publication,
    shown: Mapping[str, Source],
    changed: Mapping[str, datetime],
) -> FeedEntry:
    key, lang = entry_key("message", message.id, out.lang), out.lang
    words = message.words(Channel.GLOBAL, lang)
    drawn = message.submissions
    there = words and message.status in SHOWN and all(key in shown for key in drawn)
    updated = max(out.at, message.ready_at or out.at)
    if not there:
        gone = max([updated, *(changed.get(each, updated) for each in (message.id, *drawn))])
        return FeedEntry(key, lang, "", "", out.at, gone, gone_at=gone)
    # Approved again after a recall, it is newer than its tombstone.
    updated = max([updated, *(_changed_at(shown[each]) for each in drawn)])
    pictures = tuple(
        FeedPicture(path, Bilingual(**each["alt"])[lang], each["credit"] or "")
        for each in pictures_of(message, shown)
        if (path := each["wall"] or each["card"])
    )
    url = address_of(tx, message)
    title = message.name[lang]
    return FeedEntry(key, lang, title, words, out.at, updated, url, pictures)


def _submissions(tx: sa.Connection, event_id: str) -> list[FeedEntry]:
    keys = submission_lists.keys_for_everywhere(tx, event_id, newest=MOST)
    shown = sources(tx, event_id, keys)
    changed = journal.last_times(tx, [key for key in keys if key not in shown])
    found = []
    for each in submissions_store.get_many(tx, keys):
        at = each.decision.at if each.decision else each.submitted_at
        for lang in _langs(each.content.text):
            key = entry_key("submission", each.id, lang)
            if each.id in shown:
                found.append(_submission(key, lang, shown[each.id]))
            else:
                gone = max(at, changed.get(each.id, at))
                found.append(FeedEntry(key, lang, "", "", at, gone, gone_at=gone))
    return found


def _submission(key: str, lang: Lang, source: Source) -> FeedEntry:
    item = source.item
    text, credit = Bilingual(**item["text"])[lang], item["credit"] or ""
    at = datetime.fromisoformat(item["approved_at"])
    pictures = tuple(
        FeedPicture(path, alt_of(photo, item)[lang], credit)
        for photo in item["media"]
        if photo["kind"] == "photo" and (path := photo["wall"] or photo["card"])
    )
    title = text or (pictures[0].alt if pictures else "") or credit
    return FeedEntry(key, lang, title, text, at, _changed_at(source), None, pictures)


def _changed_at(source: Source) -> datetime:
    """Return when a submission was approved, or corrected after that."""
    times = (source.item["approved_at"], source.item["corrected_at"])
    return max(datetime.fromisoformat(each) for each in times if each)


def _langs(text: Bilingual) -> list[Lang]:
    """Return the languages in which there are words; without any, the first one."""
    return [lang for lang in LANGS if getattr(text, lang)] or [LANGS[0]]
