"""Applications as the lead's list shows them, and as the API tells of them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.views import Item
from mixroom.recruiting import store
from mixroom.recruiting.model import Application, Half, Shelf, alike

EXCERPT = 300  # characters of why they apply, in which the list is searched


def application_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the applications that are not withdrawn, as the list shows them."""
    return {each.id: item_of(each) for each in store.some(tx, event_id, keys)}


def item_of(application: Application) -> dict[str, Any]:
    """Return an application as the list shows it."""
    answers = application.answers
    return {
        "id": application.id,
        "name": answers.name,
        "email": answers.email,
        "address": answers.address,
        "alike": alike(answers.name),
        "status": application.status.value,
        "roles": [role.value for role in answers.roles],
        "role": application.role.value if application.role else None,
        "languages": list(answers.languages),
        "halves": [str(half) for half in answers.halves],
        "excerpt": (answers.note or "")[:EXCERPT],
        "apart": application.shelf is Shelf.APART,
        "has_needs": bool(answers.needs),
        "notes": application.notes,
        "sent_at": rfc3339(application.sent_at),
        "version": application.version,
    }


def whole(application: Application) -> dict[str, Any]:
    """Return everything about an application, for leads."""
    answers, consent = application.answers, application.consent
    return {
        "id": application.id,
        "status": application.status.value,
        "confirmed": application.confirmed_at is not None,
        "name": answers.name,
        "email": answers.email,
        "telephone": answers.telephone,
        "roles": [role.value for role in answers.roles],
        "languages": list(answers.languages),
        "availability": [half_dict(half) for half in answers.halves],
        "links": list(answers.links),
        "note": answers.note,
        "needs": answers.needs,
        "lang": application.lang,
        "role": application.role.value if application.role else None,
        "person": application.person_id,
        "sent_at": rfc3339(application.sent_at),
        "changed_at": _moment(application.changed_at),
        "confirmed_at": _moment(application.confirmed_at),
        "decided_at": _moment(application.decided_at),
        "decided_by": application.decided_by,
        "consent": {
            "text": consent.text,
            "lang": consent.lang,
            "version": consent.version,
            "at": rfc3339(consent.at),
            "until": consent.until.isoformat(),
        },
        "version": application.version,
    }


def half_dict(half: Half) -> dict[str, str]:
    """Return a half-day as the API writes it."""
    return {"day": half.day.isoformat(), "part": half.part.value}


def _moment(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None
