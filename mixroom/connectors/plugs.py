"""A plug knows one network: how an account is looked at, a post is found, and a post is sent.

A plug is one file. To add a network, write one, put it into `courier.PLUGS`, and say in
`model.NETWORKS` how it is connected and in the plan's `SPECS` that a program sends to it. The form
in `templates/connectors/accounts.html` asks for what a network needs.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mixroom.core.public_http import FAILURES, Answer, Request, ask, fault_of

MOST_ANSWER = 2_000_000  # bytes: forty posts with all that belongs to them
SHOWN = 300  # characters of a network's words
OK, REDIRECT, INVALID, NOT_FOUND, TOO_LARGE, UNPROCESSABLE = 200, 300, 400, 404, 413, 422
UNAUTHORIZED, FORBIDDEN, BUSY, SERVER = 401, 403, 429, 500
FAULTS = {
    UNAUTHORIZED: "sign_in",
    FORBIDDEN: "forbidden",
    NOT_FOUND: "malformed",
    TOO_LARGE: "picture_too_large",
}


@dataclass(frozen=True, slots=True)
class Login:
    """An account as a plug needs it; `secret` is a token or an app password."""

    origin: str
    handle: str
    secret: str
    network_id: str | None = None
    largest_picture: int | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """One size of a picture: a JPEG."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a post, in several sizes, largest first; `focus` is from 0 to 1."""

    copies: tuple[Copy, ...]
    alt: str
    focus: tuple[float, float] = (0.5, 0.5)

    def fitting(self, most: int) -> Copy:
        """Return the largest copy with at most so many bytes; raises TroubleError."""
        if not self.copies:
            raise TroubleError("picture_refused", for_good=True)
        found = next((each for each in self.copies if len(each.data) <= most), None)
        if found is None:
            raise TroubleError("picture_too_large", f"> {most // 1000} kB", for_good=True)
        return found


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A post as it is sent. `marker` makes it known again; `at` is its time (RFC 3339).

    `said` are the words that an earlier try may have sent, `since` when that was, and `known` are
    the network's ids of other posts of ours, none of which it can be.
    """

    text: str
    lang: str
    marker: str
    at: str
    images: tuple[Image, ...] = ()
    said: str = ""
    since: str = ""
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as its network describes it; None where it sets no limit of its own."""

    handle: str
    network_id: str
    most: int | None = None
    largest_picture: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A post that is out."""

    network_id: str
    url: str


class TroubleError(Exception):
    """It did not go, or nobody knows; `for_good` if trying again is of no use.

    `fault` is the name of a `Fault`, `reply` the network's words, `wait` the seconds that it asks
    for.
    """

    def __init__(
        self, fault: str, reply: str = "", *, for_good: bool = False, wait: int | None = None
    ) -> None:
        super().__init__(f"{fault} {reply}")
        self.fault = fault
        self.reply = reply
        self.for_good = for_good
        self.wait = wait


class Plug(Protocol):
    """A network; each function raises TroubleError."""

    def check(self, login: Login) -> Profile:
        """Return what the network says of the account."""

    def prepare(self, login: Login, post: Outgoing) -> Any:
        """Bring the pictures there, so that the post itself goes in a moment; nobody sees them."""

    def find(self, login: Login, post: Outgoing) -> Published | None:
        """Return the post if an earlier try has published it."""

    def send(self, login: Login, post: Outgoing, prepared: Any) -> Published:
        """Publish the post."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a network's API, and how long its answer may take."""

    method: str
    path: str
    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    answers: float = 20.0


def called(login: Login, call: Call) -> Answer:
    """Return the answer, whatever it says; raises TroubleError where there is none."""
    headers = {"Accept": "application/json", "User-Agent": "Mixroom", **call.headers}
    if call.token:
        headers["Authorization"] = f"Bearer {call.token}"
    request = Request(
        login.origin + call.path, call.body, headers, method=call.method, allowed=login.allowed
    )
    try:
        return ask(request, answers=call.answers, most=MOST_ANSWER)
    except FAILURES as error:
        fault = fault_of(error)
        raise TroubleError(fault, for_good=fault == "private") from error


def understood(answer: Answer) -> Any:
    """Return the JSON of an answer that says yes; raises TroubleError for any other."""
    if not OK <= answer.status < REDIRECT:
        raise trouble(answer)
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise TroubleError("malformed", words(answer)) from error


def trouble(answer: Answer) -> TroubleError:
    """Return the trouble that any network means by a status."""
    status, reply = answer.status, words(answer)
    if status == BUSY or status >= SERVER:
        fault = "busy" if status == BUSY else "server"
        return TroubleError(fault, reply, wait=waiting(answer))
    unlike = status < INVALID  # a redirect
    fault = "malformed" if unlike else FAULTS.get(status, "refused")
    return TroubleError(fault, reply, for_good=True)


def waiting(answer: Answer) -> int | None:
    """Return the seconds that an answer asks to wait, or None."""
    asked = answer.headers.get("retry-after", "")
    return int(asked) if re.fullmatch("[0-9]{1,6}", asked) else None


def words(answer: Answer) -> str:
    """Return what an answer says, in one line."""
    text = answer.body[: 4 * SHOWN].decode(errors="replace")
    try:
        said = json.loads(answer.body)
        text = str(said.get("message") or said.get("error_description") or said["error"])
    except (ValueError, KeyError, AttributeError):
        text = re.sub("<[^>]*>", " ", text)
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return f"{answer.status} {' '.join(plain.split())}"[:SHOWN].strip()


def as_json(body: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Return a body and its header."""
    return json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}
