"""A script that talks to a running Mixroom: HTTP with a bearer token, and live views."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests
import socketio
import websocket

from tests.servers import until

Json = dict[str, Any]


def session_that_trusts(authority: Path | None) -> requests.Session:
    """Return a session of HTTP that trusts this authority, if any, and no other."""
    session = requests.Session()
    if authority:
        session.trust_env = False  # the authorities that the machine trusts would come first
        session.verify = str(authority)
    return session


class Api:
    """The API as one person; `authority` is the certificate that the server's own is signed by."""

    def __init__(
        self, url: str, token: str | None = None, lang: str = "fr", authority: Path | None = None
    ) -> None:
        self.url = url
        self.token = token
        self.authority = authority
        self._session = session_that_trusts(authority)
        self._session.headers["Accept-Language"] = lang
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Ask for a path under /api/v1, or any other that begins with a slash and is not there."""
        address = f"{self.url}/api/v1{path}"
        return self._session.request(method, address, timeout=30, **more)

    def page(self, path: str, **more: Any) -> requests.Response:
        """Ask for a page."""
        return self._session.get(self.url + path, timeout=30, **more)

    def post(
        self, path: str, form: Mapping[str, str | list[str]], **more: Any
    ) -> requests.Response:
        """Send a form, and follow where it leads."""
        return self._session.post(self.url + path, data=form, timeout=30, **more)

    def submit(self, **body: Any) -> Json:
        """Send something; return the receipt."""
        key = {"Idempotency-Key": body.pop("key")} if "key" in body else {}
        sent = {"kind": "post", "text": {"fr": "Bonjour"}, **body}
        return self._said(self.ask("POST", "/submissions", json=sent, headers=key), (200, 201))

    def decide(self, key: str, how: str, **why: Any) -> Json:
        """Decide on a submission."""
        return self._said(self.ask("POST", f"/submissions/{key}/{how}", json=why), (200,))

    def upload(self, path: Path) -> Json:
        """Upload a photo."""
        with path.open("rb") as file:
            return self._said(self.ask("POST", "/media", files={"file": file}), (200, 201))

    def developed(self, media_id: str) -> Json:
        """Wait until a photo is ready or refused; return its state."""
        state: Json = {}

        def settled() -> bool:
            state.update(self._said(self.ask("GET", f"/media/{media_id}"), (200,)))
            return state["status"] != "processing"

        until(settled, f"photo {media_id} to be developed")
        return state

    def view(self, name: str, after: int | str | None = None) -> Json:
        """Catch up with a view over HTTP."""
        query = {} if after is None else {"after": after}
        return self._said(self.ask("GET", f"/views/{name}", params=query), (200,))

    @staticmethod
    def _said(response: requests.Response, allowed: tuple[int, ...]) -> Json:
        assert response.status_code in allowed, f"{response.status_code} {response.text}"
        said: Json = response.json()
        return said


class Follower:
    """A client of one live view that keeps the client's rule; `items` is what it shows."""

    def __init__(self, api: Api, view: str) -> None:
        self.view = view
        self.items: dict[str, Json] = {}
        self.seq = 0
        self.closed: str | None = None
        self.frames: list[Json] = []
        self._held: dict[str, int] = {}
        self._opened: list[websocket.WebSocket] = []
        self._api = api
        self._lock = threading.Lock()
        self._session = session_that_trusts(api.authority)
        self.io = socketio.Client(
            http_session=self._session,
            reconnection_delay=0.1,
            reconnection_delay_max=0.5,
            websocket_extra_options={"class_": self._open},
        )
        self.io.on("connect", self._follow)
        self.io.on("live.changes", self._changes)
        self.io.on("live.beat", self._beat)
        self.io.on("live.closed", self._closed)

    def connect(self) -> None:
        """Connect and follow."""
        self.io.connect(self._api.url, transports=["websocket"], auth={"token": self._api.token})
        until(lambda: self.seq, f"{self.view} to be followed")

    def drop(self) -> None:
        """Lose the connection, as bad Wi-Fi does; the client comes back by itself."""
        lost = self.io.eio.ws
        with suppress(OSError, AttributeError):  # it had just lost it by itself
            lost.sock.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Disconnect for good."""
        self.io.shutdown()
        self.io.disconnect()
        for each in self._opened:
            each.close()
        self._session.close()

    def _open(self, **options: Any) -> websocket.WebSocket:
        """Make a socket; the library leaves those open that it loses while it connects."""
        self._opened.append(websocket.WebSocket(**options))
        return self._opened[-1]

    def _follow(self) -> None:
        asked = {"view": self.view, "after": self.seq}
        self.io.emit("live.follow", asked, callback=self._caught_up)

    def _caught_up(self, answer: Json) -> None:
        with self._lock:
            if answer.get("reset"):
                self.items.clear()
                self._held.clear()
            self._fold(answer["changes"], answer["seq"])
            self.seq = max(self.seq, answer["seq"])

    def _changes(self, frame: Json) -> None:
        with self._lock:
            self.frames.append(frame)
            if frame["seq"] <= self.seq:
                return
            self._fold(frame["changes"], frame["seq"])
            gap = frame["after"] > self.seq
            if not gap:
                self.seq = frame["seq"]
        if gap:
            self._follow()

    def _beat(self, beat: Json) -> None:
        if beat["seq"] > self.seq:
            self._follow()

    def _closed(self, message: Json) -> None:
        self.closed = message["reason"]

    def _fold(self, changes: Json, seq: int) -> None:
        for key, item in changes.items():
            if self._held.get(key, 0) > seq:
                continue
            self._held[key] = seq
            if item is None:
                self.items.pop(key, None)
            else:
                self.items[key] = item


@contextmanager
def following(api: Api, view: str) -> Iterator[Follower]:
    """Follow a view for as long as the block lasts."""
    follower = Follower(api, view)
    try:
        follower.connect()
        yield follower
    finally:
        follower.hang_up()
