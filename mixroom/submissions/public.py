"""The public page: a window of the newest items, and pages of older ones behind it.

It shows as many items at an event's end as on its first morning.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mixroom.core import clock
from mixroom.core.live_list import LiveList
from mixroom.event.model import Moment
from mixroom.web.declaration import hook, view
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event, render

WINDOW = 60  # items on a page
STRIP = 6  # photos of the pinned story
APPROVED = re.compile(r'"approved_at":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Window:
    """The items of one page, newest first; `older` is where the next page begins, if there is one.

    `latest` is true for the page with the newest items, onto which new ones come.
    """

    keys: Sequence[str]
    older: str | None
    latest: bool


def window(found: LiveList, before: str = "") -> Window:
    """Return the newest items, or the newest of those before a place in the list."""
    places = sorted(((_place(key, text), key) for key, text in found.items.items()), reverse=True)
    behind = [each for each in places if not before or each[0] < before]
    page = list(islice(behind, WINDOW))
    older = page[-1][0] if len(behind) > WINDOW else None
    return Window([key for _, key in page], older, latest=not before)


def public_page(found: LiveList, before: str) -> str:
    """Return an event's page; `before` is what the page before gave as `older`."""
    shown = window(found, before)
    pinned = hook("pinned_story")(found.scope) if shown.latest and found.scope else None
    event = current_event()
    return render(
        "public/live.html",
        is_over=event is not None and event.moment(clock.now()) is Moment.AFTER,
        view=PageView(found, shown.keys),
        window=shown,
        story=_told(pinned, found),
        recruits=_recruits(found.scope),
    )


def _recruits(event_id: str) -> bool:
    """Return whether one can apply for the media team now."""
    states = live_list(view("recruiting"), event_id).items.values() if event_id else ()
    return any(json.loads(text)["open"] for text in states)


def _told(pinned: Mapping[str, Any] | None, found: LiveList) -> dict[str, Any] | None:
    """Return the pinned story of a day with its first photos, of those that everyone may see."""
    if pinned is None:
        return None
    items = (
        json.loads(found.items[each["id"]])
        for each in pinned["pieces"]
        if each["id"] in found.items
    )
    photos = ({**item, "photo": item["media"][0]} for item in items if item["media"])
    return {**pinned, "photos": list(islice(photos, STRIP))}


def _place(key: str, text: str) -> str:
    """Return where an item stands in the list: by the time of its approval, then by its id."""
    approved = APPROVED.search(text)
    return f"{approved[1] if approved else ''}.{key}"
