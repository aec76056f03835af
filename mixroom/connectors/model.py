"""Accounts at networks, and dispatches: a message on its way to one channel in one language."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.core.public_addresses import target_of
from mixroom.core.roles import LEADS, declare
from mixroom.core.text import Lang
from mixroom.plan.channels import Channel

MAX_ORIGIN = 200  # characters
MAX_HANDLE = 200
MAX_SECRET = 500
MAX_REPLY = 300  # of a network's words
MAX_URL = 500
KEPT_FOR = timedelta(days=400)  # dispatches: longer than the plan of an edition
TOO_LATE = timedelta(hours=1)  # after its time nothing goes by itself, if nobody tried before
# Before each further try, about eight hours together.
PAUSES = tuple(
    timedelta(seconds=each) for each in (10, 30, 120, 300, 600, 1200, 2400, 3600, 7200, 14400)
)
MAX_WAIT = timedelta(hours=3)  # the longest pause that a network may ask for
TID_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"  # of AT Protocol's record keys, in their order
TID_LENGTH, TID_BITS, CLOCK_BITS = 13, 5, 10

PERMISSIONS = declare({"account.edit": LEADS})


class Fact(StrEnum):
    """The facts about accounts in the journal."""

    CONNECTED = "account.connected"
    CHANGED = "account.changed"
    REMOVED = "account.removed"


class Fault(StrEnum):
    """Why a post was not published, or an account is not connected."""

    PRIVATE = "private"  # the server's name leads to an address that is not public
    UNKNOWN_NAME = "unknown_name"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    BROKEN = "broken"  # the connection broke off
    BUSY = "busy"  # 429: too much at once
    SERVER = "server"  # 5xx
    MALFORMED = "malformed"  # no answer of such a server
    SIGN_IN = "sign_in"  # the token is wrong, or was revoked
    FORBIDDEN = "forbidden"  # the token may not do this
    TEXT_TOO_LONG = "text_too_long"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_REFUSED = "picture_refused"
    REFUSED = "refused"  # for another reason
    SEALED = "sealed"  # SECRET_KEY has changed: the token cannot be read any more
    TOO_LATE = "too_late"


class AccountState(StrEnum):
    """The state of an account: its token is looked at before anything is sent."""

    CHECKING = "checking"
    CONNECTED = "connected"
    FAILED = "failed"


class State(StrEnum):
    """The state of a dispatch.

    It is `uncertain` once the network may have it and has not said so: before it is sent again, it
    is looked for there.
    """

    WAITING = "waiting"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"
    CALLED_OFF = "called_off"


UNDER_WAY = frozenset({State.WAITING, State.SENDING, State.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Network:
    """A network as a lead connects it.

    `usual_origin` is the server of most accounts, empty where there is none. `by_token` says that
    the token alone tells whose account it is, so that no name is asked for.
    """

    name: str
    usual_origin: str = ""
    by_token: bool = False


NETWORKS: Mapping[Channel, Network] = {
    Channel.MASTODON: Network("Mastodon", by_token=True),
    Channel.BLUESKY: Network("Bluesky", "https://bsky.social"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """The event's account on a channel; `sealed` is its token, which only this server can read.

    `handle` is what people call it; `network_id` what the network does; `most` is the longest text
    that it takes.
    """

    id: str
    event_id: str
    channel: Channel
    origin: str
    handle: str
    sealed: str
    connected_by: str
    connected_at: datetime
    state: AccountState = AccountState.CHECKING
    network_id: str | None = None
    most: int | None = None
    largest_picture: int | None = None
    lease: str | None = None
    checked_at: datetime | None = None
    fault: Fault | None = None
    reply: str | None = None

    def to_check(self) -> "Account":
        """Return the account as it waits for its check."""
        return replace(self, state=AccountState.CHECKING, lease=None, fault=None, reply=None)

    def failed(self, fault: Fault, reply: str, now: datetime) -> "Account":
        """Return the account that cannot be used: a lead has to connect it again, or check it."""
        return replace(
            self,
            state=AccountState.FAILED,
            lease=None,
            checked_at=now,
            fault=fault,
            reply=reply[:MAX_REPLY],
        )


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A message on its way to a channel in a language: there is one of each, whatever happens.

    `marker` is made before anything is sent, and stays: the network knows the post by it, so that
    it is not sent twice. `lease` is that of the job that sends it; `given_at` is when the network
    was first about to get it, and `said` the words that it got.
    """

    id: str
    event_id: str
    account_id: str
    message_id: str
    channel: Channel
    lang: Lang
    marker: str
    due: datetime
    created_at: datetime
    state: State = State.WAITING
    next_at: datetime | None = None
    lease: str | None = None
    given_at: datetime | None = None
    said: str | None = None
    tries: int = 0
    fault: Fault | None = None
    reply: str | None = None
    network_id: str | None = None
    url: str | None = None
    ended_at: datetime | None = None

    @property
    def was_given(self) -> bool:
        """Return whether the network may have it, so that it is looked for before it is sent."""
        return self.given_at is not None

    def taken(self, lease: str) -> "Dispatch":
        """Return the dispatch as a job has it."""
        return replace(self, state=State.SENDING, lease=lease, next_at=None)

    def given(self, now: datetime, text: str) -> "Dispatch":
        """Return the dispatch as the network is about to get it, with these words."""
        return replace(self, given_at=self.given_at or now, said=text)

    def sent(self, now: datetime, network_id: str, url: str) -> "Dispatch":
        """Return the dispatch that the network has taken."""
        after = self._as(State.SENT)
        return replace(after, ended_at=now, network_id=network_id, url=url[:MAX_URL])

    def refused(self, now: datetime, fault: Fault, reply: str) -> "Dispatch":
        """Return the dispatch that does not go."""
        after = self._as(State.FAILED)
        return replace(after, ended_at=now, fault=fault, reply=reply[:MAX_REPLY])

    def put_off(
        self, now: datetime, fault: Fault, reply: str, chance: float, wait: int | None = None
    ) -> "Dispatch":
        """Return the dispatch that did not go, to be tried again, or refused after many tries."""
        pause = pause_after(self.tries + 1, chance, wait)
        if pause is None:
            return replace(self.refused(now, fault, reply), tries=self.tries + 1)
        return replace(
            self._as(State.UNCERTAIN if self.was_given else State.WAITING),
            next_at=now + pause,
            tries=self.tries + 1,
            fault=fault,
            reply=reply[:MAX_REPLY],
        )

    def lost(self, now: datetime) -> "Dispatch":
        """Return the dispatch whose sender has ended: due again, and looked for if it was given."""
        after = self._as(State.UNCERTAIN if self.was_given else State.WAITING)
        return replace(after, next_at=now)

    def revived(self, now: datetime, due: datetime, account_id: str) -> "Dispatch":
        """Return the dispatch that had ended, due again: the plan offers its message again."""
        after = replace(self.lost(now), tries=0, due=due, account_id=account_id)
        return replace(after, next_at=max(due, now))

    def begun_anew(self, marker: str) -> "Dispatch":
        """Return the dispatch of other words than the network has: a post of its own."""
        after = replace(self._as(State.CALLED_OFF), marker=marker, given_at=None, said=None)
        return replace(after, network_id=None, url=None)

    def called_off(self, now: datetime) -> "Dispatch":
        """Return the dispatch of a message that is not to go any more, and did not."""
        return replace(self._as(State.CALLED_OFF), ended_at=now)

    def _as(self, state: State) -> "Dispatch":
        return replace(
            self, state=state, next_at=None, lease=None, fault=None, reply=None, ended_at=None
        )


def pause_after(tries: int, chance: float, wait: int | None = None) -> timedelta | None:
    """Return the pause after so many failed tries, or None if it is given up.

    `chance`, from 0 to 1, makes it up to a tenth longer. A network may ask for a longer one, in
    seconds, up to MAX_WAIT.
    """
    if tries > len(PAUSES):
        return None
    pause = PAUSES[tries - 1] * (1 + chance / 10)
    return max(pause, min(timedelta(seconds=wait or 0), MAX_WAIT))


def new_marker(now: datetime, chance: int) -> str:
    """Return a marker: a key of AT Protocol, made of the time and CLOCK_BITS of chance."""
    number = int(now.timestamp() * 1_000_000) << CLOCK_BITS | chance & (1 << CLOCK_BITS) - 1
    signs = (number >> TID_BITS * place & (1 << TID_BITS) - 1 for place in range(TID_LENGTH))
    return "".join(TID_SIGNS[each] for each in signs)[::-1]


def checked_origin(channel: Channel, text: str, allowed: Collection[str]) -> str:
    """Return the origin of a server, `https://mastodon.social`; raises InvalidError.

    A lead may leave `https://` out. `allowed` are the origins that a setting lets through.
    """
    text = text.strip().rstrip("/") or NETWORKS[channel].usual_origin
    if not text:
        raise InvalidError("origin", "missing")
    if "://" not in text:
        text = f"https://{text}"
    if len(text) > MAX_ORIGIN:
        raise InvalidError("origin", "too_long", most=MAX_ORIGIN)
    target = target_of(text, allowed)
    if target is None or target.path != "/":
        raise InvalidError("origin", "not_public_server")
    return text if text in allowed else text.lower()


def checked_handle(channel: Channel, text: str) -> str:
    """Return the name to sign in with, without its @; raises InvalidError."""
    text = text.strip().removeprefix("@")
    if NETWORKS[channel].by_token:
        return ""
    if not text:
        raise InvalidError("handle", "missing")
    if len(text) > MAX_HANDLE:
        raise InvalidError("handle", "too_long", most=MAX_HANDLE)
    return text


def checked_secret(text: str) -> str:
    """Return a token or an app password; raises InvalidError."""
    text = text.strip()
    if not text:
        raise InvalidError("secret", "missing")
    if len(text) > MAX_SECRET:
        raise InvalidError("secret", "too_long", most=MAX_SECRET)
    if not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidError("secret", "not_a_token")
    return text


def checked_channel(text: str) -> Channel:
    """Return a channel that a program can send to; raises InvalidError."""
    if text not in {each.value for each in NETWORKS}:
        raise InvalidError("channel", "unknown")
    return Channel(text)
