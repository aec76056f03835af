"""The calendar of the plan: messages on their day and hour, late ones told, odd days refused."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from mixroom.app import create_app
from mixroom.core import clock
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.event import actions as event_actions
from mixroom.plan import actions
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.promises import actions as promising
from mixroom.promises.model import PromiseKind
from mixroom.settings import Settings
from mixroom.sponsors import actions as sponsoring
from mixroom.sponsors.model import Promise as WallPromise
from mixroom.sponsors.model import Tier
from mixroom.supports import actions as supporting
from mixroom.supports.model import SupportKind, SupportLang
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
    other = client.get(f"/plan?from={now.date() + timedelta(days=90)}", headers=headers).text
    assert other.split('class="lateness')[1].split("</details>")[0] == late, "on other days too"
    hours = client.get(f"/plan/day/{tomorrow.date()}", headers=headers).text
    (hour,) = (each for each in re.findall(r"<li.*?</li>", hours, re.DOTALL) if "Le futur" in each)
    assert f"<b>{tomorrow.hour}&nbsp;h</b>" in hour


def test_a_full_day_leads_to_all_of_its_messages(cast: Cast, client: FlaskClient) -> None:
    noon = clock.now().astimezone(cast.event.zone).replace(hour=12, minute=0) + timedelta(days=1)
    event_actions.edit(cast.amelie, starts_on=noon.date(), ends_on=noon.date())
    for n in range(8):
        due = noon + timedelta(minutes=n)
        actions.add(cast.ben, Message("", "", f"Nº {n}.", (Channel.X,), WORDS, due=due))
    headers = {"Authorization": f"Bearer {cast.tokens['ben']}", "Accept": "text/html"}
    for path in (f"/plan?from={noon.date()}", f"/plan/month/{noon:%Y-%m}"):
        page = client.get(path, headers=headers).text
        assert [f"Nº {n}." in page for n in range(8)] == [True] * 5 + [False] * 3
        assert f'href="/plan/day/{noon.date()}">+ 3 autres' in page
    day = client.get(f"/plan/day/{noon.date()}?hour=12", headers=headers).text
    assert all(f"Nº {n}." in day for n in range(8))


@pytest.mark.parametrize(
    "path",
    [
        "/plan/month/2015-13",
        "/plan/month/9999-12",
        "/plan?from=demain",
        "/plan/day/2015-02-30",
        "/plan?from=0001-01-01",
    ],
)
def test_a_day_that_is_none_is_refused(cast: Cast, client: FlaskClient, path: str) -> None:
    headers = {"Authorization": f"Bearer {cast.tokens['chloe']}", "Accept": "text/html"}
    assert client.get(path, headers=headers).status_code == 422


def test_what_one_owns_is_in_the_calendar_of_ones_phone(cast: Cast, client: FlaskClient) -> None:
    now = clock.now().replace(microsecond=0)
    day = timedelta(days=1)
    due = {name: now + n * day for n, name in enumerate(("message", "support", "promise"), 1)}
    name = Bilingual("Fondation Lumen", "Lumen Foundation")
    sponsor = sponsoring.add(cast.amelie, name=name, tier=Tier.PRINCIPAL, promise=WallPromise(10))
    for owner in (cast.ben.id, cast.amelie.id):
        message = _owned(cast, owner, "Portes", due["message"])
        _owned(cast, owner, "Sans date", None)
        title = Bilingual("Affiche", "Poster")
        more = {"owner_id": owner, "due": due["support"]}
        supporting.add(cast.amelie, title, SupportKind.POSTER, SupportLang.FR, **more)
        said = {"words": Bilingual("Merci", "Thanks"), "owner_id": owner, "due": due["promise"]}
        promising.make(cast.amelie, sponsor.id, PromiseKind.MENTIONS, **said)
    address = _address(client, cast.tokens["ben"])
    entries = _entries(client, address)
    assert {str(each["SUMMARY"]): each["DTSTART"].dt for each in entries} == {
        "Échéance\xa0: Portes": due["message"],
        "Échéance\xa0: Affiche": due["support"],
        "Échéance\xa0: Fondation Lumen · Merci": due["promise"],
    }
    assert len({str(each["UID"]) for each in entries}) == 3
    paths = []
    for each in entries:
        assert str(each["TRANSP"]) == "TRANSPARENT"
        assert each.walk("VALARM")[0]["TRIGGER"].dt == timedelta(hours=-1)
        path = str(each["URL"]).partition("://")[2].partition("/")[2]
        assert client.get(f"/{path}", headers=_as(cast.tokens["ben"])).status_code == 200
        paths.append(f"/{path}")
    before = {str(each["UID"]) for each in entries}
    (mine,) = (key for key in before if key.startswith("message."))
    key = mine.removeprefix("message.").removesuffix("@mixroom")
    assert key != message
    actions.change(cast.ben, key, {"due": due["message"] + day})
    (moved,) = (each for each in _entries(client, address) if str(each["UID"]) == mine)
    assert moved["DTSTART"].dt == due["message"] + day
    actions.publish(cast.ben, key, Channel.MASTODON)
    (done,) = (each for each in _entries(client, address) if str(each["UID"]) == mine)
    assert str(done["SUMMARY"]) == "Fait\xa0: Portes"
    assert done.walk("VALARM") == []
    actions.change(cast.ben, key, {"owner_id": cast.amelie.id})
    assert {str(each["UID"]) for each in _entries(client, address)} == before - {mine}
    actions.change(cast.amelie, key, {"owner_id": cast.ben.id})
    lead, told = _as(cast.tokens["amelie"]), "n’est plus de l’équipe"
    for path in (*paths, "/supports", "/promises"):
        assert told not in client.get(path, headers=lead).text
    crew.remove(cast.amelie, cast.ben.id)
    for path in (*paths, "/supports", "/promises"):
        assert told in client.get(path, headers=lead).text, path


def _owned(cast: Cast, owner: str, title: str, due: datetime | None) -> str:
    message = Message("", "", title, (Channel.MASTODON,), WORDS, due=due, owner_id=owner)
    return actions.add(cast.amelie, message).id


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "text/html", "Accept-Language": "fr"}


def _address(client: FlaskClient, token: str) -> str:
    """Make the address of one's calendar; return its path."""
    client.post("/shifts/calendar", headers=_as(token))
    (found,) = set(
        re.findall(r"/shifts/[^\"/]+\.ics", client.get("/shifts", headers=_as(token)).text)
    )
    return found


def _entries(client: FlaskClient, address: str) -> list[Any]:
    return Calendar.from_ical(client.get(address).data).walk("VEVENT")
