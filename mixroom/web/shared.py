"""Answers shared by all visitors: served from memory until something changes.

A code on a museum's wall brings two thousand people within a minute, and all ask for the same page,
then for the same news. Whoever has no session gets the finished answer, head and body; it is made
anew through the application once the journal has moved on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mixroom.core.errors import MixroomError
from mixroom.core.materialized import MaterializedViews

FRESH = 0.005  # seconds: of the visitors of one moment, one has the journal looked at
ANSWERS = 128  # kept at most
MAX_SIZE = 4_000_000  # bytes of an answer that is kept
MAX_KEY = 1000  # characters of a request that is worth to be remembered
SHARED = ("/", "/api/v1/views/public")
VARIES = (
    "HTTP_HOST",  # the policy names it
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


class Shared:
    """WSGI middleware around the application."""

    def __init__(self, inner: Wsgi, lists: MaterializedViews) -> None:
        self._inner = inner
        self._lists = lists
        self._kept: dict[tuple[str, ...], _Answer] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer from memory what is the same for everyone; pass on the rest."""
        key = _key(environ)
        if key is None:
            return self._inner(environ, start)
        try:
            self._lists.refresh(within=FRESH)
        except MixroomError:
            return self._inner(environ, start)  # it says in words that the database is away
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
    """Return what an answer depends on; None where it depends on who asks."""
    path = environ.get("PATH_INFO", "")
    if environ.get("REQUEST_METHOD") != "GET" or path not in SHARED:
        return None
    if any(name in environ for name in OWN):
        return None
    key = (path, *(environ.get(name, "") for name in VARIES))
    return key if sum(map(len, key)) <= MAX_KEY else None
