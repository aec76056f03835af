"""The declaration of letters."""

from mixroom.core.text import N_
from mixroom.letters import results
from mixroom.letters.alarms import STUCK
from mixroom.letters.live import LETTERS, OUTBOX_VIEW
from mixroom.letters.model import KEPT_AFTER_EVENT, PERMISSIONS, Fact
from mixroom.letters.store import letters, settings, unsubscribed, wordings
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section

FEATURE = Feature(
    name="letters",
    pages=("mixroom.letters.web:web",),
    api=("mixroom.letters.api:api",),
    views={
        LETTERS: "The newest letters, without their texts",
        OUTBOX_VIEW: "How many letters are where, and how far those are that are to go now",
    },
    tables=(letters, wordings, settings, unsubscribed),
    permissions=PERMISSIONS,
    facts={
        "letter.written": "A letter to someone outside was put into the outbox.",
        "letter.changed": "A letter was edited, held, released, put off or cancelled.",
        "letter.sent": "The mail server has taken a letter, or someone sent it by hand.",
        "letter.failed": "A letter was not sent, or may not have arrived: a lead decides.",
    },
    passing=frozenset(Fact),
    keeps=((KEPT_AFTER_EVENT, results.forget),),
    problems={
        "letter_changed": Problem(
            409,
            N_("Someone changed these words before you. What you typed is still in the form."),
        ),
        "letter_moved": Problem(409, N_("This letter has moved on in the meantime.")),
    },
    rules={
        "field_missing": N_("The text must keep %(name)s."),
        "field_unknown": N_("%(name)s is none of the fields of this letter."),
        "field_malformed": N_("A field is written exactly so: %(name)s."),
        "not_ahead": N_("Choose a time that is still to come."),
    },
    jobs="mixroom.letters.jobs",
    menu=(MenuEntry("/letters", N_("Letters"), 50, Section.TEAM, needs="letter.read"),),
    hooks={"write_letter": results.write_to},
    leaves=(results.forget_person,),
    alarms=(STUCK,),
    watchers=(results.look,),
    privacy=(
        Kept(
            14,
            N_("The letters we write to you, with your name and your e-mail address"),
            N_("To send them, and to know that they have arrived"),
            N_("Those who lead"),
            until=N_("Two months after the event."),
        ),
    ),
)
