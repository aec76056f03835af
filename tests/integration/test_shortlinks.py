"""Short links: made, printed, followed, counted by day, and by people only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from mixroom.app import create_app
from mixroom.core import clock
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.settings import Settings
from mixroom.shortlinks import actions, queries
from mixroom.shortlinks.model import CODE, CodeTakenError, checked
from tests.cast import Cast
from tests.replay import assert_replays
from tests.servers import env_in

PROGRAMME = ("https://museomix.org/montreal?jour=1", "Affiche du hall")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


@pytest.fixture
def client(cast: Cast, tmp_path: Path) -> FlaskClient:
    return create_app(Settings.from_env(env_in(tmp_path))).test_client()


def test_a_poster_leads_on_wherever_its_link_leads_now(cast: Cast, client: FlaskClient) -> None:
    assert_replays(cast, lambda: actions.make(cast.ben, *PROGRAMME, "Prog"))
    phone = {"User-Agent": PHONE}
    for code in ("prog", "PROG"):
        answer = client.get(f"/l/{code}", headers=phone)
        assert (answer.status_code, answer.location) == (302, PROGRAMME[0])
        assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.headers.getlist("Set-Cookie"), "nothing is kept about who followed it"
    (found,) = queries.listed(cast.chloe)
    actions.change(cast.amelie, found.id, "https://museomix.org/2027", "Affiche")
    assert client.get("/l/prog", headers=phone).location == "https://museomix.org/2027"
    (found,) = queries.listed(cast.chloe)
    assert (found.count, found.code, found.title) == (3, "prog", "Affiche")
    assert client.get("/l/rien", headers=phone).status_code == 404


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {"User-Agent": PHONE}),
        ("GET", {"User-Agent": PHONE, "Sec-Purpose": "prefetch"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("GET", {"User-Agent": "Synapse (bot; +https://github.com/matrix-org/synapse)"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible) Bluesky Cardyb/1.1"}),
        ("GET", {"User-Agent": "Akkoma 3.13.2; https://fedi.example"}),
        ("GET", {"User-Agent": PHONE, "X-Moz": "prefetch"}),
        ("GET", {"User-Agent": ""}),
    ],
)
def test_programs_that_only_look_are_led_on_and_not_counted(
    cast: Cast, client: FlaskClient, method: str, headers: dict[str, str]
) -> None:
    key = actions.make(cast.amelie, *PROGRAMME, "prog").id
    assert client.open("/l/prog", method=method, headers=headers).location == PROGRAMME[0]
    link, days = queries.one(cast.amelie, key)
    assert (link.count, days) == (0, [])


def test_days_are_those_of_the_museum(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    key = actions.make(cast.amelie, *PROGRAMME, "prog").id
    midnight = datetime(2015, 11, 7, 5, tzinfo=UTC)  # in Montréal
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        actions.follow("prog", counts=True)
    _, found = queries.one(cast.amelie, key)
    assert [(each.day.isoformat(), each.count) for each in found] == [
        ("2015-11-06", 1),
        ("2015-11-07", 2),
    ]


def test_a_code_is_given_once_at_all_events(cast: Cast) -> None:
    actions.make(cast.amelie, *PROGRAMME, "prog")
    for lead in (cast.amelie, cast.eve):
        with pytest.raises(CodeTakenError):
            actions.make(lead, *PROGRAMME, "prog")
    codes = {actions.make(cast.amelie, *PROGRAMME).code for _ in range(20)}
    assert len(codes) == 20
    assert all(CODE.fullmatch(code) for code in codes)


def test_only_reviewers_of_the_event_make_and_change_links(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.make(cast.chloe, *PROGRAMME)
    key = actions.make(cast.ben, *PROGRAMME).id
    with pytest.raises(NotFoundError):
        actions.change(cast.eve, key, *PROGRAMME)
    with pytest.raises(NotFoundError):
        queries.one(cast.eve, key)


@pytest.mark.parametrize(
    ("url", "title", "code", "field"),
    [
        ("", "Affiche", "", "url"),
        ("museomix.org", "Affiche", "", "url"),
        ("javascript:alert(1)", "Affiche", "", "url"),
        ("https://a b", "Affiche", "", "url"),
        ("https://museomix.org@evil.example", "Affiche", "", "url"),
        ("https://museomix.org:x", "Affiche", "", "url"),
        ("https://museomix.org\r\nSet-Cookie: a", "Affiche", "", "url"),
        ("https://" + "a" * 1000, "Affiche", "", "url"),
        (PROGRAMME[0], " ", "", "title"),
        (PROGRAMME[0], "x" * 81, "", "title"),
        (PROGRAMME[0], "Affiche", "été", "code"),
        (PROGRAMME[0], "Affiche", "-a", "code"),
        ("https://museomix.org/\u202egpj", "Affiche", "", "url"),
        (PROGRAMME[0], "Affiche", "a/b", "code"),
        (PROGRAMME[0], "Affiche", "a" * 33, "code"),
    ],
)
def test_what_no_poster_should_lead_to_is_refused_in_the_form(
    cast: Cast, client: FlaskClient, url: str, title: str, code: str, field: str
) -> None:
    headers = {
        "Authorization": f"Bearer {cast.tokens['amelie']}",
        "Accept": "text/html",
        "Accept-Language": "fr",
    }
    form = {"url": url, "title": title, "code": code}
    answer = client.post("/plan/links", data=form, headers=headers)
    assert answer.status_code == 422
    assert f'id="{field}"' in answer.text
    assert 'aria-invalid="true"' in answer.text.split(f'id="{field}"')[1].split(">")[0]
    assert queries.listed(cast.amelie) == []


@pytest.mark.parametrize("path", ["/l/boucle", "//l/a", "/x/../l/%62"])
def test_a_short_link_leads_to_no_short_link(cast: Cast, client: FlaskClient, path: str) -> None:
    headers = {"Authorization": f"Bearer {cast.tokens['amelie']}", "Accept-Language": "en"}
    address = client.application.extensions["parts"].settings.base_url + path
    site = {"url": address, "title": "Boucle", "code": "boucle"}
    made = client.post("/api/v1/shortlinks", json=site, headers=headers)
    assert (made.status_code, made.json["errors"][0]["field"]) == (422, "url")
    link = actions.make(cast.amelie, *PROGRAMME).id
    change = {"url": address, "title": "Boucle"}
    changed = client.patch(f"/api/v1/shortlinks/{link}", json=change, headers=headers)
    assert "short link already" in changed.json["detail"]


def test_the_pages_and_the_api_say_the_same(cast: Cast, client: FlaskClient) -> None:
    leads = {"Authorization": f"Bearer {cast.tokens['amelie']}"}
    new = {"url": PROGRAMME[0], "title": PROGRAMME[1], "code": "prog"}
    made = client.post("/api/v1/shortlinks", json=new, headers=leads)
    assert made.status_code == 201
    assert made.json is not None
    key = made.json["id"]
    assert made.json["short"].endswith("/l/prog")
    assert client.post("/api/v1/shortlinks", json=new, headers=leads).status_code == 409
    client.get("/l/prog", headers={"User-Agent": PHONE})
    (item,) = client.get("/api/v1/shortlinks", headers=leads).json["items"]  # type: ignore[index]
    assert item == made.json | {"count": 1}
    page = leads | {"Accept": "text/html", "Accept-Language": "fr"}
    assert "suivi 1\u00a0fois" in client.get("/plan/links", headers=page).text
    shown = client.get(f"/plan/links/{key}", headers=page).text
    assert "Suivi 1\u00a0fois" in shown
    assert "<svg" in shown
    drawing = client.get(f"/plan/links/{key}/qr.svg", headers=leads)
    assert drawing.data.startswith(b"<?xml")
    assert 'filename="prog.svg"' in drawing.headers["Content-Disposition"]
    changed = {"url": "https://museomix.org/2", "title": "B"}
    assert client.patch(f"/api/v1/shortlinks/{key}", json=changed, headers=leads).status_code == 204
    read = client.get(f"/api/v1/shortlinks/{key}", headers=leads).json
    assert read is not None
    assert (read["url"], [each["count"] for each in read["days"]]) == (changed["url"], [1])


@given(st.text(max_size=60))
def test_an_address_is_kept_as_it_is_or_refused(text: str) -> None:
    try:
        url, _, _ = checked(text, "Affiche", "")
    except InvalidError:
        return
    assert url == text.strip()
    assert url.startswith(("http://", "https://", "HTTP://", "HTTPS://", "Http", "Https"))
    assert not any(sign.isspace() for sign in url)
