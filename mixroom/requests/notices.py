"""The kinds of messages about requests that go to phones."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.push.model import Notice

FOUR_HOURS = timedelta(hours=4)

# It is kept for a phone that is off until the request is due.
ASKED = Notice("request", N_("Can you do this?"), timedelta(hours=1), "/send#request-{key}", "high")
ANSWERED = Notice(
    "answered", N_("Your request is answered"), FOUR_HOURS, "/dashboard#request-{key}"
)
THANKED = Notice("thanked", N_("Thank you!"), FOUR_HOURS, "/send#request-{key}")
# It replaces the one that the taker got, so it is kept for as long.
CANCELLED = Notice(
    "cancelled", N_("No longer needed"), timedelta(hours=1), "/send#request-{key}", "high"
)
NOTICES = (ASKED, ANSWERED, THANKED, CANCELLED)
