"""Rights decide where a photo can be seen, and the people in it can hide it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.cast import Cast
from tests.client import Api, Json
from tests.servers import Server

COFFEE = Path(__file__).parent.parent / "data" / "photos" / "coffee.jpg"
USUAL = ["press", "wall", "web"]


@pytest.fixture
def chloe(server: Server, guests: Cast) -> Iterator[Api]:
    with Api(server.url, guests.tokens["chloe"]) as api:
        yield api


@pytest.fixture
def ben(server: Server, guests: Cast) -> Iterator[Api]:
    with Api(server.url, guests.tokens["ben"]) as api:
        yield api


def _photo(chloe: Api, **more: object) -> tuple[str, str]:
    media = chloe.upload(COFFEE)
    assert chloe.developed(media["id"])["status"] == "ready"
    sent = chloe.submit(
        kind="photo", text={"fr": "Un café"}, media=[media["id"]], consent="cleared", **more
    )
    return sent["id"], media["id"]


def _know(ben: Api, key: str, media: str, **rights: object) -> requests.Response:
    known = {"cleared_for": USUAL, **rights}
    return ben.ask("PATCH", f"/submissions/{key}", json={"media": [{"id": media, "rights": known}]})


def _refusal(ben: Api, key: str, **showing: object) -> Json:
    answer = ben.ask("POST", f"/submissions/{key}/approval", json=showing)
    assert answer.status_code == 409, answer.text
    said: Json = answer.json()
    assert said["code"] == "consent_missing"
    return said


def test_what_is_not_cleared_for_a_purpose_is_not_approved_for_it(chloe: Api, ben: Api) -> None:
    key, media = _photo(chloe)
    assert _know(ben, key, media, no_photo=True).status_code == 200
    assert _refusal(ben, key)["purpose"] == "wall"
    assert _know(ben, key, media, cleared_for=["web", "press"]).status_code == 200
    assert _refusal(ben, key)["purpose"] == "wall"
    assert _know(ben, key, media, cleared_for=["wall"], minors=True).status_code == 200
    assert _refusal(ben, key, press=True)["purpose"] == "press"
    assert _refusal(ben, key, **{"global": True})["purpose"] == "web"
    assert ben.decide(key, "approval")["status"] == "approved"
    assert ben.ask("GET", f"/submissions/{key}").json()["media"][0]["rights"]["minors"]


def test_a_photo_for_the_wall_alone_is_nowhere_else(server: Server, chloe: Api, ben: Api) -> None:
    key, media = _photo(chloe)
    _know(ben, key, media, cleared_for=["wall"])
    ben.decide(key, "approval")
    on_wall = ben.view("wall")["changes"]
    assert "rights" not in on_wall[key]["media"][0]
    assert key not in ben.view("public")["changes"]
    address = server.url + on_wall[key]["media"][0]["card"]
    assert requests.get(address, timeout=10).status_code == 404
    assert chloe.page(on_wall[key]["media"][0]["card"]).status_code == 200
    assert requests.get(f"{server.url}/p/{key}/me", timeout=10).status_code == 404

    _know(ben, key, media)
    assert key in ben.view("public")["changes"]
    assert requests.get(address, timeout=10).status_code == 200
    _know(ben, key, media, cleared_for=["web", "wall"], no_photo=False)
    taken = ben.ask("PATCH", f"/submissions/{key}", json={"consent": "refused"})
    assert taken.json()["code"] == "consent_missing", (
        "what is shown is recalled, not left uncleared"
    )


def test_an_author_says_nothing_of_rights(chloe: Api, ben: Api) -> None:
    key, media = _photo(chloe)
    rights = {"cleared_for": ["sponsors"]}
    change = {"media": [{"id": media, "rights": rights}]}
    assert chloe.ask("PATCH", f"/submissions/{key}", json=change).status_code == 200
    assert ben.ask("GET", f"/submissions/{key}").json()["media"][0]["rights"] is None
    _know(ben, key, media, artwork="L’Œil, 1952")
    change = {"text": {"fr": "Un autre café"}, "media": [media]}
    assert chloe.ask("PATCH", f"/submissions/{key}", json=change).status_code == 200
    kept = ben.ask("GET", f"/submissions/{key}").json()["media"][0]["rights"]
    assert kept["artwork"] == "L’Œil, 1952"


def test_whoever_is_in_a_public_photo_hides_it_once(server: Server, chloe: Api, ben: Api) -> None:
    key, _ = _photo(chloe)
    address = f"{server.url}/p/{key}/me"
    assert requests.post(address, timeout=10).status_code == 404
    ben.decide(key, "approval")
    assert f"/p/{key}/me" in chloe.page("/").text
    page = requests.get(address, headers={"Accept-Language": "fr"}, timeout=10)
    assert "Êtes-vous sur cette photo" in page.text
    assert requests.post(address, timeout=10).status_code == 200
    assert key not in ben.view("wall")["changes"]
    assert key not in ben.view("public")["changes"]
    waiting = ben.view("review")["changes"][key]
    assert waiting["status"] == "held"
    assert waiting["decision"]["reason"] == "reported"
    assert requests.get(address, timeout=10).status_code == 404

    ben.decide(key, "approval")
    again = requests.post(address, headers={"Accept-Language": "fr"}, timeout=10)
    assert key in ben.view("public")["changes"], "a reviewer has looked at it"
    assert "toujours affichée" in again.text, "what is said is true"
    assert ben.view("reports")["changes"][key]["hidden"] is False


def test_a_photo_that_someone_has_open_is_not_retouched_by_another(
    server: Server, guests: Cast, chloe: Api, ben: Api
) -> None:
    key, media = _photo(chloe)
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        assert amelie.ask("POST", f"/submissions/{key}/claim").status_code == 200
        turn = {"turn": 1, "crop": None, "focus": None, "blurs": []}
        assert ben.ask("PUT", f"/media/{media}/retouch", json=turn).json()["code"] == "claimed"
        assert amelie.ask("PUT", f"/media/{media}/retouch", json=turn).status_code == 200
