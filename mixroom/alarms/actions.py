"""Actions on alarms: acknowledge one, change a rule's settings."""

from dataclasses import replace

import sqlalchemy as sa

from mixroom.alarms import store
from mixroom.alarms.items import as_items
from mixroom.alarms.model import Acknowledgement, Fact, Setting, checked_note, checked_setting
from mixroom.core import clock, journal
from mixroom.core.alarm_rules import AlarmRule
from mixroom.core.db import transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.views import Item
from mixroom.crew.model import Person


def acknowledge(by: Person, alarm_id: str, note: str | None = None) -> Item:
    """Say that one has seen an alarm, and what was done; its phones do not ring any more.

    Doing it again replaces the note. An alarm that is over can be acknowledged too.
    """
    by.must("alarm.acknowledge")
    seen = Acknowledgement(by.id, clock.now(), checked_note(note))
    with transaction() as tx:
        alarm = store.get(tx, alarm_id, lock=True)
        if alarm is None or alarm.event_id != by.event_id:
            raise NotFoundError(alarm_id)
        after = replace(alarm, acknowledged=seen)
        store.save(tx, after)
        item = as_items(tx, [after])[alarm_id]
        _record(tx, by, Fact.ACKNOWLEDGED, alarm_id, alarm.rule)
    return item


def change(by: Person, rule: AlarmRule, setting: Setting) -> Setting:
    """Choose when a rule raises an alarm, who is told, and how."""
    by.must("alarm.edit")
    checked_setting(rule, setting)
    with transaction() as tx:
        store.save_setting(tx, by.event_id, rule.name, setting)
        _record(tx, by, Fact.CHANGED, by.event_id, rule.name)
    return setting


def _record(tx: sa.Connection, by: Person, fact: Fact, key: str, rule: str) -> None:
    journal.record(
        tx,
        fact,
        event_id=by.event_id,
        key=key,
        owner=by.event_id,
        by=by.id,
        particulars={"rule": rule},
    )
