"""Uploads under way: they end with their sender's sign-in, and each person has a limit."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from mixroom.core import ids
from mixroom.crew import actions as crew
from mixroom.web.security import RECHECK_AFTER
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.servers import Postgres, Redis, Server, embedded_in, running, scaled_in, until

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}


def _announce(api: Api, length: int, key: str | None = None) -> requests.Response:
    from base64 import b64encode

    named = {"Upload-Metadata": f"id {b64encode(key.encode()).decode()}"} if key else {}
    return api.ask("POST", "/uploads/", headers=TUS | {"Upload-Length": str(length)} | named)


def _slowly(server: Server, token: str, head: str, parts: list[bytes]) -> Iterator[socket.socket]:
    """Send a request a part at a time: the caller decides when."""
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as line:
        lines = f"{head}\r\nHost: {where.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
        line.sendall(lines.encode())
        for part in parts:
            line.sendall(part)
            yield line


def _status(line: socket.socket) -> int:
    return int(line.recv(200).split()[1])


@pytest.mark.parametrize("how", ["tus", "photo", "words", "page"])
def test_what_is_under_way_ends_as_its_sender_is_removed(
    server: Server, guests: Cast, how: str
) -> None:
    token = guests.tokens["driss"]
    with Api(server.url, token) as driss:
        heads = {
            "tus": f"PATCH {_place(driss)} HTTP/1.1\r\nContent-Length: 40\r\nUpload-Offset: 0\r\n"
            "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream",
            "photo": "POST /api/v1/media HTTP/1.1\r\nContent-Length: 160\r\n"
            "Content-Type: multipart/form-data; boundary=b",
            "words": "POST /api/v1/submissions HTTP/1.1\r\nContent-Length: 40\r\n"
            "Content-Type: application/json",
            "page": "POST /send HTTP/1.1\r\nContent-Length: 40\r\n"
            "Content-Type: application/x-www-form-urlencoded",
        }
    bodies = {
        "tus": b"x" * 40,
        "photo": b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.jpg"\r\n\r\n',
        "words": b'{"text": {"fr": "Trop tard"}}',
        "page": b"text_fr=Trop+tard",
    }
    body = bodies[how]
    if how == "photo":
        body += b"\xff\xd8\xff" + b"x" * (160 - len(body) - 3 - 9) + b"\r\n--b--\r\n"
    else:
        body = body.ljust(40)
    line = _slowly(server, token, heads[how], [body[:20], body[20:]])
    next(line)
    begun = time.monotonic()
    crew.remove(guests.amelie, guests.driss.id)
    until(lambda: time.monotonic() - begun > RECHECK_AFTER + 0.1, "the sign-in to be due again")
    # A busy server may read a page's request only now, and leads to the sign-in page.
    assert _status(next(line)) in ({401, 303} if how == "page" else {401})
    line.close()
    with Api(server.url, guests.tokens["ben"]) as ben:
        assert ben.view("review")["changes"] == {}
        assert ben.ask("GET", "/submissions").json()["items"] == []


def _place(api: Api) -> str:
    return _announce(api, 40).headers["Location"]


@pytest.fixture(params=["embedded", "scaled"])
def small(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres, redis_server: Redis
) -> Iterator[Server]:
    """Return a server with small quotas: 10 files of a person, 25 of an event; 20 and 60 MB."""
    kind = request.param
    made = (
        embedded_in(tmp_path) if kind == "embedded" else scaled_in(tmp_path, postgres, redis_server)
    )
    quotas = {"PERSON_FILES": "10", "PERSON_MB": "20", "EVENT_FILES": "25", "EVENT_MB": "60"}
    made.env.update({f"MIXROOM_PENDING_{name}": value for name, value in quotas.items()})
    with running(made) as started:
        yield started


def test_nobody_announces_more_than_their_part(small: Server) -> None:
    with cast_at(small) as cast, ExitStack() as stack:
        apis = {
            name: stack.enter_context(Api(small.url, cast.tokens[name]))
            for name in ("driss", "chloe", "flora", "ben", "eve")
        }
        statuses: list[int] = []

        def hurry(api: Api) -> None:
            statuses.extend(_announce(api, 1000).status_code for _ in range(5))

        with ExitStack() as lines:
            four = [lines.enter_context(Api(small.url, cast.tokens["driss"])) for _ in range(4)]
            threads = [threading.Thread(target=hurry, args=(api,)) for api in four]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
        assert sorted(statuses) == [201] * 10 + [429] * 10, "the count is exact"

        refused = _announce(apis["driss"], 1000)
        assert refused.json()["code"] == "too_much_announced"
        assert "en route" in refused.json()["title"]
        assert int(refused.headers["Retry-After"]) >= 10
        english = apis["driss"].ask(
            "POST",
            "/uploads/",
            headers=TUS | {"Upload-Length": "9", "Accept-Language": "en"},
        )
        assert "on their way" in english.json()["title"]

        key = ids.new()
        assert _announce(apis["chloe"], 19_000_000, key).status_code == 201
        assert _announce(apis["chloe"], 19_000_000, key).status_code == 201, "the same once more"
        assert _announce(apis["chloe"], 2_000_000).status_code == 429, "by bytes"
        gone = apis["chloe"].ask("DELETE", f"/uploads/{key}", headers=TUS)
        assert gone.status_code == 204
        whole = apis["chloe"].ask(
            "POST", "/uploads/", headers=BYTES | {"Upload-Length": "5"}, data=b"12345"
        )
        assert whole.status_code == 201
        assert _announce(apis["chloe"], 20_000_000).status_code == 201, (
            "what is here counts no more"
        )

        assert _announce(apis["flora"], 20_000_000).status_code == 201
        assert _announce(apis["ben"], 19_000_000).status_code == 201
        full = _announce(apis["ben"], 1_000_000)
        assert (full.status_code, full.json()["code"]) == (507, "event_full")
        assert _announce(apis["eve"], 1_000_000).status_code == 201, "another event is another"


def test_two_who_change_different_parts_at_once_both_have_their_way(
    server: Server, guests: Cast
) -> None:
    with ExitStack() as stack:
        driss, ben, amelie = (
            stack.enter_context(Api(server.url, guests.tokens[name]))
            for name in ("driss", "ben", "amelie")
        )
        key = driss.submit(text={"fr": "Zéro"})["id"]
        for n in range(10):
            parts = [
                (driss, {"text": {"fr": f"Texte {n}"}}),
                (ben, {"credit": f"Crédit {n}"}),
                (amelie, {"tags": [f"t{n}"]}),
            ]
            ready = threading.Barrier(len(parts))

            def mend(api: Api, part: dict[str, object], ready: threading.Barrier = ready) -> None:
                ready.wait()
                assert api.ask("PATCH", f"/submissions/{key}", json=part).status_code == 200

            threads = [threading.Thread(target=mend, args=part) for part in parts]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            item = ben.ask("GET", f"/submissions/{key}").json()
            said = (item["text"]["fr"], item["credit"], item["tags"])
            assert said == (f"Texte {n}", f"Crédit {n}", [f"t{n}"])


def test_an_edit_that_loses_to_an_approval_is_told_so(server: Server, guests: Cast) -> None:
    with (
        Api(server.url, guests.tokens["driss"]) as driss,
        Api(server.url, guests.tokens["ben"]) as ben,
    ):
        key = driss.submit()["id"]
        ben.decide(key, "approval")
        for headers in ({}, {"If-Match": '"1"'}):
            change = {"text": {"fr": "Trop tard"}}
            answer = driss.ask("PATCH", f"/submissions/{key}", json=change, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")
            assert answer.json()["now"] == "approved"


def test_wrong_codes_keep_nobody_out_who_has_the_right_one(server: Server, guests: Cast) -> None:
    from mixroom.core.roles import Role

    way = crew.invite(guests.amelie, "Léa", Role.BLOGGER)
    with requests.Session() as prankster:
        prankster.get(f"{server.url}/j", timeout=10)
        assert prankster.cookies, "counted as a browser"
        statuses = [
            prankster.post(f"{server.url}/j", data={"code": f"WRNG{n:04}"}, timeout=10).status_code
            for n in range(40)
        ]
        assert statuses.count(404) == 20
        assert statuses[-1] == 429
        page = {"Accept": "text/html"}
        told = prankster.post(f"{server.url}/j", data={"code": "k7qf"}, headers=page, timeout=10)
        assert told.status_code == 429
        assert 'value="k7qf"' in told.text, "it is told by the field, where it was typed"
        assert "Patientez un instant" in told.text
    for n in range(40):  # and some who keep no cookie
        requests.post(f"{server.url}/j", data={"code": f"WRNX{n:04}"}, timeout=10)
    right = {"code": way.code}
    answer = requests.post(f"{server.url}/j", data=right, timeout=10, allow_redirects=False)
    assert answer.status_code == 303
    answer = requests.post(
        f"{server.url}/api/v1/invites/redeem", json={"token": way.code}, timeout=10
    )
    assert answer.status_code == 200


def test_nobody_learns_the_id_of_what_was_never_shown(server: Server, guests: Cast) -> None:
    coffee = Path(__file__).parent.parent / "data" / "photos" / "coffee.jpg"
    with ExitStack() as stack:
        chloe, ben = (
            stack.enter_context(Api(server.url, guests.tokens[name])) for name in ("chloe", "ben")
        )
        before = chloe.view("wall")["seq"]
        first = chloe.developed(chloe.upload(coffee)["id"])["id"]
        never = chloe.submit(kind="photo", media=[first], consent="cleared")["id"]
        with coffee.open("rb") as file:
            data = {"id": ids.new()}
            copy = chloe.ask("POST", "/media", files={"file": file}, data=data).json()["id"]
        chloe.developed(copy)
        shown = chloe.submit(kind="photo", media=[copy], consent="cleared")["id"]
        ben.decide(shown, "approval")
        ben.decide(never, "rejection", reason="duplicate")
        for view in ("public", "wall"):
            for asked in (ben.view(view, before), ben.view(view)):
                assert set(asked["changes"]) == {shown}
                assert first not in str(asked)
        assert first not in str(chloe.view("desk")["changes"][shown])
        assert ben.ask("GET", f"/media/{copy}").json()["twins"] == [first]
        ben.decide(shown, "recall")
        assert ben.view("public", before)["changes"] == {shown: None}, "what was there goes"
