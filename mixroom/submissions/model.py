"""A submission and its life: submitted, then approved, returned, rejected, held or withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.roles import CREW, LEADS, REVIEWERS, declare
from mixroom.core.text import LANGS, Lang, other
from mixroom.submissions.content import Content
from mixroom.team.model import Person

CLAIM_LASTS = timedelta(seconds=75)
CATCH = timedelta(seconds=20)  # in which a reviewer catches what goes to the wall by itself
TRUST = "submission.trust"  # the job that lets it through
LATE_AFTER = timedelta(minutes=8)  # of waiting, and the lead is told
LATE = "submission.late"  # the job that tells them
UNDO_LASTS = timedelta(seconds=15)  # ten on the screen, and a slow line
LATEST = timedelta(days=30)  # how far ahead an approval may be set


PERMISSIONS = declare(
    {
        "submission.submit": CREW,
        "submission.edit": CREW,
        "submission.withdraw": CREW,
        "submission.amend": REVIEWERS,
        "submission.decide_own": LEADS,  # others leave their own to another reviewer
    }
)


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
    FLAGGED = "submission.flagged"
    REOPENED = "submission.reopened"
    ASKED = "submission.asked"
    TRANSLATED = "submission.translated"


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


class NothingToTranslateError(ConflictError):
    """Both sides say the same, or it is not shown."""

    code = "nothing_to_translate"


class TranslatedByOtherError(ConflictError):
    """Someone else was asked to translate it."""

    code = "translated_by_other"


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
    """Nobody but a lead decides on their own submission, or changes what was decided on it."""

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
    """A reviewer's lease on a submission they have open, in the `version` that they saw."""

    by: str
    until: datetime
    version: int | None = None

    def bars(self, person_id: str, now: datetime) -> bool:
        """Say whether it keeps this person from deciding.

        One that would last longer than any claim was taken before the clock was set back.
        """
        return self.by != person_id and now < self.until <= now + CLAIM_LASTS


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


@dataclass(frozen=True, slots=True)
class Translation:
    """The side in `lang` that someone was asked for, and what they propose once they have.

    It was written `at`, by parts (`Content.words`), from what the other side said then: `source`.
    """

    lang: Lang
    by: str
    said: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as it stands; `version` counts every change.

    `goes_at` is when it goes to the wall by itself, its author being trusted, unless it is caught;
    `stale` is the language whose text stands still since the other one was changed;
    `translation` is who was asked for the side that is missing or stale.
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
    translation: Translation | None = None

    def must_be_for(self, by: Person) -> None:
        """Raise OwnSubmissionError where this person may not decide on it.

        Whoever may not decide may not change what was decided either, nor hold it to decide.
        """
        if self.author_id == by.id and not by.may("submission.decide_own"):
            raise OwnSubmissionError(self.id)

    @property
    def seen_in(self) -> int:
        """Return the version in which whoever has it open has seen it."""
        return self.claim.version or self.version if self.claim else self.version

    @property
    def lacks(self) -> Lang | None:
        """Return the language in which something is missing, or the text is stale."""
        return self.content.missing() or self.stale

    def moved(self, fact: Fact) -> "Submission":
        """Return the submission after the fact; raises WrongStatusError."""
        allowed, target = MOVES[fact]
        if self.status not in allowed:
            raise WrongStatusError(f"{fact} from {self.status}", now=self.status.value)
        return replace(self, status=target, version=self.version + 1)

    def decided(self, decision: Decision) -> "Submission":
        """Return the submission after a decision; raises WrongStatusError."""
        return replace(self.moved(decision.fact), decision=decision, claim=None, goes_at=None)

    def as_approved(self, decision: Decision) -> "Submission":
        """Return the submission with an earlier approval as what stands."""
        return replace(self, decision=decision)

    def claimed(self, by: str, now: datetime) -> "Submission":
        """Return the submission held by this reviewer; raises WrongStatusError."""
        if self.status not in WAITING:
            raise WrongStatusError(f"claim of {self.status}", now=self.status.value)
        claim = Claim(by, now + CLAIM_LASTS, self.version)
        return replace(self, claim=claim, goes_at=None)

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
        claim = Claim(by, now + CLAIM_LASTS, after.version)
        return replace(after, decision=None, showing=AT_ONCE, claim=claim)

    def amended(self, content: Content, now: datetime) -> "Submission":
        """Return the submission with a reviewer's words; what is shown carries the time of it.

        Raises WrongStatusError.
        """
        if self.status not in WAITING | CLEARED:
            raise WrongStatusError(f"amend {self.status}", now=self.status.value)
        corrected = now if self.status is Status.APPROVED else self.corrected_at
        after = replace(
            self,
            content=content,
            version=self.version + 1,
            corrected_at=corrected,
            stale=self._stale_with(content),
        )
        return _still_asked(after)

    def asked(self, by: str) -> "Submission":
        """Return the submission whose other side is asked of this person.

        What was proposed goes. Raises NothingToTranslateError.
        """
        return replace(self, translation=Translation(self._translatable(), by))

    def proposed(self, by: str, said: Mapping[str, str], now: datetime) -> "Submission":
        """Return the submission with a translation that a reviewer has yet to take in.

        Raises NothingToTranslateError.
        """
        lang = self._translatable()
        source = self.content.side(other(lang))
        return replace(self, translation=Translation(lang, by, said, source, now))

    def translated(self, said: Mapping[str, str], now: datetime) -> "Submission":
        """Return the submission that says this on its other side, and is asked of nobody.

        The text of that side follows the other one again; one that is stale itself stays so.
        Raises NothingToTranslateError.
        """
        lang = self._translatable()
        after = self.amended(self.content.with_side(lang, said), now)
        follows = "text" in said and self.stale != other(lang)
        return replace(after, stale=None if follows else after.stale, translation=None)

    def unasked(self) -> "Submission":
        """Return the submission of whose translation nobody is asked."""
        return replace(self, translation=None)

    def _translatable(self) -> Lang:
        if self.status is not Status.APPROVED or self.lacks is None:
            raise NothingToTranslateError(self.id)
        return self.lacks

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
        return other(changed[0])

    def edited(self, content: Content, at: datetime) -> "Submission":
        """Return the submission with another content, waiting again; raises WrongStatusError.

        What goes to the wall by itself waits as long as it did at first: nobody has seen it yet.
        """
        again = at if self.status is Status.RETURNED else self.submitted_at
        after = replace(
            self.moved(Fact.EDITED),
            content=content,
            submitted_at=again,
            decision=None,
            stale=self._stale_with(content),
        )
        return _still_asked(after.caught_later(at))

    def caught_later(self, now: datetime) -> "Submission":
        """Return the submission with the whole time to catch it, where it goes by itself."""
        return replace(self, goes_at=now + CATCH) if self.goes_at else self


def _still_asked(submission: Submission) -> Submission:
    """Return the submission without a translation of what it does not lack any more."""
    wanted = submission.translation and submission.translation.lang == submission.lacks
    return submission if wanted else submission.unasked()


@dataclass(frozen=True, slots=True)
class Revision:
    """What a submission said in one of its versions, and whose words those were."""

    version: int
    by: str
    at: datetime
    content: Content
