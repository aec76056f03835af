"""The declaration of sponsors."""

from mixroom.core.text import N_
from mixroom.sponsors.alarms import BEHIND
from mixroom.sponsors.live import VIEW
from mixroom.sponsors.model import PERMISSIONS
from mixroom.sponsors.store import blackouts, exposures, sponsors
from mixroom.web.declaration import Feature, MenuEntry, Section

FEATURE = Feature(
    name="sponsors",
    pages=("mixroom.sponsors.web:web",),
    api=("mixroom.sponsors.api:api",),
    views={VIEW: "The sponsors on the walls, with their shares, and the blackouts"},
    tables=(sponsors, blackouts, exposures),
    permissions=PERMISSIONS,
    menu=(MenuEntry("/sponsors", N_("Sponsors"), 60, Section.PLAN, needs="sponsor.edit"),),
    facts={
        "sponsor.added": "A sponsor was added.",
        "sponsor.edited": "A sponsor's name, tier, promise, address, order or logo changed.",
        "sponsor.removed": "A sponsor was removed; its exposures stay counted.",
        "sponsor.silenced": "The blackouts changed.",
    },
    rules={
        "more_than_a_third": N_("No sponsor can have more than 33% of the time."),
        "more_than_all": N_("More is promised than there is time."),
    },
    jobs="mixroom.sponsors.jobs",
    alarms=(BEHIND,),
)
