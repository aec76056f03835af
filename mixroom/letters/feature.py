"""The declaration of letters."""

from mixroom.core.text import N_
from mixroom.letters.model import PERMISSIONS
from mixroom.letters.store import letters, settings, unsubscribed, wordings
from mixroom.web.declaration import Feature, Kept, Problem

FEATURE = Feature(
    name="letters",
    tables=(letters, wordings, settings, unsubscribed),
    permissions=PERMISSIONS,
    facts={
        "letter.written": "A letter to someone outside was put into the outbox.",
        "letter.changed": "A letter was edited, held, released, put off or cancelled.",
        "letter.sent": "The mail server has taken a letter, or someone sent it by hand.",
        "letter.failed": "A letter was not sent, or may not have arrived: a lead decides.",
    },
    problems={
        "letter_moved": Problem(409, N_("This letter has moved on in the meantime.")),
    },
    rules={
        "not_an_email": N_("This is no e-mail address."),
        "not_a_telephone": N_("This is no telephone number."),
        "field_missing": N_("The text must keep %(name)s."),
        "field_unknown": N_("%(name)s is none of the fields of this letter."),
        "field_malformed": N_("A field is written exactly so: %(name)s."),
    },
    privacy=(
        Kept(
            14,
            N_("The letters we write to you, with your name and your e-mail address"),
            N_("To send them, and to know that they have arrived"),
            N_("Those who lead"),
            until=N_("Their text two months after the event; the rest with the edition."),
        ),
    ),
)
