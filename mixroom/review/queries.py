"""Reads for the review pages, their API and /p/<id>/me; each function is one transaction."""

import time
from collections.abc import Iterator, Mapping

from mixroom.core import clock, journal
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.media.model import Fact as MediaFact
from mixroom.review import store as review_store
from mixroom.review.guards import reportable, would_hide
from mixroom.review.items import WAITING, reported_items, reported_keys
from mixroom.review.model import JournalLine, SubmissionHistory
from mixroom.shifts.queries import on_now
from mixroom.submissions import lists, store
from mixroom.submissions.content import Purpose
from mixroom.submissions.formats import Names
from mixroom.submissions.items import internal_items, published_items
from mixroom.submissions.moves import Fact

MAX_PER_PAGE = 200  # a queue may have ten thousand
MAX_PER_PART = 500  # facts of the journal that are read at once
# A history has all versions and decisions. Of the other facts of this package and those below it
# shows only some; it shows every fact of packages above, such as a screen's acknowledgement.
SHOWN_IN_HISTORY = {Fact.REOPENED, Fact.FLAGGED, Fact.TRANSLATED, MediaFact.RETOUCHED}
HIDDEN_IN_HISTORY = frozenset[str]({*Fact, *MediaFact}) - SHOWN_IN_HISTORY


def on_review(by: Person) -> list[str]:
    """Return the names of the reviewers whose shift is on, in alphabetical order."""
    by.must("queue.read")
    with reading() as tx:
        on = on_now(tx, by.event_id, clock.now())
        crew = crew_store.people_of(tx, by.event_id) if on else ()
        return [each.name for each in crew if each.reviews and each.id in on]


def queue_page(by: Person, after: str = "") -> tuple[list[Item], int]:
    """Return up to MAX_PER_PAGE waiting items, oldest first, and how many follow them.

    `after` is the last id of the page before.
    """
    by.must("submission.claim")
    with reading() as tx:
        found = lists.page(tx, by.event_id, WAITING, after=after, limit=MAX_PER_PAGE)
        full = len(found) == MAX_PER_PAGE
        beyond = lists.count(tx, by.event_id, WAITING, after=found[-1].id) if full else 0
        return list(internal_items(tx, found).values()), beyond


def reason_lists(by: Person) -> Mapping[Fact, tuple[str, ...]]:
    """Return the lists of reasons that the event's lead has written, without the usual ones."""
    with reading() as tx:
        return review_store.reasons(tx, by.event_id)


def reported(by: Person) -> list[Item]:
    """Return the reported photos, in the order of their first report."""
    by.must("queue.read")
    with reading() as tx:
        keys = reported_keys(tx, by.event_id)
        found = reported_items(tx, by.event_id, keys)
    return [found[key] for key in keys if key in found]


def photo_to_report(key: str, who: str) -> tuple[Item, bool]:
    """Return a public photo, and whether a report from the browser `who` would hide it at once.

    Raises NotFoundError, also for a photo that is hidden or being blurred.
    """
    with reading() as tx:
        found = reportable(store.get(tx, key), key)
        public = published_items(tx, found.event_id, [key], Purpose.WEB)
        if key not in public:
            raise NotFoundError(key)
        return public[key], would_hide(tx, found, who)


def translators(by: Person) -> list[Person]:
    """Return the people of the event who can be asked to translate."""
    by.must("translation.read")
    with reading() as tx:
        return [each for each in crew_store.people_of(tx, by.event_id) if each.translates]


def history(by: Person, key: str) -> tuple[SubmissionHistory, Names]:
    """Return a submission's history, and the names of the people in it; raises NotFoundError."""
    by.must("submission.claim")
    with reading() as tx:
        found = store.get(tx, key)
        if found is None or found.event_id != by.event_id:
            raise NotFoundError(key)
        other = [
            JournalLine(e.seq, e.at, e.name, e.by, e.key, e.owner)
            for e in journal.about(tx, by.event_id, key)
            if e.name not in HIDDEN_IN_HISTORY
        ]
        revisions, decisions = store.revisions_of(tx, key), store.decisions_of(tx, key)
        found_history = SubmissionHistory(found.author_id, revisions, decisions, other)
        return found_history, crew_store.names(tx, found_history.people)


def audit(by: Person) -> Iterator[list[JournalLine]]:
    """Return the event's whole journal with the names of the people, oldest first, in parts.

    Each part is read when it is asked for, in a transaction of its own.
    """
    by.must("event.edit")
    return _parts_of_journal(by.event_id)


def _parts_of_journal(event_id: str) -> Iterator[list[JournalLine]]:
    last = 0
    while part := _journal_after(event_id, last):
        yield part
        time.sleep(0)  # in the web process: gives other green threads their turn
        last = part[-1].number


def _journal_after(event_id: str, seq: int) -> list[JournalLine]:
    with reading() as tx:
        found = journal.since(tx, seq, event_id=event_id, most=MAX_PER_PART)
        people = {each.by for each in found} | {each.owner for each in found}
        names = crew_store.names(tx, people)

    def name(key: str) -> str:
        return names[key][0] if key in names else key

    return [JournalLine(e.seq, e.at, e.name, name(e.by), e.key, name(e.owner)) for e in found]
