"""What reviewers may do with the screens, and what a screen says of itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.review import actions as review
from mixroom.submissions import store as submissions_store
from mixroom.submissions.content import MAX_CAPTION_ON_WALL
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Fact as SubmissionFact
from mixroom.submissions.moves import Status
from mixroom.team import store as team_store
from mixroom.team.model import Person
from mixroom.wall import store
from mixroom.wall.model import (
    HOLDS,
    MIN_BETWEEN_REPORTS,
    Asked,
    Count,
    Fact,
    NotShownError,
    Report,
    Screen,
    Settings,
    checked_message,
    checked_settings,
)
from mixroom.wall.queries import OFF_THE_WALL

ALL = "all"  # in place of a screen's id: every screen of the event
MAX_LAG = 1000  # facts of the journal that are looked at


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it came: what it says, the journal's number it holds, what it let go."""

    says: Mapping[str, Any]
    seq: int
    gone: tuple[str, ...] = ()


def set_up(by: Person, screen_id: str, settings: Settings) -> None:
    """Set what a screen shows, in which colours, and for what room its type is made."""
    by.must("screen.drive")
    with transaction() as tx:
        event = event_store.get(tx, by.event_id)
        assert event is not None
        checked = checked_settings(settings, len(event.days))
        _change(tx, by, screen_id, lambda screen: replace(screen, settings=checked))


def pause(by: Person, screen_id: str, *, on: bool = True) -> None:
    """Have a screen stay as it is, or go on."""
    _ask(by, screen_id, lambda asked: replace(asked, paused=on))


def blank(by: Person, screen_id: str, *, on: bool = True) -> None:
    """Turn a screen black, or show the wall again."""
    _ask(by, screen_id, lambda asked: replace(asked, blank=on))


def show_testcard(by: Person, screen_id: str, *, on: bool = True) -> None:
    """Show the card by which a room is measured, or the wall again."""
    _ask(by, screen_id, lambda asked: replace(asked, testcard=on))


def panic(by: Person, *, on: bool = True) -> None:
    """Put the event's card on every screen at once, or show the walls again."""
    _ask(by, ALL, lambda asked: replace(asked, panic=on))


def say(by: Person, screen_id: str, text: Bilingual, minutes: int) -> None:
    """Put a message on a whole screen, for so many minutes."""
    message = checked_message(text, minutes, clock.now())
    _ask(by, screen_id, lambda asked: replace(asked, message=message))


def unsay(by: Person, screen_id: str) -> None:
    """Take a message off."""
    _ask(by, screen_id, lambda asked: replace(asked, message=None))


def count(by: Person, screen_id: str, what: Count) -> None:
    """Have a screen go on to what is next, say which one it is, or load itself anew."""
    _ask(by, screen_id, lambda asked: asked.once_more(what))


def spotlight(by: Person, screen_id: str, key: str) -> None:
    """Show an approved item on the whole screen, now. Raises NotShownError."""
    by.must("screen.drive")
    with transaction() as tx:
        item = submissions_store.get(tx, key)
        if item is None or item.event_id != by.event_id:
            raise NotFoundError(key)
        if item.status is not Status.APPROVED:
            raise NotShownError(key)
        _change(tx, by, screen_id, lambda each: replace(each, asked=each.asked.showing(key)))


def recall(
    by: Person, key: str, reason: str | None = None, note: str | None = None
) -> dict[str, object]:
    """Take an item off every screen, and note which are told.

    That is every screen that was there lately: also one that has lost its line may hold the item.
    """

    def tell(tx: sa.Connection, submission: Submission) -> None:
        store.tell(tx, submission.id, sorted(_lately(tx, submission.event_id)))

    return review.recall(by, key, reason, note, also=tell)


def report(by: Person, told: Told) -> None:
    """Keep what a screen says of itself, and its receipts for what was taken off it.

    `gone` says it at once. The number that it holds says it too: whoever has heard of a recall
    shows the item no more, and a page that began afterwards never did. What comes within a second
    of the last report and has no receipt is not kept.
    """
    by.must("screen.report")
    now = clock.now()
    with reading() as tx:
        before = store.report(tx, by.id)
        if before and now - before.at < MIN_BETWEEN_REPORTS and not told.gone:
            return
        lag, heard = _heard(tx, by, told.seq)
    with transaction() as tx:
        store.save_report(tx, by.id, by.event_id, Report(now, {**told.says, "lag": lag}))
        gone = [_let_go(tx, by, key) for key in dict.fromkeys([*told.gone, *heard])]
        for submission in filter(None, gone):
            journal.record(
                tx,
                Fact.ACKNOWLEDGED,
                event_id=by.event_id,
                key=submission.id,
                owner=submission.author_id,
                by=by.id,
            )


def longest_caption(event_id: str) -> int:
    """Return how many letters a caption may have, to be read on every screen of an event.

    Without a screen that was there lately it is what is usual.
    """
    with reading() as tx:
        lately = _lately(tx, event_id)
    told = [last.told.get("longest") for last in lately.values()]
    return min(filter(None, told), default=MAX_CAPTION_ON_WALL)


def screens_of(tx: sa.Connection, event_id: str) -> list[Person]:
    """Return the screens of an event."""
    return [each for each in team_store.people_of(tx, event_id) if each.role is Role.SCREEN]


def _lately(tx: sa.Connection, event_id: str) -> dict[str, Report]:
    """Return the last reports of the screens that may show the wall, also without a line."""
    since = clock.now() - HOLDS
    there = {each.id for each in screens_of(tx, event_id)}
    reports = store.reports_of(tx, event_id)
    return {key: last for key, last in reports.items() if key in there and last.at >= since}


def _ask(by: Person, screen_id: str, change: Callable[[Asked], Asked]) -> None:
    by.must("screen.drive")
    with transaction() as tx:
        _change(tx, by, screen_id, lambda each: replace(each, asked=change(each.asked)))


def _change(
    tx: sa.Connection, by: Person, screen_id: str, change: Callable[[Screen], Screen]
) -> None:
    found = [store.get(tx, key, by.event_id, lock=True) for key in _targets(tx, by, screen_id)]
    changed = [after for before in found if (after := change(before)) != before]
    for screen in changed:
        store.save(tx, screen)
    for screen in changed:
        journal.record(
            tx, Fact.CHANGED, event_id=by.event_id, key=screen.id, owner=screen.id, by=by.id
        )


def _targets(tx: sa.Connection, by: Person, screen_id: str) -> Iterable[str]:
    """Return whom a command is for; `all` has those that have left too, or a panic never ends."""
    found = {screen.id for screen in screens_of(tx, by.event_id)}
    if screen_id == ALL:
        return sorted(found | store.known(tx, by.event_id))
    if screen_id not in found:
        raise NotFoundError(screen_id)
    return [screen_id]


def _heard(tx: sa.Connection, by: Person, seq: int) -> tuple[int, list[str]]:
    """Return how many facts a screen that holds number `seq` lacks, and what it has let go of."""
    entries = journal.since(tx, seq, event_id=by.event_id, most=MAX_LAG)
    lacking = [entry.key for entry in entries if entry.name in frozenset(SubmissionFact)]
    if seq > journal.latest(tx) or len(entries) == MAX_LAG:
        return len(lacking), []
    return len(lacking), [key for key in store.waited_for(tx, by.id) if key not in lacking]


def _let_go(tx: sa.Connection, by: Person, key: str) -> Submission | None:
    """Return an item whose end a screen says now; what is approved again needs no receipt."""
    submission = submissions_store.get(tx, key)
    if submission is None or submission.event_id != by.event_id:
        return None
    if submission.status not in OFF_THE_WALL or not store.acknowledge(tx, key, by.id, clock.now()):
        return None
    return submission
