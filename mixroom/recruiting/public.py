"""The pages of applicants: the form, and the page on which they see, change and withdraw it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core import clock
from mixroom.core.dates import format_date
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import LANGS, Lang
from mixroom.event.model import Event
from mixroom.recruiting import applying, queries
from mixroom.recruiting.asking import (
    consent_of,
    form_limit,
    grid,
    letters_leave,
    present_event,
    seal,
    tries_limit,
)
from mixroom.recruiting.formats import consent_texts
from mixroom.recruiting.limits import (
    LEAST_FILLING,
    MAX_LINKS,
    MAX_NEEDS,
    MAX_NOTE,
    MOST_FILLING,
    TOLD_AFTER,
    UNCONFIRMED_KEPT,
)
from mixroom.recruiting.model import ROLES, Answers, Keep, Shelf, faults_in, read_half
from mixroom.recruiting.moves import UNDECIDED, Status
from mixroom.recruiting.signing import Ticket, Way, digest
from mixroom.web import visitors
from mixroom.web.declaration import privacy
from mixroom.web.pages import current_event
from mixroom.web.problems import explained, show_form_again

public = Blueprint("applying", __name__)


def _form_page(refused: dict[str, Any] | None = None) -> str:
    event = present_event()
    if refused and refused["errors"]:
        refused["errors"] = _all_faults(event, refused["errors"])
    opening, gate = queries.gate(event)
    return render_template(
        "recruiting/apply.html",
        refused=refused,
        gate=gate.value,
        opening=opening,
        ticket=_ticket_again(event) if refused else _new_ticket(event),
        **_form_context(event),
    )


@public.get("/apply")
def apply() -> str:
    """Show the form, or since when and why it is closed."""
    return _form_page()


@public.post("/apply")
@show_form_again(_form_page)
@tries_limit
@form_limit
def send_application() -> Response:
    """Take the form."""
    event, signs = present_event(), seal()
    ticket = applying.checked_ticket(signs, request.form.get("ticket", ""))
    if request.form.get("website"):  # nobody sees this field; robots fill it in
        raise InvalidError("website", "left_empty")
    lang: Lang = g.lang
    answers = _answers()
    made = applying.apply(
        event,
        answers,
        consent_of(event, _keep(event, ticket), lang, _shown_at(ticket)),
        lang=lang,
        key=ticket.key,
        sent_from=visitors.address(),
        seal=signs,
        form=True,
    )
    return _to(f"/a/{signs.token(made.id, made.turn, Way.SENDER)}?sent=1")


@public.get("/a/<token>")
def own(token: str) -> Response:
    """Show applicants how far their application has come."""
    return _own_page(token)


@public.post("/a/<token>/confirmation")
def confirm(token: str) -> Response:
    """Confirm the e-mail address."""
    signs = seal()
    stands = applying.confirm(token, signs)
    return _to(f"/a/{signs.token(stands.id, stands.turn, Way.LETTER)}?confirmed=1")


@public.get("/a/<token>/change")
def show_change(token: str) -> Response:
    """Show the form with what the application contains."""
    return _private(_change_page(token))


@public.post("/a/<token>/change")
@tries_limit
def change(token: str) -> Any:
    """Change an application that nobody has decided on."""
    signs = seal()
    _, _, event = queries.by_token(token, signs)
    try:
        ticket = _sent_ticket()
        consent = consent_of(event, _keep(event, ticket), g.lang, _shown_at(ticket))
        applying.change(token, signs, _answers(), consent, event)
    except InvalidError as error:
        refused = explained(error) | {"path": request.path, "values": request.form}
        refused["errors"] = _all_faults(event, refused["errors"])
        return _private(_change_page(token, refused)), refused["status"]
    return _to(f"/a/{token}?changed=1")


@public.post("/a/<token>/withdrawal")
def withdraw(token: str) -> Response:
    """Withdraw an application: everything about the person is erased at once."""
    applying.withdraw(token, seal())
    return _to(f"/a/{token}")


@public.get("/privacy")
def about_privacy() -> str:
    """Say what is kept about people, why, how long, who sees it, and whom to ask."""
    event = current_event()
    contact = queries.contact(event.id) if event else None
    return render_template("recruiting/privacy.html", kept=privacy(), contact=contact)


def _own_page(token: str) -> Response:
    application, way, event = queries.by_token(token, seal())
    known = application.decided_at is None or clock.now() - application.decided_at > TOLD_AFTER
    told = known or application.status in (Status.ACCEPTED, Status.LEFT, Status.WITHDRAWN)
    return _private(
        render_template(
            "recruiting/own.html",
            application=application,
            apart=application.shelf is Shelf.APART,
            by_letter=way is Way.LETTER,
            status=(application.status if told else Status.RECEIVED).value,
            changes=application.status in UNDECIDED,
            token=token,
            event=event,
            kept_days=UNCONFIRMED_KEPT.days,
            mails=letters_leave(event.id),
            until=format_date(application.consent.until, "long", locale=g.lang),
            contact=queries.contact(event.id),
            **grid(event),
        )
    )


def _change_page(token: str, refused: dict[str, Any] | None = None) -> str:
    application, _, event = queries.by_token(token, seal())
    if application.status not in UNDECIDED:
        raise NotFoundError("application")
    return render_template(
        "recruiting/change.html",
        refused=refused,
        application=application,
        token=token,
        event=event,
        ticket=_new_ticket(event),
        **_form_context(event),
    )


def _form_context(event: Event) -> dict[str, Any]:
    today = clock.now().astimezone(event.zone).date()
    return {
        "roles": ROLES,
        "consents": consent_texts(event, g.lang, today),
        "most_note": MAX_NOTE,
        "most_needs": MAX_NEEDS,
        "most_links": MAX_LINKS,
        **grid(event),
    }


def _wording(event: Event, at: datetime) -> str:
    day = at.astimezone(event.zone).date()
    return "\n".join(consent_texts(event, g.lang, day).values())


def _all_faults(event: Event, first: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return what is wrong in the refused form, in all of its fields and not just the first."""
    try:
        faults = faults_in(_answers(), event)
    except InvalidError:  # it names something that the form does not offer
        return first
    found = [error for fault in faults for error in explained(fault)["errors"]]
    try:
        _keep(event, _sent_ticket())
    except InvalidError as fault:
        found += explained(fault)["errors"]
    return [*(each for each in first if each["field"] == "website"), *found] or first


def _sent_ticket() -> Ticket | None:
    return seal().read_ticket(request.form.get("ticket", ""))


def _new_ticket(event: Event) -> str:
    now = clock.now()
    return seal().ticket(_wording(event, now), now)


def _ticket_again(event: Event) -> str:
    """Return the ticket of the refused form, so that what is mended is the same application.

    A form that is too old, or whose wording has changed, gets a new one: it has just been filled
    in, so it need not wait.
    """
    sent = request.form.get("ticket", "")
    ticket = seal().read_ticket(sent)
    now = clock.now()
    if ticket and _is_fresh(ticket, now) and ticket.wording == digest(_wording(event, now)):
        return sent
    return seal().ticket(_wording(event, now), now - LEAST_FILLING)


def _shown_at(ticket: Ticket | None) -> datetime:
    """Return the moment whose wording counts: when the form was shown, unless that is long ago."""
    now = clock.now()
    return ticket.shown_at if ticket and _is_fresh(ticket, now) else now


def _is_fresh(ticket: Ticket, now: datetime) -> bool:
    return now - ticket.shown_at <= MOST_FILLING


def _keep(event: Event, ticket: Ticket | None) -> Keep:
    """Return the choice of the form, if its wording is still in use; raises InvalidError."""
    choice = request.form.get("keep", "")
    if not choice:
        raise InvalidError("keep", "missing")
    if choice not in list(Keep):
        raise InvalidError("keep", "unknown")
    if ticket is None or ticket.wording != digest(_wording(event, _shown_at(ticket))):
        raise InvalidError("keep", "reworded")
    return Keep(choice)


def _answers() -> Answers:
    form = request.form
    return Answers(
        name=form.get("name", ""),
        email=form.get("email", ""),
        roles=tuple(_of(Role, form.getlist("roles"), "roles")),
        languages=tuple(each for each in LANGS if each in form.getlist("languages")),
        halves=tuple(_of(read_half, form.getlist("availability"), "availability")),
        telephone=form.get("telephone"),
        links=tuple(form.get("links", "").splitlines()),
        note=form.get("note"),
        needs=form.get("needs"),
    )


def _of(read: Callable[[str], Any], texts: Iterable[str], field: str) -> list[Any]:
    try:
        return [read(text) for text in texts]
    except ValueError as error:
        raise InvalidError(field, "unknown") from error


def _private(page: str) -> Response:
    response = make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _to(page: str) -> Response:
    return make_response(redirect(page, 303))
