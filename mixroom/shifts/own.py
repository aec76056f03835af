"""The phone's page of shifts: one's own, what one can take, and one's calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.errors import NotFoundError
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.event.model import Event
from mixroom.shifts import actions, formats, queries
from mixroom.shifts.collisions import warnings
from mixroom.shifts.forms import see
from mixroom.shifts.live import VIEW
from mixroom.shifts.model import (
    EARLY,
    LATE_AFTER,
    MAX_NOTE,
    MISSING_AFTER,
    Shift,
    SignUp,
    Standing,
    State,
    Terms,
)
from mixroom.shifts.offers import is_on, offers
from mixroom.web.declaration import calendars, parts
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event

own = Blueprint("shifts_own", __name__)
KEPT_FOR = timedelta(hours=12)  # that one's last shift stays on the phone's page


@dataclass(frozen=True, slots=True)
class Card:
    """A shift of one's own, as the phone's page shows it."""

    shift: Shift
    signup: SignUp
    item: Mapping[str, Any]
    standing: Standing
    warned: Any
    can_arrive: bool
    leaves_freely: bool

    def is_over(self, now: datetime) -> bool:
        """Return whether there is nothing left to do about it."""
        gone = self.standing in (Standing.DONE, Standing.MISSED)
        return gone or self.shift.ends <= now


@own.get("/shifts")
def mine() -> str:
    """Show one's own shifts, and what one can take."""
    by = member()
    by.must("shift.take")
    return _mine(by)


@own.post("/shifts/calendar")
def calendar() -> Response:
    """Make the address of one's calendar, make it anew, or revoke it."""
    if request.form.get("kind") == "revoke":
        actions.revoke_calendar(member())
    else:
        actions.make_calendar(member())
    page = "/me" if request.form.get("next") == "me" else "/shifts"
    return see(f"{page}#calendar")


@own.get("/shifts/<token>.ics")
def as_calendar(token: str) -> Response:
    """Return the calendar that an address opens, without signing in."""
    settings = parts().settings
    found = queries.calendar(token, settings.secret_key)
    if found is None:
        raise NotFoundError(token)
    person, event, pairs = found
    now = clock.now()
    owned = queries.owned(person, calendars(), now)
    file = formats.calendar(event, pairs, owned, person.lang, base_url=settings.base_url, now=now)
    response = make_response(file)
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = "inline; filename=shifts.ics"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def _mine(by: Person) -> str:
    event, now = current_event(), clock.now()
    terms, pairs = queries.terms(by), queries.mine(by)
    found = live_list(VIEW, by.event_id)
    items = PageView(found).items
    spans = [each for each, _ in pairs]
    cards = [
        _card(each, signup, items[each.id], spans, event, terms, now)
        for each, signup in pairs
        if each.ends > now - KEPT_FOR and each.id in items
    ]
    cards.sort(key=lambda card: (card.is_over(now), card.shift.starts))
    offered = offers(items.values(), by.id, by.role, event.zone, terms, now)
    ours = [key for key, each in items.items() if each["role"] == by.role or is_on(each, by.id)]
    settings = parts().settings
    return render_template(
        "shifts/mine.html",
        view=PageView(found, ours, again=_again(cards, now)),
        cards=cards,
        notes=queries.notes_for(by, cards[0].shift) if cards else (),
        standing_in=[each for each in offered if each.asking and not each.obstacle],
        fits=[each for each in offered if not each.obstacle and not each.asking],
        others=[each for each in offered if each.obstacle],
        worked=sum((signup.worked(each, now) for each, signup in pairs), timedelta()),
        planned=sum((each.length for each in spans), timedelta()),
        terms=terms,
        calendar=queries.calendar_address(by, settings.base_url, settings.secret_key),
        now=now,
        most_note=MAX_NOTE,
    )


def _card(
    shift: Shift,
    signup: SignUp,
    item: Mapping[str, Any],
    spans: list[Shift],
    event: Event,
    terms: Terms,
    now: datetime,
) -> Card:
    others = [each for each in spans if each.id != shift.id]
    waits = signup.state is State.TAKEN and now < shift.ends
    return Card(
        shift,
        signup,
        item,
        signup.standing(shift, now),
        warnings(shift, others, event.zone, terms) if now < shift.ends else (),
        can_arrive=waits and now >= shift.starts - EARLY,
        leaves_freely=waits and now <= shift.starts - terms.leave,
    )


def _again(cards: list[Card], now: datetime) -> str | None:
    """Return when the page looks different by itself: one may arrive, is late, is done."""
    moments = [
        at
        for card in cards
        for at in (
            card.shift.starts - EARLY,
            card.shift.starts,
            card.shift.starts + LATE_AFTER,
            card.shift.starts + MISSING_AFTER,
            card.shift.ends,
        )
        if at > now
    ]
    return rfc3339(min(moments)) if moments else None
