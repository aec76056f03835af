"""The kinds of messages about the plan that go to phones."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.push.model import Notice

PAGE = "/plan/messages/{key}"

DUE = Notice("message_due", N_("A message is due"), timedelta(hours=2), PAGE, "high", plain=True)
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
NOTICES = (DUE, STALE, FAILED)
