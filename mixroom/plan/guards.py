"""Checks of a message inside an action's transaction: is it there, whose, unchanged, drawable?"""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.roles import CREW
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.plan import aims_store, store
from mixroom.plan.items import texts_of
from mixroom.plan.model import Message
from mixroom.shortlinks import store as link_store
from mixroom.submissions import store as submissions_store
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import published_items
from mixroom.submissions.model import LostRaceError
from mixroom.submissions.moves import Status as SubmissionStatus


def get_locked(tx: sa.Connection, by: Person, key: str) -> Message:
    """Return a message of the person's event, and lock its row. Raises NotFoundError."""
    found = store.get_locked(tx, by.event_id, key)
    if found is None:
        raise NotFoundError(key)
    return found


def must_be_edited_by(message: Message, by: Person) -> None:
    """Raise NotAllowedError if this person is neither a reviewer nor its owner."""
    if not message.is_edited_by(by):
        raise NotAllowedError("message.edit")


def must_be_version(found: Message, version: int | None, sent: Message | None = None) -> None:
    """Raise LostRaceError, with both texts, if `version` is given and is not the present one."""
    if version is None or version == found.version:
        return
    now = {"version": found.version, **texts_of(found)}
    if sent is None:
        raise LostRaceError(now=now)
    raise LostRaceError(now=now, sent={"version": version, **texts_of(sent)})


def must_belong(tx: sa.Connection, message: Message) -> None:
    """Raise InvalidError if its owner, its campaign or its link is none of the event's."""
    must_be_in_the_crew(tx, message.event_id, message.owner_id)
    key = message.campaign_id
    if key and aims_store.get_campaign(tx, message.event_id, key) is None:
        raise InvalidError("campaign", "unknown")
    link = message.link_id
    if link and link_store.get(tx, message.event_id, link) is None:
        raise InvalidError("link", "unknown")


def must_be_in_the_crew(tx: sa.Connection, event_id: str, key: str | None) -> None:
    """Raise InvalidError if somebody is named who is not in the event's crew."""
    person = crew_store.get_person(tx, key) if key else None
    if key and (person is None or person.event_id != event_id or person.role not in CREW):
        raise InvalidError("owner", "unknown")


def must_be_drawable(tx: sa.Connection, message: Message, kept: Collection[str] = ()) -> None:
    """Raise InvalidError if it draws on what may not be shown on the web, except on `kept`.

    Its pictures are those of what it draws on.
    """
    new = [key for key in message.submissions if key not in kept]
    found = published_items(tx, message.event_id, message.submissions, Purpose.WEB)
    if any(key not in found for key in new):
        raise InvalidError("submissions", "not_shown")
    photos = {photo["id"] for item in found.values() for photo in item["media"]}
    gone = any(key not in found for key in message.submissions)
    if not gone and any(each.media_id not in photos for each in message.pictures):
        raise InvalidError("pictures", "not_drawn")


def is_stale(tx: sa.Connection, message: Message) -> bool:
    """Return whether something that a message draws on may not be shown on the web now."""
    found = submissions_store.get_many(tx, message.submissions)
    approved = [each for each in found if each.status is SubmissionStatus.APPROVED]
    shown = [each for each in approved if each.content.allows(Purpose.WEB)]
    return len(shown) < len(message.submissions)
