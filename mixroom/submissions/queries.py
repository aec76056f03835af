"""Reads of submissions for pages and the API; each function is one transaction."""

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.views import Item
from mixroom.crew.model import Person
from mixroom.media import store as media_store
from mixroom.media.model import Media
from mixroom.submissions import lists, store
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import internal_items
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Status


def visible_to(by: Person, key: str) -> Submission:
    """Return a submission to its author or to a reviewer of its event; raises NotFoundError."""
    with reading() as tx:
        found = store.get(tx, key)
    if found is None or not found.is_visible_to(by):
        raise NotFoundError(key)
    return found


def item(by: Person, key: str) -> Item:
    """Return a submission as a list shows it to this person; raises NotFoundError."""
    with reading() as tx:
        found = store.get(tx, key)
        if found is None or not found.is_visible_to(by):
            raise NotFoundError(key)
        return internal_items(tx, [found], to_reviewers=by.reviews)[key]


def page(
    by: Person,
    status: Status | None = None,
    *,
    author_id: str | None = None,
    team: str | None = None,
    after: str | None = None,
    limit: int,
) -> list[Item]:
    """Return up to `limit` submissions of the event, by id; only their own to non-reviewers.

    `after` is the last id of the page before.
    """
    with reading() as tx:
        found = lists.page(
            tx,
            by.event_id,
            [status] if status else (),
            author_id=author_id if by.reviews else by.id,
            team=team,
            after=after,
            limit=limit,
        )
        return list(internal_items(tx, found, to_reviewers=by.reviews).values())


def photo(by: Person | None, media_id: str) -> tuple[Media, bool]:
    """Return a photo to someone who may see it, and whether it is public.

    Everyone may see a photo of an approved submission that is cleared for the web; the people of
    the event see all approved photos. Other photos are for their owner and the reviewers.
    Raises NotFoundError.
    """
    with reading() as tx:
        media = media_store.get(tx, media_id)
        if media is None:
            raise NotFoundError(media_id)
        submission = store.get(tx, media.submission_id) if media.submission_id else None
    if submission and submission.status is Status.APPROVED and media_id in submission.content.media:
        if submission.content.allows(Purpose.WEB):
            return media, True
        if by and by.event_id == media.event_id:
            return media, False
    entitled = by and (by.id == media.owner_id or (by.reviews and by.event_id == media.event_id))
    if not entitled:
        raise NotFoundError(media_id)
    return media, False


def count_returned(by: Person) -> int:
    """Count the person's submissions that were returned and not sent again."""
    with reading() as tx:
        return lists.count_returned(tx, by.id)
