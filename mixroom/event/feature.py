"""The declaration of editions."""

from mixroom.core.text import N_
from mixroom.event.model import PERMISSIONS
from mixroom.event.store import events, groups
from mixroom.web.declaration import Feature, Problem

FEATURE = Feature(
    name="event",
    tables=(events, groups),
    permissions=PERMISSIONS,
    facts={
        "event.edited": "An edition was opened, or its name, days, teams or the like changed.",
    },
    problems={
        "slug_taken": Problem(409, N_("Another event has this short name.")),
    },
    rules={
        "no_moment": N_(
            "Line %(n)s is not understood: “%(line)s”. Write the day, the time and the title, "
            "for example: 2 14:00 Table ronde | Round table"
        ),
        "no_wish": N_(
            "Line %(n)s asks for something that is not understood: “%(line)s”. After “>” write "
            "photo, video, quote or post, fr or en, and the minutes to wait, for example: "
            "> photo fr en +10"
        ),
    },
)
