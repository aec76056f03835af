"""Applying from outside: by the form and by the API, by people, by a school, and by a robot."""

import html
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import limits
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from mixroom.app import create_app
from mixroom.core import clock, ids
from mixroom.core.db import reading
from mixroom.core.speech import say
from mixroom.core.text import Bilingual
from mixroom.event import actions as event_actions
from mixroom.features import listed
from mixroom.letters.store import letters
from mixroom.recruiting.limits import FORM_RATE, LETTER_EVERY, LETTERS_AT_ONCE
from mixroom.settings import Settings
from tests.cast import Cast, enter
from tests.integration.test_recruiting import later
from tests.servers import env_in

APPLICATION: dict[str, Any] = {
    "name": "Zoé Tremblay",
    "email": "zoe@example.org",
    "roles": ["photographer"],
    "languages": ["fr", "en"],
    "availability": [{"day": "2015-11-06", "part": "morning"}, {"day": 2, "part": "evening"}],
}
FORM: dict[str, Any] = {
    "name": "Zoé Tremblay",
    "email": "zoe@example.org",
    "telephone": "514 555-0101",
    "roles": ["photographer", "press"],
    "languages": ["fr"],
    "availability": ["2015-11-06:morning", "2015-11-08:evening"],
    "note": "Parce que\r\nj’aime les musées.",
    "links": "instagram.com/zoe\r\nhttps://zoe.ca",
    "needs": "Une rampe",
    "keep": "event",
}
PAGE = {"Accept": "text/html", "Accept-Language": "fr"}


class Browser:
    """A browser without scripts at an address; a lead's if `token` is given."""

    def __init__(self, client: FlaskClient, address: str = "10.0.0.1", token: str = "") -> None:
        self._client = client
        self._env = {"REMOTE_ADDR": address}
        self._headers = PAGE | ({"Authorization": f"Bearer {token}"} if token else {})

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self._ask("POST", path, **more)

    def apply(self, ticket: str, **changes: Any) -> TestResponse:
        """Send the form, with changes to what is usually in it."""
        return self.post("/apply", data=FORM | {"ticket": ticket} | changes)

    def _ask(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = self._headers | more.pop("headers", {})
        return self._client.open(
            path, method=method, headers=headers, environ_base=self._env, **more
        )


@pytest.fixture
def cast(database: sa.Engine) -> Cast:
    """The cast, at the event that visitors see."""
    return enter(present=True)


@pytest.fixture
def client(cast: Cast, tmp_path: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings.from_env(env_in(tmp_path)))
    with app.test_client(use_cookies=False) as client:
        yield client


def ticket_in(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def faults(page: str) -> list[str]:
    return re.findall(r'class="fault" id="fault-([^"]+)"', page)


def link_in_letter(email: str = "zoe@example.org") -> str:
    with reading() as tx:
        of = letters.c
        query = sa.select(of.body).where((of.email == email) & (of.template.like("%confirm")))
        body = tx.scalars(query.order_by(of.id.desc())).first()
    found = re.search(r"(/a/[\w-]+)", body or "")
    assert found
    return found[1]


@pytest.fixture
def ticket(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ticket of a form that was opened a minute ago."""
    found = ticket_in(Browser(client).get("/apply").text)
    later(monkeypatch, timedelta(minutes=1))
    return found


def test_an_application_by_the_form_is_confirmed_seen_changed_and_withdrawn(
    cast: Cast, client: FlaskClient, ticket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Browser(client)
    sent = phone.apply(ticket)
    assert sent.status_code == 303
    page = phone.get(sent.location).text
    assert "Presque fini" in page
    english = {"Accept-Language": "en"}
    assert "Friday, November 6</b>" in phone.get(sent.location, headers=english).text
    assert "à la main" in page  # there is no mail server: nothing comes within the hour
    letter = link_in_letter()
    assert letter not in sent.location  # the sender cannot confirm without the letter
    for _ in range(3):  # looking changes nothing: letters are opened by machines too
        page = phone.get(letter)
        assert "Confirmer ma candidature" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    confirmed = phone.post(f"{letter}/confirmation")
    assert "Nous avons votre candidature." in phone.get(confirmed.location).text
    form = phone.get(f"{letter}/change").text
    assert "Parce que\nj’aime les musées." in form
    change = FORM | {"ticket": ticket_in(form), "telephone": "", "note": "Plus court."}
    assert phone.post(f"{letter}/change", data=change).status_code == 303
    page = phone.get(letter).text
    assert "Plus court." in page
    assert "514 555-0101" not in page
    assert "peuvent lire ce que j’ai écrit ici" in page  # what was agreed to
    event_actions.edit(cast.amelie, starts_on=date(2015, 11, 7))
    assert "Vendredi 6 novembre</b> matin" in phone.get(letter).text, "as it was said then"
    event_actions.edit(cast.amelie, starts_on=cast.event.starts_on)
    assert phone.post(f"{letter}/withdrawal").status_code == 303
    page = phone.get(letter).text
    assert "Votre candidature est retirée." in page
    assert "Zoé" not in page
    assert phone.post(f"{letter}/change", data=change).status_code == 409


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": ""}),
    ("name", {"name": "x" * 81}),
    ("email", {"email": "zoe@"}),
    ("telephone", {"telephone": "appelez-moi"}),
    ("roles", {"roles": []}),
    ("languages", {"languages": []}),
    ("availability", {"availability": []}),
    ("availability", {"availability": ["2015-11-09:morning"]}),
    ("links", {"links": "javascript:alert(1)"}),
    ("note", {"note": "x" * 40_000}),
    ("needs", {"needs": "x" * 501}),
    ("keep", {"keep": ""}),
    ("website", {"website": "https://spam.example.com"}),
]


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, ticket: str
) -> None:
    for number, (field, change) in enumerate(WRONG):
        refused = Browser(client, f"10.0.1.{number}").apply(ticket, **change)
        assert refused.status_code == 422, change
        assert faults(refused.text) == [field]
        kept_in(refused.text, FORM | change)
        ticket = ticket_in(refused.text)
    mended = Browser(client).apply(ticket)
    assert mended.status_code == 303


def kept_in(page: str, sent: dict[str, Any]) -> None:
    """Assert that a page has everything that was typed."""
    for name in ("name", "email", "telephone"):
        assert f'value="{sent[name]}"' in page
    for name in ("note", "links", "needs"):
        assert sent[name].replace("\r\n", "\n") in page.replace("\r\n", "\n")
    for name in ("roles", "languages", "availability"):
        for value in sent[name]:
            if value != "2015-11-09:morning":
                assert re.search(rf'name="{name}"\s+value="{value}"\s+checked', page)


def test_a_form_sent_twice_or_after_a_correction_is_one_application(
    client: FlaskClient, cast: Cast, ticket: str
) -> None:
    phone = Browser(client)
    places = {phone.apply(ticket, note=note).location for note in ("Un", "Un", "Deux")}
    assert len(places) == 1
    assert [each["note"] for each in applications(client, cast)] == ["Deux"]


def test_a_form_that_comes_back_at_once_or_after_days_is_shown_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Browser(client)
    ticket = ticket_in(phone.get("/apply").text)
    fast = phone.apply(ticket)
    assert fast.status_code == 429
    assert "très rapide" in fast.text
    assert FORM["needs"] in fast.text
    later(monkeypatch, timedelta(days=2))
    old = phone.apply(ticket)
    assert old.status_code == 409
    assert FORM["needs"] in old.text
    assert phone.apply(ticket_in(old.text)).status_code == 303
    assert phone.apply("none of ours").status_code == 409


def test_a_wording_of_the_consent_that_changed_is_read_again(
    client: FlaskClient, cast: Cast, ticket: str
) -> None:
    event_actions.edit(cast.amelie, name=Bilingual("Autre nom", "Other name"))
    phone = Browser(client)
    refused = phone.apply(ticket)
    assert faults(refused.text) == ["keep"]
    assert phone.apply(ticket_in(refused.text)).status_code == 303
    (found,) = applications(client, cast)
    assert "salle de presse de Autre nom" in found["consent"]["text"]
    assert found["consent"]["lang"] == "fr"


def test_a_form_that_is_filled_in_over_midnight_keeps_the_wording_that_it_showed(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.now().astimezone(cast.event.zone).date() + timedelta(days=1)
    later(monkeypatch, datetime.combine(tomorrow, time(23, 58), cast.event.zone) - clock.now())
    phone = Browser(client)
    shown = phone.get("/apply").text
    later(monkeypatch, timedelta(minutes=4))
    assert phone.apply(ticket_in(shown)).status_code == 303
    (found,) = applications(client, cast)
    assert found["consent"]["text"] in html.unescape(shown)
    again = phone.get("/apply").text
    assert found["consent"]["text"] not in html.unescape(again), "it names another day"


def test_nothing_tells_whether_an_address_is_known(client: FlaskClient, cast: Cast) -> None:
    first, second, other = (
        post(client, email=email) for email in ("zoe@example.org", "Zoe@example.org", "ana@x.org")
    )
    for answer in (first, second, other):
        assert answer.status_code == 201
        assert answer.json is not None
        assert set(answer.json) == {"id", "status", "link"}
        assert answer.json["status"] == "received"
    pages = []
    for answer in (second, other):
        assert answer.json is not None
        page = Browser(client).get(path_of(answer.json["link"])).text
        pages.append(re.sub(r"/a/[\w-]+|[\w.]+@[\w.]+", "", page))
    assert pages[0] == pages[1].replace("Ana", "Zoé")


def test_a_robot_that_sends_five_hundred_is_stopped_and_nobody_else(
    client: FlaskClient, cast: Cast
) -> None:
    statuses = [
        post(client, "203.0.113.9", email=f"robot{n}@example.com").status_code for n in range(500)
    ]
    assert statuses[:80] == [201] * 80
    assert set(statuses[80:]) == {429}
    pupils = [
        post(client, "198.51.100.7", email=f"pupil{n}@school.example.org").status_code
        for n in range(30)
    ]
    assert pupils == [201] * 30


def test_a_school_behind_one_address_applies_within_minutes_mistakes_included(
    client: FlaskClient, ticket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = Browser(client, "198.51.100.7")
    tickets = [ticket_in(school.get("/apply").text) for _ in range(85)]
    later(monkeypatch, timedelta(minutes=2))
    for n, each in enumerate(tickets):
        for wrong in ({"email": "x"}, {"keep": ""}, {"roles": []}) if n < 15 else ():
            assert school.apply(each, **wrong).status_code == 422
        assert school.apply(each, email=f"pupil{n}@school.example.org").status_code == 303
    with reading() as tx:
        due = sorted(tx.scalars(sa.select(letters.c.next_at)))
    assert len(due) == 85
    assert all(at <= clock.now() for at in due[:LETTERS_AT_ONCE])
    assert due[-1] <= clock.now() + LETTER_EVERY * 25
    assert limits.parse_many(FORM_RATE)[0].amount >= 200, "a school of two hundred in ten minutes"


def test_a_name_in_another_script_goes_from_the_form_to_the_crew(
    client: FlaskClient, cast: Cast, ticket: str
) -> None:
    phone = Browser(client)
    name = "محمد بن عبد الله " * 4
    assert phone.apply(ticket, name=name).status_code == 303
    lead = Browser(client, token=cast.tokens["amelie"])
    (found,) = applications(client, cast)
    assert found["name"] == name.strip()
    assert lead.post(f"/applications/{found['id']}/acceptance").status_code == 303
    people = lead.get("/api/v1/people").json
    assert people is not None
    assert name.strip() in [each["name"] for each in people["items"]]


def test_the_public_page_leads_to_the_form_while_it_is_open(
    client: FlaskClient, cast: Cast
) -> None:
    lead, phone = Browser(client, token=cast.tokens["amelie"]), Browser(client)
    assert '<a href="/apply">Rejoignez l’équipe médias</a>' in phone.get("/").text
    assert '<a href="/apply">Join the media team</a>' in phone.get("/?lang=en").text
    assert "C’est terminé." in phone.get("/").text, "the event was in 2015"
    assert (
        lead.post("/applications/opening", data={"closes": "2015-01-01T12:00"}).status_code == 303
    )
    assert "/apply" not in phone.get("/").text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"closes": "2015-01-01T12:00"}, "fermées depuis le 1er janvier 2015, 12\u00a0h\u00a000."),
        ({"opens": "2090-01-01T12:00"}, "Les candidatures ouvrent le"),
        ({"most": "1"}, "toutes les places sont prises"),
    ],
)
def test_closed_not_yet_open_and_full_say_what_to_do_instead(
    client: FlaskClient, cast: Cast, ticket: str, change: dict[str, str], says: str
) -> None:
    lead, phone = Browser(client, token=cast.tokens["amelie"]), Browser(client)
    post(client, email="first@example.org")
    phone.post(f"{link_in_letter('first@example.org')}/confirmation")
    form = {"instead_fr": "Venez dimanche.", "instead_en": "Come.", "contact": "Amélie Roy"}
    assert lead.post("/applications/opening", data=form | change).status_code == 303
    page = phone.get("/apply").text
    for words in (says, "Venez dimanche.", "Amélie Roy"):
        assert words in page
    assert "Come." in phone.get("/apply?lang=en").text
    refused = phone.apply(ticket)
    assert refused.status_code == 409
    assert says in refused.text
    closed = post(client)
    assert closed.status_code == 409
    assert closed.json is not None
    assert closed.json["code"] == "applications_closed"
    assert "Amélie Roy" in phone.get("/privacy").text


def test_leads_find_decide_and_note_without_a_script(client: FlaskClient, cast: Cast) -> None:
    lead = Browser(client, token=cast.tokens["amelie"])
    assert "Aucune candidature" in lead.get("/applications").text
    people = [("Ana Roy", "press", "fr", 1), ("Béa Côté", "blogger", "en", 2)]
    for name, role, lang, day in people:
        there = [{"day": day, "part": "morning"}]
        email = f"{role}@example.org"
        change = {"name": name, "roles": [role], "languages": [lang], "availability": there}
        post(client, email=email, **change)
        lead.post(f"{link_in_letter(email)}/confirmation")
    ana, bea = (each["id"] for each in applications(client, cast))
    for query, found in (
        ("", {"Ana", "Béa"}),
        ("role=press", {"Ana"}),
        ("language=en", {"Béa"}),
        ("half=2015-11-06:morning", {"Ana"}),
        ("q=cote", {"Béa"}),
        ("q=press@", {"Ana"}),
        ("status=accepted", set()),
        ("status=apart", set()),
        ("role=press&language=en", set()),
    ):
        page = lead.get(f"/applications?{query}").text
        listed = page.partition("data-list")[2].partition("</ol>")[0]
        assert {name for name in ("Ana", "Béa") if name in listed} == found, query
    refused = lead.post(f"/applications/{ana}/notes", data={"text": "x" * 2001})
    assert refused.status_code == 422
    assert "x" * 2001 in refused.text
    assert lead.post(f"/applications/{ana}/notes", data={"text": "Oui!"}).status_code == 303
    opened = lead.get(f"/applications/{ana}").text
    assert "Oui!" in opened
    assert re.search(r"à effacer après le <span[^>]*>\s*\d+(er)? \w+ \d{4}</span>", opened)
    needs = {"need:press:2015-11-06:morning": "2", "need:press:2015-11-06:evening": "x"}
    refused = lead.post("/applications/needs", data=needs)
    assert faults(refused.text) == ["need:press:2015-11-06:evening"]
    assert lead.post("/applications/needs", data=needs | {list(needs)[1]: ""}).status_code == 303
    both = {"do": "acceptance", "key": [ana, bea]}
    done = lead.post("/applications/decisions", data=both)
    assert "done=2" in done.location
    page = lead.get("/applications").text
    cell = page.partition('data-cell="press 2015-11-06:morning"')[2].partition("</td>")[0]
    assert re.search(r"<span data-have>1</span>", cell)
    assert re.search(r"<span data-need>2</span>", cell)
    late = lead.post(f"/applications/{ana}/decline")
    assert late.status_code == 409
    assert "a changé d’état entre-temps" in late.text


def test_a_script_applies_and_a_lead_decides(client: FlaskClient, cast: Cast) -> None:
    lead = Browser(client, token=cast.tokens["amelie"])
    sent = post(client, id=(key := ids.new())).json
    assert sent is not None
    assert (sent["id"], sent["status"]) == (key, "received")
    assert Browser(client).get(path_of(sent["link"])).status_code == 200
    again = post(client, id=key)
    assert again.status_code == 201
    assert post(client, id=key, name="Ana").status_code == 409
    accepted = lead.post(f"/api/v1/applications/{key}/acceptance", json={"role": "photographer"})
    assert accepted.json is not None
    assert accepted.json["status"] == "accepted"
    code = accepted.json["invite"]["code"]
    look = client.post("/api/v1/invites/look", json={"token": code})
    assert look.json is not None
    assert look.json["name"] == "Zoé Tremblay"
    for n in range(3):
        post(client, email=f"{n}@example.org")
    first = lead.get("/api/v1/applications?limit=2")
    assert first.json is not None
    assert first.json["items"][0]["id"] == key
    following = re.search(r"<([^>]+)>; rel=\"next\"", first.headers["Link"])
    assert following
    rest = lead.get(following[1]).json
    assert rest is not None
    assert len(rest["items"]) == 2
    accepted_ones = lead.get("/api/v1/applications?status=accepted").json
    assert accepted_ones is not None
    assert [each["id"] for each in accepted_ones["items"]] == [key]


def test_a_wrong_application_is_refused(client: FlaskClient, cast: Cast) -> None:
    for change in (
        {"roles": ["lead"]},
        {"roles": ["screen"]},
        {"roles": []},
        {"availability": [{"day": 4, "part": "morning"}]},
        {"availability": [{"day": "2015-11-06", "part": "night"}]},
        {"email": "x"},
        {"id": "1"},
        {"note": "x" * 40_000},
        {"surprise": 1},
    ):
        assert post(client, **change).status_code == 422, change
    assert applications(client, cast) == []


def test_every_form_that_asks_for_personal_data_names_the_page_about_it(
    client: FlaskClient, cast: Cast
) -> None:
    for path, token in (
        ("/apply", ""),
        ("/j", ""),
        ("/me", cast.tokens["driss"]),
        ("/send", cast.tokens["driss"]),
        ("/team", cast.tokens["amelie"]),
    ):
        assert 'href="/privacy"' in Browser(client, token=token).get(path).text, path


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_about_privacy_says_what_every_feature_keeps(
    client: FlaskClient, lang: str
) -> None:
    page = Browser(client).get(f"/privacy?lang={lang}").text
    for kept in listed("privacy"):
        assert str(escape(say(lang, kept.what))) in page
        if kept.after:
            assert str(escape(say(lang, kept.until, days=kept.after.days))) in page
    assert {"fr": "loi\u00a025", "en": "Law 25"}[lang] in page


def applications(client: FlaskClient, cast: Cast) -> list[dict[str, Any]]:
    answer = Browser(client, token=cast.tokens["amelie"]).get("/api/v1/applications").json
    assert answer is not None
    found: list[dict[str, Any]] = answer["items"]
    return found


def post(client: FlaskClient, address: str = "10.0.0.1", **change: Any) -> TestResponse:
    headers = {"Accept": "application/json"}
    body = APPLICATION | change
    return Browser(client, address).post("/api/v1/applications", json=body, headers=headers)


def path_of(link: str) -> str:
    return link[link.index("/a/") :]
