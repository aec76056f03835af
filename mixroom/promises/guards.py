"""Does a piece of evidence stand: is the publication out, the support valid, the photo shown?"""

from collections.abc import Iterable

import sqlalchemy as sa

from mixroom.plan import post_store
from mixroom.plan import store as plan_store
from mixroom.promises.model import Evidence, EvidenceKind
from mixroom.submissions import store as submission_store
from mixroom.submissions.content import Purpose
from mixroom.submissions.moves import Status
from mixroom.supports import store as support_store
from mixroom.supports.model import VALID


def standing(tx: sa.Connection, event_id: str, found: Iterable[Evidence]) -> set[str]:
    """Return the ids of the pieces of evidence that stand now."""
    pieces = list(found)
    refs = {
        kind: {each.ref for each in pieces if each.kind is kind and each.ref}
        for kind in EvidenceKind
    }
    out = _out(tx, event_id, refs[EvidenceKind.PUBLICATION])
    valid = _valid(tx, event_id, refs[EvidenceKind.SUPPORT])
    shown = _shown(tx, event_id, refs[EvidenceKind.PHOTO])
    stands = {
        EvidenceKind.URL: lambda each: bool(each.url),
        EvidenceKind.PUBLICATION: lambda each: (each.ref, each.channel) in out,
        EvidenceKind.SUPPORT: lambda each: each.ref in valid,
        EvidenceKind.PHOTO: lambda each: each.ref in shown,
    }
    return {each.id for each in pieces if stands[each.kind](each)}


def _out(tx: sa.Connection, event_id: str, refs: set[str]) -> set[tuple[str, str]]:
    """Return the messages that are out, with each channel."""
    ours = {each.id for each in plan_store.some(tx, event_id, refs)} if refs else set()
    posts = post_store.posts_of(tx, ours) if ours else {}
    return {(key, each.channel) for key, (out, _) in posts.items() for each in out}


def _valid(tx: sa.Connection, event_id: str, refs: set[str]) -> set[str]:
    found = support_store.some(tx, event_id, refs) if refs else []
    return {each.id for each in found if each.status in VALID}


def _shown(tx: sa.Connection, event_id: str, refs: set[str]) -> set[str]:
    """Return the submissions with a photo that are approved, and may be used on the web."""
    return {
        each.id
        for each in (submission_store.get_many(tx, sorted(refs)) if refs else [])
        if each.event_id == event_id
        and each.status is Status.APPROVED
        and each.content.media
        and each.content.allows(Purpose.WEB)
    }
