"""The kinds of messages about supports that go to phones."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.push.model import Notice

PAGE = "/supports/{key}"
A_DAY = timedelta(days=1)

ASKED = Notice("support_asked", N_("You are asked to make a support"), A_DAY, PAGE, plain=True)
COMMENTED = Notice("support_commented", N_("A comment on a support"), A_DAY, PAGE, plain=True)
VALIDATED = Notice("support_validated", N_("A support is validated"), A_DAY, PAGE, plain=True)
REFUSED = Notice(
    "support_refused", N_("A version cannot be opened"), A_DAY, PAGE, "high", plain=True
)
DUE = Notice("support_due", N_("A support is due in a day"), A_DAY, PAGE, plain=True)
LATE = Notice("support_late", N_("A support is late"), A_DAY, PAGE, "high", plain=True)
DUE_UNOWNED = Notice(
    "support_due_unowned",
    N_("A support that nobody makes is due in a day"),
    A_DAY,
    PAGE,
    plain=True,
)
LATE_UNOWNED = Notice(
    "support_late_unowned",
    N_("A support that nobody makes is late"),
    A_DAY,
    PAGE,
    "high",
    plain=True,
)
NOTICES = (ASKED, COMMENTED, VALIDATED, REFUSED, DUE, LATE, DUE_UNOWNED, LATE_UNOWNED)
