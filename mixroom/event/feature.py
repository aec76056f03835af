"""The declaration of editions."""

from mixroom.core.text import N_
from mixroom.event import steps
from mixroom.event.model import PERMISSIONS
from mixroom.event.store import events, groups
from mixroom.web.declaration import Feature, Problem, Step

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
    steps=(
        Step("days", N_("The days and the name of the event"), "/event#event", 10, steps.has_days),
        Step("teams", N_("The names of the project teams"), "/event#team", 20, steps.has_teams),
        Step("programme", N_("The programme"), "/event#programme", 30, steps.has_programme),
        Step("look", N_("The museum’s logo and colours"), "/event#look", 40, steps.has_look),
    ),
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
