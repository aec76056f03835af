"""Actions on screens: reviewers set and command them, a screen reports on itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.review import actions as review
from mixroom.submissions import store as submissions_store
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Fact as SubmissionFact
from mixroom.submissions.moves import Status
from mixroom.wall import store
from mixroom.wall.model import (
    MIN_REPORT_INTERVAL,
    TAKEN_OFF,
    Commands,
    CountedCommand,
    Fact,
    LastReport,
    NotShownError,
    Screen,
    ScreenSettings,
    checked_message,
    checked_settings,
)
from mixroom.wrap import store as wrap_store
from mixroom.wrap.model import Status as WrapStatus

ALL = "all"  # in place of a screen's id: every screen of the event
MAX_LAG = 1000  # facts of the journal that are read to count what a screen lacks


@dataclass(frozen=True, slots=True)
class ScreenReport:
    """A screen's report.

    `seq` is the last number of the journal that the screen has, `gone` the keys of items that it
    has removed.
    """

    content: Mapping[str, Any]
    seq: int
    gone: tuple[str, ...] = ()


def set_up(by: Person, screen_id: str, settings: ScreenSettings) -> None:
    """Replace the settings of a screen, or of all."""
    by.must("screen.drive")
    with transaction() as tx:
        event = event_store.get(tx, by.event_id)
        assert event is not None
        checked = checked_settings(settings, len(event.days))
        _change(tx, by, screen_id, lambda screen: replace(screen, settings=checked))


def pause(by: Person, screen_id: str, *, on: bool = True) -> None:
    """Pause the wall on a screen, or let it go on."""
    _command(by, screen_id, lambda commands: replace(commands, paused=on))


def blank(by: Person, screen_id: str, *, on: bool = True) -> None:
    """Turn a screen black, or show the wall again."""
    _command(by, screen_id, lambda commands: replace(commands, blank=on))


def show_testcard(by: Person, screen_id: str, *, on: bool = True) -> None:
    """Show the card for measuring a room, or the wall again."""
    _command(by, screen_id, lambda commands: replace(commands, testcard=on))


def panic(by: Person, *, on: bool = True) -> None:
    """Show the event's card on every screen, or the walls again."""
    _command(by, ALL, lambda commands: replace(commands, panic=on))


def show_message(by: Person, screen_id: str, text: Bilingual, minutes: int) -> None:
    """Cover a screen with a message for some minutes."""
    message = checked_message(text, minutes, clock.now())
    _command(by, screen_id, lambda commands: replace(commands, message=message))


def hide_message(by: Person, screen_id: str) -> None:
    """Remove the message from a screen."""
    _command(by, screen_id, lambda commands: replace(commands, message=None))


def command(by: Person, screen_id: str, command: CountedCommand) -> None:
    """Make a screen show its next scene, show its name, or reload its page."""
    _command(by, screen_id, lambda commands: commands.with_one_more(command))


def spotlight(by: Person, screen_id: str, key: str) -> None:
    """Show an approved item on the whole screen now; raises NotShownError for any other."""
    by.must("screen.drive")
    with transaction() as tx:
        item = submissions_store.get(tx, key)
        if item is None or item.event_id != by.event_id:
            raise NotFoundError(key)
        if item.status is not Status.APPROVED:
            raise NotShownError(key)
        _change(
            tx,
            by,
            screen_id,
            lambda screen: replace(screen, commands=screen.commands.with_spotlight(key)),
        )


def show_wrap(by: Person, screen_id: str, wrap_id: str, *, loop: bool = False) -> None:
    """Play the wrap of a day on a screen; raises NotFoundError for one that was taken down."""
    by.must("screen.drive")
    with transaction() as tx:
        found = wrap_store.get_by_id(tx, by.event_id, wrap_id)
        if found is None or found.status is WrapStatus.TAKEN_DOWN:
            raise NotFoundError(wrap_id)
        _change(
            tx,
            by,
            screen_id,
            lambda screen: replace(screen, commands=screen.commands.with_wrap(wrap_id, loop=loop)),
        )


def hide_wrap(by: Person, screen_id: str) -> None:
    """Show the wall again in place of a wrap."""
    _command(by, screen_id, lambda commands: replace(commands, wrap=None))


def recall(
    by: Person, key: str, reason: str | None = None, note: str | None = None
) -> dict[str, object]:
    """Take an item off every screen, and expect a receipt from each screen that may show it.

    That is every screen that reported lately: one that is offline now may show the item too.
    """

    def expect_receipts(tx: sa.Connection, submission: Submission) -> None:
        screens = store.recent_reports(tx, submission.event_id, clock.now())
        store.expect_receipts(tx, submission.id, sorted(screens))

    return review.recall(by, key, reason, note, also=expect_receipts)


def report(by: Person, sent: ScreenReport) -> None:
    """Save a screen's report, and its receipts for recalled items.

    `gone` names removed items. The number `seq` is a receipt too: a screen that has the fact of a
    recall no longer shows the item, and a page loaded afterwards never did. A report without a
    receipt within a second of the last one is not saved.
    """
    by.must("screen.report")
    now = clock.now()
    with reading() as tx:
        before = store.get_report(tx, by.id)
        if before and now - before.at < MIN_REPORT_INTERVAL and not sent.gone:
            return
        lag, removed = _lag_and_removed(tx, by, sent.seq)
    with transaction() as tx:
        store.save_report(tx, by.id, by.event_id, LastReport(now, {**sent.content, "lag": lag}))
        acknowledged = [_acknowledge(tx, by, key) for key in dict.fromkeys([*sent.gone, *removed])]
        for submission in filter(None, acknowledged):
            journal.record(
                tx,
                Fact.ACKNOWLEDGED,
                event_id=by.event_id,
                key=submission.id,
                owner=submission.author_id,
                by=by.id,
            )


def _command(by: Person, screen_id: str, change: Callable[[Commands], Commands]) -> None:
    by.must("screen.drive")
    with transaction() as tx:
        _change(
            tx,
            by,
            screen_id,
            lambda screen: replace(screen, commands=change(screen.commands)),
        )


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
    """Return the ids of the screens of a command.

    `all` includes removed screens, so that a panic ends for them too.
    """
    found = {screen.id for screen in store.list_screens(tx, by.event_id)}
    if screen_id == ALL:
        return sorted(found | store.commanded(tx, by.event_id))
    if screen_id not in found:
        raise NotFoundError(screen_id)
    return [screen_id]


def _lag_and_removed(tx: sa.Connection, by: Person, seq: int) -> tuple[int, list[str]]:
    """Return how many facts after `seq` a screen lacks, and the recalled items it has removed."""
    entries = journal.since(tx, seq, event_id=by.event_id, most=MAX_LAG)
    lacking = [entry.key for entry in entries if entry.name in frozenset(SubmissionFact)]
    if seq > journal.latest(tx) or len(entries) == MAX_LAG:
        return len(lacking), []
    return len(lacking), [key for key in store.awaited_receipts(tx, by.id) if key not in lacking]


def _acknowledge(tx: sa.Connection, by: Person, key: str) -> Submission | None:
    """Save a screen's receipt and return the item; None if there is nothing to acknowledge."""
    submission = submissions_store.get(tx, key)
    if submission is None or submission.event_id != by.event_id:
        return None
    if submission.status not in TAKEN_OFF or not store.acknowledge(tx, key, by.id, clock.now()):
        return None
    return submission
