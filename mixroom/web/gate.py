"""The gate before Socket.IO, which refuses strangers before Engine.IO keeps any state for them.

A browser sends its cookie, a script its bearer token. A script may also sign in by the `auth` of
its first packet, which comes only after the connection is open: the gate lets a few such clients at
a time wait for some seconds (`docs/adr/0004`). A browser never waits: its user agent shows that it
is one, and its cookie comes with the request or not at all.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from mixroom.web.identity import SignedIn, cookie_name, identify
from mixroom.web.security import same_site, strict_headers

MAX_WAITING = 64  # clients of one process that have not signed in yet
MAX_WAIT = 5.0  # seconds
TICKET = "mixroom.waiting"

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Gate:
    """WSGI middleware around that of Socket.IO."""

    def __init__(
        self,
        inner: Wsgi,
        signed_in: SignedIn,
        base_url: str,
        is_spent: Callable[[str], bool],
    ) -> None:
        """`is_spent` returns whether the person with an id has used up their budget."""
        self._inner = inner
        self._signed_in = signed_in
        self._base_url = base_url
        self._cookie = cookie_name(base_url.startswith("https://"))
        self._is_spent = is_spent
        self._waiting: dict[object, float] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Pass on requests for anything else, and sockets of people who are signed in."""
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self._inner(environ, start)
        refusal = self._refusal(environ)
        if refusal:
            headers = [("Content-Type", "text/plain"), ("Content-Length", "0")]
            start(refusal, headers + strict_headers(secure=self._base_url.startswith("https://")))
            return [b""]
        # A compressor for each client would cost two thirds of the server's time, and 100 kB each.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        try:
            return self._inner(environ, start)
        finally:
            self.admit(environ)

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
            identity = identify(environ, self._signed_in, self._cookie)
        except Exception:
            return "503 Service Unavailable"
        if identity is None and not self._may_wait(environ):
            return "401 Unauthorized"
        if identity and self._is_spent(identity.person.id):
            return "429 Too Many Requests"
        environ["mixroom.identity"] = identity
        return None

    def _may_wait(self, environ: dict[str, Any]) -> bool:
        known = {"HTTP_USER_AGENT", "HTTP_COOKIE", "HTTP_AUTHORIZATION"} & environ.keys()
        if known or len(self._waiting) >= MAX_WAITING:
            return False
        environ[TICKET] = object()
        self._waiting[environ[TICKET]] = time.monotonic()
        return True

    def admit(self, environ: dict[str, Any]) -> None:
        """End the wait of a client that has signed in."""
        self._waiting.pop(environ.get(TICKET), None)

    def is_waited_at(self) -> bool:
        """Return whether any client waits."""
        return bool(self._waiting)

    def overdue(self, environ: dict[str, Any]) -> bool:
        """Return whether a client has waited for longer than MAX_WAIT."""
        since = self._waiting.get(environ.get(TICKET))
        return since is not None and time.monotonic() - since > MAX_WAIT
