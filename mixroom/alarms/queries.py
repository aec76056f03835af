"""Reads of alarms: for the pages and the API."""

from collections.abc import Iterable

from mixroom.alarms import store
from mixroom.alarms.items import as_items
from mixroom.alarms.model import Setting, usual
from mixroom.core.alarm_rules import AlarmRule
from mixroom.core.db import reading
from mixroom.core.views import Item
from mixroom.crew.model import Person

MAX_PER_PAGE = 100


def page(
    by: Person, *, is_open: bool | None = None, before: str | None = None
) -> tuple[list[Item], str | None]:
    """Return up to MAX_PER_PAGE alarms of the event, newest first, and where the next page begins.

    `before` is the last id of the page before.
    """
    by.must("alarm.read")
    with reading() as tx:
        found = store.page(tx, by.event_id, is_open=is_open, before=before, most=MAX_PER_PAGE + 1)
        shown = found[:MAX_PER_PAGE]
        following = shown[-1].id if len(found) > MAX_PER_PAGE else None
        return list(as_items(tx, shown).values()), following


def settings(by: Person, rules: Iterable[AlarmRule]) -> list[tuple[AlarmRule, Setting]]:
    """Return each rule with its settings for the event, as a lead chose them or the usual ones."""
    by.must("alarm.edit")
    with reading() as tx:
        chosen = store.settings_of(tx, by.event_id)
    return [(rule, chosen.get(rule.name) or usual(rule)) for rule in rules]


def unseen(by: Person) -> int:
    """Count the event's open alarms that nobody has acknowledged."""
    with reading() as tx:
        return store.count_unseen(tx, by.event_id)
