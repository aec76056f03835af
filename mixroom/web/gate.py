"""The gate before Socket.IO: strangers are refused before Engine.IO keeps anything for them.

A browser brings its cookie, a script its bearer token. A script may also sign in by the `auth` of
its first packet, which comes only after the connection is open: a few such callers at a time are
let into a waiting room and put out after some seconds (`docs/adr/0004`). A browser never waits:
it says its name, and has its cookie or none.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from mixroom.web.identity import Directory, cookie_name, identify
from mixroom.web.security import bare, same_site

WAITING_ROOM = 64  # callers who have not said who they are, in one process
WAITS = 5.0  # seconds
TICKET = "mixroom.waiting"

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Gate:
    """WSGI middleware around Socket.IO's."""

    def __init__(
        self,
        inner: Wsgi,
        directory: Directory,
        base_url: str,
        is_spent: Callable[[str], bool],
    ) -> None:
        """`is_spent` says of a person's id whether they have asked for too much."""
        self._inner = inner
        self._directory = directory
        self._base_url = base_url
        self._cookie = cookie_name(base_url.startswith("https://"))
        self._is_spent = is_spent
        self._waiting: dict[object, float] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Let through what is not a socket; let sockets in that say who they are."""
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self._inner(environ, start)
        refusal = self._refusal(environ)
        if refusal:
            said = [("Content-Type", "text/plain"), ("Content-Length", "0")]
            start(refusal, said + bare(secure=self._base_url.startswith("https://")))
            return [b""]
        # One compressor a viewer costs two thirds of the server's time and 100 kB each.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        try:
            return self._inner(environ, start)
        finally:
            self.welcome(environ)

    def _refusal(self, environ: dict[str, Any]) -> str | None:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if (
            query.get("transport") != ["websocket"]
            or "websocket" not in environ.get("HTTP_UPGRADE", "").lower()
        ):
            return "400 Bad Request"
        if not same_site(environ, self._base_url):
            return "403 Forbidden"
        try:
            identity = identify(environ, self._directory, self._cookie)
        except Exception:
            return "503 Service Unavailable"
        if identity is None and not self._may_wait(environ):
            return "401 Unauthorized"
        if identity and self._is_spent(identity.person.id):
            return "429 Too Many Requests"
        environ["mixroom.identity"] = identity
        return None

    def _may_wait(self, environ: dict[str, Any]) -> bool:
        told = {"HTTP_USER_AGENT", "HTTP_COOKIE", "HTTP_AUTHORIZATION"} & environ.keys()
        if told or len(self._waiting) >= WAITING_ROOM:
            return False
        environ[TICKET] = object()
        self._waiting[environ[TICKET]] = time.monotonic()
        return True

    def welcome(self, environ: dict[str, Any]) -> None:
        """Note that a caller has said who they are."""
        self._waiting.pop(environ.get(TICKET), None)

    def overdue(self, environ: dict[str, Any]) -> bool:
        """Say whether a caller has waited too long."""
        since = self._waiting.get(environ.get(TICKET))
        return since is not None and time.monotonic() - since > WAITS
