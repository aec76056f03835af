"""The API and the sockets answer any input, as the documents say."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
import socketio
import websocket
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import Cast
from tests.client import Api
from tests.servers import Server

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
WHO = (None, "driss", "ben", "amelie", "mur")
ENDS = ("/people/{person_id}", "/devices/{device_id}")  # would sign out the one who asks
FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
TIMES = [
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
    "1999-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
    "2015-11-07T10:00:00",
    "+010000-01-01T00:00:00Z",
    "2015-11-07T24:00:00+23:59",
    10**400,
    -(10**18),
]


# PostgreSQL refuses more than SQLite does, so that everyone asks there; the lead, who may ask for
# everything, asks in both layouts.
@pytest.mark.parametrize(
    ("server", "who"),
    [*(("scaled", who) for who in WHO), ("embedded", "amelie")],
    indirect=["server"],
)
def test_the_api_answers_as_it_is_documented(server: Server, guests: Cast, who: str | None) -> None:
    with Api(server.url) as anyone:
        schema = schemathesis.openapi.from_dict(anyone.ask("GET", "/openapi.json").json())
    facts = _facts(server, guests)
    with requests.Session() as session:
        if who:
            session.headers["Authorization"] = f"Bearer {guests.tokens[who]}"
        for found in schema.get_all_operations():
            operation = found.ok()
            if operation.path not in ENDS:
                _fuzz(operation, session, server, facts)


def _fuzz(
    operation: Any, session: requests.Session, server: Server, facts: dict[str, list[str]]
) -> None:
    known = {name: st.sampled_from(facts[name]) for name in facts}

    @FEW
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        for name in case.path_parameters or {}:
            if name in known and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(known[name])
        if operation.path.startswith("/uploads"):
            case.headers["Tus-Resumable"] = "1.0.0"
        response = case.call(base_url=f"{server.url}/api/v1", session=session, timeout=30)
        case.validate_response(response, checks=CHECKS)

    ask()


def _facts(server: Server, cast: Cast) -> dict[str, list[str]]:
    """Return what there is, by the name that it has in a path."""
    with Api(server.url, cast.tokens["driss"]) as driss:
        sent = [driss.submit(text={"fr": "Un"})["id"] for _ in range(3)]
        photo = driss.ask("POST", "/media", files={"file": ("p.jpg", b"nothing")}).json()["id"]
        driss.submit(kind="photo", media=[photo], consent="cleared")
    views = ["wall", "review", "desk", "public", "crew", "screens", "reports", "translations"]
    screens = [cast.mur.id, "all"]
    return {
        "key": sent,
        "media_id": [photo],
        "screen_id": screens,
        "name": views,
        "day": ["1", "3", "2015-11-07"],
    }


@pytest.mark.parametrize("body", [{"at": "T"}, {"pin_until": "T"}, {"at": "T", "pin_until": "T"}])
def test_times_at_the_ends_of_the_calendar_are_refused(
    server: Server, guests: Cast, body: dict[str, str]
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = driss.submit()["id"]
    with (
        Api(server.url, guests.tokens["ben"]) as ben,
        Api(server.url, guests.tokens["amelie"]) as amelie,
    ):
        for at in TIMES:
            answer = ben.ask("POST", f"/submissions/{key}/approval", json=dict.fromkeys(body, at))
            assert answer.status_code == 422, f"{at}: {answer.text}"
            for edge in ("from", "to"):
                answer = amelie.ask("GET", "/exposures", params={edge: str(at)})
                assert answer.status_code == 422, f"{at}: {answer.text}"


def test_what_an_older_release_has_kept_breaks_no_page(server: Server, guests: Cast) -> None:
    """Show the author's page, and the queue, where a time is at the ends of the calendar."""
    import sqlalchemy as sa

    from mixroom.core.db import transaction
    from mixroom.submissions.rows import submissions

    odd = ["0001-01-01 00:00:00", "9999-12-31 23:59:59"]
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = driss.submit()["id"]
        with Api(server.url, guests.tokens["ben"]) as ben:
            for at in odd:
                stored = f"{at}+00:00" if "postgresql" in server.settings.database_url else at
                columns = ("show_at", "pinned_until", "submitted_at", "goes_at", "corrected_at")
                sets = ", ".join(f"{name} = :at" for name in columns)
                with transaction() as tx:
                    change = sa.text(f"UPDATE {submissions.name} SET {sets} WHERE id = :key")
                    tx.execute(change, {"at": stored, "key": key})
                for page in ("/send", "/review"):
                    api = driss if page == "/send" else ben
                    assert api.page(page).status_code == 200, at
                assert key in ben.view("review")["changes"]
                assert driss.ask("GET", f"/submissions/{key}").status_code == 200


ODD = [b"http://[", b"http://[::1", b"[", b"//", b"null", b"\xff\xfe", b"http://a]b", b"1" * 5000]
HEADERS = [
    "Origin",
    "Referer",
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "If-Range",
    "Range",
    "Host",
    "Accept",
    "Accept-Language",
    "Accept-Encoding",
    "Content-Type",
    "Content-Length",
    "Transfer-Encoding",
    "Authorization",
    "Cookie",
    "User-Agent",
    "X-CSRF-Token",
    "X-Forwarded-For",
    "Sec-Fetch-Site",
    "Idempotency-Key",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Checksum",
    "Upload-Offset",
]
VALUES = [
    *ODD,
    b"Mon, 01 Jan 20000000000 00:00:00 GMT",
    b"Mon, 01 Jan 0001 00:00:00 +2359",
    b"Fri, 31 Dec 9999 23:59:59 -2359",
    b'W/"' + b"9" * 5000 + b'"',
    b"bytes=" + b"9" * 5000 + b"-",
    b"bytes=-" + b"9" * 400,
    b"fr;q=1e999, en;q=nan",
    b"mixroom=\xf0\x28; visit=\x01; lang=..",
    b"multipart/form-data; boundary=\xe9",
    b"application/json; charset=no-such",
    b"a\x00b",
    b"sha1 \xff",
    b"-1",
]
PATHS = [
    ("GET", "/"),
    ("GET", "/static/css/base.css"),
    ("POST", "/j"),
    ("POST", "/api/v1/submissions"),
    ("POST", "/api/v1/uploads/"),
    ("GET", "/socket.io/?EIO=4&transport=websocket"),
]
# To the others a stranger is refused before anything else is read, whatever the path.
PATHS_OF_STRANGERS = [("GET", "/"), ("POST", "/j"), ("POST", "/api/v1/submissions")]


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
@pytest.mark.parametrize("signed_in", [False, True])
def test_no_header_is_a_mistake_of_ours(server: Server, guests: Cast, signed_in: bool) -> None:
    token = guests.tokens["driss"].encode() if signed_in else None
    for method, path in PATHS if signed_in else PATHS_OF_STRANGERS:
        for name in HEADERS:
            for value in VALUES:
                status = _raw(server, method, path.encode(), {name.encode(): value}, token)
                assert status is None or status < 500, f"{method} {path} {name}: {value[:60]!r}"


@pytest.mark.parametrize(
    "path",
    [
        b"/%ff%fe",
        b"/api/v1/submissions/%c0%80",
        b"/api/v1/submissions/%00",
        b"/api/v1/submissions?limit=" + b"9" * 5000,
        b"/api/v1/submissions?limit=%D9%A3",
        b"/api/v1/submissions?after=%ff&team=%ed%a0%80&author=" + b"x" * 3000,
        b"/api/v1/views/public?after=" + b"9" * 5000,
        b"/api/v1/views/public?after=-1",
        b"/api/v1/media?sha256=%ff",
        b"/api/v1/queue?after=%00",
        b"/media/x/%2e%2e%2f%2e%2e",
        b"/p/%ff/me",
        b"/?lang=%ff&lang=fr",
        b"/review/reports?restored=" + b"9" * 5000,
        b"//",
        b"/static/%00",
        b"/static/" + b"a" * 3000,
    ],
)
def test_no_address_is_a_mistake_of_ours(server: Server, guests: Cast, path: bytes) -> None:
    for token in (None, guests.tokens["ben"].encode()):
        status = _raw(server, "GET", path, {}, token)
        assert status is None or status < 500


def _raw(
    server: Server, method: str, path: bytes, headers: dict[bytes, bytes], token: bytes | None
) -> int | None:
    """Ask as no library would; return the status, None where the line was cut."""
    where = urlsplit(server.url)
    usual = {b"Host": where.netloc.encode(), b"Connection": b"close", b"Tus-Resumable": b"1.0.0"}
    if method == "POST":
        usual |= {b"Content-Length": b"2", b"Content-Type": b"application/json"}
    if token:
        usual[b"Authorization"] = b"Bearer " + token
    lines = b"".join(b"%s: %s\r\n" % pair for pair in (usual | headers).items())
    body = b"{}" if method == "POST" else b""
    with socket.create_connection((where.hostname, where.port), timeout=10) as line:
        line.sendall(b"%s %s HTTP/1.1\r\n%s\r\n%s" % (method.encode(), path, lines, body))
        with suppress(OSError):
            line.shutdown(socket.SHUT_WR)
            answer = line.recv(64)
            return int(answer.split()[1]) if answer.startswith(b"HTTP/") else None
    return None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["wall", "review", "public", "desk", "x" * 2000]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["view", "after", "showing", "seq", "gone", "keys", "key", "scene"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
DEEP = [None]
for _ in range(400):
    DEEP = [DEEP]  # type: ignore[list-item]
TOLD = ("live.follow", "live.unfollow", "screen.report", "no.such.event", "message", "error", "")


@pytest.mark.parametrize("who", ["ben", "mur"])
def test_no_message_over_a_socket_is_a_mistake_of_ours(
    server: Server, guests: Cast, who: str
) -> None:
    already = server.log().count("Traceback")
    with _socket(server, guests.tokens[who]) as io:

        @settings(FEW, max_examples=60)
        @given(st.sampled_from(TOLD), st.lists(JSON, max_size=2))
        def say(name: str, told: list[Any]) -> None:
            io.emit(name, tuple(told) if told else None)

        say()
        for odd in (DEEP, {"view": DEEP}, {"view": "wall", "after": DEEP}, {"view": {"wall": 1}}):
            for name in TOLD[:3]:
                io.emit(name, odd)
        answer = io.call("live.follow", {"view": "wall", "after": 0}, timeout=20)
        assert "seq" in answer, "the others go on"
    assert server.log().count("Traceback") == already


@contextmanager
def _socket(server: Server, token: str) -> Iterator[socketio.Client]:
    io = socketio.Client(reconnection=False)
    io.connect(server.url, transports=["websocket"], auth={"token": token})
    try:
        yield io
    finally:
        io.disconnect()


PACKETS: list[str | bytes] = [
    *("", "4", "42", "42[", "42{", '42{"a":1}', "42[]", "42[1]", "42[null]", '42["live.follow"'),
    *("4999999999999[]", "42" + "9" * 5000 + '["x"]', "45", "451-", "4599999999-[]", "46", "47"),
    *("4-1", "4a", "5", "6", "7", "9", "b", "b!!!", "b====", "1x", "2" * 3000, "40/nope,", "40[]"),
    *('40{"token":1}', '40{"token":"\\ud800"}', "41/x", "44", "4\x00", "4²[]", '430["x"]', "\x1e"),
    '451-["live.follow",{"_placeholder":true,"num":0}]',
    '451-["x",{"_placeholder":true,"num":9}]',
    '42["a",' + "[" * 900 + "]" * 900 + "]",
    '42["live.follow",' + "[" * 50_000,
    *(b"", b"\x00", b"\xff" * 100, b"4", b"\x04\x80"),
]


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
@pytest.mark.parametrize("joined", [False, True])
def test_a_packet_that_is_none_leaves_no_traceback(
    server: Server, guests: Cast, joined: bool
) -> None:
    already = server.log().count("Traceback")
    address = f"{server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    header = [f"Authorization: Bearer {guests.tokens['driss']}"]
    for packet in PACKETS:
        line = websocket.create_connection(address, header=header, timeout=5)
        with suppress(websocket.WebSocketException, OSError):
            line.recv()
            if joined:
                line.send("40")
                line.recv()
            line.send(packet) if isinstance(packet, str) else line.send_binary(packet)
            line.send("2")
        line.close()
    with _socket(server, guests.tokens["driss"]) as io:
        assert "seq" in io.call("live.follow", {"view": "wall"}, timeout=20)
    assert server.log().count("Traceback") == already
