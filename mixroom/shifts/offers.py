"""The shifts that a person can take, from the items of the list, and why the rest does not fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from mixroom.core.roles import Role
from mixroom.shifts.collisions import Warned, collision, warnings
from mixroom.shifts.model import Mode, Terms, suits

Item = Mapping[str, Any]


class Obstacle(StrEnum):
    """Why a person cannot take a shift."""

    FULL = "full"
    COLLIDES = "collides"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class Span:
    """The time of a shift, with its item."""

    item: Item
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A shift for a person: what is in the way, if something is, and what they should know.

    `asking` is the one for whom they could stand in.
    """

    item: Item
    obstacle: Obstacle | None = None
    other: Item | None = None  # that it collides with
    warned: Sequence[Warned] = ()
    asking: Mapping[str, Any] | None = None


def span(item: Item) -> Span:
    """Return a shift with its times."""
    starts, ends = (datetime.fromisoformat(item[name]) for name in ("from", "to"))
    return Span(item, starts, ends)


def is_on(item: Item, person_id: str) -> bool:
    """Return whether a person is on a shift."""
    return any(each["id"] == person_id for each in item["people"])


def offers(
    items: Iterable[Item], me: str, role: Role, zone: ZoneInfo, terms: Terms, now: datetime
) -> list[Offer]:
    """Return the coming shifts for a person's role that they are not on, the first first."""
    spans = [span(each) for each in items]
    held = [each for each in spans if is_on(each.item, me)]
    coming = sorted((each for each in spans if each.ends > now), key=lambda each: each.starts)
    mine = {each.item["id"] for each in held}
    return [
        _offer(each, held, zone, terms)
        for each in coming
        if each.item["id"] not in mine and suits(role, Role(each.item["role"]))
        if role is not Role.LEAD or each.item["role"] == role.value
    ]


def _offer(one: Span, held: Sequence[Span], zone: ZoneInfo, terms: Terms) -> Offer:
    item = one.item
    asking = next((each for each in item["people"] if each["asks"]), None)
    if other := collision(one, held):
        return Offer(item, Obstacle.COLLIDES, other.item, asking=asking)
    warned = warnings(one, held, zone, terms)
    if asking:
        return Offer(item, warned=warned, asking=asking)
    if item["mode"] == Mode.ASSIGNED:
        return Offer(item, Obstacle.ASSIGNED)
    if item["taken"] >= item["seats"]:
        return Offer(item, Obstacle.FULL)
    return Offer(item, warned=warned)
