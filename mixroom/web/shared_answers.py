"""Answers that all visitors share, served from memory until the journal has a new fact.

A QR code on a museum's wall brings two thousand people within a minute, who all ask for the same
page and then for the same changes. Requests without a session get the stored answer; after a new
fact, the application makes it again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mixroom.core.errors import MixroomError
from mixroom.core.materialized import MaterializedViews

FRESH = 0.005  # seconds for which one look at the journal serves all visitors
ANSWERS = 128  # that are kept
MAX_SIZE = 4_000_000  # bytes of an answer
MAX_KEY = 1000  # characters of the parts of a request that an answer depends on
SHARED = ("/", "/api/v1/views/public")
VARIES = (
    "HTTP_HOST",  # the security policy contains it
    "QUERY_STRING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT",
)
OWN = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_NONE_MATCH")

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Answer:
    position: int | None  # of the journal, when it was made
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class SharedAnswers:
    """WSGI middleware around the application."""

    def __init__(self, inner: Wsgi, lists: MaterializedViews) -> None:
        self._inner = inner
        self._lists = lists
        self._kept: dict[tuple[str, ...], _Answer] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer shared requests from memory; pass on all others."""
        key = _key(environ)
        if key is None:
            return self._inner(environ, start)
        try:
            self._lists.refresh(within=FRESH)
        except MixroomError:
            return self._inner(environ, start)  # which answers that the database is away
        answer = self._kept.get(key)
        if answer is None or answer.position != self._lists.position:
            return self._make(key, environ, start)
        start(answer.status, list(answer.headers))
        return [answer.body]

    def _make(self, key: tuple[str, ...], environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        position = self._lists.position
        head: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            head[:] = [status, headers]
            return start(status, headers, *more)

        pieces = self._inner(environ, note)
        try:
            body = b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        status, headers = head
        private = any(name.lower() == "set-cookie" for name, _ in headers)
        if status.startswith("200") and not private and len(body) <= MAX_SIZE:
            self._kept.pop(key, None)
            self._kept[key] = _Answer(position, status, list(headers), body)
            while len(self._kept) > ANSWERS:
                del self._kept[next(iter(self._kept))]
        return [body]


def _key(environ: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the parts of a request that its answer depends on; None if it is not shared."""
    path = environ.get("PATH_INFO", "")
    if environ.get("REQUEST_METHOD") != "GET" or path not in SHARED:
        return None
    if any(name in environ for name in OWN):
        return None
    key = (path, *(environ.get(name, "") for name in VARIES))
    return key if sum(map(len, key)) <= MAX_KEY else None
