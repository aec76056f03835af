"""The application is asked once for all visitors, and again once they would see a difference."""

import threading
from collections.abc import Iterable
from typing import Any, cast

import pytest

from mixroom.core.errors import UnavailableError
from mixroom.core.materialized import MaterializedViews
from mixroom.settings import Settings
from mixroom.web.shared_answers import SharedAnswers, Shown, Start

SETTINGS = Settings.from_env({"MIXROOM_BASE_URL": "https://museum.example"})
VISITOR = {"PATH_INFO": "/", "REQUEST_METHOD": "GET", "wsgi.url_scheme": "https"}


class Lists:
    """A journal that has been read up to a position."""

    position = 1
    away = False

    def refresh(self, **_: float) -> None:
        """Read nothing."""
        if self.away:
            raise UnavailableError


class Application:
    """Answers with a page, and notes what it was asked."""

    def __init__(self) -> None:
        self.status, self.headers = "200 OK", [("Content-Type", "text/html"), ("Vary", "Cookie")]
        self.asked: list[dict[str, Any]] = []
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer once it may go on."""
        self.asked.append(environ)
        assert self.go_on.wait(10)
        start(self.status, self.headers)
        return [f"answer {len(self.asked)}".encode()]


class Site:
    """The middleware around an application; `seq` is the last change that visitors can see."""

    def __init__(self) -> None:
        self.application, self.lists, self.seq = Application(), Lists(), 1
        self.shared = SharedAnswers(
            self.application,
            cast(MaterializedViews, self.lists),
            lambda: Shown(None, (), (self.seq,)),
            SETTINGS,
        )

    def ask(self, **more: str) -> tuple[str, dict[str, str], bytes]:
        """Return the status, the headers and the body for a visitor."""
        head: list[Any] = []
        body = self.shared(VISITOR | more, lambda status, headers: head.extend((status, headers)))
        return head[0], dict(head[1]), b"".join(body)


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_fact_that_visitors_do_not_see_leaves_the_answer(site: Site) -> None:
    assert [site.ask()[2] for _ in range(3)] == [b"answer 1"] * 3
    site.lists.position += 1
    assert site.ask()[2] == b"answer 1"
    site.lists.position += 1
    site.seq += 1
    assert [site.ask()[2] for _ in range(2)] == [b"answer 2"] * 2


def test_the_application_learns_nothing_of_one_visitor(site: Site) -> None:
    site.ask(
        HTTP_COOKIE="lang=en; visit=secret",
        HTTP_HOST="elsewhere.example",
        HTTP_X_FORWARDED_FOR="192.0.2.1",
        HTTP_IF_NONE_MATCH='"x"',
        HTTP_ACCEPT_ENCODING="zstd, br",
        QUERY_STRING="utm_source=affiche",
    )
    (asked,) = site.application.asked
    assert {name: asked[name] for name in asked if name.startswith(("HTTP_", "QUERY"))} == {
        "QUERY_STRING": "",
        "HTTP_HOST": "museum.example",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_ACCEPT_ENCODING": "br",
    }
    # Others who word the same wish in another way share its answer.
    assert site.ask(HTTP_ACCEPT_LANGUAGE="en-CA,en", HTTP_ACCEPT_ENCODING="br")[2] == b"answer 1"
    assert site.ask(HTTP_COOKIE="__Host-mixroom=secret")[2] == b"answer 2"


def test_one_visitor_has_it_made_for_a_crowd(site: Site) -> None:
    site.application.go_on.clear()
    got: list[bytes] = []
    crowd = [threading.Thread(target=lambda: got.append(site.ask()[2])) for _ in range(30)]
    for each in crowd:
        each.start()
    site.application.go_on.set()
    for each in crowd:
        each.join(10)
    assert got == [b"answer 1"] * 30
    assert len(site.application.asked) == 1


def test_a_refusal_is_not_kept(site: Site) -> None:
    site.application.status = "503 Service Unavailable"
    status, headers, _ = site.ask()
    assert (status, "ETag" in headers) == ("503 Service Unavailable", False)
    site.application.status = "200 OK"
    assert site.ask()[0] == "200 OK"


def test_while_the_database_is_away_the_application_says_so(site: Site) -> None:
    assert site.ask()[2] == b"answer 1"
    site.lists.away = True
    assert site.ask()[2] == b"answer 2"


def test_who_waits_for_too_long_is_told_to_come_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mixroom.web.cache.PATIENCE", 0.01)
    site.application.go_on.clear()
    first = threading.Thread(target=site.ask)
    first.start()
    while not site.application.asked:
        pass
    status, headers, body = site.ask()
    assert (status, headers["Retry-After"], body) == ("503 Service Unavailable", "2", b"")
    assert "Strict-Transport-Security" in headers
    site.application.go_on.set()
    first.join(10)


def test_a_poll_names_no_number_that_is_still_to_come(site: Site) -> None:
    poll = {"PATH_INFO": "/api/v1/views/public"}
    for _ in range(2):
        site.ask(**poll, QUERY_STRING="after=1")
        site.ask(**poll, QUERY_STRING="after=2")  # the client has to begin again
    assert [each["QUERY_STRING"] for each in site.application.asked] == [
        "after=1",
        *["after=2"] * 2,
    ]
