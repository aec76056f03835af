"""The live lists of submissions: an author's own, the public ones, and those to translate."""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.core.panels import Panel
from mixroom.core.roles import CREW, Role
from mixroom.core.views import Item, View
from mixroom.crew.model import Fact as CrewFact
from mixroom.media.model import Fact as MediaFact
from mixroom.submissions import lists, store
from mixroom.submissions.authors import author_items, author_keys, touched_authors
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import internal_items, items_to_translate, published_items
from mixroom.submissions.moves import Fact, Status

ANY_CHANGE = frozenset(Fact) | frozenset(MediaFact)
# The facts that can change a published item; the walls need not hear of claims and the like.
PUBLIC_CHANGES = frozenset(MediaFact) | {
    Fact.APPROVED,
    Fact.AMENDED,
    Fact.REOPENED,
    Fact.WITHDRAWN,
    Fact.RECALLED,
    Fact.REPORTED,
}
MAX_PUBLISHED = MAX_OWN = 2000  # items, the newest
MAX_LACKING = 500


def published_view(name: str, purpose: Purpose) -> View:
    """Return a view of the approved submissions that may be used for the purpose."""

    def keys(tx: sa.Connection, event_id: str) -> list[str]:
        return lists.keys_with_status(tx, event_id, [Status.APPROVED], newest=MAX_PUBLISHED)

    def find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
        return published_items(tx, event_id, keys, purpose)

    def may_disclose(tx: sa.Connection, _event_id: str, keys: Collection[str]) -> list[str]:
        def was_allowed(key: str) -> bool:
            return any(each.content.allows(purpose) for each in revisions[key])

        revisions = store.revisions_of_many(tx, lists.ever_approved(tx, keys))
        return [key for key in revisions if was_allowed(key)]

    return View(
        name,
        facts=PUBLIC_CHANGES,
        keys=keys,
        find=find,
        roles=frozenset(Role),
        may_disclose=may_disclose,
        most=MAX_PUBLISHED,
    )


def _own_keys(tx: sa.Connection, person_id: str) -> list[str]:
    return lists.keys_by_author(tx, person_id, newest=MAX_OWN)


def _lacking_keys(tx: sa.Connection, event_id: str) -> list[str]:
    return lists.keys_lacking(tx, event_id, newest=MAX_LACKING)


def _own(tx: sa.Connection, person_id: str, keys: Collection[str]) -> dict[str, Item]:
    found = [each for each in store.get_many(tx, keys) if each.author_id == person_id]
    return internal_items(tx, found, to_reviewers=False)


DESK = View(
    "desk",
    facts=ANY_CHANGE,
    keys=_own_keys,
    find=_own,
    roles=CREW,
    belongs_to="person",
    most=MAX_OWN,
)
PANEL = Panel(
    "people",
    "submissions/_panel.html",
    "dashboard/people",
    40,
    facts=frozenset(
        {
            CrewFact.PERSON_ADDED,
            CrewFact.PERSON_CHANGED,
            CrewFact.PERSON_REMOVED,
            Fact.SUBMITTED,
            Fact.EDITED,
            Fact.AMENDED,
        }
    ),
    keys=author_keys,
    find=author_items,
    touched=touched_authors,
)
PUBLIC = published_view("public", Purpose.WEB)
TRANSLATIONS = View(
    "translations",
    facts=PUBLIC_CHANGES | {Fact.ASKED, Fact.TRANSLATED},
    keys=_lacking_keys,
    find=items_to_translate,
    roles=CREW,
    most=MAX_LACKING,
)
