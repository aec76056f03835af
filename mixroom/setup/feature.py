"""The declaration of the preparation of an edition."""

from mixroom.core.text import N_
from mixroom.setup.model import AGAIN
from mixroom.web.declaration import Feature, MenuEntry, Section, Step, parts

FEATURE = Feature(
    name="setup",
    pages=("mixroom.setup.web:web",),
    jobs="mixroom.setup.jobs",
    letters=(AGAIN,),
    menu=(MenuEntry("/event", N_("The event"), 80, Section.PLAN, needs="event.edit"),),
    rules={
        "no_row": N_(
            "Row %(n)s is not understood: “%(line)s”. Give a time, such as 14:30, and a title."
        ),
        "long_row": N_("Row %(n)s has a title of more than %(most)s characters. Shorten it."),
        "no_wish_in_row": N_(
            "Row %(n)s asks for something that is not understood: “%(line)s”. Write photo, video, "
            "quote or post, fr or en, and the minutes to wait, for example: photo fr en +10"
        ),
        "programme_changed": N_(
            "Someone else has changed the programme meanwhile. Your rows are below: compare them "
            "with the page in another window, then save again."
        ),
        "no_entries": N_(
            "Nothing in this file is on the days of the event, at a time of day. Look at the days "
            "of the event first."
        ),
        "large_calendar": N_("This calendar is too large. Export only the days of the event."),
    },
    steps=(
        Step(
            "https",
            N_("A secure address (https), which the phones’ app needs"),
            "/help/phones",
            70,
            lambda _tx, _event_id: parts().settings.secure,
        ),
    ),
)
