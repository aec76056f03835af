"""The crew: people, devices and invites, and their rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core import ids
from mixroom.core.errors import ConflictError, InvalidError, MixroomError
from mixroom.core.roles import (
    CREW,
    LEADS,
    REVIEWERS,
    Role,
    allows,
    declare,
    must_allow,
    permissions_of,
)
from mixroom.core.text import Lang
from mixroom.event.model import Event

MAX_DEVICES = 3  # of one invite: a phone's browser, its Messenger and its home screen each count
MAX_CODE = 12  # characters as typed; a token is longer
INVITE_LASTS = timedelta(days=14)
MAX_AHEAD = timedelta(days=120)  # of the event, that an invite is sent or printed
INVITE_STAYS_OPEN = timedelta(hours=24)  # after its first use
PAIRING_LASTS = timedelta(minutes=10)
MAX_NAME = 80  # characters
FIRST_LEAD = "Responsable"  # the name of a new installation's lead, until they say their own
TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # of text direction


PERMISSIONS = declare(
    {
        "crew.read": CREW,
        **dict.fromkeys(
            ("crew.invite", "crew.revoke", "crew.remove", "crew.trust", "crew.pair"), LEADS
        ),
    }
)


class Fact(StrEnum):
    """The facts about the crew in the journal."""

    PERSON_ADDED = "person.added"
    PERSON_REMOVED = "person.removed"
    PERSON_TRUSTED = "person.trusted"
    PERSON_BILINGUAL = "person.bilingual"
    PERSON_CHANGED = "person.changed"
    DEVICE_ADDED = "device.added"
    DEVICE_REVOKED = "device.revoked"


class DeviceKind(StrEnum):
    """The kinds of devices: a phone or laptop, a script's token, a projector."""

    DEVICE = "device"
    TOKEN = "token"  # noqa: S105
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Person:
    """A person at one event: a volunteer, a script or a screen.

    `trusted_by` is the lead who lets their submissions go to the wall unless a reviewer stops them.
    A `bilingual` person may be asked to translate. Only leads, and the person, see `email` and
    `telephone`.
    """

    id: str
    event_id: str
    name: str
    role: Role
    lang: Lang = "fr"
    trusted_by: str | None = None
    bilingual: bool = False
    email: str | None = None
    telephone: str | None = None

    def may(self, permission: str) -> bool:
        """Return whether the role has the permission."""
        return allows(self.role, permission)

    @property
    def verbs(self) -> tuple[str, ...]:
        """Return every permission of the role, in alphabetical order."""
        return tuple(permissions_of(self.role))

    def must(self, permission: str) -> None:
        """Raise NotAllowedError if the role does not have the permission."""
        must_allow(self.role, permission)

    @property
    def reviews(self) -> bool:
        """Return whether the person's role reviews submissions."""
        return self.role in REVIEWERS

    @property
    def translates(self) -> bool:
        """Return whether the person may translate approved items."""
        return self.reviews or (self.bilingual and self.role in CREW)


@dataclass(frozen=True, slots=True)
class Device:
    """A place where a person is signed in: a browser, a script's token or a projector."""

    id: str
    person_id: str
    kind: DeviceKind
    label: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invite:
    """A personal invite that signs in up to `most` devices, by a link's token or a typed code."""

    id: str
    person_id: str
    expires_at: datetime
    most: int = MAX_DEVICES
    uses: int = 0
    first_used_at: datetime | None = None

    def must_be_open(self, now: datetime) -> None:
        """Raise InviteClosedError if the invite has expired or is used up."""
        if now > self.expires_at:
            raise InviteClosedError
        if self.uses >= self.most:
            raise InviteClosedError
        if self.first_used_at and now > self.first_used_at + INVITE_STAYS_OPEN:
            raise InviteClosedError


class InviteClosedError(MixroomError):
    """The invite has expired or is used up; a lead can make a new one."""

    code = "invite_closed"


class InviteUnknownError(MixroomError):
    """No invite has this token or code."""

    code = "invite_unknown"


class PairingUnknownError(MixroomError):
    """No screen shows this code."""

    code = "pairing_unknown"


class LastLeadError(ConflictError):
    """An event keeps at least one lead."""

    code = "last_lead"


def checked_name(name: str, field: str = "name") -> str:
    """Return a person's or screen's name with single spaces; raises InvalidError for `field`.

    Signs that turn the direction of what follows are left out: names stand in others' sentences.
    """
    name = " ".join(name.translate(TURNS).split())
    if not name:
        raise InvalidError(field, "missing")
    if len(name) > MAX_NAME:
        raise InvalidError(field, "too_long", most=MAX_NAME)
    return name


def invite_lasts(event: Event, now: datetime) -> datetime:
    """Return until when an invite works that is sent or printed ahead of the event.

    It works on the last day of the event, and for INVITE_LASTS at least, MAX_AHEAD at most.
    """
    end = datetime.combine(event.ends_on + timedelta(days=1), datetime.min.time(), event.zone)
    return max(now + INVITE_LASTS, min(end, now + MAX_AHEAD))


def hash_secret(secret: str) -> str:
    """Return the hash of an invite's token, or of its code with typing variants removed."""
    return ids.digest(secret if len(secret) > MAX_CODE else ids.typed(secret))


def invite_url(base_url: str, token: str) -> str:
    """Return an invite's link; its token is in the fragment, which browsers send to no server."""
    return f"{base_url}/j#{token}"


def expiry(role: Role, kind: DeviceKind, event: Event, now: datetime) -> datetime | None:
    """Return when a sign-in expires, or None for a script's token.

    A volunteer's lasts until the end of the day after the event, a screen's until noon of that day;
    both last at least five days, for the days of preparation.
    """
    if kind is DeviceKind.TOKEN:
        return None
    end = datetime.combine(event.ends_on + timedelta(days=1), datetime.min.time(), event.zone)
    grace = timedelta(hours=12) if role is Role.SCREEN else timedelta(hours=24)
    return max(end + grace, now + timedelta(days=5))
