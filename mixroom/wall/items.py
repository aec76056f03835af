"""Screens and recalled submissions, as the live lists and the API show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import internal_items, published_items, with_status
from mixroom.submissions.moves import Status
from mixroom.wall import store
from mixroom.wall.model import ITEM_SCENES, LastReport, RecallReceipt

Title = dict[str, str | None]


def screen_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return screens with their settings and commands, in order of name."""
    found, numbers = store.list_screens(tx, event_id), store.numbers(tx, event_id)
    return {each.id: _screen(tx, each, numbers[each.id]) for each in found if each.id in keys}


def report_items(tx: sa.Connection, event_id: str, now: datetime) -> dict[str, Item]:
    """Return the last report of each screen of an event, by the screen's id."""
    return {
        key: {
            "at": rfc3339(last.at),
            "here": last.is_here(now),
            **last.content,
            "title": _title(tx, event_id, last),
        }
        for key, last in store.reports_of(tx, event_id).items()
    }


def recalled_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return recalled submissions, each with the receipts of its `screens`."""
    found = with_status(tx, event_id, keys, [Status.RECALLED])
    receipts = store.receipts_of(tx, [each.id for each in found])
    screen_ids = {each.screen_id for some in receipts.values() for each in some}
    names = crew_store.names(tx, screen_ids)
    items = internal_items(tx, found)
    return {
        key: {**item, "screens": receipt_items(receipts[key], names)} for key, item in items.items()
    }


def receipt_items(
    receipts: Sequence[RecallReceipt], names: Mapping[str, tuple[str, Role]]
) -> list[dict[str, str | None]]:
    """Return receipts with the names of their screens."""
    return [
        {
            "id": each.screen_id,
            "name": names.get(each.screen_id, ("", None))[0],
            "gone_at": rfc3339(each.gone_at) if each.gone_at else None,
        }
        for each in receipts
    ]


def _screen(tx: sa.Connection, person: Person, number: int) -> dict[str, Any]:
    screen = store.get(tx, person.id, person.event_id)
    return {
        "id": person.id,
        "name": person.name,
        "number": number,
        "settings": asdict(screen.settings),
        "asked": screen.commands.as_dict(),
    }


def _title(tx: sa.Connection, event_id: str, report: LastReport) -> Title | None:
    """Return the title of a screen's scene.

    The title of an item is its approved text, or None if it was recalled since.
    """
    scene = report.content["showing"]
    if scene["scene"] not in ITEM_SCENES or not scene["keys"]:
        title: Title | None = scene.get("title")
        return title
    key = scene["keys"][0]
    item = published_items(tx, event_id, [key], Purpose.WALL).get(key)
    if item is None:
        return None
    text: Title = item["text"]
    return text if any(text.values()) else item["alt"]
