"""The translation of an approved submission: requested, proposed, taken in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from mixroom.core.errors import ConflictError
from mixroom.core.text import Lang, other
from mixroom.submissions.model import Submission, Translation
from mixroom.submissions.moves import Status


class NothingToTranslateError(ConflictError):
    """The submission is not approved, or says the same in both languages."""

    code = "nothing_to_translate"


class TranslatedByOtherError(ConflictError):
    """Someone else has been asked to translate the submission."""

    code = "translated_by_other"


def asked(submission: Submission, by: str) -> Submission:
    """Return the submission with a request to this person, in place of any earlier proposal.

    Raises NothingToTranslateError.
    """
    return replace(submission, translation=Translation(_target(submission), by))


def proposed(
    submission: Submission, by: str, texts: Mapping[str, str], now: datetime
) -> Submission:
    """Return the submission with a proposal that a reviewer has yet to accept.

    Raises NothingToTranslateError.
    """
    lang = _target(submission)
    source = submission.content.side(other(lang))
    return replace(submission, translation=Translation(lang, by, texts, source, now))


def translated(submission: Submission, texts: Mapping[str, str], now: datetime) -> Submission:
    """Return the submission with this translation in its content, and without a request.

    A translated text is no longer stale; a text in the other language that is stale stays so.
    Raises NothingToTranslateError.
    """
    lang = _target(submission)
    after = submission.amended(submission.content.with_side(lang, texts), now)
    follows = "text" in texts and submission.stale != other(lang)
    return replace(after, stale=None if follows else after.stale, translation=None)


def unasked(submission: Submission) -> Submission:
    """Return the submission without a request to translate it."""
    return replace(submission, translation=None)


def _target(submission: Submission) -> Lang:
    """Return the language to translate into."""
    if submission.status is not Status.APPROVED or submission.lacks is None:
        raise NothingToTranslateError(submission.id)
    return submission.lacks
