"""The declaration of supports."""

from mixroom.core.text import N_
from mixroom.supports.alarms import LATE
from mixroom.supports.live import PANEL, VIEW
from mixroom.supports.model import PERMISSIONS
from mixroom.supports.notices import NOTICES
from mixroom.supports.queries import entries
from mixroom.supports.results import renew
from mixroom.supports.store import comments, distributions, partner_pages, supports, versions
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section

FEATURE = Feature(
    name="supports",
    pages=("mixroom.supports.web:web", "mixroom.supports.public:public"),
    api=("mixroom.supports.api:api",),
    views={VIEW: "The supports of the event, each with its valid and its newest version"},
    tables=(supports, versions, comments, distributions, partner_pages),
    permissions=PERMISSIONS,
    facts={
        "support.added": "A lead asked for a support.",
        "support.edited": "A support's title, kind, brief, owner or due time changed.",
        "support.sent": "A version arrived; a job to open it waits.",
        "support.checked": "A version was opened: it can be validated.",
        "support.refused": "A version cannot be opened; it says why.",
        "support.commented": "Someone commented on a support.",
        "support.validated": "A lead made a version the valid one.",
        "support.invalidated": "A lead took the validation back; no version is valid.",
        "support.distributed": "Someone noted where the valid version is out.",
        "support.corrected": "A lead took back a note of where a support is out.",
        "support.dropped": "A lead gave a support up.",
        "support.reopened": "A lead took a dropped support up again.",
        "support.shared": "A lead made a page for partners; the key is that of the page.",
        "support.unshared": "A lead revoked a page for partners.",
    },
    problems={
        "version_not_ready": Problem(
            409, N_("This version has not been opened yet. Try again in a moment.")
        ),
        "support_not_valid": Problem(409, N_("No version is valid yet. A lead validates one.")),
        "support_dropped": Problem(409, N_("This support was dropped. Take it up again first.")),
        "support_changed": Problem(
            409, N_("Someone changed this before you. What you typed is still in the form.")
        ),
        "support_withdrawn": Problem(
            410, N_("No version of this document is valid now. Write to the museum.")
        ),
        "partner_page_revoked": Problem(
            410, N_("This page is not open any more. Write to the museum for a new one.")
        ),
    },
    rules={
        "not_a_support": N_(
            "This file is neither a PDF nor a picture, whatever its name says. "
            "Export it as a PDF, a PNG or a JPEG."
        ),
        "support_too_large": N_("The file is larger than %(most)s MB. Export a smaller one."),
        "copies_or_url": N_("Say how many copies, or give the address of the page."),
        "has_both_languages": N_("The other language is there already."),
    },
    jobs="mixroom.supports.jobs",
    notices=NOTICES,
    alarms=(LATE,),
    panels=(PANEL,),
    menu=(MenuEntry("/supports", N_("Supports"), 40, Section.PLAN, needs="support.read"),),
    calendar=(entries,),
    renews=(renew,),
    privacy=(
        Kept(
            27,
            N_("What you sent and said about posters, leaflets and other supports, and when"),
            N_("To make them together, and to know where they are"),
            N_("The team of the event"),
        ),
    ),
)
