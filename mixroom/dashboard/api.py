"""The coverage over HTTP, under /api/v1."""

import time
from collections.abc import Mapping
from datetime import date

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.clock import rfc3339
from mixroom.core.errors import InvalidError
from mixroom.crew.asking import member
from mixroom.dashboard import queries
from mixroom.dashboard.coverage import By
from mixroom.web.api import documented
from mixroom.web.cache import Cache
from mixroom.web.declaration import faults

api = Blueprint("dashboard_api", __name__)
STATE_LASTS = 5.0  # seconds for which the state of the installation is not looked at again
_states: Cache[Mapping[str, str | None]] = Cache(1, 1, size=lambda _: 1)


class Cell(pydantic.BaseModel):
    """An hour of a row, and the number of its approved items."""

    model_config = pydantic.ConfigDict(populate_by_name=True)
    start: str = pydantic.Field(alias="from")
    to: str
    count: int


class Label(pydantic.BaseModel):
    """The name of a row."""

    fr: str | None
    en: str | None


class CoverageRow(pydantic.BaseModel):
    """A row, with a cell for each hour of the day."""

    key: str
    label: Label
    cells: list[Cell]


class FoundGap(pydantic.BaseModel):
    """Hours of the programme without an item in a row; it is as old as `since`."""

    model_config = pydantic.ConfigDict(populate_by_name=True)
    row: str
    start: str = pydantic.Field(alias="from")
    to: str
    since: str


class CoverageOfDay(pydantic.BaseModel):
    """The coverage of a day, by time of capture."""

    rows: list[CoverageRow]
    gaps: list[FoundGap]


@api.get("/coverage")
@documented(
    "Count approved items by row and hour, and list the gaps",
    {200: CoverageOfDay},
    query={
        "day": "A day (YYYY-MM-DD); today by default, or the nearest day of the event.",
        "by": "Rows by `team` (default), `place`, `lang`, `kind` or `person`.",
    },
)
def coverage() -> Response:
    """Return the coverage of a day of the event."""
    by = request.args.get("by") or By.TEAM.value
    if by not in list(By):
        raise InvalidError("by", "unknown")
    found = queries.coverage(member(), _day(request.args.get("day")), By(by))
    rows = [
        {
            "key": row.key,
            "label": row.label.as_dict(),
            "cells": [
                {"from": rfc3339(hour), "to": rfc3339(end), "count": row.counts.get(hour, 0)}
                for hour, end in found.hours.items()
            ],
        }
        for row in found.rows
    ]
    gaps = [
        {
            "row": gap.row,
            "from": rfc3339(gap.start),
            "to": rfc3339(gap.end),
            "since": rfc3339(gap.start),
        }
        for gap in found.gaps
    ]
    return jsonify({"rows": rows, "gaps": gaps})


class StateOfThings(pydantic.BaseModel):
    """The checks of `/readyz`, each `ok` or a sentence."""

    checks: dict[str, str]


@api.get("/dashboard")
@documented("Tell how store, worker and database are", {200: StateOfThings})
def state() -> Response:
    """Return the state of the installation; all who ask within a few seconds get the same."""
    member().must("dashboard.read")
    known = _states.get(int(time.monotonic() / STATE_LASTS), faults)
    return jsonify({"checks": {name: fault or "ok" for name, fault in known.items()}})


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidError("day", "malformed") from error
