"""The secrets in links and forms: made from the server's key, so that the database keeps none.

A link's token is the id of the application and a signature. There are two: the sender gets one in
the answer, and the letter carries another, which proves that its reader has the e-mail address.
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from mixroom.core import ids

LENGTH = 22  # characters of 16 bytes in base64url
LONGEST = 400  # characters of a form's ticket


class Way(StrEnum):
    """How an applicant came: by the answer to their form, or by the letter."""

    SENDER = "sender"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A form that was shown: the id of the application that it makes, when, and the wording."""

    key: str
    shown_at: datetime
    wording: str


@dataclass(frozen=True, slots=True)
class Seal:
    """Signs and reads the tokens of links and forms, with the server's key."""

    secret: str
    base_url: str

    def token(self, key: str, turn: int, way: Way) -> str:
        """Return the token of a link; a new `turn` makes the earlier ones worthless."""
        return _short(uuid.UUID(key).bytes) + _short(self._mac("link", way, key, str(turn)))

    def link(self, key: str, turn: int, way: Way) -> str:
        """Return the address of an application's page for its applicant."""
        return f"{self.base_url}/a/{self.token(key, turn, way)}"

    def way(self, token: str, key: str, turn: int) -> Way | None:
        """Return how the bearer of a token came, or None if it is not of this application."""
        for way in Way:
            if hmac.compare_digest(self.token(key, turn, way).encode(), token.encode()):
                return way
        return None

    def ticket(self, wording: str, now: datetime) -> str:
        """Return the ticket of a form that is shown now with this wording of the consent."""
        said = f"{ids.new()}.{int(now.timestamp())}.{digest(wording)}"
        return f"{said}.{_short(self._mac('form', said))}"

    def read_ticket(self, text: str) -> Ticket | None:
        """Return what a form's ticket says, or None if it is not one of ours."""
        said, _, mac = text.rpartition(".")
        if len(text) > LONGEST or not text.isascii():
            return None
        if not hmac.compare_digest(_short(self._mac("form", said)), mac):
            return None
        key, shown, wording = said.split(".")
        return Ticket(key, datetime.fromtimestamp(int(shown), UTC), wording)

    def _mac(self, *parts: str) -> bytes:
        said = "\n".join(("recruiting", *parts)).encode()
        return hmac.new(self.secret.encode(), said, hashlib.sha256).digest()[:16]


def key_of(token: str) -> str | None:
    """Return the id in a link's token, which is still to be checked; None if there is none."""
    if len(token) != 2 * LENGTH or not token.isascii():
        return None
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(token[:LENGTH] + "==")))
    except (ValueError, binascii.Error):
        return None


def digest(wording: str) -> str:
    """Return a short name for a wording."""
    return hashlib.sha256(wording.encode()).hexdigest()[:20]


def _short(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
