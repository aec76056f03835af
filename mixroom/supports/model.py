"""A support: what describes the event on paper and on screens, its versions, and its life.

The moves are pure functions from a support to the next one. A support has at most one valid
version, `valid`; it has one exactly while it is validated or distributed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from mixroom.core.errors import ConflictError, InvalidError, MixroomError
from mixroom.core.roles import CREW, LEADS, declare
from mixroom.core.text import Bilingual
from mixroom.media.filetypes import Format, sniff
from mixroom.media.refusals import Refusal
from mixroom.supports.limits import (
    MAX_BRIEF,
    MAX_COPIES,
    MAX_NAME,
    MAX_PLACE,
    MAX_TITLE,
    MAX_URL,
    MAX_VERSIONS,
)

PDF = "PDF"
MIMETYPES: Mapping[str, str] = {
    PDF: "application/pdf",
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.WEBP: "image/webp",
    Format.GIF: "image/gif",
    Format.AVIF: "image/avif",
    Format.HEIF: "image/heic",
}
EXTENSIONS: Mapping[str, str] = {
    **{kind: kind.lower() for kind in MIMETYPES},
    Format.JPEG: "jpg",
    Format.HEIF: "heic",
}

PERMISSIONS = declare(
    {
        "support.read": CREW,
        "support.edit": LEADS,
        "support.send": CREW,  # a version; of one that is not theirs only who may edit it
        "support.comment": CREW,
        "support.validate": LEADS,
        "support.distribute": CREW,
        "support.share": LEADS,
    }
)


class Fact(StrEnum):
    """The facts of supports in the journal."""

    ADDED = "support.added"
    EDITED = "support.edited"
    SENT = "support.sent"
    CHECKED = "support.checked"
    REFUSED = "support.refused"
    COMMENTED = "support.commented"
    VALIDATED = "support.validated"
    INVALIDATED = "support.invalidated"
    DISTRIBUTED = "support.distributed"
    CORRECTED = "support.corrected"
    DROPPED = "support.dropped"
    REOPENED = "support.reopened"
    SHARED = "support.shared"
    UNSHARED = "support.unshared"


class Status(StrEnum):
    """The status of a support."""

    BRIEF = "brief"
    DRAFT = "draft"
    VALIDATED = "validated"
    DISTRIBUTED = "distributed"
    DROPPED = "dropped"


VALID = frozenset({Status.VALIDATED, Status.DISTRIBUTED})
WANTED = frozenset({Status.BRIEF, Status.DRAFT})


class SupportKind(StrEnum):
    """The kind of a support."""

    POSTER = "poster"
    LEAFLET = "leaflet"
    SIGN = "sign"
    SLIDES = "slides"
    LOGO = "logo"
    OTHER = "other"


class SupportLang(StrEnum):
    """The language of a support; `both` if one document has the two."""

    FR = "fr"
    EN = "en"
    BOTH = "both"


class Checking(StrEnum):
    """Whether a version has been opened, and could be."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


class NotReadyError(ConflictError):
    """The version has not been opened yet, or cannot be."""

    code = "version_not_ready"


class NotValidError(ConflictError):
    """The support has no valid version."""

    code = "support_not_valid"


class SupportDroppedError(ConflictError):
    """The support was dropped."""

    code = "support_dropped"


class SupportChangedError(ConflictError):
    """Someone else has edited the support in the meantime."""

    code = "support_changed"


class WithdrawnError(MixroomError):
    """The address is right, but no version is valid now."""

    code = "support_withdrawn"


class RevokedError(MixroomError):
    """The page for partners was revoked."""

    code = "partner_page_revoked"


@dataclass(frozen=True, slots=True)
class Support:
    """Something that describes the event, in one language or in both.

    The two of a pair share `pair_id`, one in French and one in English. `key` is the secret in its
    address for everyone, `newest` the number of its last version, 0 before the first. `version`
    counts its edits.
    """

    id: str
    event_id: str
    key: str
    title: Bilingual
    kind: SupportKind
    lang: SupportLang
    brief: str = ""
    owner_id: str | None = None
    due: datetime | None = None
    pair_id: str | None = None
    status: Status = Status.BRIEF
    valid: int | None = None
    newest: int = 0
    version: int = 1

    def stored(self, file: str) -> str:
        """Return the media store's name for one of the support's files."""
        return f"{self.id}/{file}"

    @property
    def address(self) -> str:
        """Return the path of the valid version, which never changes."""
        return f"/s/{self.key}"

    def is_late(self, now: datetime) -> bool:
        """Return whether it is past its due time and has no valid version."""
        return self.status in WANTED and self.due is not None and self.due < now


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture of a page; sizes in pixels."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a support, with its file and the pictures of its first pages."""

    support_id: str
    number: int
    file: str
    type: str
    size: int
    by: str
    at: datetime
    checking: Checking = Checking.WAITING
    refusal: Refusal | None = None
    pages: int = 1
    previews: tuple[Preview, ...] = ()

    @property
    def mimetype(self) -> str:
        """Return the media type with which it is served."""
        return MIMETYPES[self.type]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a support; `number` is the version that was the last one then."""

    id: str
    support_id: str
    number: int
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Distribution:
    """A place where a version is found: how many copies, or the address of a page."""

    id: str
    support_id: str
    number: int
    place: str
    copies: int | None
    url: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """A page with all valid supports for people without an account, until it is revoked."""

    id: str
    event_id: str
    name: str
    by: str
    at: datetime


def with_version(support: Support) -> Support:
    """Return the support with one more version; what is valid stays valid."""
    _must_live(support)
    if support.newest >= MAX_VERSIONS:
        raise InvalidError("file", "too_many", most=MAX_VERSIONS)
    return replace(support, newest=support.newest + 1)


def checked(support: Support) -> Support:
    """Return the support after a version could be opened: a brief becomes a draft."""
    return replace(support, status=Status.DRAFT) if support.status is Status.BRIEF else support


def validated(support: Support, version: Version) -> Support:
    """Return the support with this version as the valid one; raises NotReadyError."""
    _must_live(support)
    if version.checking is not Checking.READY:
        raise NotReadyError
    if support.valid == version.number:
        return support
    return replace(support, status=Status.VALIDATED, valid=version.number)


def invalidated(support: Support) -> Support:
    """Return the support without a valid version."""
    if support.status not in VALID:
        return support
    return replace(support, status=Status.DRAFT, valid=None)


def distributed(support: Support) -> Support:
    """Return the support once its valid version is out; raises NotValidError."""
    _must_live(support)
    if support.status not in VALID:
        raise NotValidError
    return replace(support, status=Status.DISTRIBUTED)


def gathered(support: Support) -> Support:
    """Return the support after the last note that its valid version is out was removed."""
    return (
        replace(support, status=Status.VALIDATED)
        if support.status is Status.DISTRIBUTED
        else support
    )


def dropped(support: Support) -> Support:
    """Return the support, dropped; nothing of it is valid any more."""
    return replace(support, status=Status.DROPPED, valid=None)


def reopened(support: Support) -> Support:
    """Return a dropped support as a draft, or as a brief without a version."""
    if support.status is not Status.DROPPED:
        return support
    return replace(support, status=Status.DRAFT if support.newest else Status.BRIEF)


def waits_for_validation(support: Support, newest: Version | None) -> bool:
    """Return whether its newest version could be opened, and is not the valid one."""
    if newest is None or support.status is Status.DROPPED:
        return False
    return newest.checking is Checking.READY and newest.number != support.valid


def type_of(head: bytes) -> str:
    """Return the type of a file by its first 64 bytes; raises InvalidError for other files."""
    if not head:
        raise InvalidError("file", "empty")
    if head.startswith(b"%PDF-"):
        return PDF
    found = sniff(head)
    if isinstance(found, Refusal) or found not in MIMETYPES:
        raise InvalidError("file", "not_a_support")
    return found.value


def checked_support(support: Support) -> Support:
    """Return the support; raises InvalidError for the field that breaks a rule."""
    if not support.title:
        raise InvalidError("title", "missing")
    if support.title.longest() > MAX_TITLE:
        raise InvalidError("title", "too_long", most=MAX_TITLE)
    if len(support.brief) > MAX_BRIEF:
        raise InvalidError("brief", "too_long", most=MAX_BRIEF)
    return support


def checked_distribution(made: Distribution) -> Distribution:
    """Return the distribution; raises InvalidError for the field that breaks a rule."""
    if not made.place:
        raise InvalidError("place", "missing")
    if len(made.place) > MAX_PLACE:
        raise InvalidError("place", "too_long", most=MAX_PLACE)
    if made.copies is None and not made.url:
        raise InvalidError("copies", "copies_or_url")
    if made.copies is not None and not 1 <= made.copies <= MAX_COPIES:
        raise InvalidError("copies", "malformed")
    if made.url is not None:
        check_url(made.url)
    return made


def checked_name(name: str) -> str:
    """Return the name of a partner page; raises InvalidError."""
    if not name:
        raise InvalidError("name", "missing")
    if len(name) > MAX_NAME:
        raise InvalidError("name", "too_long", most=MAX_NAME)
    return name


def check_url(url: str) -> None:
    """Raise InvalidError unless this is the address of a page."""
    if len(url) > MAX_URL:
        raise InvalidError("url", "too_long", most=MAX_URL)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidError("url", "malformed") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
        raise InvalidError("url", "malformed")


def _must_live(support: Support) -> None:
    if support.status is Status.DROPPED:
        raise SupportDroppedError
