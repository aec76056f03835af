"""A promise to a sponsor, the evidence of its delivery, and the rules: owed, kept, late.

A promise is kept only by evidence. Time on the walls is its own evidence: the screens count it.
Everything else is kept by something that can be looked at and that still stands: a publication that
was not taken back, a support that is valid, a photo that is shown, or the address of a page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from mixroom.core.errors import InvalidError
from mixroom.core.roles import LEADS, REVIEWERS, declare
from mixroom.core.text import Bilingual
from mixroom.plan.channels import Channel
from mixroom.promises.limits import MAX_NOTE, MAX_TIMES, MAX_WORDS
from mixroom.sponsors.model import MAX_SHARE
from mixroom.supports.model import check_url

DAY = 86_400  # seconds
LEAST_SHOWN = 3600  # seconds of the walls' time, before a share of it says anything

PERMISSIONS = declare(
    {
        "promise.read": REVIEWERS,
        "promise.edit": LEADS,
        "promise.deliver": REVIEWERS,
    }
)


class Fact(StrEnum):
    """The facts of promises in the journal."""

    MADE = "promise.made"
    EDITED = "promise.edited"
    REMOVED = "promise.removed"
    DELIVERED = "promise.delivered"
    CORRECTED = "promise.corrected"
    KEPT = "promise.kept"
    LOST = "promise.lost"
    REGAINED = "promise.regained"


class PromiseKind(StrEnum):
    """The kind of a promise."""

    WALL_SHARE = "wall_share"
    SECONDS_A_DAY = "seconds_a_day"
    MENTIONS = "mentions"
    LOGO = "logo"
    KIT = "kit"
    STAGE = "stage"
    OTHER = "other"


class EvidenceKind(StrEnum):
    """The kind of a piece of evidence."""

    PUBLICATION = "publication"
    SUPPORT = "support"
    PHOTO = "photo"
    URL = "url"


ON_WALLS = frozenset({PromiseKind.WALL_SHARE, PromiseKind.SECONDS_A_DAY})
FITTING: Mapping[PromiseKind, tuple[EvidenceKind, ...]] = {
    PromiseKind.WALL_SHARE: (),
    PromiseKind.SECONDS_A_DAY: (),
    PromiseKind.MENTIONS: (EvidenceKind.PUBLICATION,),
    PromiseKind.LOGO: (EvidenceKind.SUPPORT,),
    PromiseKind.KIT: (EvidenceKind.URL, EvidenceKind.SUPPORT),
    PromiseKind.STAGE: (EvidenceKind.PHOTO, EvidenceKind.URL),
    PromiseKind.OTHER: (
        EvidenceKind.URL,
        EvidenceKind.PHOTO,
        EvidenceKind.SUPPORT,
        EvidenceKind.PUBLICATION,
    ),
}


class State(StrEnum):
    """What became of a promise."""

    LATE = "late"
    OWED = "owed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to a sponsor.

    `amount` is a share of the walls' time in percent, seconds for each day of the event, a number
    of mentions, or of supports with the logo. Mentions count on `channels`, or on any if there are
    none. `due` is the end of the event's last day unless a lead says otherwise. `kept_at` is when
    the last evidence came that it needed; time on the walls is measured instead.
    """

    id: str
    event_id: str
    sponsor_id: str
    kind: PromiseKind
    words: Bilingual
    amount: float
    due: datetime
    channels: tuple[Channel, ...] = ()
    owner_id: str | None = None
    kept_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence; `ref` is the id of a message, a support or a submission.

    `lost_at` is set while what it names does not stand any more.
    """

    id: str
    promise_id: str
    kind: EvidenceKind
    by: str
    at: datetime
    ref: str | None = None
    channel: Channel | None = None
    url: str | None = None
    note: str = ""
    lost_at: datetime | None = None

    @property
    def what(self) -> tuple[str, str | None, str | None]:
        """Return what it shows: the same thing counts once, however its address is written."""
        shown = self.ref or (_same_address(self.url) if self.url else None)
        return self.kind.value, shown, self.channel and self.channel.value


@dataclass(frozen=True, slots=True)
class Walls:
    """The walls' time: a sponsor's seconds by day of the event, and that of all together."""

    by_day: Sequence[float] = ()
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """How much of a promise is delivered, of how much; the same unit for both."""

    has: float
    wants: float

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is lacking."""
        return self.has >= self.wants


def delivery(promise: Promise, evidence: Iterable[Evidence], walls: Walls = Walls()) -> Delivery:
    """Return how much of a promise is delivered by what stands.

    For seconds a day it is the number of days with enough of them, of all days of the event.
    """
    if promise.kind is PromiseKind.WALL_SHARE:
        if walls.total < LEAST_SHOWN:
            return Delivery(0, promise.amount)
        return Delivery(round(100 * sum(walls.by_day) / walls.total, 1), promise.amount)
    if promise.kind is PromiseKind.SECONDS_A_DAY:
        days = max(1, len(walls.by_day))
        return Delivery(sum(each >= promise.amount for each in walls.by_day), days)
    counted = {each.what for each in evidence if each.lost_at is None and _counts(promise, each)}
    return Delivery(len(counted), promise.amount)


def state(promise: Promise, done: Delivery, now: datetime) -> State:
    """Return what became of a promise.

    A share of the walls' time can still fall, so it is kept only once its time is over.
    """
    is_over = promise.due < now
    may_fall = promise.kind is PromiseKind.WALL_SHARE
    if done.is_whole and (is_over or not may_fall):
        return State.KEPT
    return State.LATE if is_over else State.OWED


def fits(promise: Promise, kind: EvidenceKind, channel: Channel | None) -> None:
    """Raise InvalidError unless this kind of evidence can keep the promise."""
    if promise.kind in ON_WALLS:
        raise InvalidError("kind", "counted_by_screens")
    if kind not in FITTING[promise.kind]:
        raise InvalidError("kind", "no_evidence_of_it")
    if promise.channels and kind is EvidenceKind.PUBLICATION and channel not in promise.channels:
        raise InvalidError("ref", "other_channel")


def checked_promise(promise: Promise) -> Promise:
    """Return the promise; raises InvalidError for the field that breaks a rule."""
    if promise.words.longest() > MAX_WORDS:
        raise InvalidError("words", "too_long", most=MAX_WORDS)
    if promise.kind in _SAID and not promise.words:
        raise InvalidError("words", "missing")
    most = _MOST.get(promise.kind, 1)
    if not 0 < promise.amount <= most:  # also refuses NaN
        raise InvalidError("amount", "amount_between", most=most)
    if promise.kind in _WHOLE and promise.amount != int(promise.amount):
        raise InvalidError("amount", "malformed")
    return promise


def checked_evidence(evidence: Evidence) -> Evidence:
    """Return the evidence; raises InvalidError for the field that breaks a rule."""
    if len(evidence.note) > MAX_NOTE:
        raise InvalidError("note", "too_long", most=MAX_NOTE)
    if evidence.kind is EvidenceKind.URL:
        if not evidence.url:
            raise InvalidError("url", "missing")
        check_url(evidence.url)
    elif not evidence.ref:
        raise InvalidError("ref", "missing")
    return evidence


def _same_address(url: str) -> str:
    """Return one spelling of an address: without its scheme, port, `www.`, last slash and anchor.

    What follows `#/` is a page of its own.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    page = f"#{parts.fragment}" if parts.fragment.startswith("/") else ""
    return f"{host}{parts.path.rstrip('/')}{query}{page}"


_SAID = frozenset({PromiseKind.KIT, PromiseKind.STAGE, PromiseKind.OTHER})
_WHOLE = frozenset({PromiseKind.MENTIONS, PromiseKind.LOGO, *_SAID})
_MOST = {
    PromiseKind.WALL_SHARE: MAX_SHARE,
    PromiseKind.SECONDS_A_DAY: DAY,
    PromiseKind.MENTIONS: MAX_TIMES,
    PromiseKind.LOGO: MAX_TIMES,
    **dict.fromkeys(_SAID, MAX_TIMES),
}


def _counts(promise: Promise, evidence: Evidence) -> bool:
    if evidence.kind not in FITTING[promise.kind]:
        return False
    is_elsewhere = promise.channels and evidence.channel not in promise.channels
    return not (evidence.kind is EvidenceKind.PUBLICATION and is_elsewhere)
