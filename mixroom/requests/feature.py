"""The declaration of requests."""

from mixroom.core.text import N_
from mixroom.requests.live import PANEL, VIEW
from mixroom.requests.model import PERMISSIONS
from mixroom.requests.notices import NOTICES
from mixroom.requests.results import ask_for_moments
from mixroom.requests.store import requests
from mixroom.web.declaration import Feature, Kept, Problem

FEATURE = Feature(
    name="requests",
    api=("mixroom.requests.api:api",),
    views={VIEW: "Requests that are open or taken, and those that ended in the last six hours"},
    tables=(requests,),
    permissions=PERMISSIONS,
    facts={
        "request.opened": "The crew was asked for something, by a person or by the programme.",
        "request.taken": "Someone is on it.",
        "request.given_back": "The person who was on it gave it back; it is open again.",
        "request.done": "A submission answered it, whatever becomes of that submission.",
        "request.answered": "A further submission carries it, after it had ended.",
        "request.cancelled": "Its asker or a lead cancelled it.",
        "request.lapsed": "Its time was over before anything answered it.",
        "request.thanked": "Its asker or a lead thanked the person who answered it.",
    },
    problems={
        "request_taken": Problem(409, N_("Someone else is on it already.")),
        "request_over": Problem(409, N_("This request has ended.")),
    },
    rules={"past": N_("This time is over already.")},
    jobs="mixroom.requests.jobs",
    watchers=(ask_for_moments,),
    notices=NOTICES,
    panels=(PANEL,),
    privacy=(
        Kept(
            23,
            N_("Which requests you took and answered"),
            N_("So that two people are not on the same thing, and to thank you"),
            N_("The team of the event"),
        ),
    ),
)
