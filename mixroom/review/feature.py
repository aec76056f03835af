"""The declaration of the queue and the decisions."""

from mixroom.core.text import N_
from mixroom.review.api import api
from mixroom.review.live import REPORTS, VIEW
from mixroom.review.model import PERMISSIONS
from mixroom.review.notices import NOTICES
from mixroom.review.store import lists, reports
from mixroom.review.web import web
from mixroom.web.declaration import Feature, MenuEntry, Shortcut, always

FEATURE = Feature(
    name="review",
    pages=(always(web),),
    api=(always(api),),
    views={
        VIEW: "What waits for a decision: submitted or held",
        REPORTS: "Photos that someone says they are in, until a reviewer has looked",
    },
    tables=(lists, reports),
    permissions=PERMISSIONS,
    jobs="mixroom.review.jobs",
    notices=NOTICES,
    menu=(
        MenuEntry("/review", N_("Review"), 20, needs="submission.approve"),
        MenuEntry("/translations", N_("Translations"), 30, needs="translation.read"),
    ),
    shortcuts=(Shortcut("/review", N_("Review"), needs="submission.approve"),),
)
