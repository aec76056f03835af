"""Answers that all visitors share, served from memory until something that they show has changed.

A QR code on a museum's wall brings two thousand people within a minute, who all ask for the same
page and then for the same changes. Requests without a session get the stored answer, or are told
that the one they hold is still right (304). After a change, one request makes the answer again
while the others wait for it (docs/adr/0034).
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mixroom.core.errors import MixroomError, UnavailableError
from mixroom.core.live_list import LiveList
from mixroom.core.materialized import MaterializedViews
from mixroom.settings import Settings
from mixroom.web import language
from mixroom.web.cache import Cache
from mixroom.web.identity import cookie_name
from mixroom.web.security import strict_headers
from mixroom.web.shared_requests import PAGE, PARAMETERS, POLL, STORY, Shared, common_form

FRESH = 0.005  # seconds for which one look at the journal serves all visitors
MAX_ANSWERS, MAX_BYTES = 256, 24_000_000  # kept for each kind of page
FOR_ALL = "max-age=0, s-maxage=2"  # a cache before us may repeat an answer for two seconds
FOR_ONE = "private, max-age=0"
PAGES = "Accept-Encoding, Accept-Language"
VARY = {PAGE: PAGES, STORY: PAGES, POLL: "Accept-Encoding"}
# A poll is repeated every few seconds by everybody who follows, so it has no header but these.
NEEDED = frozenset({"content-type", "content-length", "content-encoding", "x-content-type-options"})
DATA = ("Content-Security-Policy", "default-src 'none'")
REPLACED = frozenset({"vary", "cache-control", "etag"})
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]
Headers = list[tuple[str, str]]


class Shown(NamedTuple):
    """The event that visitors see, the lists on its page, and the number of each list's change."""

    event: object
    found: tuple[LiveList, ...] = ()
    seqs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: Headers
    body: bytes
    tag: str  # names the content; empty where the answer is a refusal

    @property
    def size(self) -> int:
        return len(self.body)


class SharedAnswers:
    """WSGI middleware around the application."""

    def __init__(
        self,
        inner: Wsgi,
        lists: MaterializedViews,
        shown: Callable[[], Shown],
        settings: Settings,
    ) -> None:
        """`shown` returns what visitors see now."""
        self._inner = inner
        self._lists = lists
        self._look = shown
        self._session = cookie_name(settings.secure)
        self._secure = settings.secure
        self._host = urlsplit(settings.base_url).netloc
        self._position: int | None = None  # of the journal, when `_shown` was looked at
        self._shown: Shown | None = None
        self._answers: dict[str, Cache[_Answer]] = {
            kind: Cache(
                MAX_ANSWERS, MAX_BYTES, size=lambda a: a.size, may_keep=lambda a: bool(a.tag)
            )
            for kind in PARAMETERS
        }

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer shared requests from memory; pass on all others."""
        form = common_form(environ, self._session)
        if form is None:
            return self._inner(environ, start)
        shared, switch = form
        try:
            self._refresh()
        except MixroomError:
            return self._inner(environ, start)  # which answers that the database is away
        if shared.after > (self._lists.position or 0):
            return self._inner(environ, start)  # no number of ours: the client must begin again
        try:
            answer = self._answers[shared.kind].get(shared, lambda: self._made(shared, environ))
        except UnavailableError:
            start("503 Service Unavailable", self._busy())
            return []
        return _sent(answer, environ, start, switch)

    def _refresh(self) -> None:
        """Read the journal on; forget all answers if something that visitors see has changed."""
        self._lists.refresh(within=FRESH)
        position = self._lists.position
        if position != self._position:
            shown = self._look()
            if shown != self._shown:
                self._shown = shown
                for each in self._answers.values():
                    each.forget()
            self._position = position
        elif self._shown:
            for found in self._shown.found:
                found.asked_at = time.monotonic()  # a list that nobody asks for is dropped

    def _made(self, shared: Shared, environ: dict[str, Any]) -> _Answer:
        """Return the application's answer to the common form of a request."""
        head: list[Any] = []

        def note(status: str, headers: Headers, *_more: Any) -> Callable[[bytes], None]:
            head[:] = [status, headers]
            return lambda _: None

        pieces = self._inner(shared.environ(environ, self._host), note)
        try:
            body = b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        status, headers = head
        if not status.startswith("200"):
            return _Answer(status, headers, body, "")
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        return _Answer(OK, _for_all(shared.kind, headers, tag), body, tag)

    def _busy(self) -> Headers:
        headers = [("Content-Length", "0"), ("Retry-After", "2")]
        return headers + strict_headers(secure=self._secure)


def _for_all(kind: str, headers: Headers, tag: str) -> Headers:
    """Return the headers of an answer that depends on nobody, for every cache on the way."""
    if kind == POLL:
        kept = [DATA, *(each for each in headers if each[0].lower() in NEEDED)]
    else:
        kept = [each for each in headers if each[0].lower() not in REPLACED]
    return [*kept, ("ETag", tag), ("Cache-Control", FOR_ALL), ("Vary", VARY[kind])]


def _sent(answer: _Answer, environ: dict[str, Any], start: Start, switch: str) -> Iterable[bytes]:
    """Send an answer, or that the client holds it already."""
    headers, held = list(answer.headers), environ.get("HTTP_IF_NONE_MATCH", "")
    is_held = answer.tag and (answer.tag in held or held.strip() == "*")
    if is_held:
        headers = headers[-3:]  # ETag, Cache-Control and Vary
    if switch:
        headers = [each for each in headers if each[0] != "Cache-Control"]
        headers += [("Cache-Control", FOR_ONE), ("Set-Cookie", language.kept(switch))]
    start(NOT_MODIFIED if is_held else answer.status, headers)
    return [] if is_held or environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
