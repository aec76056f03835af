"""The rules of a review: lists of reasons, reports of photos, the history of a submission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.core.roles import CREW, REVIEWERS, declare
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.submissions.model import Decision, Revision
from mixroom.submissions.moves import Fact
from mixroom.submissions.reasons import MAX_REASON_LENGTH, REASONS, bilingual

MAX_REASONS = 9  # on a list: one for each key from 1 to 9
LISTS: Mapping[str, Fact] = {
    "return": Fact.RETURNED,
    "reject": Fact.REJECTED,
    "hold": Fact.HELD,
    "recall": Fact.RECALLED,
}

# A person is in a few photos. Someone who reports more may want to empty the wall, so reports
# beyond these limits hide nothing, and the reviewers decide.
MAX_HIDDEN_BY_BROWSER = 3  # photos, within
BROWSER_WINDOW = timedelta(hours=1)
MAX_HIDDEN_OF_EVENT = 6  # photos, by all browsers together, within
EVENT_WINDOW = timedelta(minutes=10)
MAX_HIDES_OF_PHOTO = 2  # of the same one, within BROWSER_WINDOW
MAX_OPEN_REPORTS = 50  # of one photo; further ones are not kept


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
    """The outcome of a report: the photo is hidden, was hidden already, or stays for now."""

    HIDDEN = "hidden"
    ALREADY = "already"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Report:
    """A visitor's report of being in a photo; `who` is a name for the browser, not for a person.

    `hid` says whether the report hid the photo; `settled_by` is the reviewer who settled it.
    """

    id: str
    event_id: str
    submission_id: str
    at: datetime
    who: str
    hid: bool
    settled_by: str | None = None


def hides_at_once(recent: Sequence[Report], key: str, who: str, now: datetime) -> bool:
    """Return whether a report from the browser `who` hides a photo at once.

    A browser hides a photo only once, and all keep within the limits above. `recent` has the
    event's reports of the last BROWSER_WINDOW.
    """
    hid = [each for each in recent if each.hid and each.at > now - BROWSER_WINDOW]
    own = {each.submission_id for each in hid if each.who == who}
    lately = {each.submission_id for each in hid if each.at > now - EVENT_WINDOW}
    times = sum(each.submission_id == key for each in hid)
    return (
        key not in own
        and len(own) < MAX_HIDDEN_BY_BROWSER
        and len(lately | {key}) <= MAX_HIDDEN_OF_EVENT
        and times < MAX_HIDES_OF_PHOTO
    )


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line of the journal: `by` did `fact` to the item `about`, which belongs to `of`."""

    number: int
    at: datetime
    fact: str
    by: str
    about: str
    of: str


@dataclass(frozen=True, slots=True)
class SubmissionHistory:
    """The history of a submission: its revisions, its decisions, and the `others` of its facts.

    Each decision comes with the version that it made.
    """

    author_id: str
    revisions: Sequence[Revision]
    decisions: Sequence[tuple[int, Decision]]
    others: Sequence[JournalLine]

    @property
    def people(self) -> set[str]:
        """Return the ids of everyone in it, screens included."""
        wrote, decided = {e.by for e in self.revisions}, {e.by for _, e in self.decisions}
        return wrote | decided | {each.by for each in self.others}


def read_reasons(text: str, field: str = "reasons") -> tuple[str, ...]:
    """Return the reasons in a text, one for each line: `Trop sombre | Too dark`.

    Raises InvalidError if there are too many, or if one is too long.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    found = tuple(dict.fromkeys(line for line in lines if line.strip("| ")))
    if len(found) > MAX_REASONS - 1:
        raise InvalidError(field, "too_many", most=MAX_REASONS - 1)
    if any(len(line) > MAX_REASON_LENGTH for line in found):
        raise InvalidError(field, "too_long", most=MAX_REASON_LENGTH)
    return found


def usual_lines(fact: Fact) -> tuple[str, ...]:
    """Return the usual list of reasons, as the lines of a text."""
    labels = [both(label) for code, label in REASONS[fact].items() if code != "other"]
    return tuple(f"{label.fr} | {label.en}" for label in labels)


def choices(fact: Fact, own: tuple[str, ...]) -> list[tuple[str, Bilingual]]:
    """Return the reasons to choose from: the value to store, and its words.

    A lead's own reason is stored as its words, which stay when the list changes.
    """
    known = {code: both(label) for code, label in REASONS[fact].items()}
    if not own:
        return list(known.items())
    codes = {f"{label.fr} | {label.en}": code for code, label in known.items()}
    chosen = [(codes.get(line, line), bilingual(line)) for line in own]
    return [*chosen, ("other", known["other"])]
