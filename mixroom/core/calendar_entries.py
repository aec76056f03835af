"""An entry of a feature in the calendar of the plan: a moment, its words, and where it leads."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

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


class Calendar(Protocol):
    """A feature's way to give its entries."""

    def __call__(
        self,
        tx: sa.Connection,
        event_id: str,
        since: datetime,
        until: datetime,
        *,
        late: bool = ...,
    ) -> Iterable[CalendarEntry]:
        """Return the entries from `since` until before `until`, or the late ones of them."""
