"""The declaration of alarms."""

from mixroom.alarms import results
from mixroom.alarms.live import PANEL, VIEW
from mixroom.alarms.model import PERMISSIONS
from mixroom.alarms.store import alarms, settings
from mixroom.core.text import N_
from mixroom.web.declaration import Feature, MenuEntry, Section

FEATURE = Feature(
    name="alarms",
    pages=("mixroom.alarms.web:web",),
    api=("mixroom.alarms.api:api",),
    views={VIEW: "The alarms that are open, and the newest that are over"},
    tables=(alarms, settings),
    permissions=PERMISSIONS,
    facts={
        "alarm.raised": "A rule found something wrong; `again` if it was over only for moments.",
        "alarm.cleared": "What was wrong is over.",
        "alarm.acknowledged": "Someone has seen an alarm, or changed the note on what was done.",
        "alarm.changed": "A lead changed the settings of a rule.",
    },
    rules={
        "out_of_range": N_("Choose a number from %(least)s to %(most)s."),
        "nobody_told": N_("Choose at least one role, or switch off the messages to phones."),
        "no_hours": N_("Quiet hours begin and end at different times."),
    },
    jobs="mixroom.alarms.jobs",
    notices=(results.ALARM,),
    menu=(
        MenuEntry(
            "/alarms",
            N_("Alarms"),
            20,
            Section.LIVE,
            needs="alarm.read",
            count="mixroom.alarms.web:unseen",
        ),
    ),
    panels=(PANEL,),
    hooks={
        "watched_events": results.watched_events,
        "known": results.known,
        "watch": results.watch,
        "tell": results.tell,
    },
)
