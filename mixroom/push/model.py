"""Messages on phones: their kinds and texts, the phones that get them, when to try again."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from mixroom.core.errors import InvalidError
from mixroom.core.roles import CREW, declare
from mixroom.core.speech import say
from mixroom.core.text import N_, Bilingual, Lang

MAX_ENDPOINT_LENGTH = 1000
PUBLIC_KEY_BYTES, SECRET_BYTES = 65, 16  # of a browser's uncompressed public key, and its secret
MAX_ABOUT_LENGTH = 100
MAX_TRIES = 6
MAX_FAILURES = 20  # in a row; then the phone is forgotten


PERMISSIONS = declare(
    {
        "push.subscribe": CREW,
    }
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of message: its name, its title and the page that it opens.

    A push service keeps the message for a phone that is off until `lasts` is over. `{key}` in
    `page` stands for the id of the item. What a message is about is in quotation marks, since it
    is an item in its author's words, unless it is `plain`.
    """

    name: str
    title: str
    lasts: timedelta
    page: str
    urgency: Literal["normal", "high"] = "normal"
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A browser that gets messages: its address at a push service, and its keys (base64url)."""

    id: str
    person_id: str
    device_id: str
    endpoint: str
    p256dh: str
    auth: str
    lang: Lang
    created_at: datetime
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A message: `about` is the item in its author's words, `why` the reason of a decision."""

    notice: Notice
    key: str
    about: Bilingual
    why: Bilingual = Bilingual()

    @property
    def url(self) -> str:
        """Return the page that the message opens."""
        return self.notice.page.format(key=self.key)

    @property
    def topic(self) -> str:
        """Return the topic, 32 characters; a push service keeps only its newest message."""
        return self.key.replace("-", "")[:32]

    def encoded(self, lang: Lang) -> bytes:
        """Return the message in one language, as JSON for the service worker."""
        about = _short(self.about[lang]) or say(lang, N_("Photo without words"))
        body = about if self.notice.plain else say(lang, N_("“%(about)s”"), about=about)
        if why := self.why[lang]:
            body = say(lang, N_("“%(about)s”: %(why)s"), about=about, why=why)
        payload = {
            "title": say(lang, self.notice.title),
            "body": body,
            "lang": lang,
            "tag": self.key,
            "url": self.url,
        }
        return json.dumps(payload, ensure_ascii=False).encode()


def checked_endpoint(url: str, services: Sequence[str]) -> str:
    """Return the address if it belongs to one of the push services, else raise InvalidError.

    An entry of `services` is a host, which allows its subdomains too but only by https, or an
    origin (`https://host:port`), which allows exactly itself.
    """
    if len(url) > MAX_ENDPOINT_LENGTH:
        raise InvalidError("endpoint", "too_long", most=MAX_ENDPOINT_LENGTH)
    if not re.fullmatch(r"https?://[!-~]+", url) or "\\" in url:
        raise InvalidError("endpoint", "malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidError("endpoint", "malformed") from error
    if "@" in parts.netloc:
        raise InvalidError("endpoint", "malformed")
    host = parts.hostname or ""
    for service in services:
        if "://" in service and f"{parts.scheme}://{parts.netloc}" == service:
            return url
        near = host == service or host.endswith(f".{service}")
        if parts.scheme == "https" and port in (None, 443) and near:
            return url
    raise InvalidError("endpoint", "unknown")


def checked_key(text: str, field: str, length: int) -> str:
    """Return a key of `length` bytes in base64url without padding; raises InvalidError."""
    try:
        raw = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError) as error:
        raise InvalidError(field, "malformed") from error
    if len(raw) != length or (length == PUBLIC_KEY_BYTES and raw[0] != 4):  # noqa: PLR2004  "uncompressed"
        raise InvalidError(field, "malformed")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def retry_after(tries: int, wait: float | None) -> timedelta:
    """Return the pause after a failure: `wait` seconds, else half a minute, doubled each time."""
    wanted = 30.0 * 2 ** (tries - 1) if wait is None else wait
    return timedelta(seconds=min(max(wanted, 5.0), 3600.0))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_ABOUT_LENGTH else f"{text[: MAX_ABOUT_LENGTH - 1].rstrip()}…"
