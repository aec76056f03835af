"""The kinds of messages that a review sends to phones."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.push.model import Notice

ITEM = "/send#{key}"
TRANSLATION = "/translations#{key}"
A_DAY, FOUR_HOURS, TWO_HOURS = (timedelta(hours=hours) for hours in (24, 4, 2))

RETURNED = Notice("returned", N_("Sent back to you"), A_DAY, ITEM, "high")
APPROVED = Notice("approved", N_("Approved for the wall"), FOUR_HOURS, ITEM)
# It replaces one of the two above, so it is kept for as long.
REOPENED = Notice("reopened", N_("Back with the reviewers"), A_DAY, ITEM, "high")
TRANSLATE = Notice("translate", N_("Can you translate this?"), FOUR_HOURS, TRANSLATION)
DECLINED = Notice("declined", N_("Your translation was not used"), FOUR_HOURS, TRANSLATION)
LATE = Notice("late", N_("Waiting for eight minutes"), timedelta(minutes=15), "/review", "high")
REPORTED = Notice(
    "reported", N_("Someone says they are in a photo"), TWO_HOURS, "/review/reports", "high"
)
NOTICES = (RETURNED, APPROVED, REOPENED, TRANSLATE, DECLINED, LATE, REPORTED)
