"""Shifts for the tests: a day of them, the people on them, and the clock."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mixroom.alarms import jobs as alarms_jobs
from mixroom.app import create_app
from mixroom.core import clock, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.files import Store
from mixroom.core.roles import Role
from mixroom.crew import actions as crew
from mixroom.crew import device_store
from mixroom.crew.model import Person
from mixroom.push import results as push
from mixroom.push import store as push_store
from mixroom.push.model import Subscription
from mixroom.requests import jobs as requests_jobs
from mixroom.review import jobs as review_jobs
from mixroom.settings import Settings
from mixroom.shifts import planning
from mixroom.shifts.live import VIEW
from mixroom.shifts.model import (
    Shift,
)
from mixroom.submissions.model import REMIND_JOB
from tests.cast import Cast
from tests.servers import env_in

ZONE = ZoneInfo("America/Toronto")
HOUR = timedelta(hours=1)
SATURDAY = datetime(2015, 11, 7, 14, tzinfo=ZONE).astimezone(UTC)
At = Callable[[datetime], None]
Browse = Callable[..., Any]
FORM = {
    "kind": "make",
    "role": "photographer",
    "day": "2015-11-07",
    "from": "14:00",
    "to": "18:00",
    "seats": "2",
    "mode": "open",
}


def wanted(starts: datetime = SATURDAY, hours: float = 4, **more: Any) -> Shift:
    values: dict[str, Any] = {"role": Role.PHOTOGRAPHER, "seats": 1, **more}
    starts = starts.astimezone(UTC)  # hours pass there as they do everywhere
    return Shift("", "", starts=starts, ends=starts + hours * HOUR, **values)


def at_time(starts: datetime, hours: float = 4) -> dict[str, Any]:
    """Return the change of a shift to another time."""
    return {"starts": starts, "ends": starts + hours * HOUR}


def make(cast: Cast, starts: datetime = SATURDAY, hours: float = 4, **more: Any) -> str:
    return planning.make(cast.amelie, wanted(starts, hours, **more)).id


def item(cast: Cast, key: str) -> dict[str, Any]:
    with reading() as tx:
        return dict(VIEW.items(tx, cast.event.id)[key])


def photographers(cast: Cast, many: int) -> list[Person]:
    names = (f"Photographe {n}" for n in range(many))
    pairs = (crew.token_from_server(cast.event.id, name, Role.PHOTOGRAPHER) for name in names)
    return [person for person, _ in pairs]


def phone_of(person: Person) -> None:
    """Let this person have a phone that wants messages."""
    with transaction() as tx:
        for device in device_store.list_signed_in(tx, person.event_id, clock.now()):
            if device.person_id == person.id:
                where = f"https://push.invalid/{person.id}"
                phone = Subscription(
                    person.id, person.id, device.id, where, "", "", "fr", clock.now()
                )
                push_store.put(tx, phone)


def told() -> list[tuple[str, str]]:
    """Return who was told what, in order."""
    with reading() as tx:
        rows = tx.execute(jobs.jobs.select().where(jobs.jobs.c.kind == push.SEND_JOB))
        payloads = [json.loads(row.payload) for row in rows]
    return sorted((each["subscription_id"], each["notice"]["name"]) for each in payloads)


@pytest.fixture
def work(files: Store) -> Callable[[], None]:
    """Return what does the jobs that are due, but for those that send messages."""
    found = {"request.widen": requests_jobs.widen, "alarm.widen": alarms_jobs.widen}
    found[REMIND_JOB] = review_jobs.remind

    def work() -> None:
        while True:
            with transaction() as tx:
                job = jobs.claim(tx, only=found)
            if job is None:
                return
            found[job.kind](job, files)

    return work


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Return what sets the clock, which then stands still; it is Thursday before the event."""

    def go(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    go(SATURDAY - 48 * HOUR)
    return go


@pytest.fixture
def browse(cast: Cast, tmp_path: Path) -> Callable[..., Any]:
    """Return what opens a page or sends a form, as one of the cast, without scripts."""
    app = create_app(Settings.from_env(env_in(tmp_path))).test_client()

    def browse(who: str, path: str, form: dict[str, Any] | None = None) -> Any:
        headers = {"Accept": "text/html"}
        if who:
            headers["Authorization"] = f"Bearer {cast.tokens[who]}"
        if form is None:
            return app.get(f"{path}{'&' if '?' in path else '?'}lang=en", headers=headers)
        return app.post(path, data=form, headers=headers)

    return browse


def items(cast: Cast) -> list[dict[str, Any]]:
    with reading() as tx:
        return [dict(each) for each in VIEW.items(tx, cast.event.id).values()]


def facts(cast: Cast, key: str) -> list[str]:
    with reading() as tx:
        return [each.name for each in journal.about(tx, cast.event.id, key)]
