"""A submission and its life: submitted, then approved, returned, rejected, held or withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.text import LANGS, N_, Bilingual, Lang

LONGEST_TEXT = 2000
LONGEST_ALT = 500
LONGEST_LABEL = 120
LONGEST_REASON = 200
MOST_TAGS = 10
MOST_PHOTOS = 10
CAPTION_ON_THE_WALL = 280  # read in an item's time; the rooms of the screens may allow less
CLAIM_LASTS = timedelta(seconds=75)
CATCH = timedelta(seconds=20)  # in which a reviewer catches what goes to the wall by itself
TRUST = "submission.trust"  # the job that lets it through
LATE_AFTER = timedelta(minutes=8)  # of waiting, and the lead is told
LATE = "submission.late"  # the job that tells them
UNDO_LASTS = timedelta(seconds=15)  # ten on the screen, and a slow line
LATEST = timedelta(days=30)  # how far ahead an approval may be set


class Kind(StrEnum):
    """What was sent."""

    POST = "post"
    QUOTE = "quote"
    PHOTO = "photo"
    VIDEO = "video"


class Status(StrEnum):
    """Where a submission is in its life."""

    SUBMITTED = "submitted"
    HELD = "held"
    SCHEDULED = "scheduled"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"


class Consent(StrEnum):
    """Whether the people in a photo agree to be shown."""

    CLEARED = "cleared"
    PENDING = "pending"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"


class Purpose(StrEnum):
    """What a photo may be used for."""

    WALL = "wall"
    WEB = "web"
    PRESS = "press"
    SPONSORS = "sponsors"


class Fact(StrEnum):
    """What the journal says of submissions."""

    SUBMITTED = "submission.submitted"
    EDITED = "submission.edited"
    AMENDED = "submission.amended"
    CLAIMED = "submission.claimed"
    RELEASED = "submission.released"
    SCHEDULED = "submission.scheduled"
    APPROVED = "submission.approved"
    RETURNED = "submission.returned"
    REJECTED = "submission.rejected"
    HELD = "submission.held"
    WITHDRAWN = "submission.withdrawn"
    RECALLED = "submission.recalled"
    REPORTED = "submission.reported"
    REOPENED = "submission.reopened"


WAITING = frozenset({Status.SUBMITTED, Status.HELD})
CLEARED = frozenset({Status.SCHEDULED, Status.APPROVED})

MOVES: Mapping[Fact, tuple[frozenset[Status], Status]] = {
    Fact.EDITED: (WAITING | {Status.RETURNED}, Status.SUBMITTED),
    Fact.SCHEDULED: (WAITING, Status.SCHEDULED),
    Fact.APPROVED: (WAITING | {Status.SCHEDULED}, Status.APPROVED),
    Fact.RETURNED: (WAITING, Status.RETURNED),
    Fact.REJECTED: (WAITING, Status.REJECTED),
    Fact.HELD: (frozenset({Status.SUBMITTED}), Status.HELD),
    Fact.WITHDRAWN: (WAITING | CLEARED | {Status.RETURNED}, Status.WITHDRAWN),
    Fact.RECALLED: (CLEARED, Status.RECALLED),
    Fact.REPORTED: (CLEARED, Status.HELD),
    Fact.REOPENED: (
        CLEARED | {Status.RETURNED, Status.REJECTED, Status.HELD},
        Status.SUBMITTED,
    ),
}


REASONS: Mapping[Fact, Mapping[str, str]] = {
    Fact.RETURNED: {
        "text_unclear": N_("The text needs a clearer word"),
        "text_missing": N_("A caption is missing"),
        "credit_missing": N_("The credit is missing"),
        "consent": N_("Ask the people in the photo first"),
        "blurry": N_("The photo is blurry: another one?"),
        "translation": N_("The translation needs another look"),
        "other": N_("Another reason"),
    },
    Fact.REJECTED: {
        "duplicate": N_("We already have this one"),
        "off_topic": N_("It is not about the event"),
        "no_consent": N_("Someone in it does not want to be shown"),
        "quality": N_("The quality is too low for the wall"),
        "inappropriate": N_("It cannot be shown in a museum"),
        "other": N_("Another reason"),
    },
    Fact.HELD: {
        "later": N_("For a better moment"),
        "check_facts": N_("A fact has to be checked"),
        "check_consent": N_("Consent has to be checked"),
        "other": N_("Another reason"),
    },
    Fact.REPORTED: {"reported": N_("Someone says that they are in the picture")},
    Fact.RECALLED: {
        "no_consent": N_("Someone in it does not want to be shown"),
        "mistake": N_("It contains a mistake"),
        "other": N_("Another reason"),
    },
}


class WrongStatusError(ConflictError):
    """The submission has moved on since the person last looked."""

    code = "wrong_status"


class LostRaceError(ConflictError):
    """Someone changed the submission first; `facts` carries what it is now."""

    code = "lost_race"


class ClaimedError(ConflictError):
    """Someone else has it open; `facts` says who, and until when."""

    code = "claimed"


class TooLateError(ConflictError):
    """The time in which a decision can be undone is over."""

    code = "too_late"


class KeyReusedError(ConflictError):
    """An idempotency key came again with another body."""

    code = "key_reused"


class ConsentMissingError(ConflictError):
    """There are people in the picture who have not agreed; `facts` may name for what."""

    code = "consent_missing"


class MediaNotReadyError(ConflictError):
    """A photo is still being prepared."""

    code = "media_not_ready"


class MediaRefusedError(ConflictError):
    """A photo could not be used."""

    code = "media_refused"


class OwnSubmissionError(ConflictError):
    """Nobody but the lead decides on their own submission."""

    code = "own_submission"


class IdTakenError(ConflictError):
    """Another submission has this id."""

    code = "id_taken"


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a submission is where it is: who decided what and when, and the reason given."""

    fact: Fact
    by: str
    at: datetime
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A reviewer's lease on a submission they have open."""

    by: str
    until: datetime

    def bars(self, person_id: str, now: datetime) -> bool:
        """Say whether it keeps this person from deciding."""
        return self.by != person_id and self.until > now


@dataclass(frozen=True, slots=True)
class Showing:
    """How something approved is shown: from when, brought back until when, and for whom else."""

    at: datetime | None = None
    pinned_until: datetime | None = None
    key_moment: bool = False
    press: bool = False
    everywhere: bool = False

    def must_make_sense(self, now: datetime) -> None:
        """Raise InvalidError where a time is over already, or too far ahead."""
        if self.at and self.at > now + LATEST:
            raise InvalidError("at", "too_far")
        if self.pinned_until and self.pinned_until <= max(now, self.at or now):
            raise InvalidError("pin_until", "before_start")


AT_ONCE = Showing()
AGREED = frozenset({Consent.CLEARED, Consent.NOT_NEEDED})
USUAL = frozenset({Purpose.WALL, Purpose.WEB, Purpose.PRESS})  # what people agree to when asked


@dataclass(frozen=True, slots=True)
class Rights:
    """What a reviewer knows of a photo: for what it is cleared, who and what is in it."""

    cleared_for: frozenset[Purpose] = USUAL
    minors: bool = False
    no_photo: bool = False
    artwork: str | None = None
    licence: str | None = None

    def allows(self, purpose: Purpose) -> bool:
        """Say whether it may be used so: nothing is, where someone wears the "no photo" badge."""
        return purpose in self.cleared_for and not self.no_photo


@dataclass(frozen=True, slots=True)
class Piece:
    """What is said of one of several photos; `consent` is None where it is that of all."""

    id: str
    caption: Bilingual = Bilingual()
    alt: Bilingual = Bilingual()
    consent: Consent | None = None
    rights: Rights | None = None

    def __bool__(self) -> bool:
        return bool(self.caption or self.alt or self.consent or self.rights)


@dataclass(frozen=True, slots=True)
class Content:
    """What an author writes; `team` and `place` are kept by name, as they were called then.

    `media` are the photos in their order; `pieces` has what is said of single ones.
    """

    kind: Kind
    text: Bilingual = Bilingual()
    alt: Bilingual = Bilingual()
    credit: str | None = None
    team: Bilingual | None = None
    place: Bilingual | None = None
    tags: tuple[str, ...] = ()
    consent: Consent = Consent.PENDING
    media: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def piece(self, media_id: str) -> Piece:
        """Return what is said of one of the photos."""
        return next((each for each in self.pieces if each.id == media_id), Piece(media_id))

    def as_told_by_author(self, before: "Content | None" = None) -> "Content":
        """Return the content with the rights that a reviewer had found out, and no others."""
        known = {piece.id: piece.rights for piece in before.pieces} if before else {}
        told = [replace(self.piece(each), rights=known.get(each)) for each in self.media]
        return replace(self, pieces=tuple(piece for piece in told if piece))

    def allows(self, purpose: Purpose) -> bool:
        """Say whether every photo may be used so; words always may."""
        pieces = [self.piece(each) for each in self.media]
        return all(
            (piece.consent or self.consent) in AGREED and (piece.rights or Rights()).allows(purpose)
            for piece in pieces
        )


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as it stands; `version` counts every change.

    `goes_at` is when it goes to the wall by itself, its author being trusted, unless it is caught;
    `stale` is the language whose text stands still since the other one was changed.
    """

    id: str
    event_id: str
    author_id: str
    content: Content
    submitted_at: datetime
    status: Status = Status.SUBMITTED
    version: int = 1
    decision: Decision | None = None
    claim: Claim | None = None
    showing: Showing = AT_ONCE
    corrected_at: datetime | None = None
    goes_at: datetime | None = None
    stale: Lang | None = None

    def moved(self, fact: Fact) -> "Submission":
        """Return the submission after the fact; raises WrongStatusError."""
        allowed, target = MOVES[fact]
        if self.status not in allowed:
            raise WrongStatusError(f"{fact} from {self.status}", now=self.status.value)
        return replace(self, status=target, version=self.version + 1)

    def decided(self, decision: Decision) -> "Submission":
        """Return the submission after a decision; raises WrongStatusError."""
        return replace(self.moved(decision.fact), decision=decision, claim=None, goes_at=None)

    def claimed(self, by: str, now: datetime) -> "Submission":
        """Return the submission held by this reviewer; raises WrongStatusError."""
        if self.status not in WAITING:
            raise WrongStatusError(f"claim of {self.status}", now=self.status.value)
        return replace(self, claim=Claim(by, now + CLAIM_LASTS), goes_at=None)

    def released(self) -> "Submission":
        """Return the submission held by nobody."""
        return replace(self, claim=None)

    def shown(self, showing: Showing) -> "Submission":
        """Return the submission with how it is to be shown."""
        return replace(self, showing=showing)

    def reopened(self, by: str, now: datetime) -> "Submission":
        """Return the submission as it was before its last decision, which was this person's.

        Raises TooLateError, WrongStatusError.
        """
        after = self.moved(Fact.REOPENED)
        if self.decision is None or self.decision.by != by or now > self.decision.at + UNDO_LASTS:
            raise TooLateError(self.id)
        return replace(after, decision=None, showing=AT_ONCE, claim=Claim(by, now + CLAIM_LASTS))

    def amended(self, content: Content, now: datetime) -> "Submission":
        """Return the submission with a reviewer's words; what is shown carries the time of it.

        Raises WrongStatusError.
        """
        if self.status not in WAITING | CLEARED:
            raise WrongStatusError(f"amend {self.status}", now=self.status.value)
        corrected = now if self.status is Status.APPROVED else self.corrected_at
        return replace(
            self,
            content=content,
            version=self.version + 1,
            corrected_at=corrected,
            stale=self._stale_with(content),
        )

    def _stale_with(self, content: Content) -> Lang | None:
        """Return which side does not say any more what the other says, once this is its content."""
        was, now = self.content.text, content.text
        if not (was.fr and was.en and now.fr and now.en):
            return None
        changed = [lang for lang in LANGS if getattr(was, lang) != getattr(now, lang)]
        if len(changed) != 1:
            return None if changed else self.stale
        if changed == [self.stale]:
            return None
        return "en" if changed == ["fr"] else "fr"

    def edited(self, content: Content, at: datetime) -> "Submission":
        """Return the submission with another content, waiting again; raises WrongStatusError."""
        again = at if self.status is Status.RETURNED else self.submitted_at
        return replace(
            self.moved(Fact.EDITED),
            content=content,
            submitted_at=again,
            decision=None,
            stale=self._stale_with(content),
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """What a submission said in one of its versions, and whose words those were."""

    version: int
    by: str
    at: datetime
    content: Content


def checked(content: Content) -> Content:
    """Return the content, tidied; raises InvalidError naming the field that breaks a rule."""
    _must_fit("text", content.text, LONGEST_TEXT)
    _must_fit("alt", content.alt, LONGEST_ALT)
    for field, label in (("team", content.team), ("place", content.place)):
        _must_fit(field, label or Bilingual(), LONGEST_LABEL)
    _must_fit("credit", Bilingual(content.credit), LONGEST_LABEL)
    if len(content.tags) > MOST_TAGS:
        raise InvalidError("tags", "too_many", most=MOST_TAGS)
    if any(len(tag) > LONGEST_LABEL for tag in content.tags):
        raise InvalidError("tags", "too_long", most=LONGEST_LABEL)
    if len(content.media) > MOST_PHOTOS:
        raise InvalidError("media", "too_many", most=MOST_PHOTOS)
    for piece in content.pieces:
        known = piece.rights or Rights()
        _must_fit("media.rights", Bilingual(known.artwork, known.licence), LONGEST_LABEL)
        _must_fit("media.caption", piece.caption, LONGEST_TEXT)
        _must_fit("media.alt", piece.alt, LONGEST_ALT)
    if content.kind in (Kind.PHOTO, Kind.VIDEO) and not content.media:
        raise InvalidError("media", "missing")
    if content.kind in (Kind.POST, Kind.QUOTE) and not content.text:
        raise InvalidError("text", "missing")
    pieces = _pieces(content)
    tags = tuple(tag.strip().lstrip("#").strip() for tag in content.tags)
    return replace(
        content,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        credit=(content.credit or "").strip() or None,
        media=tuple(dict.fromkeys(content.media)),
        pieces=pieces,
        consent=min(
            {piece.consent or content.consent for piece in pieces} or {content.consent},
            key=_STRICTEST.index,
        ),
    )


def checked_reason(fact: Fact, reason: str | None, note: str | None) -> tuple[str, str | None]:
    """Return a decision's reason and note; raises InvalidError.

    A reason is a code of REASONS or a few words of the reviewer's own; "other" needs a note.
    """
    reason, note = (reason or "").strip(), (note or "").strip() or None
    if not reason:
        raise InvalidError("reason", "missing")
    if len(reason) > LONGEST_REASON:
        raise InvalidError("reason", "too_long", most=LONGEST_REASON)
    if len(note or "") > LONGEST_TEXT:
        raise InvalidError("note", "too_long", most=LONGEST_TEXT)
    if reason == "other" and fact is not Fact.RECALLED and not note:
        raise InvalidError("note", "needs_note")
    return reason, note


def pair(reason: str) -> Bilingual:
    """Return a reason in a reviewer's own words: `French | English`, or the same in both."""
    fr, _, en = reason.partition("|")
    return Bilingual.of(fr, en) if en.strip() else Bilingual.of(fr, fr)


_STRICTEST = (Consent.REFUSED, Consent.PENDING, Consent.CLEARED, Consent.NOT_NEEDED)


def _pieces(content: Content) -> tuple[Piece, ...]:
    """Return what is said of single photos; once one has a consent of its own, each has one.

    The consent of the whole is then that of the photo where it is least sure.
    """
    pieces = [content.piece(media_id) for media_id in dict.fromkeys(content.media)]
    if any(piece.consent for piece in pieces):
        pieces = [replace(piece, consent=piece.consent or content.consent) for piece in pieces]
    return tuple(piece for piece in pieces if piece)


def _must_fit(field: str, text: Bilingual, most: int) -> None:
    if text.longest() > most:
        raise InvalidError(field, "too_long", most=most)
