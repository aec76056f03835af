"""Who is on the team and what each role may do; what an event is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from mixroom.core.errors import ConflictError, InvalidError, MixroomError, NotAllowedError
from mixroom.core.text import Bilingual, Lang

MOST_DEVICES = 3
INVITE_LASTS = timedelta(days=14)
INVITE_STAYS_OPEN = timedelta(
    hours=24
)  # after its first use: Safari, Messenger and the home screen each count
PAIRING_LASTS = timedelta(minutes=10)
LONGEST_NAME = 80
LONGEST_LABEL = 120  # of an event, a team or a place
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # far from the ends of the calendar
MOST_HASHTAGS = 12
MOST_DAYS = 21
NOON = 12
LINE = re.compile(
    r"(?P<day>\d{1,2})[\s.,]+(?P<hour>\d{1,2})"
    r"(?:(?:\s*h(?:eures?)?(?:\s*(?P<m>[0-5]\d)\b)?|(?::(?P<minute>[0-5]\d))?(?P<half>\s*[ap]\.?\s?m\b\.?)|"
    r":(?P<minutes>[0-5]\d)))[:,]?\s+(?P<fr>[^|]+)(?:\|(?P<en>.*))?",
    re.IGNORECASE,
)
KEPT = re.compile(r"(?P<day>\d+) (?P<at>\d\d:\d\d) (?P<fr>[^|]+)(?:\|(?P<en>.*))?")


class Role(StrEnum):
    """What someone is in the media room. `screen` is a paired projector."""

    LEAD = "lead"
    COMMUNITY_MANAGER = "community_manager"
    BLOGGER = "blogger"
    PHOTOGRAPHER = "photographer"
    PRESS = "press"
    SCREEN = "screen"


CREW = frozenset(Role) - {Role.SCREEN}
REVIEWERS = frozenset({Role.LEAD, Role.COMMUNITY_MANAGER})

VERBS: Mapping[Role, frozenset[str]] = {
    **dict.fromkeys(
        CREW,
        frozenset({"submission.submit", "submission.edit", "submission.withdraw", "media.upload"}),
    ),
    Role.SCREEN: frozenset(),
}
_REVIEW = frozenset(
    f"submission.{verb}"
    for verb in ("claim", "amend", "approve", "return", "reject", "hold", "recall", "reopen")
)
_OWN = frozenset({"submission.decide_own"})  # others leave their own to another reviewer
_PHOTOS = frozenset({"media.retouch"})
_WALL = frozenset({"screen.drive"})
_TEAM = frozenset(
    {"team.invite", "team.revoke", "team.remove", "team.trust", "team.pair", "event.edit"}
)
_SPONSORS = frozenset({"sponsor.edit"})
VERBS = {
    **VERBS,
    Role.COMMUNITY_MANAGER: VERBS[Role.COMMUNITY_MANAGER] | _REVIEW | _PHOTOS | _WALL,
    Role.LEAD: VERBS[Role.LEAD] | _REVIEW | _OWN | _PHOTOS | _WALL | _TEAM | _SPONSORS,
    Role.SCREEN: frozenset({"screen.report", "exposure.count"}),
}


class Fact(StrEnum):
    """What the journal says of the team."""

    EVENT_EDITED = "event.edited"
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


class Languages(StrEnum):
    """How the walls set what is written in both languages: which goes first, and how large.

    Where one predominates, the other stands below it, clearly smaller, as on a museum's label.
    """

    FRENCH_FIRST = "french_first"
    EQUAL = "equal"
    ENGLISH_FIRST = "english_first"
    ALTERNATING = "alternating"

    @property
    def first(self) -> Lang:
        """Return the language that the wall's own words are in first."""
        return "en" if self is Languages.ENGLISH_FIRST else "fr"


class GroupKind(StrEnum):
    """What an event is divided into."""

    TEAM = "team"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Group:
    """A team or a place of the event."""

    id: str
    kind: GroupKind
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of the programme: on a day of the event (from 0), at `HH:MM` of its clock."""

    day: int
    at: str
    title: Bilingual

    def as_dict(self) -> dict[str, object]:
        """Return the entry as the wall reads it."""
        return {"day": self.day, "at": self.at, "title": self.title.as_dict()}


@dataclass(frozen=True, slots=True)
class Event:
    """An edition: some days in one museum; `starts_on` to `ends_on` are days in `timezone`."""

    id: str
    slug: str
    name: Bilingual
    starts_on: date
    ends_on: date
    timezone: str
    rehearsal: bool = False
    groups: tuple[Group, ...] = ()
    programme: tuple[Moment, ...] = ()
    hashtags: tuple[str, ...] = ()
    languages: Languages = Languages.FRENCH_FIRST

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days of the event."""
        length = (self.ends_on - self.starts_on).days + 1
        return tuple(self.starts_on + timedelta(days=n) for n in range(length))

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the museum."""
        return ZoneInfo(self.timezone)

    @property
    def teams(self) -> tuple[Group, ...]:
        """Return the teams, in their order."""
        return tuple(g for g in self.groups if g.kind is GroupKind.TEAM)

    @property
    def places(self) -> tuple[Group, ...]:
        """Return the places, in their order."""
        return tuple(g for g in self.groups if g.kind is GroupKind.PLACE)

    def named(self, kind: GroupKind, label: str | None) -> Bilingual | None:
        """Return a team or place by its id or either name; an unknown label stands for itself."""
        if not label:
            return None
        for group in self.groups:
            if group.kind is kind and label in (group.id, group.name.fr, group.name.en):
                return group.name
        return Bilingual(label, label)


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

    def may(self, verb: str) -> bool:
        """Say whether the role has the verb."""
        return verb in VERBS[self.role]

    @property
    def verbs(self) -> tuple[str, ...]:
        """Return all that the role may do, in the order of the alphabet."""
        return tuple(sorted(VERBS[self.role]))

    def must(self, verb: str) -> None:
        """Raise NotAllowedError where the role does not have the verb."""
        if not self.may(verb):
            raise NotAllowedError(verb)

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
    most: int = MOST_DEVICES
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


class SlugTakenError(ConflictError):
    """Another edition has this short name."""

    code = "slug_taken"


def checked_name(name: str, field: str = "name") -> str:
    """Return a person's or screen's name, trimmed; raises InvalidError."""
    name = " ".join(name.split())
    if not name:
        raise InvalidError(field, "missing")
    if len(name) > LONGEST_NAME:
        raise InvalidError(field, "too_long", most=LONGEST_NAME)
    return name


def checked_event(event: Event) -> Event:
    """Return the event; raises InvalidError where days, zone or name make no sense."""
    if not event.name:
        raise InvalidError("name", "missing")
    if event.name.longest() > LONGEST_LABEL:
        raise InvalidError("name", "too_long", most=LONGEST_LABEL)
    if event.starts_on < FIRST_DAY or event.ends_on > LAST_DAY:
        raise InvalidError("starts_on" if event.starts_on < FIRST_DAY else "ends_on", "malformed")
    if event.ends_on < event.starts_on:
        raise InvalidError("ends_on", "before_start")
    if len(event.days) > MOST_DAYS:
        raise InvalidError("ends_on", "too_long", most=MOST_DAYS)
    if event.timezone not in available_timezones():
        raise InvalidError("timezone", "unknown")
    return event


def read_programme(text: str) -> tuple[Moment, ...]:
    """Return the programme that someone typed, a line for each entry.

    A line is the day (from 1), the time, and the title in French and English:
    `2 14 h Table ronde | Round table`. The time is written as anyone does: `14h`, `11 h 20`,
    `14:00`, `2 pm`. Raises InvalidError for the first line that is not.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    moments = [_moment(n, line) for n, line in lines]
    return tuple(sorted(moments, key=lambda moment: (moment.day, moment.at)))


def write_programme(programme: tuple[Moment, ...]) -> str:
    """Return the programme as `kept_programme` reads it, and people."""
    titles = [" | ".join(filter(None, (m.title.fr, m.title.en))) for m in programme]
    return "\n".join(
        f"{m.day + 1} {m.at} {title}" for m, title in zip(programme, titles, strict=True)
    )


def kept_programme(text: str) -> tuple[Moment, ...]:
    """Return the programme that `write_programme` wrote, whatever its titles begin with."""
    found = (KEPT.fullmatch(line) for line in text.splitlines())
    return tuple(
        Moment(int(each["day"]) - 1, each["at"], Bilingual.of(each["fr"], each["en"]))
        for each in found
        if each
    )


def read_hashtags(text: str) -> tuple[str, ...]:
    """Return the campaign's hashtags without their #, from words that someone typed.

    Raises InvalidError where one is no hashtag on any network: letters, digits and _ only.
    """
    tags = tuple(dict.fromkeys(word.lstrip("#") for word in re.split(r"[\s,;]+", text)))
    tags = tuple(filter(None, tags))
    if len(tags) > MOST_HASHTAGS:
        raise InvalidError("hashtags", "too_many", most=MOST_HASHTAGS)
    if not all(re.fullmatch(r"\w{1,50}", tag) for tag in tags):
        raise InvalidError("hashtags", "malformed")
    return tags


def read_languages(text: str) -> Languages:
    """Return how the walls set both languages, from its name; raises InvalidError."""
    if text not in list(Languages):
        raise InvalidError("languages", "unknown")
    return Languages(text)


def _moment(n: int, line: str) -> Moment:
    found = LINE.fullmatch(line)
    if found and 1 <= int(found["day"]) <= MOST_DAYS:
        hour = int(found["hour"])
        minute = int(found["m"] or found["minute"] or found["minutes"] or 0)
        if half := found["half"]:
            hour = hour % NOON + (NOON if "p" in half.lower() else 0) if 1 <= hour <= NOON else 99
        if (at := f"{hour:02}:{minute:02}") <= "24:00":
            return Moment(int(found["day"]) - 1, at, Bilingual.of(found["fr"], found["en"]))
    raise InvalidError("programme", "no_moment", n=n, line=line[:80])


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
