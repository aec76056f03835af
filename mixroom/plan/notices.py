"""The kinds of messages about the plan that go to phones."""

from collections.abc import Mapping
from datetime import timedelta

from mixroom.core.text import N_
from mixroom.push.model import Notice

PAGE = "/plan/messages/{key}"
BEFORE = timedelta(hours=1)

SOON = Notice("message_soon", N_("A message is due within the hour"), BEFORE, PAGE, plain=True)
DUE = Notice("message_due", N_("A message is due"), timedelta(hours=2), PAGE, "high", plain=True)
UNSENT = Notice(
    "message_unsent",
    N_("A message has not gone out by itself"),
    timedelta(hours=2),
    PAGE,
    "high",
    plain=True,
)
LATE = Notice(
    "message_late", N_("A message is late"), timedelta(hours=12), PAGE, "high", plain=True
)
STALE = Notice(
    "message_stale",
    N_("A message draws on something that was recalled"),
    timedelta(hours=12),
    PAGE,
    "high",
    plain=True,
)
FAILED = Notice(
    "message_failed",
    N_("A network refused a message"),
    timedelta(hours=12),
    PAGE,
    "high",
    plain=True,
)
NOTICES = (SOON, DUE, UNSENT, LATE, STALE, FAILED)
# When its owner is told of a message, counted from its time, in order: that it is due, or, if
# programs publish it, that they have not.
RINGS: Mapping[Notice, timedelta] = {
    SOON: -BEFORE,
    DUE: timedelta(),
    UNSENT: timedelta(minutes=3),
    LATE: timedelta(minutes=15),
}
