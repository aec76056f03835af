"""The declaration of wraps."""

from mixroom.core.text import N_
from mixroom.web.declaration import Feature, MenuEntry, Problem, Section
from mixroom.wrap.live import PANEL, STORIES, WRAPS
from mixroom.wrap.model import PERMISSIONS
from mixroom.wrap.queries import pinned_story
from mixroom.wrap.store import wraps

FEATURE = Feature(
    name="wrap",
    pages=("mixroom.wrap.web:web",),
    api=("mixroom.wrap.api:api",),
    views={
        WRAPS: "The wraps of all days, with the keys of their pieces",
        STORIES: "The published wraps",
    },
    on_public_page=(STORIES,),
    tables=(wraps,),
    permissions=PERMISSIONS,
    facts={
        "wrap.saved": "Someone saved the wrap of a day, or had its pieces proposed.",
        "wrap.corrected": "Someone changed a wrap that is published.",
        "wrap.published": "A reviewer published the wrap of a day.",
        "wrap.taken_down": "A reviewer took a wrap off the public page and the walls.",
    },
    problems={
        "empty_wrap": Problem(409, N_("There is nothing to publish yet: add words or pictures.")),
    },
    menu=(MenuEntry("/wrap", N_("Wrap of the day"), 40, Section.LIVE, needs="wrap.edit"),),
    panels=(PANEL,),
    hooks={"pinned_story": pinned_story},
)
