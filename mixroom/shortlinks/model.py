"""A short link: `/l/code` leads to an address, and counts how often it did."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.roles import CREW, REVIEWERS, declare

MAX_TITLE = 80  # characters
MAX_URL = 1000  # characters
MAX_CODE = 32  # characters
MAX_LINKS = 500  # of an event
CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper
RANDOM = 5  # letters of a code that nobody has chosen
PERMISSIONS = declare({"shortlink.read": CREW, "shortlink.edit": REVIEWERS})
# Programs that open links nobody has followed: previews in chats and networks, and search engines.
_PROGRAM = re.compile(
    r"bot|crawl|spider|slurp|preview|facebookexternalhit|embed|whatsapp|telegram|mastodon|skype"
    r"|curl|wget|python|java/|go-http|headless|monitor|scan|fetch|http-?client|cardyb|unfurl"
    # Each server of the fediverse looks at a link by itself.
    r"|http\.rb|pleroma|akkoma|misskey|sharkey|friendica|lemmy|gotosocial|iframely|okhttp|axios",
    re.IGNORECASE,
)


class Fact(StrEnum):
    """The facts of short links in the journal."""

    MADE = "shortlink.made"
    CHANGED = "shortlink.changed"


class CodeTakenError(ConflictError):
    """Another link has this code, at this event or another one."""

    code = "code_taken"


@dataclass(frozen=True, slots=True)
class Link:
    """A short link; it stays when its event is over, since it is printed on paper."""

    id: str
    event_id: str
    code: str
    url: str
    title: str
    by: str
    at: datetime
    count: int = 0  # how often people followed it


@dataclass(frozen=True, slots=True)
class Day:
    """How often a link was followed on a day, by the museum's clock."""

    day: date
    count: int


def new_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(LETTERS) for _ in range(RANDOM))


def checked(url: str, title: str, code: str, site: str = "") -> tuple[str, str, str]:
    """Return the three as they are kept; `site` is our own origin. Raises InvalidError."""
    url, title, code = url.strip(), " ".join(title.split()), code.strip().casefold()
    if not url:
        raise InvalidError("url", "missing")
    if len(url) > MAX_URL:
        raise InvalidError("url", "too_long", most=MAX_URL)
    if not _is_web(url):
        raise InvalidError("url", "no_address")
    if _is_short_link(url, site):
        raise InvalidError("url", "short_link")
    if not title:
        raise InvalidError("title", "missing")
    if len(title) > MAX_TITLE:
        raise InvalidError("title", "too_long", most=MAX_TITLE)
    if len(code) > MAX_CODE:
        raise InvalidError("code", "too_long", most=MAX_CODE)
    if code and not CODE.fullmatch(code):
        raise InvalidError("code", "code")
    return url, title, code


def is_followed_by_a_person(method: str, agent: str, purpose: str) -> bool:
    """Return whether a request counts: programs, looks ahead and questions for the head do not.

    `purpose` is the header by which a browser says that it only fetches ahead.
    """
    return method == "GET" and bool(agent) and not _PROGRAM.search(agent) and not purpose


def _is_short_link(url: str, site: str) -> bool:
    """Return whether an address is a short link of ours: two of them could lead to each other."""
    there, here = urlsplit(url), urlsplit(site)
    path = normpath(f"/{unquote(there.path).lstrip('/')}")
    return there.hostname == here.hostname and path.startswith("/l/")


def _is_web(url: str) -> bool:
    if not url.isprintable() or re.search(r"[\s\\]", url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    usable = port is None or port > 0
    return (
        parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username and usable
    )
