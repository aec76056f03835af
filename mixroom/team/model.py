"""The crew: people, their devices and the invites that let them in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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

MAX_DEVICES = 3
INVITE_LASTS = timedelta(days=14)
INVITE_STAYS_OPEN = timedelta(
    hours=24
)  # after its first use: Safari, Messenger and the home screen each count
PAIRING_LASTS = timedelta(minutes=10)
MAX_NAME = 80


PERMISSIONS = declare(
    {
        "team.read": CREW,
        **dict.fromkeys(
            ("team.invite", "team.revoke", "team.remove", "team.trust", "team.pair"), LEADS
        ),
    }
)


class Fact(StrEnum):
    """What the journal says of the team."""

    PERSON_ADDED = "person.added"
    PERSON_REMOVED = "person.removed"
    PERSON_TRUSTED = "person.trusted"
    PERSON_BILINGUAL = "person.bilingual"
    DEVICE_ADDED = "device.added"
    DEVICE_REVOKED = "device.revoked"


class DeviceKind(StrEnum):
    """What signs in: a phone or laptop, a script, a projector."""

    DEVICE = "device"
    TOKEN = "token"  # noqa: S105
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may act: a volunteer, a script or a screen, at one event.

    `trusted_by` is the lead who lets what they send go to the wall unless a reviewer catches it.
    Whoever is `bilingual` writes French and English, and may be asked to translate.
    """

    id: str
    event_id: str
    name: str
    role: Role
    lang: Lang = "fr"
    trusted_by: str | None = None
    bilingual: bool = False

    def may(self, permission: str) -> bool:
        """Say whether the role has the permission."""
        return allows(self.role, permission)

    @property
    def verbs(self) -> tuple[str, ...]:
        """Return every permission of the role, in alphabetical order."""
        return tuple(permissions_of(self.role))

    def must(self, permission: str) -> None:
        """Raise NotAllowedError where the role does not have the permission."""
        must_allow(self.role, permission)

    @property
    def reviews(self) -> bool:
        """Say whether the person decides what is shown."""
        return self.role in REVIEWERS

    @property
    def translates(self) -> bool:
        """Say whether the person may write the other language's side of what is shown."""
        return self.reviews or (self.bilingual and self.role in CREW)


@dataclass(frozen=True, slots=True)
class Device:
    """Where a person is signed in; also a script's token and a projector."""

    id: str
    person_id: str
    kind: DeviceKind
    label: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invite:
    """A personal way in: its token (in a link) or its code (typed), for `most` devices."""

    id: str
    person_id: str
    expires_at: datetime
    most: int = MAX_DEVICES
    uses: int = 0
    first_used_at: datetime | None = None

    def must_be_open(self, now: datetime) -> None:
        """Raise InviteClosedError where it has run out or has let its devices in."""
        if now > self.expires_at:
            raise InviteClosedError
        if self.uses >= self.most:
            raise InviteClosedError
        if self.first_used_at and now > self.first_used_at + INVITE_STAYS_OPEN:
            raise InviteClosedError


class InviteClosedError(MixroomError):
    """The invite has run out or has been used on enough devices; the lead makes a new one."""

    code = "invite_closed"


class InviteUnknownError(MixroomError):
    """No invite has this token or code."""

    code = "invite_unknown"


class PairingUnknownError(MixroomError):
    """No screen shows this code now."""

    code = "pairing_unknown"


class LastLeadError(ConflictError):
    """An event keeps at least one lead."""

    code = "last_lead"


def checked_name(name: str, field: str = "name") -> str:
    """Return a person's or screen's name, trimmed; raises InvalidError."""
    name = " ".join(name.split())
    if not name:
        raise InvalidError(field, "missing")
    if len(name) > MAX_NAME:
        raise InvalidError(field, "too_long", most=MAX_NAME)
    return name


def invite_url(base_url: str, token: str) -> str:
    """Return an invite's link; the token is in the fragment, which no log and no preview sees."""
    return f"{base_url}/j#{token}"


def expiry(role: Role, kind: DeviceKind, event: Event, now: datetime) -> datetime | None:
    """Return when a sign-in ends at the latest.

    A volunteer's lasts until a day after the event (five days at least, for the days of
    preparation), a screen's until the morning after it; a script's token until it is revoked.
    """
    if kind is DeviceKind.TOKEN:
        return None
    end = datetime.combine(event.ends_on + timedelta(days=1), datetime.min.time(), event.zone)
    grace = timedelta(hours=12) if role is Role.SCREEN else timedelta(hours=24)
    return max(end + grace, now + timedelta(days=5))
