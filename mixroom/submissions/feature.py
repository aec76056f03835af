"""The declaration of submissions."""

from datetime import timedelta

from mixroom.core.text import N_
from mixroom.submissions.answers import answers
from mixroom.submissions.answers import forget as forget_answers
from mixroom.submissions.lists import count_by_group
from mixroom.submissions.live import DESK, PANEL, PUBLIC, TRANSLATIONS
from mixroom.submissions.model import PERMISSIONS
from mixroom.submissions.moves import Fact
from mixroom.submissions.rows import decisions, revisions, submissions
from mixroom.submissions.store import thin_revisions
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section, Shortcut

FEATURE = Feature(
    name="submissions",
    pages=("mixroom.submissions.web:web",),
    api=("mixroom.submissions.api:api",),
    views={
        DESK: "One person's submissions, in every status",
        TRANSLATIONS: "Approved items that lack a language, or have a stale text in one",
        PUBLIC: "Everything approved, for everyone",
    },
    tables=(submissions, decisions, revisions, answers),
    permissions=PERMISSIONS,
    facts={
        "submission.submitted": "An author sent something to the reviewers.",
        "submission.edited": "The author changed it; one that was returned waits for review again.",
        "submission.amended": "A reviewer changed it; the wall shows the change at once.",
        "submission.flagged": "Someone reported being in it; that did not hide it.",
        "submission.claimed": "A reviewer opened it and holds it for 75 seconds, or longer.",
        "submission.released": "The reviewer who held it released it.",
        "submission.scheduled": "A reviewer approved it for a later time.",
        "submission.reported": "Someone reported being in it; hidden until a reviewer decides.",
        "submission.reopened": "The reviewer undid a decision within seconds; it waits again.",
        "submission.asked": "Someone was asked to translate it, or the request was withdrawn.",
        "submission.translated": "A translator proposed one; a reviewer has yet to accept it.",
        "submission.dated": "The time at which it was captured became known from its photo.",
        "submission.approved": "A reviewer approved it for the wall and the public.",
        "submission.returned": "A reviewer asked the author to change it, with a reason.",
        "submission.rejected": "A reviewer rejected it for good, with a reason.",
        "submission.held": "A reviewer put it on hold, with a reason; it stays in the queue.",
        "submission.withdrawn": "The author withdrew it; if it was on the wall, it disappears.",
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
    jobs="mixroom.submissions.jobs",
    menu=(
        MenuEntry(
            "/send",
            N_("Send"),
            10,
            Section.SEND,
            needs="submission.submit",
            count="mixroom.submissions.web:returned",
        ),
        MenuEntry(
            "/",
            N_("Public page"),
            90,
            Section.LIVE,
            suits=lambda person: person.translates,
        ),
    ),
    shortcuts=(
        Shortcut("/send#photo", N_("Take a photo")),
        Shortcut("/send#mine", N_("My submissions")),
    ),
    offline={
        "shell": (
            "css/asked.css",
            "css/send.css",
            "fonts/bricolage-700.woff2",
            "js/elements/asked.js",
            "js/screens/send.js",
            "js/workers/intake.js",
        )
    },
    panels=(PANEL,),
    hooks={"groups_in_use": count_by_group},
    privacy=(
        Kept(
            20,
            N_("What you send: texts, photos, clips, credits, and when they were taken"),
            N_("To show the event on the museum’s walls and on its public page"),
            N_("Everyone, once it is approved; before that you and the reviewers"),
        ),
        Kept(
            22,
            N_("Who decided what about a photo or a text, and earlier versions of it"),
            N_("So that a decision can be explained, and taken back"),
            N_("The reviewers"),
        ),
    ),
)
