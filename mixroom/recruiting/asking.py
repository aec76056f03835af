"""Shared by the edges of recruiting: who may ask how often, for which event, and the consent."""

from datetime import date, datetime
from typing import Any

from flask import g

from mixroom.core import clock
from mixroom.core.dates import format_date, weekday_in_words
from mixroom.core.errors import NotFoundError
from mixroom.core.text import Lang
from mixroom.event.model import Event
from mixroom.letters.queries import are_held
from mixroom.recruiting.formats import VERSION, consent_texts
from mixroom.recruiting.limits import FORM_RATE, PROGRAM_RATE, TRIES_RATE
from mixroom.recruiting.model import Consent, Keep, Part, halves_of, until
from mixroom.recruiting.signing import Seal
from mixroom.web import visitors
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.pages import current_event

tries_limit = limiter.shared_limit(TRIES_RATE, scope="apply.tries", key_func=visitors.address)
form_limit, program_limit = (
    limiter.shared_limit(
        rate,
        scope=scope,
        key_func=visitors.address,
        deduct_when=lambda response: response.status_code < 400,  # noqa: PLR2004
    )
    for rate, scope in ((FORM_RATE, "apply"), (PROGRAM_RATE, "apply.program"))
)


def seal() -> Seal:
    """Return what signs links and forms of the present application."""
    settings = parts().settings
    return Seal(settings.secret_key, settings.base_url)


def letters_leave(event_id: str) -> bool:
    """Return whether letters leave by themselves: by a mail server, and held by no lead."""
    return parts().settings.smtp_url is not None and not are_held(event_id)


def present_event() -> Event:
    """Return the event that one can apply for; raises NotFoundError."""
    event = current_event()
    if event is None:
        raise NotFoundError("event")
    assert isinstance(event, Event)
    return event


def consent_of(event: Event, keep: Keep, lang: Lang, shown_at: datetime | None = None) -> Consent:
    """Return the consent of this moment, with the wording that the form shows.

    The wording has dates; a form that was shown on the day before has those of that day.
    """
    now = clock.now()
    day = (shown_at or now).astimezone(event.zone).date()
    text = consent_texts(event, lang, day)[keep]
    return Consent(text, lang, VERSION, now, until(event, keep, day))


def grid(event: Event) -> dict[str, Any]:
    """Return the half-days of an event for a page: its days with their names, and the parts."""
    return {
        "days": [(day, weekday_in_words(day, locale=g.lang), _short(day)) for day in event.days],
        "parts": [part.value for part in Part],
        "halves": [str(half) for half in halves_of(event)],
    }


def _short(day: date) -> str:
    return str(format_date(day, "EEE d", locale=g.lang)).replace(".", "")
