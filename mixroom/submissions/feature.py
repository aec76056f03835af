"""The declaration of submissions."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.submissions.api import api
from mixroom.submissions.live import DESK, PUBLIC, TRANSLATIONS
from mixroom.submissions.model import PERMISSIONS, Fact
from mixroom.submissions.store import (
    answers,
    decisions,
    forget_answers,
    named_in,
    revisions,
    submissions,
    thin_revisions,
)
from mixroom.submissions.web import blueprint as pages
from mixroom.submissions.web import due
from mixroom.web.declaration import Feature, MenuEntry, Shortcut, always
from mixroom.web.problems import Problem

FEATURE = Feature(
    name="submissions",
    pages=(lambda parts: pages(parts.settings, parts.files),),
    api=(always(api),),
    views={
        DESK: "What one person sent, in every status",
        TRANSLATIONS: "What is shown and lacks a language, or says something else in it",
        PUBLIC: "Everything approved, for everyone",
    },
    tables=(submissions, decisions, revisions, answers),
    permissions=PERMISSIONS,
    facts={
        "submission.submitted": "An author handed something to the reviewers.",
        "submission.edited": "The author mended it; what had been returned waits for review again.",
        "submission.amended": "A reviewer mended its words; where it is shown it changes at once.",
        "submission.flagged": "Someone says that they are in it; it stays, or is hidden already.",
        "submission.claimed": "A reviewer has it open; it is theirs for 75 seconds, or longer.",
        "submission.released": "The reviewer who had it open let go of it.",
        "submission.scheduled": "A reviewer cleared it for the wall and the public, for later.",
        "submission.reported": "Someone says that they are in it; hidden until a reviewer decides.",
        "submission.reopened": "The reviewer undid a decision moments after it; it waits again.",
        "submission.asked": "Someone was asked to translate a shown item, or nobody is any more.",
        "submission.translated": "Someone proposed that side; a reviewer has yet to take it in.",
        "submission.approved": "A reviewer cleared it for the wall and the public.",
        "submission.returned": "A reviewer asked the author to mend it, with a reason.",
        "submission.rejected": "A reviewer declined it for good, with a reason.",
        "submission.held": "A reviewer put it aside, with a reason; it stays in the queue.",
        "submission.withdrawn": "The author took it back; it leaves the wall if it was there.",
        "submission.recalled": "A reviewer took it off every screen.",
    },
    passing=frozenset({Fact.CLAIMED, Fact.RELEASED}),
    keeps=((timedelta(days=7), forget_answers), (timedelta(days=400), thin_revisions)),
    problems={
        "wrong_status": Problem(
            409, N_("This has changed in the meantime: it is no longer where it was.")
        ),
        "claimed": Problem(409, N_("Someone else has this open.")),
        "too_late": Problem(409, N_("It is too late to undo this. Recall it instead.")),
        "own_submission": Problem(409, N_("Someone else has to decide on what you sent.")),
        "consent_missing": Problem(409, N_("The people in the photo have not agreed to be shown.")),
        "media_refused": Problem(409, N_("The photo or the clip could not be used.")),
        "nothing_to_translate": Problem(
            409, N_("Both languages say this already, or it is not shown.")
        ),
        "translated_by_other": Problem(409, N_("Someone else was asked to translate this.")),
        "key_reused": Problem(409, N_("This key was already used for something else.")),
        "lost_race": Problem(412, N_("Someone changed this before you. Both texts are kept.")),
    },
    rules={
        "too_far": N_("This is too far ahead."),
        "needs_note": N_("Say briefly why."),
    },
    menu=(
        MenuEntry("/send", N_("Send"), 10, needs="submission.submit", count=due),
        MenuEntry("/", N_("Live"), 60),
    ),
    shortcuts=(
        Shortcut("/send#photo", N_("Take a photo")),
        Shortcut("/send#mine", N_("My submissions")),
    ),
    offline={
        "shell": (
            "css/send.css",
            "fonts/bricolage-700.woff2",
            "js/screens/send.js",
            "js/workers/intake.js",
        )
    },
    hooks={"groups_in_use": named_in},
)
