"""The lists of reasons that a reviewer chooses from, and what is told of a submission later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mixroom.core.errors import InvalidError
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
