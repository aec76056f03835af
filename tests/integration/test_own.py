"""People who may not decide on their own submission may not change it afterwards either."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mixroom.review import reporting
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server

COFFEE = Path(__file__).parent.parent / "data" / "photos" / "coffee.jpg"
RETOUCH = {"turn": 1}
# What changes a submission or a photo of it, and what its author is answered once others have
# approved it. A route that is not named here fails the first test.
VERBS: dict[str, tuple[dict[str, Any] | None, int]] = {
    "PATCH /submissions/{key}": ({"text": {"fr": "Autre"}}, 409),
    "POST /submissions/{key}/approval": ({}, 409),
    "POST /submissions/{key}/claim": (None, 409),
    "POST /submissions/{key}/hold": ({"reason": "later"}, 409),
    "POST /submissions/{key}/recall": ({}, 409),
    "POST /submissions/{key}/rejection": ({"reason": "better_one"}, 409),
    "POST /submissions/{key}/reopening": (None, 409),
    "POST /submissions/{key}/reports": (None, 409),
    "DELETE /submissions/{key}/reports": (None, 409),
    "POST /submissions/{key}/return": ({"reason": "blurry"}, 409),
    "PUT /submissions/{key}/translation": ({"text": "Other"}, 409),
    "PUT /media/{media_id}/retouch": (RETOUCH, 409),
}
# These change nothing that anyone sees: one lets go of it, asks someone for a translation, or takes
# back what one sent, which is its author's right.
FREE = {
    "DELETE /submissions/{key}/claim",
    "PUT /submissions/{key}/translator",
    "DELETE /submissions/{key}/translator",
    "POST /submissions/{key}/withdrawal",
}
PARTS: list[dict[str, Any]] = [
    {"alt": {"fr": "Une autre"}},
    {"credit": "Moi"},
    {"consent": "not_needed"},
    {"tags": ["autre"]},
    {"team": "Équipe Pixel"},
    {"kind": "post"},
]


@pytest.fixture
def ben(server: Server, guests: Cast) -> Iterator[Api]:
    with Api(server.url, guests.tokens["ben"]) as api:
        yield api


@pytest.fixture
def amelie(server: Server, guests: Cast) -> Iterator[Api]:
    with Api(server.url, guests.tokens["amelie"]) as api:
        yield api


def _approved(author: Api, by: Api) -> tuple[str, str]:
    media = author.developed(author.upload(COFFEE)["id"])["id"]
    sent = author.submit(kind="photo", text={"fr": "Un café"}, media=[media], consent="cleared")
    by.decide(sent["id"], "approval")
    return sent["id"], media


def test_every_verb_is_named(server: Server) -> None:
    paths = requests.get(f"{server.url}/api/v1/openapi.json", timeout=10).json()["paths"]
    found = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if re.match(r"/submissions/\{key\}|/media/\{media_id\}", path) and method != "get"
    }
    assert found == set(VERBS) | FREE


def test_a_manager_changes_nothing_that_was_decided_on_what_they_sent(
    guests: Cast, ben: Api, amelie: Api
) -> None:
    key, media = _approved(ben, amelie)
    reporting.report(key, "someone")
    amelie.ask("POST", "/reports/restoration", json={})
    reporting.report(key, "someone")  # told again, and still shown
    before = amelie.ask("GET", f"/submissions/{key}").json()
    assert before["status"] == "approved"
    for verb, (body, status) in VERBS.items():
        method, path = verb.split()
        answer = ben.ask(method, path.format(key=key, media_id=media), json=body)
        assert (answer.status_code, answer.json()["code"]) in (
            (status, "own_submission"),
            (status, "wrong_status"),
        ), f"{verb}: {answer.status_code} {answer.text}"
    for part in [*PARTS, {"media": [{"id": media, "caption": {"fr": "Moi"}}]}]:
        answer = ben.ask("PATCH", f"/submissions/{key}", json=part)
        assert answer.json()["code"] == "own_submission", part
    assert ben.ask("POST", "/reports/restoration", json={}).json()["restored"] == []
    assert amelie.ask("GET", f"/submissions/{key}").json() == before
    assert amelie.ask("GET", f"/media/{media}").json()["retouch"] is None


def test_a_manager_does_not_unblur_what_the_lead_has_blurred(ben: Api, amelie: Api) -> None:
    key, media = _approved(ben, amelie)
    blurred = {"blurs": [{"x": 0.1, "y": 0.1, "w": 0.3, "h": 0.3}]}
    assert amelie.ask("PUT", f"/media/{media}/retouch", json=blurred).status_code == 200
    ben.developed(media)
    answer = ben.ask("PUT", f"/media/{media}/retouch", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "own_submission")
    assert len(amelie.ask("GET", f"/media/{media}").json()["retouch"]["blurs"]) == 1
    assert key in amelie.view("public")["changes"]


def test_a_lead_may_and_so_may_another_reviewer(ben: Api, amelie: Api) -> None:
    _, media = _approved(amelie, ben)
    assert amelie.ask("PUT", f"/media/{media}/retouch", json=RETOUCH).status_code == 200
    _, media = _approved(ben, amelie)
    assert amelie.ask("PUT", f"/media/{media}/retouch", json=RETOUCH).status_code == 200


def test_while_it_waits_a_manager_mends_their_own_and_keeps_nobody_out(
    ben: Api, amelie: Api
) -> None:
    key = ben.submit(text={"fr": "De moi"})["id"]
    claim = ben.ask("POST", f"/submissions/{key}/claim", json={"take_over": True})
    assert claim.json()["code"] == "own_submission"
    assert ben.ask("PATCH", f"/submissions/{key}", json={"text": {"fr": "Mieux"}}).ok
    assert amelie.decide(key, "approval")["status"] == "approved"
