"""How what is shown comes to say the same in both languages: who is asked, what they propose."""

from collections.abc import Mapping

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.core.text import Lang
from mixroom.push import actions as push
from mixroom.push.model import Message
from mixroom.review import notices
from mixroom.submissions import store
from mixroom.submissions.actions import journalled, must_be_version, seen
from mixroom.submissions.content import LONGEST_ALT, LONGEST_TEXT
from mixroom.submissions.model import (
    Fact,
    NothingToTranslateError,
    Submission,
    TranslatedByOtherError,
)
from mixroom.team import store as team_store
from mixroom.team.model import Person


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
        message = Message(notices.TRANSLATE, key, after.content.text)
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
                message = Message(notices.DECLINED, key, after.content.text)
                push.notify(tx, dropped.by, message, by=by.id)
            journalled(tx, Fact.ASKED, after, by.id)


def translate(
    by: Person,
    key: str,
    said: Mapping[str, str],
    *,
    lang: Lang | None = None,
    version: int | None = None,
) -> dict[str, object]:
    """Write the side that an item lacks: a reviewer's is shown at once, anyone else's is proposed.

    It is `said` by parts (`Content.words`), in `lang` where that is named; what is blank or left
    out stays as it is.
    A proposal that a reviewer takes in as it is stays its translator's words.
    Raises NothingToTranslateError, TranslatedByOtherError, LostRaceError where `version` is no
    longer the present one, OwnSubmissionError, InvalidError.
    """
    _must_translate(by)
    said = _checked(said)
    with transaction() as tx:
        now = clock.now()
        before = seen(tx, by, key)
        if before.lacks is None or lang not in (None, before.lacks):
            raise NothingToTranslateError(key)
        must_be_version(before, version, before.content.with_side(before.lacks, said))
        if unknown := said.keys() - before.content.words().keys():
            raise InvalidError(_field(min(unknown)), "unknown")
        if not by.reviews:
            _must_be_theirs(before, by)
            after = before.proposed(by.id, said, now)
            store.save(tx, after)
            return journalled(tx, Fact.TRANSLATED, after, by.id)
        before.must_be_for(by)
        after = before.translated(said, now)
        store.save(tx, after)
        store.keep_revision(tx, after, _whose(before, after) or by.id, now)
        return journalled(tx, Fact.AMENDED, after, by.id)


def _whose(before: Submission, after: Submission) -> str | None:
    """Return whose proposal the words are now, where they are one's as it was."""
    proposal = before.translation
    if proposal is None or proposal.at is None:
        return None
    proposed = before.content.with_side(proposal.lang, proposal.said)
    return proposal.by if proposed == after.content else None


def _must_translate(by: Person) -> None:
    if not by.translates:
        raise NotAllowedError("submission.translate")


def _must_be_theirs(submission: Submission, by: Person) -> None:
    asked = submission.translation
    if asked and asked.by != by.id:
        raise TranslatedByOtherError(submission.id)


def _checked(said: Mapping[str, str]) -> dict[str, str]:
    """Return what is not blank, trimmed."""
    kept = {part: words.strip() for part, words in said.items() if words.strip()}
    if not kept:
        raise InvalidError("text", "missing")
    for part, words in kept.items():
        most = LONGEST_ALT if part.endswith("alt") else LONGEST_TEXT
        if len(words) > most:
            raise InvalidError(_field(part), "too_long", most=most)
    return kept


def _field(part: str) -> str:
    photo, _, name = part.rpartition(".")
    return f"media.{name}" if photo else name
