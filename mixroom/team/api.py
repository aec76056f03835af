"""The team over HTTP, under /api/v1: ways in, people, devices, screens."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core import clock, ids
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.team import actions, store
from mixroom.team.asking import member
from mixroom.team.model import Device, DeviceKind, Person, invite_url
from mixroom.web.api import Schema, documented, parse, sent
from mixroom.web.limits import guesses, limiter
from mixroom.web.problems import RefusedError
from mixroom.web.security import sign_in

MAX_CODE = 12


class Secret(Schema):
    """An invite's token (from its link) or its code; `device` is a name for the device list."""

    token: str
    device: str = ""


class Look(pydantic.BaseModel):
    """Whom an invite is for."""

    name: str
    role: Role
    event: dict[str, str | None]


class Way(pydantic.BaseModel):
    """Signed in: where to go next. The session is in the cookie."""

    next: str


class Wish(Schema):
    """The secret that a screen keeps while it shows its code."""

    secret: str


class Pairing(pydantic.BaseModel):
    """Whether a lead has confirmed the screen's code yet."""

    status: str


class Guest(Schema):
    """Someone to invite."""

    name: str
    role: Role
    lang: Lang = "fr"


class Screen(Schema):
    """A screen to make a link for."""

    name: str


class Paired(Schema):
    """The code that a screen shows, and the name it is to have."""

    code: str
    name: str


class Handed(pydantic.BaseModel):
    """A personal way in, shown once: a link or a code."""

    url: str
    code: str
    person: str


class Member(pydantic.BaseModel):
    """Someone on the team, or a screen that has been let in."""

    id: str
    name: str
    role: Role
    lang: str


class Members(pydantic.BaseModel):
    """People."""

    items: list[Member]


class SignedIn(pydantic.BaseModel):
    """A device that is signed in; `person` is whose it is."""

    id: str
    person: str
    kind: DeviceKind
    label: str
    last_seen_at: str


class SignedInList(pydantic.BaseModel):
    """Devices, the last seen first."""

    items: list[SignedIn]


def blueprint(base_url: str) -> Blueprint:
    """Return the routes; links begin with `base_url`, and cookies are as strict as it allows."""
    api = Blueprint("team_api", __name__)
    secure = base_url.startswith("https://")
    _ways_in(api, secure=secure)
    _crew(api, base_url)
    return api


def _crew(api: Blueprint, base_url: str) -> None:
    def handed(way: actions.Way) -> tuple[Response, int]:
        url = invite_url(base_url, way.token)
        return jsonify({"url": url, "code": way.code, "person": way.person.id}), 201

    @api.get("/people")
    @documented("List the team", {200: Members})
    def people() -> Response:
        return _members()

    @api.delete("/people/<person_id>")
    @documented("Take someone off the team; every device is signed out", {204: None})
    def remove(person_id: str) -> tuple[str, int]:
        actions.remove(member(), person_id)
        return "", 204

    @api.post("/invites")
    @documented("Invite someone", {201: Handed}, body=Guest)
    def invite() -> tuple[Response, int]:
        sent = parse(Guest)
        return handed(actions.invite(member(), sent.name, sent.role, sent.lang))

    @api.get("/devices")
    @documented("List devices: everyone's for the lead, one's own for others", {200: SignedInList})
    def devices() -> Response:
        by = member()
        with reading() as tx:
            found = store.devices_of(tx, by.event_id, clock.now())
        return jsonify({"items": [_device(d) for d in found if _concerns(by, d)]})

    @api.delete("/devices/<device_id>")
    @documented("Sign a device out, live sockets included", {204: None})
    def revoke(device_id: str) -> tuple[str, int]:
        actions.revoke(member(), device_id)
        return "", 204

    @api.post("/screens")
    @documented(
        "Make a link that turns the browser that opens it into a wall", {201: Handed}, body=Screen
    )
    def screen() -> tuple[Response, int]:
        return handed(actions.invite(member(), parse(Screen).name, Role.SCREEN))

    @api.post("/pairings")
    @limiter.limit("10/minute")
    @documented("Let in the screen that shows a code", {201: Member}, body=Paired)
    def pair() -> tuple[Response, int]:
        sent = parse(Paired)
        return jsonify(_member(actions.pair(member(), sent.code, sent.name))), 201


def _ways_in(api: Blueprint, *, secure: bool) -> None:

    @api.post("/invites/look")
    @guesses(_code, exempt_when=_by_link)
    @documented("See whom an invite is for", {200: Look}, body=Secret, public=True)
    def look() -> Response:
        guest, event = actions.look(parse(Secret).token)
        facts: dict[str, Any] = {"name": guest.name, "role": guest.role}
        return jsonify(facts | {"event": event.name.as_dict()})

    @api.post("/invites/redeem")
    @guesses(_code, exempt_when=_by_link)
    @documented("Sign this device in by an invite", {200: Way}, body=Secret, public=True)
    def redeem() -> Response:
        sent = parse(Secret)
        guest, secret = actions.redeem(sent.token, sent.device or device_label())
        return sign_in(jsonify({"next": home(guest.role)}), secret, secure=secure)

    @api.post("/pairings/claim")
    @limiter.limit("120/minute")
    @documented("Ask whether a screen has been let in", {200: Pairing}, body=Wish, public=True)
    def claim() -> Response:
        secret = actions.claim_pairing(parse(Wish).secret, device_label())
        if secret is None:
            return jsonify({"status": "waiting"})
        return sign_in(jsonify({"status": "paired"}), secret, secure=secure)


def _members() -> Response:
    by = member()
    by.must("team.read")
    with reading() as tx:
        found = store.people_of(tx, by.event_id)
    return jsonify({"items": [_member(each) for each in found if each.role is not Role.SCREEN]})


def _member(person: Person) -> dict[str, str]:
    return {"id": person.id, "name": person.name, "role": person.role, "lang": person.lang}


def _device(device: Device) -> dict[str, str]:
    return {
        "id": device.id,
        "person": device.person_id,
        "kind": device.kind,
        "label": device.label,
        "last_seen_at": rfc3339(device.last_seen_at),
    }


def _concerns(by: Person, device: Device) -> bool:
    return device.person_id == by.id or by.may("team.revoke")


def _by_link() -> bool:
    """Say whether a whole token came: nobody guesses 192 bits, and a team joins at nine o'clock."""
    return len(_told()) > MAX_CODE


def _code() -> str:
    return ids.digest(ids.typed(_told()))


def _told() -> str:
    """Return the token or code that came; what is no body is refused later."""
    try:
        body = sent()
    except RefusedError:
        return ""
    told = body.get("token") if isinstance(body, dict) else None
    return told if isinstance(told, str) else ""


def home(role: Role) -> str:
    """Return the page where a role begins."""
    starts = {Role.SCREEN: "/wall", Role.LEAD: "/team", Role.COMMUNITY_MANAGER: "/review"}
    return starts.get(role, "/send")


def device_label() -> str:
    """Return a name for the asking device, as its browser describes itself."""
    agent = request.user_agent.string
    systems = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Macintosh": "Mac",
        "Windows": "Windows",
        "Linux": "Linux",
    }
    browsers = {"Edg/": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    system = next((name for mark, name in systems.items() if mark in agent), "")
    browser = next((name for mark, name in browsers.items() if mark in agent), "")
    return " · ".join(filter(None, (system, browser))) or agent[:40]
