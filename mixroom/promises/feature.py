"""The declaration of promises to sponsors."""

from mixroom.core.text import N_
from mixroom.promises.alarms import LATE
from mixroom.promises.live import PANEL, VIEW
from mixroom.promises.model import PERMISSIONS
from mixroom.promises.notices import NOTICES
from mixroom.promises.queries import entries
from mixroom.promises.results import watch
from mixroom.promises.store import evidence, promises
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section

FEATURE = Feature(
    name="promises",
    pages=("mixroom.promises.web:web",),
    api=("mixroom.promises.api:api",),
    views={VIEW: "The promises to sponsors, with the evidence of each"},
    tables=(promises, evidence),
    permissions=PERMISSIONS,
    facts={
        "promise.made": "A lead noted what a sponsor was promised.",
        "promise.edited": "A promise's words, amount, channels, owner or due time changed.",
        "promise.removed": "A lead removed a promise that was never made.",
        "promise.delivered": "Someone brought evidence of a promise.",
        "promise.corrected": "Someone took evidence back that was brought by mistake.",
        "promise.kept": "A promise has all the evidence that it needs.",
        "promise.lost": "Evidence does not stand any more: a recall, a withdrawal.",
        "promise.regained": "Evidence stands again.",
    },
    problems={
        "promise_changed": Problem(
            409, N_("Someone changed this before you. What you typed is still in the form.")
        ),
    },
    rules={
        "counted_by_screens": N_("The screens count this themselves: it needs no other evidence."),
        "no_evidence_of_it": N_("This is no evidence of such a promise."),
        "other_channel": N_("This was published on another channel than was promised."),
        "brought_already": N_("This is there already."),
        "does_not_stand": N_(
            "This does not stand: it is not published, not valid or not shown. "
            "Choose something that is."
        ),
        "amount_between": N_("More than 0, and %(most)s at most."),
    },
    watchers=(watch,),
    jobs="mixroom.promises.jobs",
    notices=NOTICES,
    alarms=(LATE,),
    panels=(PANEL,),
    calendar=(entries,),
    menu=(MenuEntry("/promises", N_("Promises"), 50, Section.PLAN, needs="promise.read"),),
    privacy=(
        Kept(
            29,
            N_("The promises to sponsors that you look after, and the evidence that you bring"),
            N_("To keep what was promised, and to show it"),
            N_("The team of the event"),
        ),
    ),
)
