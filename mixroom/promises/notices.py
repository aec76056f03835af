"""The kinds of messages about promises that go to phones."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.push.model import Notice

PAGE = "/promises/{key}"
A_DAY = timedelta(days=1)

ASKED = Notice("promise_asked", N_("You keep a promise to a sponsor"), A_DAY, PAGE, plain=True)
LOST = Notice(
    "promise_lost",
    N_("The evidence of a promise does not stand any more"),
    A_DAY,
    PAGE,
    "high",
    plain=True,
)
DUE = Notice("promise_due", N_("A promise to a sponsor is due in a day"), A_DAY, PAGE, plain=True)
LATE = Notice("promise_late", N_("A promise to a sponsor is late"), A_DAY, PAGE, "high", plain=True)
DUE_UNOWNED = Notice(
    "promise_due_unowned",
    N_("A promise that nobody looks after is due in a day"),
    A_DAY,
    PAGE,
    plain=True,
)
LATE_UNOWNED = Notice(
    "promise_late_unowned",
    N_("A promise that nobody looks after is late"),
    A_DAY,
    PAGE,
    "high",
    plain=True,
)
NOTICES = (ASKED, LOST, DUE, LATE, DUE_UNOWNED, LATE_UNOWNED)
