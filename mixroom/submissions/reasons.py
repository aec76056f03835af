"""The reasons for a return, a rejection, a hold or a recall: short lists, and free text."""

from collections.abc import Mapping
from functools import cache

from mixroom.core.errors import InvalidError
from mixroom.core.speech import both
from mixroom.core.text import N_, Bilingual
from mixroom.submissions.content import MAX_TEXT_LENGTH
from mixroom.submissions.moves import Fact

MAX_REASON_LENGTH = 200
REASONS: Mapping[Fact, Mapping[str, str]] = {
    Fact.RETURNED: {
        "text_unclear": N_("The text could be clearer"),
        "text_missing": N_("A caption is missing"),
        "credit_missing": N_("The credit is missing"),
        "consent": N_("Ask the people in the photo first"),
        "blurry": N_("The photo is blurry: do you have another?"),
        "translation": N_("The translation needs another look"),
        "other": N_("Another reason"),
    },
    Fact.REJECTED: {
        "duplicate": N_("We already have this one"),
        "off_topic": N_("It is not about the event"),
        "no_consent": N_("Someone in it does not want to be shown"),
        "quality": N_("The quality is too low for the wall"),
        "inappropriate": N_("It cannot be shown in a museum"),
        "other": N_("Another reason"),
    },
    Fact.HELD: {
        "later": N_("For a better moment"),
        "check_facts": N_("A fact has to be checked"),
        "check_consent": N_("Consent has to be checked"),
        "other": N_("Another reason"),
    },
    Fact.RECALLED: {
        "no_consent": N_("Someone in it does not want to be shown"),
        "mistake": N_("It contains a mistake"),
        "other": N_("Another reason"),
    },
}
# Reasons that the program gives itself; reviewers cannot choose them.
IMPLIED_REASONS: Mapping[str, str] = {
    "reported": N_("Someone says they are in the picture"),
    "restored": N_("Shown again as it was, after reports of many photos"),
    "better_one": N_("Another one of the same moment was kept"),
    "trusted": N_("Straight to the wall: nobody stopped it in time"),
}


def checked_reason(fact: Fact, reason: str | None, note: str | None) -> tuple[str, str | None]:
    """Return a decision's reason and note, tidied; raises InvalidError.

    A reason is a code of REASONS or a few words of the reviewer's own; "other" needs a note.
    """
    reason, note = (reason or "").strip(), (note or "").strip() or None
    if not reason:
        raise InvalidError("reason", "missing")
    if len(reason) > MAX_REASON_LENGTH:
        raise InvalidError("reason", "too_long", most=MAX_REASON_LENGTH)
    if len(note or "") > MAX_TEXT_LENGTH:
        raise InvalidError("note", "too_long", most=MAX_TEXT_LENGTH)
    if reason == "other" and fact is not Fact.RECALLED and not note:
        raise InvalidError("note", "needs_note")
    return reason, note


def bilingual(reason: str) -> Bilingual:
    """Return a reviewer's own reason, `French | English` or one text, in both languages."""
    fr, _, en = reason.partition("|")
    return Bilingual.of(fr, en) if en.strip() else Bilingual.of(fr, fr)


@cache
def labels() -> dict[str, Bilingual]:
    """Return the text of every reason that has a code, by its code."""
    groups = [*REASONS.values(), IMPLIED_REASONS]
    return {code: both(label) for group in groups for code, label in group.items()}
