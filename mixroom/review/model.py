"""What reviewers choose from and are told: reasons, what became of an item, who is in a photo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.core.roles import CREW, REVIEWERS, declare
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.submissions.model import Decision, Fact, Revision
from mixroom.submissions.reasons import LONGEST_REASON, REASONS, pair

MOST_REASONS = 9  # one for each key
LISTS: Mapping[str, Fact] = {
    "return": Fact.RETURNED,
    "reject": Fact.REJECTED,
    "hold": Fact.HELD,
    "recall": Fact.RECALLED,
}

# Someone is in a photo or in a few; whoever hides more than that hides the event's. What is beyond
# these is told to the reviewers, who decide.
MOST_HIDDEN_BY_ONE = 3  # photos that one browser hides at once, in
THEIR_TIME = timedelta(hours=1)
MOST_HIDDEN_OF_EVENT = 6  # photos that all browsers hide at once, in
ITS_TIME = timedelta(minutes=10)
MOST_TIMES = 2  # that one photo is hidden at once, in THEIR_TIME
MOST_OPEN = 50  # reports of one photo that are kept until a reviewer has looked at it


PERMISSIONS = declare(
    {
        "submission.claim": REVIEWERS,
        "submission.approve": REVIEWERS,
        "submission.return": REVIEWERS,
        "submission.reject": REVIEWERS,
        "submission.hold": REVIEWERS,
        "submission.recall": REVIEWERS,
        "submission.reopen": REVIEWERS,
        "queue.read": REVIEWERS,
        "translation.read": CREW,
    }
)


class Outcome(StrEnum):
    """What became of a report: the photo is hidden, was hidden already, or stays for now."""

    HIDDEN = "hidden"
    ALREADY = "already"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Report:
    """Someone says that they are in a photo; `who` is their browser, and nothing of a person.

    `hid` says whether that hid it at once, `settled_by` which reviewer has looked at it.
    """

    id: str
    event_id: str
    submission_id: str
    at: datetime
    who: str
    hid: bool
    settled_by: str | None = None


def hides(recent: Sequence[Report], key: str, who: str, now: datetime) -> bool:
    """Say whether a report hides a photo at once: what is right for one person, not for a sweep.

    `recent` are the event's reports since `now - THEIR_TIME`. The same browser hides a photo once.
    """
    hid = [each for each in recent if each.hid and each.at > now - THEIR_TIME]
    theirs = {each.submission_id for each in hid if each.who == who}
    lately = {each.submission_id for each in hid if each.at > now - ITS_TIME}
    times = sum(each.submission_id == key for each in hid)
    return (
        key not in theirs
        and len(theirs) < MOST_HIDDEN_BY_ONE
        and len(lately | {key}) <= MOST_HIDDEN_OF_EVENT
        and times < MOST_TIMES
    )


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done at the event: by whom, about what, and whose that is."""

    number: int
    at: datetime
    fact: str
    by: str
    about: str
    of: str


@dataclass(frozen=True, slots=True)
class Story:
    """What became of a submission: its versions, the decisions on it, what else was done to it.

    With each decision stands the version that it made.
    """

    author_id: str
    revisions: Sequence[Revision]
    decisions: Sequence[tuple[int, Decision]]
    done: Sequence[Done]

    @property
    def people(self) -> set[str]:
        """Return everyone who had a part in it, screens too."""
        wrote, decided = {e.by for e in self.revisions}, {e.by for _, e in self.decisions}
        return wrote | decided | {each.by for each in self.done}


def read_reasons(text: str, field: str = "reasons") -> tuple[str, ...]:
    """Return the reasons that someone typed, a line for each: `Trop sombre | Too dark`.

    Raises InvalidError where there are too many or one is too long.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    found = tuple(dict.fromkeys(line for line in lines if line.strip("| ")))
    if len(found) > MOST_REASONS - 1:
        raise InvalidError(field, "too_many", most=MOST_REASONS - 1)
    if any(len(line) > LONGEST_REASON for line in found):
        raise InvalidError(field, "too_long", most=LONGEST_REASON)
    return found


def usual(fact: Fact) -> tuple[str, ...]:
    """Return the list as the lead finds it, before writing their own."""
    labels = [both(label) for code, label in REASONS[fact].items() if code != "other"]
    return tuple(f"{label.fr} | {label.en}" for label in labels)


def choices(fact: Fact, own: tuple[str, ...]) -> list[tuple[str, Bilingual]]:
    """Return what a reviewer chooses from: what is kept for each choice, and its words.

    A reason of the lead's own is kept as its words, so that it says the same when the list changes.
    """
    known = {code: both(label) for code, label in REASONS[fact].items()}
    if not own:
        return list(known.items())
    codes = {f"{label.fr} | {label.en}": code for code, label in known.items()}
    chosen = [(codes.get(line, line), pair(line)) for line in own]
    return [*chosen, ("other", known["other"])]
