"""An entry of a feature in the calendar of the plan: a moment, its words, and where it leads."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from mixroom.core.text import Bilingual


class CalendarEntry(NamedTuple):  # a page has thousands: a dataclass takes four times as long
    """An entry of the calendar.

    `kind` is one word for its look (`message`, `support`, `promise`), `owner_id` the person whose
    phone is told of it. `version` is that of a message that may be moved to another time; what has
    none stays where it is.
    """

    key: str
    at: datetime
    title: Bilingual
    path: str
    kind: str
    owner_id: str | None = None
    is_done: bool = False
    is_late: bool = False
    version: int | None = None


# (tx, event_id, since, until) → the entries from `since` until before `until`
Calendar = Callable[[sa.Connection, str, datetime, datetime], Iterable[CalendarEntry]]
