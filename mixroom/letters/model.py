"""A letter in the outbox: its states and moves, the words of templates, and when to try again."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.contacts import checked_email
from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.letter_templates import FIELD, LetterTemplate, fields_of
from mixroom.core.roles import LEADS, declare
from mixroom.core.text import Lang

MAX_KEY = 120  # characters
MAX_SUBJECT = 200
MAX_BODY = 8000
MAX_REPLY = 300  # of a mail server's words
MAX_AHEAD = timedelta(days=400)  # that a letter may be put off
STRUCK_OUT = "••••••"
KEPT_AFTER_EVENT = timedelta(days=60)  # then the texts of letters are forgotten
# Before each further try; about two days in all.
PAUSES = tuple(timedelta(minutes=each) for each in (1, 3, 10, 30, 60, 120, 240, 480, 720, 1200))

_BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # spaces, line ends, control signs

PERMISSIONS = declare(dict.fromkeys(("letter.read", "letter.edit"), LEADS))


class Fact(StrEnum):
    """The facts about letters in the journal."""

    WRITTEN = "letter.written"
    CHANGED = "letter.changed"
    SENT = "letter.sent"
    FAILED = "letter.failed"


class State(StrEnum):
    """The states of a letter.

    A letter is `uncertain` if the connection broke after the mail server had got it and before it
    said so: it may have arrived. A lead decides; it never goes again by itself.
    """

    HELD = "held"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


UNSENT = frozenset({State.HELD, State.WAITING})
STOPPED = frozenset({State.FAILED, State.UNCERTAIN})
EDITABLE = UNSENT | {State.FAILED}
UNANSWERED = frozenset({State.SENDING, State.UNCERTAIN})  # an answer may still come


class Move(StrEnum):
    """The moves that a lead makes with letters."""

    SEND = "send"
    SCHEDULE = "schedule"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    BY_HAND = "by_hand"
    AGAIN = "again"  # of one that may have arrived


MOVES: dict[Move, frozenset[State]] = {
    Move.SEND: UNSENT | {State.FAILED},
    Move.SCHEDULE: UNSENT | {State.FAILED},
    Move.HOLD: frozenset({State.WAITING}),
    Move.RELEASE: frozenset({State.HELD}),
    Move.CANCEL: UNSENT | STOPPED,
    Move.BY_HAND: UNSENT | STOPPED,
    Move.AGAIN: frozenset({State.UNCERTAIN}),
}


class Fault(StrEnum):
    """Why a letter was not sent, or is not known to be."""

    NO_SERVER = "no_server"  # no mail server is configured
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    SIGN_IN = "sign_in"  # the server refused the user name or the password
    BROKEN = "broken"  # the connection broke off
    LATER = "later"  # the server asked to try again later
    REFUSED = "refused"  # for good
    UNSUBSCRIBED = "unsubscribed"
    GONE = "gone"  # the person was removed


# The parts of the page, and the states of the letters in each.
SHOWN: dict[str, tuple[State, ...]] = {
    "held": (State.HELD,),
    "waiting": (State.WAITING, State.SENDING),
    "failed": (State.FAILED, State.UNCERTAIN),
    "sent": (State.SENT,),
    "cancelled": (State.CANCELLED,),
}


class LetterChangedError(ConflictError):
    """Another lead has changed the words since this one saw them."""

    code = "letter_changed"


class LetterMovedError(ConflictError):
    """The letter is in a state that does not allow this."""

    code = "letter_moved"


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person to whom a letter is written; `person_id` if they belong to the crew."""

    name: str
    email: str
    lang: Lang
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one address, with its words as they go.

    `key` says what it is about: no second letter has the same. `next_at` is when a waiting letter
    is due, or before which a held one should not go; `queued_at` is when the first of those began
    to wait that go with it, by which the progress of many is counted.
    `lease` is that of the job that sends it, and `given_at` when the server was about to get it.
    `secrets` are struck out of the text once it is over. `token` is that of the link to
    unsubscribe, for optional letters.
    """

    id: str
    event_id: str
    key: str
    template: str
    to: Addressee
    subject: str
    body: str
    state: State
    by: str
    created_at: datetime
    message_id: str
    secrets: tuple[str, ...] = ()
    token: str | None = None
    next_at: datetime | None = None
    queued_at: datetime | None = None
    lease: str | None = None
    given_at: datetime | None = None
    tries: int = 0
    ended_at: datetime | None = None
    fault: Fault | None = None
    reply: str | None = None
    edited_by: str | None = None
    by_hand: bool = False

    @property
    def version(self) -> str:
        """Return a short text that changes with what a lead can edit."""
        return _digest(self.to.email, self.subject, self.body)

    @property
    def optional(self) -> bool:
        """Return whether one can unsubscribe from it."""
        return self.token is not None

    def may(self, move: Move) -> bool:
        """Return whether a lead may make a move with it now."""
        return self.state in MOVES[move]

    def queued(self, at: datetime, now: datetime, since: datetime | None = None) -> "Letter":
        """Return the letter as it waits to be sent at a time, however it stood before.

        `since` is when those began to wait that are to go at once and have not gone, if there are
        any. Raises LetterMovedError if it is on its way, sent or cancelled.
        """
        self._must_be(UNSENT | STOPPED)
        tries = 0 if self.state in STOPPED else self.tries
        put_off = at > now
        return replace(
            self._as(State.WAITING),
            next_at=at if put_off else now,
            queued_at=None if put_off else since or now,
            tries=tries,
        )

    def held(self) -> "Letter":
        """Return the letter as it waits for the lead; raises LetterMovedError."""
        self._must_be(UNSENT)
        return replace(self._as(State.HELD), next_at=self.next_at)

    def without_server(self) -> "Letter":
        """Return the due letter as it waits for someone to send it by hand."""
        self._must_be({State.WAITING})
        return replace(self._as(State.HELD), fault=Fault.NO_SERVER)

    def cancelled(self, now: datetime, fault: Fault | None = None) -> "Letter":
        """Return the letter, which is never sent; raises LetterMovedError."""
        self._must_be(UNSENT | STOPPED)
        return replace(self._as(State.CANCELLED), ended_at=now, fault=fault)._struck()

    def sent_by_hand(self, now: datetime) -> "Letter":
        """Return the letter, which someone has sent in another way; raises LetterMovedError."""
        self._must_be(UNSENT | STOPPED)
        return replace(self._as(State.SENT), ended_at=now, by_hand=True)._struck()

    def edited(self, email: str, subject: str, body: str, by: str) -> "Letter":
        """Return the letter with other words, or to another address of the addressee.

        Raises InvalidError and LetterMovedError.
        """
        self._must_be(EDITABLE)
        body = checked_body(body)
        return replace(
            self,
            to=replace(self.to, email=checked_email(email)),
            subject=checked_subject(subject),
            body=body,
            secrets=tuple(each for each in self.secrets if each in body),
            edited_by=by,
        )

    def taken(self, lease: str, since: datetime) -> "Letter":
        """Return the due letter as a job has it; raises LetterMovedError."""
        self._must_be({State.WAITING})
        taken = replace(self._on_its_way(State.SENDING), lease=lease)
        return replace(taken, queued_at=self.queued_at or since)

    def given(self, now: datetime) -> "Letter":
        """Return the letter as the server is about to get it; raises LetterMovedError."""
        self._must_be({State.SENDING})
        return replace(self, given_at=now)

    def accepted(self, now: datetime, reply: str) -> "Letter":
        """Return the letter that the mail server has taken."""
        self._must_be(UNANSWERED)
        sent = replace(self._on_its_way(State.SENT), ended_at=now, reply=reply[:MAX_REPLY])
        return sent._struck()

    def refused(self, now: datetime, reply: str) -> "Letter":
        """Return the letter that the mail server has refused for good."""
        self._must_be(UNANSWERED)
        return self._stopped(State.FAILED, now, Fault.REFUSED, reply)

    def put_off(self, now: datetime, fault: Fault, reply: str, jitter: float) -> "Letter":
        """Return the letter that did not go, to be tried again, or given up after many tries.

        `jitter`, from 0 to 1, makes the pause up to a tenth longer.
        """
        self._must_be(UNANSWERED)
        if self.tries >= len(PAUSES):
            return self._stopped(State.FAILED, now, fault, reply)
        return replace(
            self._on_its_way(State.WAITING),
            next_at=now + PAUSES[self.tries] * (1 + jitter / 10),
            tries=self.tries + 1,
            fault=fault,
            reply=reply[:MAX_REPLY],
        )

    def lost(self, now: datetime) -> "Letter":
        """Return the letter whose sender has ended: to be sent, or uncertain if it was given."""
        self._must_be({State.SENDING})
        if self.given_at:
            return self.doubted(now, "")
        return replace(self._on_its_way(State.WAITING), next_at=now)

    def doubted(self, now: datetime, reply: str) -> "Letter":
        """Return the letter of which nobody knows whether it has arrived; it keeps its lease."""
        self._must_be(UNANSWERED)
        doubted = self._stopped(State.UNCERTAIN, now, Fault.BROKEN, reply)
        return replace(doubted, lease=self.lease)

    def forgotten(self) -> "Letter":
        """Return the letter without its words and its addressee."""
        nobody = replace(self.to, name="", email="")
        return replace(self, to=nobody, subject="", body="", secrets=(), reply=None)

    def _must_be(self, states: set[State] | frozenset[State]) -> None:
        if self.state not in states:
            raise LetterMovedError(self.id, state=self.state.value)

    def _stopped(self, state: State, now: datetime, fault: Fault, reply: str) -> "Letter":
        stopped = self._on_its_way(state)
        return replace(stopped, ended_at=now, fault=fault, reply=reply[:MAX_REPLY])

    def _on_its_way(self, state: State) -> "Letter":
        """Return the letter in a state of its sending, still counted among those queued with it."""
        return replace(self._as(state), queued_at=self.queued_at)

    def _as(self, state: State) -> "Letter":
        """Return the letter in a state, without what belonged to the one before."""
        return replace(
            self,
            state=state,
            next_at=None,
            queued_at=None,
            lease=None,
            given_at=None,
            ended_at=None,
            fault=None,
            reply=None,
        )

    def _struck(self) -> "Letter":
        """Return the letter without its secrets."""
        body = self.body
        for secret in self.secrets:
            body = body.replace(secret, STRUCK_OUT)
        return replace(self, body=body, secrets=())


@dataclass(frozen=True, slots=True)
class Wording:
    """A lead's words for a template, in both languages."""

    subject_fr: str
    body_fr: str
    subject_en: str
    body_en: str

    @property
    def version(self) -> str:
        """Return a short text that changes with the words."""
        return _digest(self.subject_fr, self.body_fr, self.subject_en, self.body_en)


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    """An event's choices: letters wait for a lead if `hold`; answers go to `reply_to`."""

    hold: bool = False
    reply_to: str | None = None


def checked_addressee(to: Addressee) -> Addressee:
    """Return the addressee with the address as mail servers take it; raises InvalidError."""
    return replace(to, name=one_line(to.name)[:80], email=checked_email(to.email))


def one_line(text: str) -> str:
    """Return a text as one line: a header has no second one. No-break spaces stay."""
    return " ".join(filter(None, _BREAKS.split(text)))


def checked_subject(text: str, field: str = "subject") -> str:
    """Return a subject as one line; raises InvalidError for `field`."""
    text = one_line(text)
    if not text:
        raise InvalidError(field, "missing")
    if len(text) > MAX_SUBJECT:
        raise InvalidError(field, "too_long", most=MAX_SUBJECT)
    return text


def checked_body(text: str, field: str = "body") -> str:
    """Return a body with plain line ends; raises InvalidError for `field`."""
    lines = (line.rstrip() for line in text.replace("\0", "").splitlines())
    text = "\n".join(lines).strip("\n")
    if not text.strip():
        raise InvalidError(field, "missing")
    if len(text) > MAX_BODY:
        raise InvalidError(field, "too_long", most=MAX_BODY)
    return text


def checked_wording(template: LetterTemplate, wording: Wording) -> Wording:
    """Return a lead's words; raises InvalidError for the first field that breaks a rule.

    Only fields of the template may occur, and each body keeps those that it needs.
    """
    checked: dict[str, str] = {}
    for lang in ("fr", "en"):
        subject, body = f"subject_{lang}", f"body_{lang}"
        checked[subject] = checked_subject(getattr(wording, subject), subject)
        checked[body] = checked_body(getattr(wording, body), body)
        for name in (subject, body):
            _must_have_only(template.fields, checked[name], name)
        for needed in template.needs:
            if needed not in fields_of(checked[body]):
                raise InvalidError(body, "field_missing", name=f"%({needed})s")
    return Wording(**checked)


def must_fit(template: LetterTemplate, fields: Mapping[str, str]) -> None:
    """Raise ValueError if a program fills a template in with other fields than its own."""
    if set(fields) != set(template.fields):
        raise ValueError(f"{template.name} has the fields {', '.join(template.fields)}")


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


def _must_have_only(names: tuple[str, ...], text: str, field: str) -> None:
    for name in sorted(fields_of(text) - set(names)):
        raise InvalidError(field, "field_unknown", name=f"%({name})s")
    if "%(" in FIELD.sub("", text):
        raise InvalidError(field, "field_malformed", name=f"%({names[0]})s" if names else "%(…)s")
