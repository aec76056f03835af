"""The verbs of translation: ask someone for one, withdraw the request, translate."""

from collections.abc import Mapping

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.core.text import Lang
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.push import actions as push
from mixroom.push.model import Message
from mixroom.review import notices
from mixroom.submissions import store, translation
from mixroom.submissions.actions import record
from mixroom.submissions.content import MAX_ALT_LENGTH, MAX_TEXT_LENGTH
from mixroom.submissions.guards import get_locked, must_be_version
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Fact
from mixroom.submissions.translation import NothingToTranslateError, TranslatedByOtherError


def ask(by: Person, key: str, person_id: str) -> None:
    """Ask a bilingual person to translate an item into the language that it lacks.

    Reviewers can ask anyone; others can take it on themselves if nobody else has been asked.
    Raises NothingToTranslateError, TranslatedByOtherError, NotAllowedError, InvalidError.
    """
    _must_translate(by)
    with transaction() as tx:
        before = get_locked(tx, by, key)
        if not by.reviews:
            if person_id != by.id:
                raise NotAllowedError("submission.ask")
            _must_not_be_asked_of_another(before, by)
        asked = crew_store.get_person(tx, person_id)
        if asked is None or asked.event_id != by.event_id or not asked.translates:
            raise InvalidError("person", "unknown")
        after = translation.asked(before, asked.id)
        store.save(tx, after)
        message = Message(notices.TRANSLATE, key, after.content.text)
        push.notify(tx, asked.id, message, by=by.id)
        record(tx, Fact.ASKED, after, by.id)


def unask(by: Person, key: str) -> None:
    """Withdraw the request to translate an item: one's own, or anyone's as a reviewer.

    A translator who has made a proposal gets a message that it was not used.
    Raises TranslatedByOtherError.
    """
    _must_translate(by)
    with transaction() as tx:
        before = get_locked(tx, by, key)
        if not by.reviews:
            _must_not_be_asked_of_another(before, by)
        if dropped := before.translation:
            after = translation.unasked(before)
            store.save(tx, after)
            if dropped.at:
                message = Message(notices.DECLINED, key, after.content.text)
                push.notify(tx, dropped.by, message, by=by.id)
            record(tx, Fact.ASKED, after, by.id)


def translate(
    by: Person,
    key: str,
    texts: Mapping[str, str],
    *,
    lang: Lang | None = None,
    version: int | None = None,
) -> dict[str, object]:
    """Translate an item into the language that it lacks.

    A reviewer's translation is shown at once, anyone else's is a proposal. `texts` has the texts by
    part (see `Content.words`); blank or missing parts stay. `lang` is the language of the texts, if
    the client names it. A proposal that a reviewer accepts unchanged is recorded as its
    translator's words.
    Raises NothingToTranslateError, TranslatedByOtherError, LostRaceError if `version` is not the
    present one, OwnSubmissionError, InvalidError.
    """
    _must_translate(by)
    texts = _checked(texts)
    with transaction() as tx:
        now = clock.now()
        before = get_locked(tx, by, key)
        if before.lacks is None or lang not in (None, before.lacks):
            raise NothingToTranslateError(key)
        must_be_version(before, version, before.content.with_side(before.lacks, texts))
        if unknown := texts.keys() - before.content.words().keys():
            raise InvalidError(_field(min(unknown)), "unknown")
        if not by.reviews:
            _must_not_be_asked_of_another(before, by)
            after = translation.proposed(before, by.id, texts, now)
            store.save(tx, after)
            return record(tx, Fact.TRANSLATED, after, by.id)
        before.must_be_decidable_by(by)
        after = translation.translated(before, texts, now)
        store.save(tx, after)
        store.add_revision(tx, after, _proposer(before, after) or by.id, now)
        return record(tx, Fact.AMENDED, after, by.id)


def _proposer(before: Submission, after: Submission) -> str | None:
    """Return the translator whose proposal was accepted unchanged, or None."""
    proposal = before.translation
    if proposal is None or proposal.at is None:
        return None
    proposed = before.content.with_side(proposal.lang, proposal.texts)
    return proposal.by if proposed == after.content else None


def _must_translate(by: Person) -> None:
    if not by.translates:
        raise NotAllowedError("submission.translate")


def _must_not_be_asked_of_another(submission: Submission, by: Person) -> None:
    asked = submission.translation
    if asked and asked.by != by.id:
        raise TranslatedByOtherError(submission.id)


def _checked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that are not blank, trimmed; raises InvalidError."""
    kept = {part: words.strip() for part, words in texts.items() if words.strip()}
    if not kept:
        raise InvalidError("text", "missing")
    for part, words in kept.items():
        most = MAX_ALT_LENGTH if part.endswith("alt") else MAX_TEXT_LENGTH
        if len(words) > most:
            raise InvalidError(_field(part), "too_long", most=most)
    return kept


def _field(part: str) -> str:
    photo, _, name = part.rpartition(".")
    return f"media.{name}" if photo else name
