"""How what is shown comes to say the same in both languages: who is asked, what they propose."""

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.push import actions as push
from mixroom.push.model import Kind, Message
from mixroom.submissions import store
from mixroom.submissions.actions import journalled, must_be_version, seen
from mixroom.submissions.content import LONGEST_ALT, LONGEST_TEXT
from mixroom.submissions.model import (
    Fact,
    NothingToTranslateError,
    OwnSubmissionError,
    Submission,
    TranslatedByOtherError,
)
from mixroom.team import store as team_store
from mixroom.team.model import Person, Role


def ask(by: Person, key: str, person_id: str) -> None:
    """Ask someone who writes both languages for the side that an item lacks.

    A reviewer asks anyone; whoever is bilingual may take on what nobody has been asked for.
    Raises NothingToTranslateError, TranslatedByOtherError.
    """
    _must_translate(by)
    with transaction() as tx:
        before = seen(tx, by, key)
        if not by.reviews:
            if person_id != by.id:
                raise NotAllowedError("submission.ask")
            _must_be_theirs(before, by)
        asked = team_store.person(tx, person_id)
        if asked is None or asked.event_id != by.event_id or not asked.translates:
            raise InvalidError("person", "unknown")
        after = before.asked(asked.id)
        store.save(tx, after)
        message = Message(Kind.TRANSLATE, key, after.content.text)
        push.notify(tx, asked.id, message, by=by.id)
        journalled(tx, Fact.ASKED, after, by.id)


def unask(by: Person, key: str) -> None:
    """Ask nobody any more: what one was asked for oneself, or anyone as a reviewer.

    Whose proposal that drops is told.
    """
    _must_translate(by)
    with transaction() as tx:
        before = seen(tx, by, key)
        if not by.reviews:
            _must_be_theirs(before, by)
        if dropped := before.translation:
            after = before.unasked()
            store.save(tx, after)
            if dropped.at:
                message = Message(Kind.DECLINED, key, after.content.text)
                push.notify(tx, dropped.by, message, by=by.id)
            journalled(tx, Fact.ASKED, after, by.id)


def translate(
    by: Person, key: str, text: str, alt: str | None = None, *, version: int | None = None
) -> dict[str, object]:
    """Write the side that an item lacks: a reviewer's is shown at once, anyone else's is proposed.

    A proposal that a reviewer takes in as it is stays its translator's words.
    Raises NothingToTranslateError, TranslatedByOtherError, LostRaceError where `version` is no
    longer the present one, OwnSubmissionError.
    """
    _must_translate(by)
    text, alt = _checked(text, LONGEST_TEXT, "text"), _checked(alt or "", LONGEST_ALT, "alt")
    if not text:
        raise InvalidError("text", "missing")
    with transaction() as tx:
        now = clock.now()
        before = seen(tx, by, key)
        if before.lacks is None:
            raise NothingToTranslateError(key)
        must_be_version(before, version, before.content.with_side(before.lacks, text, alt))
        if not by.reviews:
            _must_be_theirs(before, by)
            after = before.proposed(by.id, text, alt, now)
            store.save(tx, after)
            return journalled(tx, Fact.TRANSLATED, after, by.id)
        if before.author_id == by.id and by.role is not Role.LEAD:
            raise OwnSubmissionError(key)
        proposal, after = before.translation, before.translated(text, alt, now)
        whose = proposal.by if proposal and proposal.text == text else by.id
        store.save(tx, after)
        store.keep_revision(tx, after, whose, now)
        return journalled(tx, Fact.AMENDED, after, by.id)


def _must_translate(by: Person) -> None:
    if not by.translates:
        raise NotAllowedError("submission.translate")


def _must_be_theirs(submission: Submission, by: Person) -> None:
    asked = submission.translation
    if asked and asked.by != by.id:
        raise TranslatedByOtherError(submission.id)


def _checked(text: str, most: int, field: str) -> str:
    text = text.strip()
    if len(text) > most:
        raise InvalidError(field, "too_long", most=most)
    return text
