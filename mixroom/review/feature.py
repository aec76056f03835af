"""The declaration of the review."""

from mixroom.core.text import N_
from mixroom.review.alarms import WAITING
from mixroom.review.live import PANEL, REPORTS, VIEW
from mixroom.review.model import PERMISSIONS
from mixroom.review.notices import NOTICES
from mixroom.review.store import lists, reports
from mixroom.web.declaration import Feature, MenuEntry, Shortcut

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
        MenuEntry("/review", N_("Review"), 20, needs="submission.approve"),
        MenuEntry("/translations", N_("Translations"), 30, needs="translation.read"),
    ),
    shortcuts=(Shortcut("/review", N_("Review"), needs="submission.approve"),),
)
