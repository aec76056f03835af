"""A submission: its content, its decision, its claim, and the rules for changing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.roles import CREW, LEADS, REVIEWERS, declare
from mixroom.core.text import LANGS, Lang, other
from mixroom.crew.model import Person
from mixroom.submissions.content import Content
from mixroom.submissions.moves import CLEARED, MOVES, WAITING, Fact, Status, WrongStatusError

CLAIM_LASTS = timedelta(seconds=75)
GRACE_LASTS = timedelta(seconds=20)  # for a reviewer to stop what would be approved automatically
AUTO_APPROVE_JOB = "submission.trust"
REMIND_AFTER = timedelta(minutes=8)  # of waiting; then the leads get a message
REMIND_JOB = "submission.late"
UNDO_LASTS = timedelta(seconds=15)  # ten on the reviewer's screen, and five for a slow connection
MAX_AHEAD = timedelta(days=30)  # from an approval to the time that it sets


PERMISSIONS = declare(
    {
        "submission.submit": CREW,
        "submission.edit": CREW,
        "submission.withdraw": CREW,
        "submission.amend": REVIEWERS,
        "submission.decide_own": LEADS,  # all others leave their own to another reviewer
    }
)


class LostRaceError(ConflictError):
    """Someone else changed the submission first; `facts` has its present text."""

    code = "lost_race"


class ClaimedError(ConflictError):
    """Another reviewer holds the submission; `facts` has the reviewer and the end of the claim."""

    code = "claimed"


class TooLateError(ConflictError):
    """The decision is too old to be undone."""

    code = "too_late"


class KeyReusedError(ConflictError):
    """The same idempotency key came with a different request."""

    code = "key_reused"


class ConsentMissingError(ConflictError):
    """Someone in a photo has not consented; `facts` may name the purpose."""

    code = "consent_missing"


class MediaNotReadyError(ConflictError):
    """A photo or a clip is still being prepared."""

    code = "media_not_ready"


class MediaRefusedError(ConflictError):
    """A photo or a clip cannot be used."""

    code = "media_refused"


class OwnSubmissionError(ConflictError):
    """Reviewers cannot decide on their own submissions; only leads can."""

    code = "own_submission"


class IdTakenError(ConflictError):
    """Another submission has this id."""

    code = "id_taken"


@dataclass(frozen=True, slots=True)
class Decision:
    """The last decision on a submission: the reviewer, the time and the reason."""

    fact: Fact
    by: str
    at: datetime
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A reviewer's lease on an open submission; `version` is the version on their screen."""

    by: str
    until: datetime
    version: int | None = None

    def bars(self, person_id: str, now: datetime) -> bool:
        """Return whether the claim keeps this person from deciding.

        A claim that seems to last longer than CLAIM_LASTS dates from before the clock was set
        back, so it bars nobody.
        """
        return self.by != person_id and now < self.until <= now + CLAIM_LASTS


@dataclass(frozen=True, slots=True)
class Showing:
    """The terms of an approval.

    The item is shown from `at` and comes back until `pinned_until`. `press` and `everywhere` allow
    the press and Museomix Global to use it too.
    """

    at: datetime | None = None
    pinned_until: datetime | None = None
    key_moment: bool = False
    press: bool = False
    everywhere: bool = False

    def must_make_sense(self, now: datetime) -> None:
        """Raise InvalidError if a time is past or too far ahead."""
        if self.at and self.at > now + MAX_AHEAD:
            raise InvalidError("at", "too_far")
        if self.pinned_until and self.pinned_until <= max(now, self.at or now):
            raise InvalidError("pin_until", "before_start")


AT_ONCE = Showing()


@dataclass(frozen=True, slots=True)
class Translation:
    """A request to translate into `lang`, and the translator's proposal if there is one.

    `texts` is the proposal by part (see `Content.words`), `source` the original that it translates,
    and `at` its time: None until there is a proposal.
    """

    lang: Lang
    by: str
    texts: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission in its present state; `version` counts every change.

    A trusted author's submission is approved automatically at `goes_at`, unless a reviewer opens it
    first. `stale` is the language that still has an old text after the other one changed.
    `translation` is the request to translate what is missing or stale. `captured_at` is the time at
    which the coverage counts it, `captured_before` the one at which it counted earlier, and
    `clock_wrong` says that the phone or a camera gave a time that cannot be. `request_id` is the
    request that it answers.
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
    captured_at: datetime | None = None
    captured_before: datetime | None = None
    clock_wrong: bool = False
    request_id: str | None = None

    def is_visible_to(self, by: Person) -> bool:
        """Return whether this person may see it before it is approved."""
        return self.event_id == by.event_id and (self.author_id == by.id or by.reviews)

    def must_be_decidable_by(self, by: Person) -> None:
        """Raise OwnSubmissionError if this person sent it and is not a lead.

        They may neither claim it nor change it once it is decided.
        """
        if self.author_id == by.id and not by.may("submission.decide_own"):
            raise OwnSubmissionError(self.id)

    @property
    def claimed_version(self) -> int:
        """Return the version on the screen of the reviewer who holds it, else the present one."""
        return self.claim.version or self.version if self.claim else self.version

    @property
    def lacks(self) -> Lang | None:
        """Return the language in which a part is missing or the text is stale."""
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

    def with_decision(self, decision: Decision) -> "Submission":
        """Return the submission with an earlier decision in place of the last one."""
        return replace(self, decision=decision)

    def claimed(self, by: str, now: datetime) -> "Submission":
        """Return the submission with a claim by this reviewer; raises WrongStatusError."""
        if self.status not in WAITING:
            raise WrongStatusError(f"claim of {self.status}", now=self.status.value)
        claim = Claim(by, now + CLAIM_LASTS, self.version)
        return replace(self, claim=claim, goes_at=None)

    def released(self) -> "Submission":
        """Return the submission without a claim."""
        return replace(self, claim=None)

    def shown(self, showing: Showing) -> "Submission":
        """Return the submission with the terms of its approval."""
        return replace(self, showing=showing)

    def reopened(self, by: str, now: datetime) -> "Submission":
        """Undo this reviewer's last decision, and return the submission claimed by them.

        Raises TooLateError, WrongStatusError.
        """
        after = self.moved(Fact.REOPENED)
        if self.decision is None or self.decision.by != by or now > self.decision.at + UNDO_LASTS:
            raise TooLateError(self.id)
        claim = Claim(by, now + CLAIM_LASTS, after.version)
        return replace(after, decision=None, showing=AT_ONCE, claim=claim)

    def amended(self, content: Content, now: datetime) -> "Submission":
        """Return the submission with a reviewer's changes.

        An approved one gets `corrected_at`. Raises WrongStatusError.
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
        return _drop_needless_translation(after)

    def edited(self, content: Content, at: datetime) -> "Submission":
        """Return the submission with its author's changes, back in the queue.

        One that was returned goes to the end of the queue; automatic approval waits anew.
        Raises WrongStatusError.
        """
        again = at if self.status is Status.RETURNED else self.submitted_at
        after = replace(
            self.moved(Fact.EDITED),
            content=content,
            submitted_at=again,
            decision=None,
            stale=self._stale_with(content),
        )
        return _drop_needless_translation(after.with_new_grace(at))

    def with_new_grace(self, now: datetime) -> "Submission":
        """Return the submission with its automatic approval, if any, GRACE_LASTS from now."""
        return replace(self, goes_at=now + GRACE_LASTS) if self.goes_at else self

    def _stale_with(self, content: Content) -> Lang | None:
        """Return the language in which the text would be stale with this content."""
        was, now = self.content.text, content.text
        if not (was.fr and was.en and now.fr and now.en):
            return None
        changed = [lang for lang in LANGS if getattr(was, lang) != getattr(now, lang)]
        if len(changed) != 1:
            return None if changed else self.stale
        if changed == [self.stale]:
            return None
        return other(changed[0])


def _drop_needless_translation(submission: Submission) -> Submission:
    """Return the submission without a request for a language that it no longer lacks."""
    wanted = submission.translation and submission.translation.lang == submission.lacks
    return submission if wanted else replace(submission, translation=None)


@dataclass(frozen=True, slots=True)
class Revision:
    """The content of one version of a submission, and its writer."""

    version: int
    by: str
    at: datetime
    content: Content
