"""The kinds of messages about shifts that go to phones, and the letter that reminds of one."""

from datetime import timedelta

from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.text import N_
from mixroom.push.model import Notice

PAGE = "/shifts#shift-{key}"

REMINDED = Notice("shift", N_("Your shift begins soon"), timedelta(hours=3), PAGE, plain=True)
ASSIGNED = Notice("assigned", N_("You are on a shift"), timedelta(hours=24), PAGE, plain=True)
MOVED = Notice("moved", N_("Your shift has changed"), timedelta(hours=24), PAGE, plain=True)
CALLED_OFF = Notice(
    "called_off", N_("Your shift is called off"), timedelta(hours=24), PAGE, plain=True
)
REMOVED = Notice(
    "removed", N_("You are no longer on this shift"), timedelta(hours=24), PAGE, plain=True
)
# The one who takes over first gets the seat, so it is not kept for long.
STAND_IN = Notice("stand_in", N_("Can you stand in?"), timedelta(hours=6), PAGE, "high", plain=True)
WANTED = Notice(
    "shift_wanted", N_("Can you take this shift?"), timedelta(hours=6), PAGE, "high", plain=True
)
TAKEN_OVER = Notice(
    "taken_over", N_("Someone stands in for you"), timedelta(hours=24), PAGE, "high", plain=True
)
NOTICES = (REMINDED, ASSIGNED, MOVED, CALLED_OFF, REMOVED, STAND_IN, WANTED, TAKEN_OVER)

# For those who gave an address; it can be unsubscribed from.
REMINDER = LetterTemplate(
    "shift_reminder",
    N_("Reminder of a shift"),
    N_("Your shift: %(when)s"),
    N_(
        "Hello %(name)s,\n\nYour shift begins soon.\n\n%(what)s\n%(when)s\n\n"
        "If you cannot come, ask for a stand-in here, under “My shifts”:\n\n%(link)s"
    ),
    ("name", "what", "when", "link"),
    optional=True,
    needs=("link",),
)
LETTERS = (REMINDER,)
