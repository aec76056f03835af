"""A request: what is asked for, of whom, who holds it, and the rules for its life.

open → taken → done | cancelled | lapsed. One person holds it at a time. The first submission that
carries its id makes it done, whatever else happens to that submission.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.kinds import Kind
from mixroom.core.roles import CREW, LEADS, REVIEWERS, Role, declare
from mixroom.core.text import Bilingual, Lang
from mixroom.crew.model import Person

MAX_TEXT = 280  # characters
MAX_LABEL = 120  # characters of a team, a place or a tag
MAX_SOURCE = 200  # characters of the names of a moment and an alarm
MAX_TAGS = 10
MAX_ANSWERS = 50  # ids of submissions that a request names; each submission names its request
MAX_AHEAD = timedelta(days=7)  # from now to the time it is due
USUALLY_LASTS = timedelta(hours=1)
GRACE = timedelta(minutes=30)  # that its holder has after it was due
SHOWN_AFTER_END = timedelta(hours=6)


PERMISSIONS = declare(
    {
        "request.read": CREW,
        "request.take": CREW,
        "request.ask": REVIEWERS,
        "request.settle": LEADS,  # cancel or thank for what someone else asked
    }
)


class Status(StrEnum):
    """The state of a request."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


CURRENT = frozenset({Status.OPEN, Status.TAKEN})


class Fact(StrEnum):
    """The facts of requests in the journal."""

    OPENED = "request.opened"
    TAKEN = "request.taken"
    GIVEN_BACK = "request.given_back"
    DONE = "request.done"
    ANSWERED = "request.answered"
    CANCELLED = "request.cancelled"
    LAPSED = "request.lapsed"
    THANKED = "request.thanked"


class RequestTakenError(ConflictError):
    """Someone else holds the request; `facts` has who."""

    code = "request_taken"


class RequestOverError(ConflictError):
    """The request has ended, or is not yet answered; `facts` has its present status."""

    code = "request_over"


class RequestIdTakenError(ConflictError):
    """Another request has this id."""

    code = "id_taken"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The content of a request.

    `hour` is the start of the hour of coverage that it is about, `moment` the key of the entry of
    the programme and `alarm` the id of the alarm that it comes from.
    """

    text: Bilingual
    team: Bilingual | None = None
    place: Bilingual | None = None
    kind: Kind | None = None
    lang: Lang | None = None
    tags: tuple[str, ...] = ()
    hour: datetime | None = None
    moment: str | None = None
    alarm: str | None = None


@dataclass(frozen=True, slots=True)
class To:
    """Whom a request is addressed to: a role, a person, or those who are here."""

    role: Role | None = None
    person: str | None = None

    def includes(self, person: Person) -> bool:
        """Return whether a person of the crew is addressed."""
        if self.person:
            return person.id == self.person
        return self.role in (None, person.role)


HERE = To()


@dataclass(frozen=True, slots=True)
class Request:
    """A request in its present state. `by` is None where the programme asks by itself.

    `answers` are the ids of the first submissions that carry it, `answered_by` the author of the
    very first one.
    """

    id: str
    event_id: str
    by: str | None
    wanted: Wanted
    asked_at: datetime
    due: datetime
    to: To = HERE
    status: Status = Status.OPEN
    taken_by: str | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    answers: tuple[str, ...] = ()
    answered_by: str | None = None
    thanked_by: str | None = None
    thanked_at: datetime | None = None

    def is_settled_by(self, person: Person) -> bool:
        """Return whether this person may cancel it, and thank for it: the asker or a lead."""
        return person.id == self.by or person.may("request.settle")

    def taken(self, by: str, now: datetime) -> "Request":
        """Return the request, held by this person; unchanged if they hold it already.

        Raises RequestTakenError, RequestOverError.
        """
        self._must_be_current()
        if self.taken_by == by:
            return self
        self._must_not_be_others(by)
        return replace(self, status=Status.TAKEN, taken_by=by, taken_at=now)

    def given_back(self, by: str) -> "Request":
        """Return the request, open for others again; unchanged if nobody holds it.

        Raises RequestTakenError, RequestOverError.
        """
        self._must_be_current()
        self._must_not_be_others(by)
        return replace(self, status=Status.OPEN, taken_by=None, taken_at=None)

    def answered(self, submission_id: str, by: str, now: datetime) -> "Request":
        """Return the request with a submission that answers it; unchanged if it has that one.

        The first one makes it done, even where it had lapsed. A cancelled one stays cancelled.
        """
        if submission_id in self.answers:
            return self
        answers = (*self.answers, submission_id)[:MAX_ANSWERS]
        if self.status not in CURRENT | {Status.LAPSED}:
            return replace(self, answers=answers)
        done = replace(self, status=Status.DONE, answers=answers)
        return replace(done, ended_at=now, answered_by=by)

    def cancelled(self, now: datetime) -> "Request":
        """Return the request, cancelled; unchanged if it is. Raises RequestOverError."""
        if self.status is Status.CANCELLED:
            return self
        self._must_be_current()
        return replace(self, status=Status.CANCELLED, ended_at=now)

    def lapsed(self, now: datetime) -> "Request":
        """Return the request, lapsed if its time is over, otherwise unchanged."""
        if self.status not in CURRENT or now < self.lapses_at:
            return self
        return replace(self, status=Status.LAPSED, ended_at=now)

    def thanked(self, by: str, now: datetime) -> "Request":
        """Return the request with thanks for its answer; unchanged if it has them.

        Raises RequestOverError if nobody has answered it.
        """
        if self.status is not Status.DONE:
            raise RequestOverError(self.id, status=self.status.value)
        return self if self.thanked_at else replace(self, thanked_by=by, thanked_at=now)

    @property
    def lapses_at(self) -> datetime:
        """Return when it lapses; whoever holds it has some grace."""
        return self.due + GRACE if self.status is Status.TAKEN else self.due

    def is_shown(self, now: datetime) -> bool:
        """Return whether the live list has it: it is current, or ended a short time ago."""
        return self.ended_at is None or self.ended_at > now - SHOWN_AFTER_END

    def _must_be_current(self) -> None:
        if self.status not in CURRENT:
            raise RequestOverError(self.id, status=self.status.value)

    def _must_not_be_others(self, by: str) -> None:
        if self.taken_by not in (None, by):
            raise RequestTakenError(self.id, by={"id": self.taken_by})


def checked(wanted: Wanted) -> Wanted:
    """Return what is asked for, tidied; raises InvalidError with the field that breaks a rule."""
    if not wanted.text:
        raise InvalidError("text", "missing")
    labels = {"team": wanted.team, "place": wanted.place}
    texts = {"text": (wanted.text, MAX_TEXT)}
    texts |= {name: (label or Bilingual(), MAX_LABEL) for name, label in labels.items()}
    texts |= {"moment": (Bilingual(wanted.moment), MAX_SOURCE)}
    texts |= {"alarm": (Bilingual(wanted.alarm), MAX_SOURCE)}
    for name, (text, most) in texts.items():
        if text.longest() > most:
            raise InvalidError(name, "too_long", most=most)
    if len(wanted.tags) > MAX_TAGS:
        raise InvalidError("tags", "too_many", most=MAX_TAGS)
    if any(len(tag) > MAX_LABEL for tag in wanted.tags):
        raise InvalidError("tags", "too_long", most=MAX_LABEL)
    tags = (tag.strip().lstrip("#").strip() for tag in wanted.tags)
    return replace(wanted, tags=tuple(dict.fromkeys(tag for tag in tags if tag)))


def checked_due(due: datetime | None, now: datetime) -> datetime:
    """Return when a request is due, an hour from now unless `due` says so; raises InvalidError."""
    due = due or now + USUALLY_LASTS
    if due <= now:
        raise InvalidError("due", "past")
    if due > now + MAX_AHEAD:
        raise InvalidError("due", "too_far")
    return due
