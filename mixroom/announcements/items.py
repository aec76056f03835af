"""Announcements as pages show them, with the number of those who have read each."""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.announcements import store
from mixroom.core.clock import rfc3339
from mixroom.core.views import Item
from mixroom.crew import store as crew_store


def announcement_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of an event's announcements that have these ids."""
    found = store.some(tx, event_id, keys)
    read = store.count_receipts(tx, [each.id for each in found]) if found else {}
    names = crew_store.names(tx, {each.by for each in found})
    return {
        each.id: {
            "id": each.id,
            "text": each.text.as_dict(),
            "by": {"id": each.by, "name": names.get(each.by, ("", None))[0]},
            "sent_at": rfc3339(each.sent_at),
            "until": rfc3339(each.until),
            "to": each.audience.value,
            "role": each.role.value if each.role else None,
            "told": each.told,
            "read": read.get(each.id, 0),
        }
        for each in found
    }
