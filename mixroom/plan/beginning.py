"""Actions that add many messages at once: from a template, or from a table."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.roles import CREW
from mixroom.core.text import Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event, Moment
from mixroom.plan import aims_store, store
from mixroom.plan.actions import add_within, change_within, save_campaign_within
from mixroom.plan.aims import Campaign
from mixroom.plan.hours import read_local, written_local
from mixroom.plan.model import Message, checked
from mixroom.plan.moves import MessageStatusError, Status
from mixroom.plan.patterns import drafts, patterns
from mixroom.plan.sheet_rows import Column, SheetRow

# Where the fault of a field is shown; of all others, beside the title.
_COLUMNS = {
    "owner": Column.OWNER,
    "id": Column.KEY,
    "due": Column.DAY,
    "channels": Column.CHANNELS,
    "text": Column.FR,
}
NOON = "12:00"  # of a row that names a day and no time


@dataclass(frozen=True, slots=True)
class Begun:
    """The messages added and changed; `known` are there already as they are, `left` are refused."""

    added: int
    known: int
    campaign_id: str | None = None
    changed: int = 0
    left: Sequence[SheetRow] = ()


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The rows of a table, by whether they add a message, change one, or do neither."""

    new: Mapping[str, tuple[Message, SheetRow]]
    changes: Sequence[tuple[Message, dict[str, Any], SheetRow]]
    known: int
    left: Sequence[SheetRow]

    def begun(self) -> Begun:
        return Begun(len(self.new), self.known, changed=len(self.changes), left=self.left)


def begin_with(by: Person, name: str, *, site: str, sponsor: str | None = None) -> Begun:
    """Add the campaign and the messages of a template, as drafts that somebody works on.

    Again, with the same sponsor if there is one, it adds only those that are missing. Raises
    InvalidError for an unknown template.
    """
    by.must("campaign.edit")
    pattern = patterns().get(name)
    if pattern is None:
        raise InvalidError("template", "unknown")
    with transaction() as tx:
        event = event_store.require(tx, by.event_id)
        event_store.lock(tx, by.event_id)  # of two at once, the second finds what the first added
        found = list(drafts(pattern, event, site=site, sponsor=sponsor))
        title = pattern.title.text
        if sponsor:
            title = Bilingual(f"{title.fr} · {sponsor}", f"{title.en} · {sponsor}")
        campaign = _campaign(tx, by, title, Moment(pattern.moment))
        wanted = [
            Message(
                _id(by.event_id, name, sponsor or "", str(n)),
                by.event_id,
                each.title[by.lang],
                each.channels,
                each.text,
                due=each.due,
                owner_id=by.id,
                campaign_id=campaign.id,
            )
            for n, each in enumerate(found)
        ]
        return _add(tx, by, wanted, campaign.id)


def look_at(by: Person, rows: Sequence[SheetRow]) -> Begun:
    """Return what would become of the rows of a table, and change nothing."""
    by.must("campaign.edit")
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
        if event is None:
            raise NotFoundError(by.event_id)
        return _sorted(tx, by, event, rows).begun()


def bring_in(by: Person, rows: Sequence[SheetRow]) -> Begun:
    """Add the messages of a table that are understood, and change those that were exported to it.

    Those that are not understood, or that somebody has changed since the export, are `left`, with
    what is wrong. A row that was brought in before, word for word, is not added again.
    """
    by.must("campaign.edit")
    with transaction() as tx:
        event = event_store.require(tx, by.event_id)
        event_store.lock(tx, by.event_id)
        found = _sorted(tx, by, event, rows)
        for message, row in found.new.values():
            campaign_id = _campaign_of(tx, by, row, event)
            add_within(tx, by, replace(message, campaign_id=campaign_id))
        for before, changes, row in found.changes:
            fields = _fields(changes)
            if Column.CAMPAIGN in changes:
                fields["campaign_id"] = _campaign_of(tx, by, row, event)
            change_within(tx, by, before.id, fields, version=before.version)
        return found.begun()


def _sorted(tx: sa.Connection, by: Person, event: Event, rows: Sequence[SheetRow]) -> _Sorted:
    people = crew_store.people_of(tx, by.event_id)
    names = {each.name.casefold(): each.id for each in people if each.role in CREW}
    titles = {each.id: each.name for each in aims_store.campaigns_of(tx, by.event_id)}
    there = {
        each.id: each
        for each in store.some(tx, by.event_id, {row.named[0] for row in rows if row.named})
    }
    new: dict[str, tuple[Message, SheetRow]] = {}
    changes, left, known = [], [], 0
    for row in rows:
        before = there.get(row.named[0]) if row.named else None
        faults = dict(row.faults or {})
        if before:  # it may have no words but those for the website
            faults.pop(Column.TITLE, None)
        if faults:
            left.append(row)
            continue
        try:
            if before is None:
                made = _message(by, event, row, names)
                new[made.id] = made, row
            elif wanted := _changes(before, row, event, names, titles):
                _must_change(before, wanted, row, by)
                changes.append((before, wanted, row))
            else:
                known += 1
        except (InvalidError, MessageStatusError) as error:
            left.append(replace(row, faults=_faults(error)))
    had = store.with_ids(tx, new)
    kept = {key: each for key, each in new.items() if key not in had}
    return _Sorted(kept, changes, known + len(new) - len(kept), left)


def _faults(error: InvalidError | MessageStatusError) -> dict[Column, str]:
    if isinstance(error, MessageStatusError):
        return {Column.STATUS: "state"}
    return {_COLUMNS.get(error.field, Column.TITLE): error.rule}


def _message(by: Person, event: Event, row: SheetRow, names: Mapping[str, str]) -> Message:
    """Return the message of a row that is none of the plan yet, without its campaign."""
    return checked(
        Message(
            _id(by.event_id, *(row.text(column) for column in Column if column is not Column.KEY)),
            by.event_id,
            row.text(Column.TITLE),
            row.channels,
            Bilingual.of(row.text(Column.FR), row.text(Column.EN)),
            due=_due(row, event),
            owner_id=_owner(row, names) or by.id,
        )
    )


def _changes(
    before: Message,
    row: SheetRow,
    event: Event,
    names: Mapping[str, str],
    titles: Mapping[str, Bilingual],
) -> dict[str, Any]:
    """Return what a row says otherwise than its message, in the columns that the table has.

    Where it says another campaign, that is under `Column.CAMPAIGN`.
    """
    said, found = row.cells, dict[str, Any]()
    title = " ".join(row.text(Column.TITLE).split())
    if Column.TITLE in said and title != before.title:
        found["title"] = title
    if Column.CHANNELS in said and set(row.channels) != set(before.channels):
        found["channels"] = row.channels
    fr, en = _said(row, Column.FR, before.text.fr), _said(row, Column.EN, before.text.en)
    if (fr, en) != (before.text.fr, before.text.en):
        found["text"] = Bilingual(fr, en)
    if Column.DAY in said and _local(row) != written_local(before.due, event.zone):
        found["due"] = _due(row, event)
    owner_id = _owner(row, names)
    if Column.OWNER in said and owner_id != before.owner_id:
        found["owner_id"] = owner_id
    campaign = titles.get(before.campaign_id or "", Bilingual("", ""))
    if Column.CAMPAIGN in said and row.text(Column.CAMPAIGN) not in (campaign.fr, campaign.en):
        found[Column.CAMPAIGN] = row.text(Column.CAMPAIGN)
    return found


def _said(row: SheetRow, column: Column, there: str | None) -> str | None:
    """Return the text of a row, or the one that is there if it is the same or not in the table."""
    same = row.text(column) == "\n".join((there or "").splitlines()).strip()
    return there if same or column not in row.cells else row.text(column) or None


def _fields(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in changes.items() if name != Column.CAMPAIGN}


def _must_change(before: Message, wanted: Mapping[str, Any], row: SheetRow, by: Person) -> None:
    """Raise InvalidError or MessageStatusError if a message cannot be changed so."""
    if row.named and row.named[1] != before.version:
        raise InvalidError("id", "changed")
    after = before.changed(checked(replace(before, **_fields(wanted))), by.id)
    if after.status is Status.SCHEDULED and after.due != before.due:
        after.must_be_ahead(clock.now())


def _due(row: SheetRow, event: Event) -> datetime | None:
    return read_local(_local(row), event.zone)


def _local(row: SheetRow) -> str:
    return f"{row.day}T{row.time or NOON}" if row.day else ""


def _owner(row: SheetRow, names: Mapping[str, str]) -> str | None:
    owner = row.text(Column.OWNER).casefold()
    if owner and owner not in names:
        raise InvalidError("owner", "unknown")
    return names.get(owner)


def _campaign_of(tx: sa.Connection, by: Person, row: SheetRow, event: Event) -> str | None:
    title = row.text(Column.CAMPAIGN)
    if not title:
        return None
    return _campaign(tx, by, Bilingual.of(title, title), _moment(row.day, event)).id


def _add(
    tx: sa.Connection, by: Person, wanted: Sequence[Message], campaign_id: str | None
) -> Begun:
    known = store.with_ids(tx, [each.id for each in wanted])
    new = {each.id: each for each in wanted if each.id not in known}
    for each in new.values():
        add_within(tx, by, each)
    return Begun(len(new), len(wanted) - len(new), campaign_id)


def _campaign(tx: sa.Connection, by: Person, name: Bilingual, moment: Moment) -> Campaign:
    """Return the campaign of this name, made if there is none."""
    for each in aims_store.campaigns_of(tx, by.event_id):
        if each.name == name or name.fr in (each.name.fr, each.name.en):
            return each
    return save_campaign_within(tx, by, Campaign("", by.event_id, name, moment, owner_id=by.id))


def _moment(day: date | None, event: Event) -> Moment:
    if day is None or day < event.starts_on:
        return Moment.BEFORE
    return Moment.AFTER if day > event.ends_on else Moment.DURING


def _id(*parts: str) -> str:
    """Return the id of a message from what it is made of, so that it is added once."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\n".join(parts)))
