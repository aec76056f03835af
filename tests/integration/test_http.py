"""Answers over HTTP: the status, the code, the words, in both layouts."""

import re
import threading
from pathlib import Path

import pytest
import requests

from mixroom.app import create_app
from mixroom.core import ids
from mixroom.web.compression import without_comments
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
NOBODYS = "0199a0b0-0000-7000-8000-000000000000"  # an id like any other
COFFEE, ROCKET = PHOTOS / "coffee.jpg", PHOTOS / "rocket.jpg"


@pytest.fixture
def driss(server: Server, guests: Cast):
    with Api(server.url, guests.tokens["driss"]) as api:
        yield api


@pytest.fixture
def ben(server: Server, guests: Cast):
    with Api(server.url, guests.tokens["ben"]) as api:
        yield api


def test_a_repeat_gets_200_and_the_same_answer(driss: Api) -> None:
    sent = {"kind": "post", "text": {"fr": "Une fois"}}
    answers = [
        driss.ask("POST", "/submissions", json=sent, headers={"Idempotency-Key": "k"})
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.text for answer in answers}) == 1


def test_twenty_at_once_with_one_key_make_one(server: Server, guests: Cast) -> None:
    statuses: list[int] = []

    def send() -> None:
        with Api(server.url, guests.tokens["driss"]) as api:
            answer = api.ask(
                "POST",
                "/submissions",
                json={"kind": "post", "text": {"fr": "Vingt"}},
                headers={"Idempotency-Key": "twenty"},
            )
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Api(server.url, guests.tokens["driss"]) as api:
        assert len(api.view("desk")["changes"]) == 1
    assert sorted(set(statuses)) == [200, 201]
    assert statuses.count(201) == 1


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"json": {"kind": "post", "text": {"fr": "x" * 50_000}}}, 422, "invalid"),
        ({"json": {"kind": "post", "text": {"fr": "x" * 300_000}}}, 413, "too_large"),
        ({"json": {"kind": "song", "text": {"fr": "x"}}}, 422, "invalid"),
        ({"json": {"kind": "post", "text": {"fr": "x"}, "author_id": "me"}}, 422, "invalid"),
        ({"json": {"kind": "post", "text": {"fr": "x"}, "id": "42"}}, 422, "invalid"),
        ({"json": {"kind": "photo", "media": [ids.new()]}}, 422, "invalid"),
        ({"json": [1, 2]}, 422, "invalid"),
        ({"json": {"text": {"fr": "\ud800"}}}, 422, "invalid"),
        ({"json": {"text": {"fr": "a\u0000b"}}}, 422, "invalid"),
        ({"data": "{", "headers": {"Content-Type": "application/json"}}, 400, "bad_request"),
        ({"data": "x=1", "headers": {"Content-Type": "text/plain"}}, 415, "wrong_type"),
        (
            {"data": "[" * 99_999, "headers": {"Content-Type": "application/json"}},
            400,
            "bad_request",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_clearly(
    driss: Api, how: dict[str, object], status: int, code: str
) -> None:
    answer = driss.ask("POST", "/submissions", **how)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert driss.view("desk")["changes"] == {}


def test_a_key_with_another_body_is_a_conflict(driss: Api) -> None:
    driss.submit(key="k", text={"fr": "Un"})
    answer = driss.ask(
        "POST",
        "/submissions",
        json={"kind": "post", "text": {"fr": "Deux"}},
        headers={"Idempotency-Key": "k"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


@pytest.mark.parametrize("key", ["nope", NOBODYS, "../../etc/passwd", "%00"])
@pytest.mark.parametrize("path", ["/submissions/{}", "/media/{}", "/submissions/{}/approval"])
def test_a_wrong_id_is_not_found(ben: Api, path: str, key: str) -> None:
    method = "POST" if path.endswith("approval") else "GET"
    assert ben.ask(method, path.format(key)).status_code in (404, 405)


def test_refusals_are_in_the_language_that_is_asked_for(server: Server) -> None:
    titles = {}
    for lang in ("fr", "en", "de"):
        with Api(server.url, None, lang) as api:
            answer = api.ask("GET", "/submissions")
            assert answer.status_code == 401
            titles[lang] = answer.json()["title"]
    assert titles["fr"] == titles["de"]
    assert titles["fr"] == "Connexion requise. Rouvrez votre invitation."
    assert titles["en"] == "You need to be signed in. Open your invitation again."


def test_an_edit_on_an_older_version_is_412_with_both_texts(driss: Api) -> None:
    key = driss.submit(text={"fr": "Un"})["id"]
    assert driss.ask("GET", f"/submissions/{key}").headers["ETag"] == '"1"'
    first = {"text": {"fr": "Deux"}}
    answer = driss.ask("PATCH", f"/submissions/{key}", json=first, headers={"If-Match": '"1"'})
    assert answer.json()["version"] == 2
    late = {"text": {"fr": "Trois"}}
    answer = driss.ask("PATCH", f"/submissions/{key}", json=late, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert answer.json()["now"]["text"]["fr"] == "Deux"
    assert answer.json()["sent"]["text"]["fr"] == "Trois"


def test_pages_of_submissions_are_linked(driss: Api) -> None:
    keys = {driss.submit(text={"fr": f"{n}"})["id"] for n in range(5)}
    found, path = set(), "/submissions?limit=2&status=submitted"
    while path:
        answer = driss.ask("GET", path)
        found |= {item["id"] for item in answer.json()["items"]}
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    assert found == keys


def test_a_photo_is_seen_by_nobody_else_until_it_is_approved(
    server: Server, guests: Cast, driss: Api, ben: Api
) -> None:
    media = driss.upload(COFFEE)
    media = driss.developed(media["id"])
    key = driss.submit(kind="photo", media=[media["id"]], consent="cleared")["id"]
    anyone = ["chloe", "flora", "mur", "eve"]
    with requests.Session() as stranger:
        for name in ("thumb", "card", "wall"):
            assert stranger.get(server.url + media[name], timeout=10).status_code == 404
            for each in anyone:
                with Api(server.url, guests.tokens[each]) as api:
                    assert api.page(media[name]).status_code == 404
            for api in (driss, ben):
                answer = api.page(media[name])
                assert answer.status_code == 200
                assert answer.headers["Content-Type"] == "image/jpeg"
                assert answer.headers["Cache-Control"] == "private, no-store"
        ben.decide(key, "approval")
        answer = stranger.get(server.url + media["card"], timeout=10)
        assert answer.status_code == 200
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        ben.decide(key, "recall")
        assert stranger.get(server.url + media["card"], timeout=10).status_code == 404
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        assert chloe.ask("GET", f"/media/{media['id']}").status_code == 404
    original = f"{server.url}/media/{media['id']}/original"
    assert requests.get(original, timeout=10).status_code == 404


def test_a_file_that_is_no_photo_is_refused_with_words(
    driss: Api, ben: Api, tmp_path: Path
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"<html>not a photo</html>")
    state = driss.developed(driss.upload(path)["id"])
    assert state["status"] == "refused"
    assert state["refusal"]["code"] == "not_an_image"
    assert state["refusal"]["fr"] != state["refusal"]["en"]
    key = driss.submit(kind="photo", media=[state["id"]], consent="cleared")["id"]
    answer = ben.ask("POST", f"/submissions/{key}/approval")
    assert (answer.status_code, answer.json()["code"]) == (409, "media_refused")


def test_a_photo_without_consent_is_not_approved(driss: Api, ben: Api) -> None:
    media = driss.developed(driss.upload(COFFEE)["id"])
    key = driss.submit(kind="photo", media=[media["id"]], consent="pending")["id"]
    answer = ben.ask("POST", f"/submissions/{key}/approval")
    assert (answer.status_code, answer.json()["code"]) == (409, "consent_missing")
    driss.ask("PATCH", f"/submissions/{key}", json={"consent": "cleared"})
    assert ben.decide(key, "approval")["status"] == "approved"


def test_the_same_upload_again_is_the_same_photo(driss: Api, guests: Cast, server: Server) -> None:
    media_id = ids.new()
    answers = []
    for _ in range(2):
        with COFFEE.open("rb") as file:
            answers.append(driss.ask("POST", "/media", files={"file": file}, data={"id": media_id}))
    assert [answer.status_code for answer in answers] == [201, 200]
    assert {answer.json()["id"] for answer in answers} == {media_id}
    with Api(server.url, guests.tokens["chloe"]) as chloe, COFFEE.open("rb") as file:
        answer = chloe.ask("POST", "/media", files={"file": file}, data={"id": media_id})
        assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")


def test_an_upload_without_a_file_or_with_nothing_in_it_is_refused(
    driss: Api, tmp_path: Path
) -> None:
    assert driss.ask("POST", "/media", data={"id": ids.new()}).status_code == 422
    empty = tmp_path / "empty.jpg"
    empty.touch()
    with empty.open("rb") as file:
        assert driss.ask("POST", "/media", files={"file": file}).status_code == 422


def test_another_site_cannot_act_in_a_members_name(server: Server, guests: Cast) -> None:
    from mixroom.core.roles import Role
    from mixroom.crew import actions

    way = actions.invite(guests.amelie, "Léa", Role.BLOGGER)
    body = {"kind": "post", "text": {"fr": "x"}}
    with requests.Session() as browser:
        sent = {"token": way.token, "device": ""}
        url = f"{server.url}/api/v1"
        joined = browser.post(f"{url}/invites/redeem", json=sent, timeout=10)
        assert joined.json() == {"next": "/send"}
        cookie = next(iter(browser.cookies))
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "Lax"
        answer = browser.post(f"{url}/submissions", json=body, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (403, "form_expired")
        csrf, other = _form_token(browser, server.url), _form_token(browser, server.url)
        assert csrf != other, "a token that never changes can be guessed from packed pages"
        wrong = ("", "x" * 128, csrf[:-1], csrf[:64] + other[64:], csrf[:64], "é")
        for token in wrong:
            headers = {"X-CSRF-Token": token.encode()}
            answer = browser.post(f"{url}/submissions", json=body, headers=headers, timeout=10)
            assert (answer.status_code, answer.json()["code"]) == (403, "form_expired")
        for foreign in (
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            headers = {"X-CSRF-Token": csrf, **foreign}
            answer = browser.post(f"{url}/submissions", json=body, headers=headers, timeout=10)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
        answer = browser.post(
            f"{url}/submissions", json=body, headers={"X-CSRF-Token": csrf}, timeout=10
        )
        assert answer.status_code == 201


def _form_token(browser: requests.Session, url: str) -> str:
    page = browser.get(f"{url}/send", timeout=10).text
    return page.partition('name="csrf" content="')[2].partition('"')[0]


def test_every_page_binds_the_browser(server: Server, driss: Api) -> None:
    for path in ("/", "/send", "/j", "/nothing", "/api/v1/submissions", "/healthz"):
        headers = driss.page(path, headers={"Accept": "text/html"}).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Cookie" in headers["Vary"]


def test_a_file_is_kept_for_ever_only_under_the_name_of_its_content(server: Server) -> None:
    with Api(server.url) as stranger:
        page = stranger.page("/j").text
        named = page.partition('href="/static/css/base.css')[2].partition('"')[0]
        for query, kept in ((named, True), ("", False), ("?v=of-another-release", False)):
            answer = stranger.page(f"/static/css/base.css{query}")
            assert answer.status_code == 200
            assert ("immutable" in answer.headers["Cache-Control"]) == kept
            assert ("no-cache" in answer.headers["Cache-Control"]) != kept
            assert answer.headers["Vary"] == "Accept-Encoding", "it is the same in each language"


def test_the_document_describes_every_route(server: Server) -> None:
    from openapi_spec_validator import validate

    document = requests.get(f"{server.url}/api/v1/openapi.json", timeout=10).json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    described = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    routes = {
        f"{method} {_as_described(rule.rule)}"
        for rule in create_app(server.settings).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/")
    }
    assert described == routes - {"GET /openapi.json", "GET /docs"}


def _as_described(rule: str) -> str:
    return re.sub("<([a-z_]+)>", r"{\1}", rule.removeprefix("/api/v1"))


def test_supervisors_can_ask(server: Server) -> None:
    assert requests.get(f"{server.url}/healthz", timeout=10).json() == {"status": "ok"}
    ready = requests.get(f"{server.url}/readyz", timeout=10).json()
    assert ready["status"] == "ok"
    assert ("redis" in ready["checks"]) is (server.settings.redis_url is not None)
    assert "mixroom_sockets" in requests.get(f"{server.url}/metrics", timeout=10).text
    proxied = requests.get(
        f"{server.url}/metrics", headers={"Host": "mixroom.example.org"}, timeout=10
    )
    assert proxied.status_code == 401


def test_the_team_is_run_over_the_api(server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["amelie"]) as lead, Api(server.url) as phone:
        way = lead.ask("POST", "/invites", json={"name": "Léa", "role": "blogger"}).json()
        assert way["url"].startswith(f"{server.url}/j#")
        sent = {"token": way["url"].partition("#")[2]}
        assert phone.ask("POST", "/invites/redeem", json=sent).status_code == 200
        people = {each["name"]: each["id"] for each in lead.ask("GET", "/people").json()["items"]}
        assert people["Léa"] == way["person"]
        devices = lead.ask("GET", "/devices").json()["items"]
        device = next(each["id"] for each in devices if each["person"] == way["person"])
        assert phone.ask("GET", "/submissions").status_code == 200
        assert lead.ask("DELETE", f"/devices/{device}").status_code == 204
        assert phone.ask("GET", "/submissions").status_code == 401
        assert lead.ask("DELETE", f"/people/{way['person']}").status_code == 204
        assert lead.ask("DELETE", f"/people/{way['person']}").status_code == 404
        screen = lead.ask("POST", "/screens", json={"name": "Mur de l’est"}).json()
        screens = lead.ask("GET", "/screens").json()["items"]
        assert screen["person"] in {each["id"] for each in screens}


def test_each_photo_has_its_words_and_its_consent(driss: Api, ben: Api) -> None:
    first, second = (driss.developed(driss.upload(path)["id"])["id"] for path in (COFFEE, ROCKET))
    said = {
        "id": second,
        "caption": {"fr": "La fusée", "en": "The rocket"},
        "alt": {"fr": "Une fusée blanche sur sa rampe."},
        "consent": "pending",
    }
    key = driss.submit(kind="photo", media=[said, first], consent="cleared")["id"]
    item = ben.view("review")["changes"][key]
    assert [photo["id"] for photo in item["media"]] == [second, first]
    assert item["consent"] == "pending"
    assert [photo["consent"] for photo in item["media"]] == ["pending", "cleared"]
    assert ben.ask("POST", f"/submissions/{key}/approval").json()["code"] == "consent_missing"

    agreed = {"media": [{**said, "consent": "cleared"}, first], "consent": "not_needed"}
    assert driss.ask("PATCH", f"/submissions/{key}", json=agreed).status_code == 200
    ben.decide(key, "approval")
    shown = ben.view("public")["changes"][key]["media"]
    assert shown[0]["caption"] == {"fr": "La fusée", "en": "The rocket"}
    assert shown[0]["alt"] == {"fr": "Une fusée blanche sur sa rampe.", "en": None}
    assert shown[1]["caption"] == {"fr": None, "en": None}
    assert all("consent" not in photo for photo in shown)


@pytest.mark.parametrize(
    ("taken", "how"), [("gzip, deflate, br", "br"), ("gzip, deflate", "gzip"), ("identity", None)]
)
def test_texts_travel_packed_as_the_browser_takes_them(
    server: Server, taken: str, how: str | None
) -> None:
    headers = {"Accept-Encoding": taken}
    for path in ("/static/js/lib/outbox.js", "/static/css/base.css", "/j", "/api/v1/openapi.json"):
        with requests.get(server.url + path, headers=headers, timeout=10, stream=True) as answer:
            assert answer.headers.get("Content-Encoding") == how
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert int(answer.headers["Content-Length"]) == len(answer.raw.read())
    script = server.url + "/static/js/lib/outbox.js"
    first = requests.get(script, headers=headers, timeout=10)
    plain = requests.get(script, headers={"Accept-Encoding": "identity"}, timeout=10)
    if how == "gzip":
        assert first.content == without_comments(plain.content)
    known = headers | {"If-None-Match": first.headers["ETag"]}
    assert requests.get(script, headers=known, timeout=10).status_code == 304
    part = requests.get(script, headers=headers | {"Range": "bytes=0-9"}, timeout=10)
    assert (part.status_code, part.content) == (206, plain.content[:10])
    assert (first.headers["ETag"] == plain.headers["ETag"]) == (how is None)
