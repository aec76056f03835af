"""Shifts and sign-ups, and their rules: what a shift may be, who may take a seat, leave, arrive.

A sign-up is taken → arrived → done, or missed. Whoever leaves early enough just leaves; later they
ask for a stand-in and stay responsible until someone takes over.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.roles import CREW, LEADS, Role, declare
from mixroom.core.text import Bilingual
from mixroom.event.hours import begin_of
from mixroom.event.model import Event

MAX_SHIFTS = 600  # of one event
MAX_SEATS = 60
MAX_NOTE = 500  # characters
MAX_WHY = 200  # characters of the reason for a correction
LONGEST = timedelta(hours=24)
AROUND = timedelta(days=7)  # before and after the event's days
LATE_AFTER = timedelta(minutes=15)
MISSING_AFTER = timedelta(minutes=45)
EARLY = timedelta(hours=1)  # before a shift begins, in which people may arrive
SETTLED_AFTER = timedelta(minutes=15)  # after a shift has ended
RELAY = timedelta(hours=36)  # in which a hand-over note is for the next ones

PERMISSIONS = declare({"shift.read": CREW, "shift.take": CREW, "shift.edit": LEADS})


class Mode(StrEnum):
    """How people come onto a shift: they take a seat, or a lead assigns them."""

    OPEN = "open"
    ASSIGNED = "assigned"


class State(StrEnum):
    """The state of a sign-up."""

    TAKEN = "taken"
    ARRIVED = "arrived"
    DONE = "done"
    MISSED = "missed"


class Standing(StrEnum):
    """A sign-up as people see it now."""

    AHEAD = "ahead"
    DUE = "due"
    LATE = "late"
    MISSING = "missing"
    HERE = "here"
    DONE = "done"
    MISSED = "missed"


class Fact(StrEnum):
    """The facts about shifts in the journal."""

    MADE = "shift.made"
    CHANGED = "shift.changed"
    CANCELLED = "shift.cancelled"
    CALLED = "shift.called"
    TAKEN = "shift.taken"
    LEFT = "shift.left"
    ARRIVED = "shift.arrived"
    DONE = "shift.done"
    SETTLED = "shift.settled"
    CORRECTED = "shift.corrected"
    NOTED = "shift.noted"
    STAND_IN_ASKED = "shift.stand_in_asked"
    STAND_IN_DROPPED = "shift.stand_in_dropped"
    TAKEN_OVER = "shift.taken_over"
    TERMS = "shift.terms_changed"


class ShiftFullError(ConflictError):
    """All seats are taken."""

    code = "shift_full"


class ShiftCollidesError(ConflictError):
    """The person is on another shift at that time; `facts` has it as `shift`."""

    code = "shift_collides"


class ShiftAssignedError(ConflictError):
    """A lead decides who is on this shift."""

    code = "shift_assigned"


class ShiftRoleError(ConflictError):
    """The shift is for another role."""

    code = "shift_role"


class ShiftChangedError(ConflictError):
    """Another lead has changed the shift since this one saw it."""

    code = "shift_changed"


class ShiftOverError(ConflictError):
    """The shift has ended."""

    code = "shift_over"


class LeaveLateError(ConflictError):
    """It is too late to leave without a stand-in; `facts` has `until`."""

    code = "leave_late"


class ArrivalEarlyError(ConflictError):
    """Nobody can arrive yet; `facts` has `at`, from when."""

    code = "arrival_early"


class StandInGoneError(ConflictError):
    """Nobody looks for a stand-in any more: someone has taken over, or the person stays."""

    code = "stand_in_gone"


class NotArrivedError(ConflictError):
    """The person has not arrived."""

    code = "not_arrived"


@dataclass(frozen=True, slots=True)
class Terms:
    """An event's settings: the rest between two days, how long before one may leave, and so on."""

    rest: timedelta = timedelta(hours=8)
    leave: timedelta = timedelta(hours=24)
    remind: timedelta = timedelta(hours=3)
    most: timedelta = timedelta(hours=10)  # in a day


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift: people of one role, at a place (the id of a group) or anywhere, from–to in UTC.

    `revision` counts what calendars must notice.
    """

    id: str
    event_id: str
    role: Role
    starts: datetime
    ends: datetime
    seats: int
    mode: Mode = Mode.OPEN
    place: str | None = None
    note: Bilingual = Bilingual()
    revision: int = 0
    cancelled_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def version(self) -> str:
        """Return a short text that changes with what a lead can change."""
        what = [getattr(self, name) for name in ("role", "starts", "ends", "seats", "mode")]
        return hashlib.sha256(repr([*what, self.place, self.note]).encode()).hexdigest()[:16]

    @property
    def length(self) -> timedelta:
        """Return how long it lasts."""
        return self.ends - self.starts

    def is_on(self, at: datetime) -> bool:
        """Return whether it has begun and has not ended."""
        return self.starts <= at < self.ends

    def must_be_ahead(self, now: datetime) -> None:
        """Raise ShiftOverError once it has ended, or if it was called off."""
        if self.cancelled_at or now >= self.ends:
            raise ShiftOverError(self.id)

    def must_have_room(self, taken: int) -> None:
        """Raise ShiftFullError if so many people leave no seat."""
        if taken >= self.seats:
            raise ShiftFullError(self.id)

    def must_suit(self, role: Role) -> None:
        """Raise ShiftRoleError for a person of another role; a lead can do all."""
        if not suits(role, self.role):
            raise ShiftRoleError(self.id, role=self.role.value)

    def with_changes(self, changed: "Shift") -> "Shift":
        """Return the shift with the content of another, as a new revision if calendars care."""
        seen = ("role", "starts", "ends", "place", "note")
        moved = any(getattr(self, name) != getattr(changed, name) for name in seen)
        kept = changed.settled_at if changed.ends == self.ends else None
        return replace(
            changed, id=self.id, revision=self.revision + moved, settled_at=kept, cancelled_at=None
        )

    def on_another_day(self, day: date, zone: ZoneInfo, there: ZoneInfo | None = None) -> "Shift":
        """Return a new shift on a day, at the same times by the museum's clock.

        `there` is the zone of the museum of that day, if it is another one.
        """
        by = timedelta(days=(day - self.starts.astimezone(zone).date()).days)
        starts, ends = (
            (at.astimezone(zone) + by).replace(tzinfo=there or zone).astimezone(UTC)
            for at in (self.starts, self.ends)
        )
        if ends <= starts:  # in the hour that clocks skip
            ends = starts + self.length
        made = replace(self, starts=starts, ends=ends, revision=0)
        return replace(made, settled_at=None, cancelled_at=None)

    def cancelled(self, now: datetime) -> "Shift":
        """Return the shift, called off."""
        return replace(self, cancelled_at=now, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class SignUp:
    """A person on a shift. `by` took the seat for them: they themselves, or a lead.

    `asked_at` is when they asked for a stand-in, `left_at` when they left: calendars have to be
    told, so the row stays. `minutes` are the hours worked as a lead corrected them.
    """

    shift_id: str
    person_id: str
    at: datetime
    by: str
    state: State = State.TAKEN
    arrived_at: datetime | None = None
    arrived_by: str | None = None
    ended_at: datetime | None = None
    minutes: int | None = None
    asked_at: datetime | None = None
    left_at: datetime | None = None
    reminded_at: datetime | None = None
    revision: int = 0

    def standing(self, shift: Shift, now: datetime) -> Standing:
        """Return what people should see: ahead, due, late, missing, here, done, missed."""
        if self.state is not State.TAKEN:
            by_state = {State.ARRIVED: Standing.HERE, State.DONE: Standing.DONE}
            return by_state.get(self.state, Standing.MISSED)
        if now < shift.starts:
            return Standing.AHEAD
        if now >= min(shift.starts + MISSING_AFTER, shift.ends):
            return Standing.MISSING
        return Standing.LATE if now >= shift.starts + LATE_AFTER else Standing.DUE

    def is_on(self, shift: Shift, now: datetime) -> bool:
        """Return whether the person counts as on: there, or expected and not yet missing."""
        there = (Standing.HERE, Standing.DUE, Standing.LATE)
        return shift.is_on(now) and self.standing(shift, now) in there

    def must_leave_freely(self, shift: Shift, terms: Terms, now: datetime) -> None:
        """Raise LeaveLateError if the person has to ask for a stand-in instead."""
        until = shift.starts - terms.leave
        if self.state is not State.TAKEN or now > until:
            raise LeaveLateError(self.shift_id, until=until.isoformat())

    def left(self, now: datetime) -> "SignUp":
        """Return the sign-up of someone who is no longer on the shift."""
        return replace(self, left_at=now, revision=self.revision + 1)

    def arrived(self, shift: Shift, now: datetime, by: str) -> "SignUp":
        """Return the sign-up with an arrival; unchanged if the person is there already.

        Raises ArrivalEarlyError, ShiftOverError.
        """
        if self.state in (State.ARRIVED, State.DONE):
            return self
        if now < shift.starts - EARLY:
            raise ArrivalEarlyError(self.shift_id, at=(shift.starts - EARLY).isoformat())
        shift.must_be_ahead(now)
        there = replace(self, state=State.ARRIVED, arrived_at=now, arrived_by=by)
        return replace(there, asked_at=None)

    def finished(self, shift: Shift, now: datetime) -> "SignUp":
        """Return the sign-up of someone who goes home; unchanged if they have.

        Hours count until then, but not beyond the end. Raises NotArrivedError.
        """
        if self.state is State.DONE:
            return self
        if self.state is not State.ARRIVED or self.arrived_at is None:
            raise NotArrivedError(self.shift_id)
        ended = max(min(now, shift.ends), self.arrived_at)
        return replace(self, state=State.DONE, ended_at=ended)

    def settled(self, shift: Shift) -> "SignUp":
        """Return the sign-up once the shift is long over: done, or missed."""
        if self.state is State.TAKEN:
            state = State.DONE if self.minutes else State.MISSED
            return replace(self, state=state, asked_at=None)
        return self.finished(shift, shift.ends) if self.state is State.ARRIVED else self

    def worked(self, shift: Shift, now: datetime) -> timedelta:
        """Return the time worked so far: from arrival to the end, unless a lead corrected it."""
        if self.minutes is not None:
            return timedelta(minutes=self.minutes)
        if self.arrived_at is None:
            return timedelta()
        return max((self.ended_at or min(now, shift.ends)) - self.arrived_at, timedelta())


@dataclass(frozen=True, slots=True)
class Note:
    """A hand-over note: what the next one on the same place and role should know."""

    id: str
    shift_id: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of hours: who, when, from how many minutes to how many, and why."""

    id: str
    shift_id: str
    person_id: str
    by: str
    at: datetime
    before: int
    after: int
    why: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything about one shift, as an action needs it."""

    shift: Shift
    signups: tuple[SignUp, ...] = field(default=())

    def of(self, person_id: str) -> SignUp | None:
        """Return the sign-up of a person who is on it."""
        return next((each for each in self.signups if each.person_id == person_id), None)


def suits(person: Role, wanted: Role) -> bool:
    """Return whether a person of a role can do a shift for another; a lead can do all."""
    return person in (wanted, Role.LEAD)


def checked_shift(shift: Shift, event: Event) -> Shift:
    """Return a shift, its times in UTC; raises InvalidError with the field that makes no sense."""
    shift = replace(shift, starts=shift.starts.astimezone(UTC), ends=shift.ends.astimezone(UTC))
    if shift.role not in CREW:
        raise InvalidError("role", "unknown")
    if shift.ends <= shift.starts:
        raise InvalidError("to", "ends_first")
    if shift.length > LONGEST:
        raise InvalidError("to", "shift_too_long", most=int(LONGEST.total_seconds() // 3600))
    first = begin_of(event.starts_on, event.zone) - AROUND
    last = begin_of(event.ends_on, event.zone) + timedelta(days=1) + AROUND
    if shift.starts < first or shift.ends > last:
        raise InvalidError("from", "far_from_event")
    if not 1 <= shift.seats <= MAX_SEATS:
        raise InvalidError("seats", "seats_between", most=MAX_SEATS)
    if shift.place and shift.place not in {place.id for place in event.places}:
        raise InvalidError("place", "unknown")
    if shift.note.longest() > MAX_NOTE:
        raise InvalidError("note", "too_long", most=MAX_NOTE)
    return shift


def checked_terms(terms: Terms) -> Terms:
    """Return settings; raises InvalidError for the first that makes no sense."""
    most = {"rest": 24, "leave": 24 * 14, "remind": 72, "most": 24}
    for name, hours in most.items():
        value: timedelta = getattr(terms, name)
        if not timedelta(hours=name == "most") <= value <= timedelta(hours=hours):
            raise InvalidError(name, "hours_between", most=hours)
    return terms


def checked_text(text: str, name: str, most: int) -> str:
    """Return a typed text, trimmed; raises InvalidError if it is missing or too long."""
    text = text.strip()
    if not text:
        raise InvalidError(name, "missing")
    if len(text) > most:
        raise InvalidError(name, "too_long", most=most)
    return text
