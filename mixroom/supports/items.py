"""Supports as lists show them, with their newest version and the name of their owner."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.speech import both
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.media.refusals import words_of_document
from mixroom.supports import store
from mixroom.supports.model import WANTED, Support, Version, waits_for_validation


def support_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of an event's supports that have these ids."""
    return items_of(tx, store.some(tx, event_id, keys))


def items_of(tx: sa.Connection, found: Collection[Support]) -> dict[str, Item]:
    """Return supports as items, by id."""
    shown = store.shown_versions(tx, found)
    names = crew_store.names(tx, {each.owner_id for each in found if each.owner_id})
    return {each.id: _item(each, shown.get(each.id, []), names) for each in found}


def pressing_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the supports that have a due time or wait for validation, briefly."""
    found = store.some(tx, event_id, keys)
    shown = store.shown_versions(tx, found)
    names = crew_store.names(tx, {each.owner_id for each in found if each.owner_id})
    made: dict[str, Item] = {}
    for each in found:
        newest = next((v for v in shown.get(each.id, []) if v.number == each.newest), None)
        waits = waits_for_validation(each, newest)
        due = each.due if each.status in WANTED else None
        if waits or due:
            made[each.id] = {
                "id": each.id,
                "title": each.title.as_dict(),
                "lang": each.lang.value,
                "owner": names.get(each.owner_id, ("", None))[0] if each.owner_id else "",
                "due": rfc3339(due) if due else None,
                "waits": waits,
            }
    return made


def _item(support: Support, shown: list[Version], names: dict[str, Any]) -> dict[str, Any]:
    by_number = {each.number: each for each in shown}
    valid = by_number.get(support.valid or 0)
    newest = by_number.get(support.newest)
    owner = support.owner_id
    return {
        "id": support.id,
        "title": support.title.as_dict(),
        "kind": support.kind.value,
        "lang": support.lang.value,
        "pair": support.pair_id,
        "brief": support.brief,
        "owner": {"id": owner, "name": names.get(owner, ("", None))[0]} if owner else None,
        "due": rfc3339(support.due) if support.due else None,
        "status": support.status.value,
        "valid": version_item(valid) if valid else None,
        "newest": version_item(newest) if newest else None,
        "address": support.address if valid else None,
        "version": support.version,
    }


def version_item(version: Version) -> dict[str, Any]:
    """Return a version as an item."""
    refusal = version.refusal
    return {
        "number": version.number,
        "type": version.type,
        "size": version.size,
        "pages": version.pages,
        "state": version.checking.value,
        "refusal": both(words_of_document(refusal)).as_dict() if refusal else None,
        "file": f"/supports/{version.support_id}/files/{version.file}",
        "previews": [
            {
                "src": f"/supports/{version.support_id}/files/{each.file}",
                "width": each.width,
                "height": each.height,
            }
            for each in version.previews
        ],
        "by": version.by,
        "at": rfc3339(version.at),
    }
