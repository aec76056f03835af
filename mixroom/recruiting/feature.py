"""The declaration of recruiting."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.recruiting import results
from mixroom.recruiting.limits import UNCONFIRMED_KEPT
from mixroom.recruiting.live import NEEDS, OPEN, VIEW
from mixroom.recruiting.model import PERMISSIONS
from mixroom.recruiting.notices import LETTERS
from mixroom.recruiting.store import applications, needs, notes, openings
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section

FEATURE = Feature(
    name="recruiting",
    pages=("mixroom.recruiting.public:public", "mixroom.recruiting.web:web"),
    api=("mixroom.recruiting.api:api",),
    views={
        VIEW: "Applications that are not withdrawn, the newest thousand",
        NEEDS: "How many people of each role are needed in each half-day",
        OPEN: "Whether applications are taken",
    },
    on_public_page=(OPEN,),
    tables=(applications, notes, needs, openings),
    permissions=PERMISSIONS,
    facts={
        "application.received": "Someone applied; the e-mail address is not confirmed yet.",
        "application.confirmed": "The applicant has confirmed the e-mail address.",
        "application.changed": "The applicant changed the application.",
        "application.shortlisted": "A lead put it on the shortlist.",
        "application.accepted": "A lead accepted it: the person, the invite and the letter exist.",
        "application.waiting": "A lead put it on the waiting list.",
        "application.declined": "A lead declined it.",
        "application.reopened": "A lead took a decision back.",
        "application.left": "Its accepted applicant is no longer on the crew.",
        "application.withdrawn": "The applicant withdrew it; everything about them is erased.",
        "application.noted": "A lead wrote a note on it.",
        "application.forgotten": "It was erased: its time was over, or it was never confirmed.",
        "recruiting.edited": "A lead changed the needs, or when applications are taken.",
    },
    passing=frozenset({"application.received", "application.forgotten"}),
    keeps=(
        (UNCONFIRMED_KEPT, results.forget_unconfirmed),
        (timedelta(0), results.forget_agreed),
    ),
    problems={
        "applications_closed": Problem(409, N_("Applications are not taken at present.")),
        "application_wrong_status": Problem(
            409, N_("This application has moved on in the meantime.")
        ),
        "form_too_fast": Problem(
            429, N_("That was very fast. Read it over once, then send it again."), 3
        ),
        "form_old": Problem(
            409, N_("This page was open for a long time. Look it over, then send it again.")
        ),
    },
    rules={
        "not_link": N_("An address looks like https://example.org/page. One on each line."),
        "left_empty": N_("Leave this field empty."),
        "reworded": N_("The wording has changed since you opened the page. Please choose again."),
        "too_many_people": N_("At most %(most)s people."),
        "not_a_time": N_("A date and a time, please."),
    },
    letters=LETTERS,
    renews=(results.renew,),
    leaves=(results.leave,),
    menu=(
        MenuEntry(
            "/applications",
            N_("Applications"),
            20,
            Section.TEAM,
            needs="application.read",
            count="mixroom.recruiting.web:received",
        ),
    ),
    privacy=(
        Kept(
            1,
            N_("What you write when you apply: name, how to reach you, roles, when, why, needs"),
            N_("To put the team together, and to write to you about it"),
            N_("Those who lead the media room"),
            until=N_("On the day that you agreed to, or at once when you withdraw it."),
        ),
        Kept(
            2,
            N_("An application whose e-mail address nobody confirmed"),
            N_(
                "To give its sender time to open the letter; and a scrambled name of the network "
                "it came from, against floods"
            ),
            N_("Those who lead the media room, apart from the others"),
            until=N_("After %(days)s days."),
            after=UNCONFIRMED_KEPT,
        ),
    ),
)
