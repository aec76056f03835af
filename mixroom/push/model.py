"""Messages on phones: their kinds, the phones that want them, and their words."""

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

LONGEST_ENDPOINT = 1000
POINT, SECRET = 65, 16  # bytes of a browser's public key, uncompressed, and of its secret
LONGEST_ABOUT = 100
MOST_TRIES = 6
MOST_FAILURES = 20  # in a row; then the phone is given up


PERMISSIONS = declare(
    {
        "push.subscribe": CREW,
    }
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of message: its name and title, and how long a push service keeps it for a phone.

    Old news is no news: a phone that was off for longer than `lasts` is not told. `page` is where
    the message leads; `{key}` in it stands for the thing that the message is about.
    """

    name: str
    title: str
    lasts: timedelta
    page: str
    urgency: Literal["normal", "high"] = "normal"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A browser that wants messages: its address at a push service, and the keys to write to it."""

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
    """What is said: `about` is the thing in its author's words, `why` a reason if there is one."""

    notice: Notice
    key: str
    about: Bilingual
    why: Bilingual = Bilingual()

    @property
    def url(self) -> str:
        """Return the page that it leads to."""
        return self.notice.page.format(key=self.key)

    @property
    def topic(self) -> str:
        """Return what makes a newer message take the place of one that waits: 32 characters."""
        return self.key.replace("-", "")[:32]

    def written(self, lang: Lang) -> bytes:
        """Return the message in a language, as the service worker reads it."""
        about = _short(self.about[lang]) or say(lang, N_("Photo without words"))
        body = say(lang, N_("“%(about)s”"), about=about)
        if why := self.why[lang]:
            body = say(lang, N_("“%(about)s”: %(why)s"), about=about, why=why)
        said = {
            "title": say(lang, self.notice.title),
            "body": body,
            "lang": lang,
            "tag": self.key,
            "url": self.url,
        }
        return json.dumps(said, ensure_ascii=False).encode()


def checked_endpoint(url: str, services: Sequence[str]) -> str:
    """Return the address if it is one of a push service; we send nothing anywhere else.

    Raises InvalidError. An entry of `services` is a host, meant with what is below it and only by
    https, or an origin, meant literally.
    """
    if len(url) > LONGEST_ENDPOINT:
        raise InvalidError("endpoint", "too_long", most=LONGEST_ENDPOINT)
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
    """Return a key in base64url without padding; raises InvalidError."""
    try:
        raw = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError) as error:
        raise InvalidError(field, "malformed") from error
    if len(raw) != length or (length == POINT and raw[0] != 4):  # noqa: PLR2004  "uncompressed"
        raise InvalidError(field, "malformed")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def pause(tries: int, told: float | None) -> timedelta:
    """Return how long to wait after a failure: as told, else half a minute, doubled each time."""
    wanted = 30.0 * 2 ** (tries - 1) if told is None else told
    return timedelta(seconds=min(max(wanted, 5.0), 3600.0))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_ABOUT else f"{text[: LONGEST_ABOUT - 1].rstrip()}…"
