"""Actions that add many messages at once: from a template, or from a table."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError
from mixroom.core.roles import CREW
from mixroom.core.text import Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event, Moment
from mixroom.plan import aims_store, store
from mixroom.plan.actions import add_within, save_campaign_within
from mixroom.plan.aims import Campaign
from mixroom.plan.hours import read_local
from mixroom.plan.model import Message
from mixroom.plan.patterns import drafts, patterns
from mixroom.plan.sheet_rows import Column, SheetRow

NOON = "12:00"  # of a row that names a day and no time


@dataclass(frozen=True, slots=True)
class Begun:
    """The messages added; `known` counts those that were there already, `left` are refused rows."""

    added: int
    known: int
    campaign_id: str | None = None
    left: Sequence[SheetRow] = ()


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


def bring_in(by: Person, rows: Iterable[SheetRow]) -> Begun:
    """Add the messages of a table that are understood; the others are `left`, with what is wrong.

    A row that was brought in before, word for word, is not added again.
    """
    by.must("campaign.edit")
    with transaction() as tx:
        event = event_store.require(tx, by.event_id)
        event_store.lock(tx, by.event_id)
        people = crew_store.people_of(tx, by.event_id)
        names = {each.name.casefold(): each.id for each in people if each.role in CREW}
        wanted, left = [], []
        for row in rows:
            try:
                if row.faults:
                    left.append(row)
                else:
                    wanted.append(_message(tx, by, event, row, names))
            except InvalidError as error:
                column = Column.OWNER if error.field == "owner" else Column.DAY
                left.append(replace(row, faults={column: error.rule}))
        return replace(_add(tx, by, wanted, None), left=left)


def _message(
    tx: sa.Connection, by: Person, event: Event, row: SheetRow, names: dict[str, str]
) -> Message:
    due = None
    if row.day:
        due = read_local(f"{row.day}T{row.time or NOON}", event.zone)
    owner = row.text(Column.OWNER)
    if owner and owner.casefold() not in names:
        raise InvalidError("owner", "unknown")
    campaign_id = None
    if title := row.text(Column.CAMPAIGN):
        moment = _moment(row.day, event)
        campaign_id = _campaign(tx, by, Bilingual.of(title, title), moment).id
    return Message(
        _id(by.event_id, *(row.text(column) for column in Column)),
        by.event_id,
        row.text(Column.TITLE),
        row.channels,
        Bilingual.of(row.text(Column.FR), row.text(Column.EN)),
        due=due,
        owner_id=names.get(owner.casefold(), by.id),
        campaign_id=campaign_id,
    )


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
