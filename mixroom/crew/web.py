"""Pages for joining, for the crew and the event, and for one's own account."""

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core import ids
from mixroom.core.clock import rfc3339
from mixroom.core.contacts import dialled
from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.crew import actions, queries
from mixroom.crew.api import device_label, home
from mixroom.crew.asking import member
from mixroom.crew.inviting import post, qr
from mixroom.crew.live import VIEW
from mixroom.crew.model import Device, Person, invite_url
from mixroom.web import visitors
from mixroom.web.declaration import hook, leaves, parts
from mixroom.web.limits import limit_guesses, limiter
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import saved_at
from mixroom.web.problems import show_form_again
from mixroom.web.security import sign_in, sign_out
from mixroom.web.touched import touched

web = Blueprint("crew", __name__)


def _code() -> str:
    return ids.digest(ids.typed(request.form.get("code", "")))


def _with_errors(refused: dict[str, Any]) -> str:
    return _team_page(refused=refused)


@web.get("/j")
def join() -> Response:
    """Show the page of an invite's link, where a code can be typed too."""
    return visitors.with_cookie(make_response(render_template("crew/join.html")))


@web.post("/j")
@show_form_again(lambda refused: render_template("crew/join.html", refused=refused))
@limit_guesses(_code)
def join_by_code() -> Response:
    """Sign this device in by a typed code."""
    joined, secret = actions.redeem(request.form.get("code", ""), device_label())
    return sign_in(_to(home(joined)), secret, secure=parts().settings.secure)


@web.get("/team")
def crew() -> str:
    """Show the lead's page of the crew and the event."""
    return _team_page()


@web.post("/team/invites")
@show_form_again(_with_errors)
def invite() -> str:
    """Invite a person and show the invite."""
    form = request.form
    made = actions.invite(
        member(),
        form.get("name", ""),
        _role(form),
        _lang(form),
        email=form.get("email", "").strip() or None,
        telephone=form.get("telephone", "").strip() or None,
        post=post() if form.get("send") else None,
    )
    return _team_page(made)


@web.post("/team/people/<person_id>/invites")
def invite_again(person_id: str) -> str:
    """Make a new invite for a person and show it, or send it as a letter."""
    by_letter = post() if request.form.get("send") else None
    return _person_page(person_id, actions.invite_again(member(), person_id, by_letter))


def _person_page(
    person_id: str,
    made: actions.NewInvite | None = None,
    *,
    refused: dict[str, Any] | None = None,
) -> str:
    found, devices = queries.person(member(), person_id)
    return render_template(
        "crew/person.html",
        one=_person(found, [_device(each) for each in devices]),
        invite=_shown_once(made) if made else None,
        refused=refused,
    )


@web.get("/team/people/<person_id>")
def one_person(person_id: str) -> str:
    """Show a person: how to reach them, their devices, and what a lead can do."""
    return _person_page(person_id)


@web.post("/team/people/<person_id>/details")
@show_form_again(
    lambda refused: _person_page((request.view_args or {})["person_id"], refused=refused)
)
def edit(person_id: str) -> Response:
    """Change a person's name, and how to reach them."""
    _edit(person_id)
    return saved_at(f"/team/people/{person_id}")


@web.post("/team/people/<person_id>/removal")
@show_form_again(
    lambda refused: _person_page((request.view_args or {})["person_id"], refused=refused)
)
def remove(person_id: str) -> Response:
    """Remove a person."""
    actions.remove(member(), person_id, leaves())
    return _to("/team")


@web.post("/team/people/<person_id>/trust")
def trust(person_id: str) -> Response:
    """Turn on or off that a person's submissions go to the wall by themselves."""
    actions.trust(member(), person_id, on=request.form.get("on") == "1")
    return saved_at(f"/team/people/{person_id}")


@web.post("/team/people/<person_id>/languages")
def languages(person_id: str) -> Response:
    """Set whether a person writes both languages."""
    form = request.form
    actions.set_bilingual(member(), person_id, on=form.get("both") == "1")
    return saved_at("/me" if form.get("next") == "me" else f"/team/people/{person_id}")


@web.post("/team/devices/<device_id>/revocation")
def revoke(device_id: str) -> Response:
    """Sign a device out."""
    actions.revoke(member(), device_id)
    following = request.form.get("next", "")
    if ids.is_id(following):
        return _to(f"/team/people/{following}")
    return _to("/me" if following == "me" else "/team")


@web.post("/team/pairings")
@limiter.limit("10/minute")
@show_form_again(_with_errors)
def pair() -> Response:
    """Admit the screen that shows a code."""
    actions.pair(member(), request.form.get("code", ""), request.form.get("name", ""))
    return _to("/team")


def _own_page(refused: dict[str, Any] | None = None) -> str:
    by, settings = member(), parts().settings
    address = hook("calendar_address")(by, settings.base_url, settings.secret_key)
    return render_template(
        "crew/me.html",
        devices=[_device(each) for each in queries.own_devices(by)],
        calendar=address,
        refused=refused,
    )


@web.get("/me")
def me() -> str:
    """Show the person's own page: name, language, calendar, devices, notifications."""
    return _own_page()


@web.post("/me/details")
@show_form_again(_own_page)
def edit_own() -> Response:
    """Change one's own name, and how to be reached."""
    _edit(member().id)
    return saved_at("/me")


@web.post("/me/language")
def set_lang() -> Response:
    """Set the language that the person reads."""
    actions.set_lang(member(), _lang(request.form))
    return _to(f"/me?lang={_lang(request.form)}")


@web.post("/me/sign-out")
def leave() -> Response:
    """Sign this device out."""
    member()
    actions.sign_out(g.identity.device_id)
    return sign_out(_to("/"), secure=parts().settings.secure)


def _edit(person_id: str) -> None:
    names = [name for name in ("name", "email", "telephone") if touched(name)]
    actions.edit(member(), person_id, **{name: request.form.get(name, "") for name in names})


def _team_page(
    made: actions.NewInvite | None = None, *, refused: dict[str, Any] | None = None
) -> str:
    by = member()
    found = queries.overview(by)
    described = [
        _person(each, [_device(d) for d in found.devices if d.person_id == each.id])
        for each in found.people
    ]
    return render_template(
        "crew/crew.html",
        people=[each for each in described if each["role"] != Role.SCREEN],
        screens=[each for each in described if each["role"] == Role.SCREEN],
        roles=[role for role in Role if role is not Role.SCREEN],
        invite=_shown_once(made) if made else None,
        refused=refused,
        view=PageView(live_list(VIEW, by.event_id)),
    )


def _shown_once(made: actions.NewInvite) -> dict[str, Any]:
    url = invite_url(parts().settings.base_url, made.token)
    code = f"{made.code[:4]} {made.code[4:]}"
    return {
        "name": made.person.name,
        "url": url,
        "code": code,
        "qr": qr(url),
        "letter": made.letter,
    }


def _person(each: Person, devices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "role": each.role.value,
        "lang": each.lang,
        "devices": devices,
        "online": False,
        "trusted": each.trusted_by is not None,
        "bilingual": each.bilingual,
        "email": each.email or "",
        "telephone": each.telephone or "",
        "dialled": dialled(each.telephone) if each.telephone else "",
    }


def _device(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "label": device.label,
        "kind": device.kind.value,
        "last_seen_at": rfc3339(device.last_seen_at),
        "current": device.id == g.identity.device_id,
    }


def _to(page: str) -> Response:
    return make_response(redirect(page, 303))


def _role(form: Any) -> Role:
    role = form.get("role", "")
    if role not in list(Role):
        raise InvalidError("role", "unknown")
    return Role(role)


def _lang(form: Any) -> Lang:
    return "en" if form.get("lang") == "en" else "fr"
