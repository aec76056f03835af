"""The declaration of the review."""

from mixroom.core.text import N_
from mixroom.review.alarms import WAITING
from mixroom.review.live import PANEL, REPORTS, VIEW
from mixroom.review.model import PERMISSIONS
from mixroom.review.notices import NOTICES
from mixroom.review.store import lists, reports
from mixroom.web.declaration import Feature, Kept, MenuEntry, Section, Shortcut

FEATURE = Feature(
    name="review",
    pages=("mixroom.review.web:web",),
    api=("mixroom.review.api:api",),
    views={
        VIEW: "Submissions that wait for a decision: submitted or held",
        REPORTS: "Photos that visitors report being in, until a reviewer settles it",
    },
    tables=(lists, reports),
    permissions=PERMISSIONS,
    jobs="mixroom.review.jobs",
    notices=NOTICES,
    alarms=(WAITING,),
    panels=(PANEL,),
    menu=(
        MenuEntry("/review", N_("Queue"), 10, Section.REVIEW, needs="queue.read"),
        MenuEntry(
            "/translations",
            N_("Translations"),
            20,
            Section.REVIEW,
            needs="translation.read",
            suits=lambda person: person.translates,
        ),
        MenuEntry("/review/reports", N_("Reported photos"), 30, Section.REVIEW, needs="queue.read"),
        MenuEntry("/review/reasons", N_("Reasons"), 40, Section.REVIEW, needs="event.edit"),
    ),
    shortcuts=(Shortcut("/review", N_("Review"), needs="submission.approve"),),
    privacy=(
        Kept(
            30,
            N_("That someone said “This is me” about a photo: a scrambled name of the browser"),
            N_("So that the photo is hidden at once, and nobody can hide them all"),
            N_("The reviewers see that it was said, never by whom"),
        ),
    ),
)
