"""The requests and answers of the API of shifts."""

from datetime import date, datetime
from typing import Any, Literal

import pydantic

from mixroom.core.roles import Role
from mixroom.shifts.model import Mode, State
from mixroom.web.api import Schema, Text, Timestamp


class NewShift(Schema):
    """A shift to make: people of a role, at a place (its id or a name) or anywhere."""

    role: Role
    place: str | None = None
    starts: Timestamp = pydantic.Field(alias="from")
    ends: Timestamp = pydantic.Field(alias="to")
    seats: int = 1
    mode: Mode = Mode.OPEN
    note: Text = Text()


class ShiftChanges(Schema):
    """The fields to change; the others stay."""

    role: Role | None = None
    place: str | None = None
    starts: Timestamp | None = pydantic.Field(None, alias="from")
    ends: Timestamp | None = pydantic.Field(None, alias="to")
    seats: int | None = None
    mode: Mode | None = None
    note: Text | None = None


class PersonOnShift(pydantic.BaseModel):
    """A person on a shift; `asks` is whether they look for a stand-in."""

    id: str
    name: str | None
    state: State
    arrived_at: str | None
    asks: bool
    asked_at: str | None


class HandedOver(pydantic.BaseModel):
    """A hand-over note."""

    id: str
    text: str
    by: dict[str, Any]
    at: str


class FoundShift(pydantic.BaseModel):
    """A shift as the crew sees it."""

    id: str
    role: Role
    place: dict[str, str | None] | None
    starts: str = pydantic.Field(alias="from")
    ends: str = pydantic.Field(alias="to")
    seats: int
    taken: int
    mode: Mode
    note: Text
    people: list[PersonOnShift]
    notes: list[HandedOver]


class ShiftPage(pydantic.BaseModel):
    """A page of shifts, ordered by id; the `Link` header has the next page."""

    items: list[FoundShift]


class Copies(Schema):
    """The days on which to make the same shift."""

    days: list[date] = pydantic.Field(max_length=40)


class NewSignUp(Schema):
    """The person who takes the seat: oneself, or someone whom a lead assigns."""

    person: str | None = None


class Warned(pydantic.BaseModel):
    """Something to know about a shift that one has taken; nothing is refused for it."""

    code: Literal["past_midnight", "short_rest", "many_hours"]
    hours: float


class SignUpState(pydantic.BaseModel):
    """A sign-up; `warnings` are about a seat that was taken just now."""

    shift: str
    person: str
    state: State
    arrived_at: datetime | None
    ended_at: datetime | None
    asks: bool
    warnings: list[Warned] = []


class Arrival(pydantic.BaseModel):
    """Someone is there, and this was handed over to them."""

    shift: str
    person: str
    state: State
    arrived_at: str | None
    notes: list[str]


class Departure(Schema):
    """The person who goes home, and their note for the next ones."""

    person: str | None = None
    note: str = ""


class NewNote(Schema):
    """A hand-over note."""

    text: str


class NoteState(pydantic.BaseModel):
    """A note that was kept."""

    id: str


class Asked(pydantic.BaseModel):
    """How many people were asked to stand in."""

    asked: int


class CorrectedHours(Schema):
    """The minutes that someone has worked, and why they are corrected."""

    minutes: int
    why: str


class ShiftTerms(Schema):
    """The event's settings, in hours."""

    rest: float = 8
    leave: float = 24
    remind: float = 3
    most: float = 10


class PersonHours(pydantic.BaseModel):
    """The hours of one person, in minutes."""

    person: str
    name: str | None
    shifts: int
    planned: int
    worked: int
    missed: int


class HoursOfAll(pydantic.BaseModel):
    """The hours of everyone who is on a shift."""

    items: list[PersonHours]
