"""The calendar of the plan: messages on their day and hour, late ones told, odd days refused."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mixroom.app import create_app
from mixroom.core import clock
from mixroom.core.text import Bilingual
from mixroom.event import actions as event_actions
from mixroom.plan import actions
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.settings import Settings
from tests.cast import Cast
from tests.servers import env_in

WORDS = Bilingual("Les portes ouvrent.", "Doors open.")


@pytest.fixture
def client(cast: Cast, tmp_path: Path) -> FlaskClient:
    return create_app(Settings.from_env(env_in(tmp_path))).test_client()


def test_messages_stand_on_their_day_and_hour_and_late_ones_are_told(
    cast: Cast, client: FlaskClient
) -> None:
    now = clock.now().astimezone(cast.event.zone)
    tomorrow = now + timedelta(days=1)
    days_of_event = {"starts_on": tomorrow.date(), "ends_on": tomorrow.date()}
    event_actions.edit(cast.amelie, **days_of_event)
    for title, due in (("Le futur", tomorrow), ("Le passé", now - timedelta(hours=1))):
        message = Message("", "", title, (Channel.MASTODON,), WORDS, due=due)
        actions.add(cast.ben, message)
    headers = {
        "Authorization": f"Bearer {cast.tokens['chloe']}",
        "Accept": "text/html",
        "Accept-Language": "fr",
    }
    page = client.get(f"/plan?from={now.date()}", headers=headers).text
    days = {
        day: cell
        for cell in re.findall(r"<li[^>]*>\s*<a class=\"date\".*?</li>", page, re.DOTALL)
        for day in re.findall(r"/plan/day/([\d-]+)", cell)
    }
    assert len(days) == 42
    assert "data-event" in days[str(tomorrow.date())]
    assert "Le futur" in days[str(tomorrow.date())]
    assert [day for day, cell in days.items() if "Le passé" in cell] == [
        str((now - timedelta(hours=1)).date())
    ]
    late = page.split('class="lateness')[1].split("</details>")[0]
    assert "Le passé" in late
    assert "Le futur" not in late
    hours = client.get(f"/plan/day/{tomorrow.date()}", headers=headers).text
    (hour,) = (each for each in re.findall(r"<li.*?</li>", hours, re.DOTALL) if "Le futur" in each)
    assert f"<b>{tomorrow.hour}&nbsp;h</b>" in hour


@pytest.mark.parametrize(
    "path", ["/plan?from=demain", "/plan/day/2015-02-30", "/plan?from=0001-01-01"]
)
def test_a_day_that_is_none_is_refused(cast: Cast, client: FlaskClient, path: str) -> None:
    headers = {"Authorization": f"Bearer {cast.tokens['chloe']}", "Accept": "text/html"}
    assert client.get(path, headers=headers).status_code == 422
