"""The team's pages: joining, the crew and its devices, the screens, one's own account."""

from datetime import date
from typing import Any

import segno
from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core import clock, ids
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading
from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual, Lang
from mixroom.event import actions as event_actions
from mixroom.event import store as event_store
from mixroom.event.model import GroupKind, Languages, read_hashtags, read_languages
from mixroom.event.programme import read_programme, write_programme
from mixroom.settings import Settings
from mixroom.team import actions, store
from mixroom.team.actions import Way
from mixroom.team.api import device_label, home
from mixroom.team.asking import member
from mixroom.team.live import VIEW
from mixroom.team.model import Device, Person, invite_url
from mixroom.web import visitors
from mixroom.web.declaration import hook
from mixroom.web.limits import guesses, limiter
from mixroom.web.lists import PageView, listed
from mixroom.web.problems import beside
from mixroom.web.security import sign_in, sign_out


def qr(text: str) -> str:
    """Return a QR code as an inline SVG."""
    return segno.make(text, error="m").svg_inline(border=2, omitsize=True, svgclass="qr")


def blueprint(settings: Settings) -> Blueprint:
    """Return the routes."""
    web = Blueprint("team", __name__)

    def again(refused: dict[str, Any]) -> str:
        return _team_page(settings, None, refused)

    @web.get("/j")
    def join() -> Response:
        return visitors.known_again(make_response(render_template("team/join.html")))

    @web.post("/j")
    @beside(lambda refused: render_template("team/join.html", refused=refused))
    @guesses(_code)
    def join_by_code() -> Response:
        joined, secret = actions.redeem(request.form.get("code", ""), device_label())
        return sign_in(_to(home(joined.role)), secret, secure=settings.secure)

    @web.get("/team")
    def team() -> str:
        return _team_page(settings)

    @web.post("/team/invites")
    @beside(again)
    def invite() -> str:
        form = request.form
        way = actions.invite(member(), form.get("name", ""), _role(form), _lang(form))
        return _team_page(settings, way)

    @web.post("/team/people/<person_id>/invites")
    def invite_again(person_id: str) -> str:
        return _team_page(settings, actions.invite_again(member(), person_id))

    @web.post("/team/people/<person_id>/removal")
    @beside(again)
    def remove(person_id: str) -> Response:
        actions.remove(member(), person_id)
        return _to("/team")

    @web.post("/team/people/<person_id>/trust")
    def trust(person_id: str) -> Response:
        actions.trust(member(), person_id, on=request.form.get("on") == "1")
        return _to("/team")

    @web.post("/team/people/<person_id>/languages")
    def languages(person_id: str) -> Response:
        form = request.form
        actions.set_bilingual(member(), person_id, on=form.get("both") == "1")
        return _to("/me" if form.get("next") == "me" else "/team")

    @web.post("/team/devices/<device_id>/revocation")
    def revoke(device_id: str) -> Response:
        actions.revoke(member(), device_id)
        return _to("/me" if request.form.get("next") == "me" else "/team")

    @web.post("/team/pairings")
    @limiter.limit("10/minute")
    @beside(again)
    def pair() -> Response:
        actions.pair(member(), request.form.get("code", ""), request.form.get("name", ""))
        return _to("/team")

    @web.post("/team/event")
    @beside(again)
    def edit_event() -> Response:
        form = request.form
        event_actions.edit(
            member(),
            name=Bilingual.of(form.get("name_fr"), form.get("name_en")),
            starts_on=_day(form, "starts_on"),
            ends_on=_day(form, "ends_on"),
            timezone=form.get("timezone", ""),
            programme=read_programme(form.get("programme", "")),
            hashtags=read_hashtags(form.get("hashtags", "")),
            **_languages(form),
        )
        return _to("/team")

    @web.post("/team/groups")
    @beside(again)
    def add_group() -> Response:
        form = request.form
        kind = form.get("kind", "")
        if kind not in list(GroupKind):
            raise InvalidError("kind", "unknown")
        name = Bilingual.of(form.get("name_fr"), form.get("name_en"))
        event_actions.add_group(member(), GroupKind(kind), name)
        return _to("/team")

    @web.post("/team/groups/<group_id>/removal")
    def remove_group(group_id: str) -> Response:
        event_actions.remove_group(member(), group_id)
        return _to("/team")

    @web.get("/me")
    def me() -> str:
        by = member()
        with reading() as tx:
            mine = [
                d for d in store.devices_of(tx, by.event_id, clock.now()) if d.person_id == by.id
            ]
        return render_template("team/me.html", devices=[_device(each) for each in mine])

    @web.post("/me/language")
    def speak() -> Response:
        actions.speak(member(), _lang(request.form))
        return _to(f"/me?lang={_lang(request.form)}")

    @web.post("/me/sign-out")
    def leave() -> Response:
        member()
        actions.leave(g.identity.device_id)
        return sign_out(_to("/"), secure=settings.secure)

    return web


def _team_page(
    settings: Settings,
    way: Way | None = None,
    refused: dict[str, Any] | None = None,
) -> str:
    by = member()
    by.must("team.invite")
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
        people = store.people_of(tx, by.event_id)
        devices = store.devices_of(tx, by.event_id, clock.now())
        named = hook("groups_in_use")(tx, by.event_id)
    described = [
        _person(each, [_device(d) for d in devices if d.person_id == each.id]) for each in people
    ]
    return render_template(
        "team/team.html",
        people=[each for each in described if each["role"] != Role.SCREEN],
        screens=[each for each in described if each["role"] == Role.SCREEN],
        roles=[role for role in Role if role is not Role.SCREEN],
        invite=_handed_over(settings, way) if way else None,
        refused=refused,
        used=named,
        view=PageView(listed(VIEW, by.event_id)),
        programme=write_programme(event.programme) if event else "",
        hashtags=" ".join(f"#{tag}" for tag in event.hashtags) if event else "",
        languages=event.languages if event else Languages.FRENCH_FIRST,
    )


def _handed_over(settings: Settings, way: Way) -> dict[str, Any]:
    url = invite_url(settings.base_url, way.token)
    code = f"{way.code[:4]} {way.code[4:]}"
    return {"name": way.person.name, "url": url, "code": code, "qr": qr(url)}


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


def _code() -> str:
    return ids.digest(ids.typed(request.form.get("code", "")))


def _role(form: Any) -> Role:
    role = form.get("role", "")
    if role not in list(Role):
        raise InvalidError("role", "unknown")
    return Role(role)


def _lang(form: Any) -> Lang:
    return "en" if form.get("lang") == "en" else "fr"


def _languages(form: Any) -> dict[str, Languages]:
    """Return what the form says of the walls' languages; nothing where it does not."""
    said = form.get("languages")
    return {"languages": read_languages(said)} if said else {}


def _day(form: Any, name: str) -> date:
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError as error:
        raise InvalidError(name, "malformed") from error
