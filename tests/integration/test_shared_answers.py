"""All visitors ask for the same, and get one answer, always the present one."""

import re
import socket
import time
from urllib.parse import urlsplit

import pytest
import requests

from tests.cast import Cast
from tests.client import Api
from tests.crowd import fill
from tests.servers import Server

POLL = "/api/v1/views/public"
CARD = re.compile(r'<article class="card"[^>]* data-key="([^"]+)"')
OLDER = re.compile(r'href="(/\?before=[^"]+)"')


@pytest.fixture
def eve(server: Server, guests: Cast) -> Api:
    """The lead of the newest event, which visitors see."""
    return Api(server.url, guests.tokens["eve"])


def ask(
    server: Server, path: str = "/", line: requests.Session | None = None, **headers: str
) -> requests.Response:
    """Ask as a visitor; on one line the same process answers."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return (line or requests).get(server.url + path, headers=named, timeout=10)


def test_an_answer_is_never_an_old_one(server: Server, eve: Api) -> None:
    for _ in range(2):
        key = eve.submit(text={"fr": "Le mur répond"})["id"]
        assert key not in ask(server).text
        eve.decide(key, "approval")
        assert key in ask(server, Accept_Language="fr").text
        assert key in ask(server, Accept_Language="en").text
        assert key in ask(server, POLL).json()["changes"]
        eve.decide(key, "recall")
        assert key not in ask(server).text
        assert key not in ask(server, POLL).json()["changes"]


def test_each_visitor_gets_their_language(server: Server, eve: Api) -> None:
    eve.decide(eve.submit()["id"], "approval")
    for spoken, lang in {"fr-CA": "fr", "en-CA,en;q=0.9,fr;q=0.5": "en", "de": "fr"}.items():
        assert ask(server, Accept_Language=spoken).headers["Content-Language"] == lang
        chosen = ask(server, Accept_Language=spoken, Cookie="_ga=1; lang=en")
        assert chosen.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("taken", "how"), [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0", None), ("identity", None)]
)
@pytest.mark.parametrize("path", ["/", POLL])
def test_each_visitor_gets_their_encoding(
    server: Server, guests: Cast, path: str, taken: str, how: str | None
) -> None:
    fill(guests, 5, guests.eve.event_id)
    answer = ask(server, path, Accept_Encoding=taken)
    assert answer.headers.get("Content-Encoding") == how
    assert ("before" in answer.text) == (path == "/")
    assert answer.text.count("deux projecteurs") >= 5


def test_the_switch_of_languages_is_kept_by_the_browser_and_by_no_cache(server: Server) -> None:
    switched = ask(server, "/?lang=en", Accept_Language="fr")
    assert switched.headers["Content-Language"] == "en"
    assert switched.headers["Set-Cookie"].startswith("lang=en;")
    assert switched.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in ask(server, "/?lang=no").headers
    held = ask(server, "/?lang=en", If_None_Match=switched.headers["ETag"])
    assert held.status_code == 304
    assert held.headers["Set-Cookie"].startswith("lang=en;")


@pytest.mark.parametrize("path", ["/", POLL, f"{POLL}?after=0"])
def test_a_visitor_who_holds_an_answer_is_told_that_it_is_still_right(
    server: Server, eve: Api, path: str
) -> None:
    with requests.Session() as line:
        first = ask(server, path, line)
        assert first.headers["Cache-Control"] == "max-age=0, s-maxage=2"
        assert "Cookie" not in first.headers["Vary"]
        eve.submit()  # which nobody sees yet
        for known in (first.headers["ETag"], f'"x", W/{first.headers["ETag"]}', "*"):
            held = ask(server, path, line, If_None_Match=known)
            assert (held.status_code, held.content) == (304, b"")
            for name in ("ETag", "Cache-Control", "Vary"):
                assert held.headers[name] == first.headers[name]
        eve.decide(eve.submit()["id"], "approval")
        changed = ask(server, path, line, If_None_Match=first.headers["ETag"])
        assert changed.status_code == 200
        assert changed.headers["ETag"] != first.headers["ETag"]


def test_people_who_are_signed_in_get_their_own(server: Server, guests: Cast, eve: Api) -> None:
    assert "Cookie" not in ask(server).headers["Vary"]
    own = eve.page("/")
    assert own.headers["Cache-Control"] == "no-store"
    assert "Cookie" in own.headers["Vary"]
    assert own.headers["Mixroom-For"] == guests.eve.id
    assert "ETag" not in ask(server, Cookie="mixroom=of-somebody").headers


def test_neither_the_host_nor_a_stray_parameter_makes_another_answer(server: Server) -> None:
    with requests.Session() as line:
        first = ask(server, "/", line)
        for path in ("/?utm_source=affiche", "/?fbclid=1&before=", "/?lang=xx"):
            assert ask(server, path, line).headers["ETag"] == first.headers["ETag"]
        elsewhere = ask(server, "/", line, Host="elsewhere.example")
        assert "elsewhere" not in str(elsewhere.headers)
        assert elsewhere.content == first.content
        assert ask(server, "/?x=%00", line).status_code == 404
        head = line.head(server.url, timeout=10)
        assert (head.headers["ETag"], head.content) == (first.headers["ETag"], b"")


def test_a_number_that_is_still_to_come_is_answered_with_everything(
    server: Server, eve: Api
) -> None:
    eve.decide(eve.submit()["id"], "approval")
    seq = ask(server, POLL).json()["seq"]
    assert ask(server, f"{POLL}?after={seq}").json() == {"seq": seq, "changes": {}}
    for odd in (str(seq + 10**6), "9" * 30, "-1", "x"):
        answer = ask(server, f"{POLL}?after={odd}")
        assert answer.json()["reset"] is True
        assert "ETag" not in answer.headers


def test_a_poll_that_brings_nothing_new_is_small(server: Server, eve: Api) -> None:
    eve.decide(eve.submit()["id"], "approval")
    path = f"{POLL}?after={ask(server, POLL).json()['seq']}"
    first = _raw(server, path)
    assert first.startswith(b"HTTP/1.1 200 ")
    assert len(first) <= 300
    tag = re.search(rb"etag: (\S+)", first, re.IGNORECASE)
    assert tag is not None
    second = _raw(server, path, f"If-None-Match: {tag[1].decode()}\r\n")
    assert second.startswith(b"HTTP/1.1 304 ")
    assert len(second) <= 200


def test_the_page_shows_a_window_and_leads_to_what_is_older(server: Server, guests: Cast) -> None:
    fill(guests, 150, guests.eve.event_id)
    pages, path = [], "/"
    while path:
        page = ask(server, path).text
        pages.append(CARD.findall(page))
        assert ('href="/">Retour au direct' in page) == (path != "/")
        older = OLDER.search(page)
        path = (
            older[1] if older and " hidden" not in page[older.start() - 100 : older.start()] else ""
        )
    assert [len(each) for each in pages] == [60, 60, 30]
    shown = [key for page in pages for key in page]
    assert shown == sorted(ask(server, POLL).json()["changes"], reverse=True)
    assert CARD.findall(ask(server, "/?before=0").text) == []


def test_the_page_is_no_longer_with_more_behind_it(server: Server, guests: Cast) -> None:
    fill(guests, 80, guests.eve.event_id)
    few = _length(server)
    fill(guests, 400, guests.eve.event_id)
    assert _length(server) == few


def _length(server: Server) -> int:
    """Return the length of the page but for the number of the last fact, which gets longer."""
    return len(re.sub(r'"seq":\d+', "", ask(server, Accept_Encoding="identity").text))


@pytest.mark.timed
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_kept_answer_costs_far_less_than_the_least_that_is_made(
    server: Server, guests: Cast
) -> None:
    """In processor time, beside `/healthz`: usually 0.4 of it. A loss of half is seen."""
    fill(guests, 300, guests.eve.event_id)
    poll = f"{POLL}?after={ask(server, POLL).json()['seq']}"
    rounds = [{path: _cost(server, path) for path in ("/", poll, "/healthz")} for _ in range(3)]
    for path in ("/", poll):
        assert min(each[path] / each["/healthz"] for each in rounds) <= 0.7


def _cost(server: Server, path: str, times: int = 400) -> float:
    """Return what a request costs the web process, in seconds."""
    text = requests.get(f"{server.url}/metrics", timeout=10).text
    found = re.search(r"^mixroom_process_id (\S+)", text, re.MULTILINE)
    assert found is not None
    clock = (~int(float(found[1])) << 3) | 2  # the clock of another process, see time(7)
    with requests.Session() as line:
        line.get(server.url + path, timeout=10)
        before = time.clock_gettime(clock)
        for _ in range(times):
            line.get(server.url + path, headers={"Accept-Encoding": "br"}, timeout=10)
        return (time.clock_gettime(clock) - before) / times


def _raw(server: Server, path: str, headers: str = "") -> bytes:
    """Return all bytes of an answer, as a browser that keeps its connection gets them."""
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), 10) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}\r\n".encode())
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += line.recv(4096)
        head, _, body = heard.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body += line.recv(4096)
    return head + b"\r\n\r\n" + body
