"""Messages and their publications, and the rules for messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.roles import CREW, LEADS, REVIEWERS, declare
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.crew.model import Person
from mixroom.event.model import Event
from mixroom.plan.channels import SPECS, Channel, Count
from mixroom.plan.moves import MOVES, OPEN, READ, Fact, MessageStatusError, Status

MAX_TITLE = 120  # characters
MAX_TEXT = 20_000  # characters of one text: a newsletter's
MAX_ALT = 1500
MAX_CREDIT = 200
MAX_URL = 2000
MAX_PICTURES = 20
MAX_SUBMISSIONS = 50
CLOCK_AHEAD = timedelta(minutes=5)  # by which the clock of a phone may be wrong

PERMISSIONS = declare(
    {
        "message.read": CREW,
        "message.edit": REVIEWERS,  # besides, its owner may
        "message.ready": REVIEWERS,
        "message.read_own": LEADS,  # all others leave what they wrote to another reader
        "campaign.edit": REVIEWERS,
        "objective.edit": LEADS,
    }
)

Overrides = Mapping[tuple[Channel, Lang], str]
Limits = Mapping[Channel, int]  # an event's own, such as that of its Mastodon server


class OwnMessageError(ConflictError):
    """Nobody but a lead says of their own words that they are ready."""

    code = "own_message"


class MessageStaleError(ConflictError):
    """The message draws on something that is no longer shown."""

    code = "message_stale"


class MessageIdTakenError(ConflictError):
    """Another message has this id."""

    code = "id_taken"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a message; `focus` is the point that every crop keeps, from 0 to 1."""

    media_id: str
    alt: Bilingual = Bilingual()
    credit: str | None = None
    focus: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class SiteChange:
    """A change of the website: the address of the page, and what to change there."""

    address: str = ""
    what: Bilingual = Bilingual()

    def __bool__(self) -> bool:
        return bool(self.address or self.what)


NO_CHANGE = SiteChange()


@dataclass(frozen=True, slots=True)
class Publication:
    """A message that is out in one channel and language: its address, when, and by whom."""

    message_id: str
    channel: Channel
    lang: Lang
    url: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A network's refusal of a message in one channel and language, in words."""

    fault: str
    words: Bilingual
    at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """A text to send to one channel in one language.

    `url` is the address that it is about: of a short link a path of ours, `/l/code`.
    """

    message_id: str
    event_id: str
    channel: Channel
    lang: Lang
    text: str
    url: str | None
    pictures: tuple[Picture, ...]
    due: datetime


class Slot(NamedTuple):  # thousands are made for a page, which takes a dataclass four times as long
    """A message as the calendar knows it: when it is due, its name, and whether it may be moved."""

    id: str
    due: datetime
    status: Status
    owner_id: str | None
    version: int
    name: Bilingual

    def is_late(self, now: datetime) -> bool:
        """Return whether it was due and is not out."""
        return self.status in OPEN and self.due < now


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its present state; `version` counts what people changed.

    `overrides` has texts of one channel and language that differ from `text`; an empty one leaves
    that language out there. `written_by` wrote the present words, `ready_by` has read them.
    `stale_since` is set while one of `submissions` is not shown any more.
    """

    id: str
    event_id: str
    title: str
    channels: tuple[Channel, ...]
    text: Bilingual = Bilingual()
    overrides: Overrides = field(default_factory=dict)
    due: datetime | None = None
    owner_id: str | None = None
    campaign_id: str | None = None
    status: Status = Status.IDEA
    version: int = 1
    submissions: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    link_id: str | None = None
    change: SiteChange = NO_CHANGE
    written_by: str = ""
    ready_by: str | None = None
    ready_at: datetime | None = None
    stale_since: datetime | None = None

    def words(self, channel: Channel, lang: Lang) -> str:
        """Return the text of a channel in a language; nothing where it is left out."""
        if (channel, lang) in self.overrides:
            return self.overrides[channel, lang]
        own = self.change.what if channel is Channel.SITE and self.change.what else self.text
        return getattr(own, lang) or ""

    @property
    def wanted(self) -> frozenset[tuple[Channel, Lang]]:
        """Return the channels and languages in which it has words."""
        return frozenset((c, lang) for c in self.channels for lang in LANGS if self.words(c, lang))

    @property
    def name(self) -> Bilingual:
        """Return its title, or else the beginning of its words."""
        return name_of(self.title, self.text, self.change.what)

    def counts(self, limits: Limits) -> dict[Channel, dict[Lang, Count]]:
        """Return the length of each text as its channel counts it."""
        from mixroom.plan.counting import count  # six megabytes that a worker does not need

        return {
            channel: {
                lang: count(channel, self.words(channel, lang), limit=limits.get(channel))
                for lang in LANGS
            }
            for channel in self.channels
        }

    @property
    def is_open(self) -> bool:
        """Return whether it is neither out nor dropped."""
        return self.status in OPEN

    def is_late(self, now: datetime) -> bool:
        """Return whether it was due and is not out."""
        return self.status in OPEN and self.due is not None and self.due < now

    def is_edited_by(self, person: Person) -> bool:
        """Return whether this person may change it: a reviewer, or its owner."""
        return person.may("message.edit") or (self.owner_id == person.id)

    def moved(self, fact: Fact) -> "Message":
        """Return the message after a person's move; raises MessageStatusError."""
        allowed, target = MOVES[fact]
        if self.status not in allowed:
            raise MessageStatusError(f"{fact} from {self.status}", now=self.status.value)
        return replace(self, status=target, version=self.version + 1)

    def read(self, by: Person, now: datetime) -> "Message":
        """Return the message, ready, since somebody else has read it.

        Raises OwnMessageError, MessageStaleError, MessageStatusError.
        """
        after = replace(self.moved(Fact.READY), ready_by=by.id, ready_at=now)
        if self.written_by == by.id and not by.may("message.read_own"):
            raise OwnMessageError(self.id)
        self._must_be_fresh()
        return after

    def scheduled(self, now: datetime, limits: Limits) -> "Message":
        """Return the message, scheduled.

        Raises InvalidError without a time ahead, or if a program could not send one of its texts;
        MessageStaleError, MessageStatusError.
        """
        after = self.moved(Fact.SCHEDULED)
        self.must_be_ahead(now)
        self._must_be_fresh()
        self.must_fit(limits)
        return after

    def drafted(self) -> "Message":
        """Return the message, taken back for other words, or taken up again."""
        after = self.moved(Fact.DRAFTED)
        return replace(_unread(after), status=Status.DRAFT if self.wanted else Status.IDEA)

    def changed(self, new: "Message", by: str) -> "Message":
        """Return the message with what somebody wrote; unchanged if it is the same.

        The first words of an idea make it a draft. Other words, pictures or channels of a message
        that was read make it a draft again, since nobody has read them. Raises MessageStatusError
        for a dropped one, and for other words or another time of a published one.
        """
        if new == self:
            return self
        rewritten = new.said != self.said
        fixed = rewritten or new.due != self.due
        if self.status is Status.DROPPED or (self.status is Status.PUBLISHED and fixed):
            raise MessageStatusError(f"change {self.status}", now=self.status.value)
        after = replace(new, version=self.version + 1)
        if rewritten:
            after = replace(after, written_by=by)
        if self.status is Status.IDEA and after.wanted:
            return replace(after, status=Status.DRAFT)
        if rewritten and self.status in READ:
            return replace(_unread(after), status=Status.DRAFT)
        return after

    def out(self, published: frozenset[tuple[Channel, Lang]]) -> "Message":
        """Return the message, published if all that it wants is in `published`.

        One without words is published once it is out in each channel.
        """
        if self.status not in OPEN or not self.channels:
            return self
        if self.wanted:
            done = self.wanted <= published
        else:
            done = set(self.channels) <= {channel for channel, _ in published}
        return replace(self, status=Status.PUBLISHED) if done and published else self

    def again(self) -> "Message":
        """Return a published message, scheduled or ready again since a publication was removed."""
        if self.status is not Status.PUBLISHED:
            return self
        return replace(self, status=Status.READY if self.ready_by else Status.DRAFT)

    def renewed(self, key: str, old: Event, event: Event) -> "Message":
        """Return a draft of it for the next edition, at the same hour by the museum's clock."""
        due = self.due and self.due.astimezone(old.zone) + (event.starts_on - old.starts_on)
        due = due and due.replace(tzinfo=event.zone).astimezone(UTC)
        return Message(
            key,
            event.id,
            self.title,
            self.channels,
            self.text,
            self.overrides,
            due,
            status=Status.DRAFT if self.wanted else Status.IDEA,
            change=self.change,
        )

    @property
    def said(self) -> tuple[object, ...]:
        """Return all that is said with it, for a comparison."""
        return (
            self.channels,
            self.text,
            dict(self.overrides),
            self.submissions,
            self.pictures,
            self.link_id,
            self.change,
        )

    @property
    def planned(self) -> tuple[object, ...]:
        """Return its place in the plan, for a comparison."""
        return (self.title, self.due, self.owner_id, self.campaign_id)

    def was_added_as(self, asked: "Message") -> bool:
        """Return whether it is the one that was asked for, wherever it was moved since."""
        is_in_place = self.version > 1 or self.planned == asked.planned
        return is_in_place and self.said == asked.said

    def must_be_ahead(self, now: datetime) -> None:
        """Raise InvalidError unless its time is still to come."""
        if self.due is None:
            raise InvalidError("due", "missing")
        if self.due <= now:
            raise InvalidError("due", "past")

    def must_fit(self, limits: Limits) -> None:
        """Raise InvalidError if a program could not send one of its texts, or all its pictures."""
        for channel, sides in self.counts(limits).items():
            if not SPECS[channel].by_program:
                continue
            for lang, found in sides.items():
                if found.over:
                    facts = {"channel": channel.title(), "n": found.length, "most": found.limit}
                    raise InvalidError(f"text.{lang}", "over_limit", **facts)
            most = SPECS[channel].most_pictures
            if len(self.pictures) > most:
                facts = {"channel": channel.title(), "most": most}
                raise InvalidError("pictures", "over_pictures", **facts)

    def _must_be_fresh(self) -> None:
        if self.stale_since:
            raise MessageStaleError(self.id)


def name_of(title: str, text: Bilingual, change: Bilingual) -> Bilingual:
    """Return the name of a message: its title, or else the beginning of its words."""
    if title:
        return Bilingual(title, title)
    words = text or change
    return Bilingual(beginning(words["fr"]), beginning(words["en"]))


def beginning(text: str, most: int = 60) -> str:
    """Return the beginning of a text, cut between two words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0]}…"


def checked(message: Message) -> Message:
    """Return a message, tidied; raises InvalidError with the field that breaks a rule."""
    title = " ".join(message.title.split())
    channels = tuple(dict.fromkeys(message.channels))
    if not channels:
        raise InvalidError("channels", "missing")
    if not (title or message.text or message.change):
        raise InvalidError("title", "missing")
    if len(title) > MAX_TITLE:
        raise InvalidError("title", "too_long", most=MAX_TITLE)
    overrides = {
        (channel, lang): text.strip()
        for (channel, lang), text in message.overrides.items()
        if channel in channels
    }
    texts = [message.text, message.change.what, *(Bilingual(each) for each in overrides.values())]
    if any(text.longest() > MAX_TEXT for text in texts):
        raise InvalidError("text", "too_long", most=MAX_TEXT)
    if message.change.address:
        checked_url(message.change.address, "change.address")
    submissions = tuple(dict.fromkeys(message.submissions))
    if len(submissions) > MAX_SUBMISSIONS:
        raise InvalidError("submissions", "too_many", most=MAX_SUBMISSIONS)
    pictures = {each.media_id: _checked_picture(each) for each in message.pictures}
    if len(pictures) > MAX_PICTURES:
        raise InvalidError("pictures", "too_many", most=MAX_PICTURES)
    return replace(
        message,
        title=title,
        channels=channels,
        overrides=overrides,
        submissions=submissions,
        pictures=tuple(pictures.values()),
    )


def checked_url(url: str, name: str = "url") -> str:
    """Return an address of the web; raises InvalidError."""
    url = url.strip()
    if len(url) > MAX_URL:
        raise InvalidError(name, "too_long", most=MAX_URL)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise InvalidError(name, "not_an_address")
    return url


def _unread(message: Message) -> Message:
    return replace(message, ready_by=None, ready_at=None)


def _checked_picture(picture: Picture) -> Picture:
    if picture.alt.longest() > MAX_ALT:
        raise InvalidError("alt", "too_long", most=MAX_ALT)
    if len(picture.credit or "") > MAX_CREDIT:
        raise InvalidError("credit", "too_long", most=MAX_CREDIT)
    if not all(0 <= each <= 1 for each in picture.focus):
        raise InvalidError("focus", "malformed")
    return replace(picture, credit=(picture.credit or "").strip() or None)
