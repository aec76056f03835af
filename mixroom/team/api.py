"""Ways in over HTTP, under /api/v1: invites, pairing of screens."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.team import actions
from mixroom.team.model import Role
from mixroom.web.api import Schema, documented, parse
from mixroom.web.limits import limiter
from mixroom.web.security import sign_in

GUESSES = "30/minute"  # of typed codes, from one address
LONGEST_CODE = 12


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


def blueprint(*, secure: bool) -> Blueprint:
    """Return the routes; `secure` says whether cookies may need https."""
    api = Blueprint("team_api", __name__)

    @api.post("/invites/look")
    @limiter.limit(GUESSES, exempt_when=_by_link)
    @documented("See whom an invite is for", {200: Look}, body=Secret, public=True)
    def look() -> Response:
        person, event = actions.look(parse(Secret).token)
        facts: dict[str, Any] = {"name": person.name, "role": person.role}
        return jsonify(facts | {"event": event.name.as_dict()})

    @api.post("/invites/redeem")
    @limiter.limit(GUESSES, exempt_when=_by_link)
    @documented("Sign this device in by an invite", {200: Way}, body=Secret, public=True)
    def redeem() -> Response:
        sent = parse(Secret)
        person, secret = actions.redeem(sent.token, sent.device or device_label())
        return sign_in(jsonify({"next": home(person.role)}), secret, secure=secure)

    @api.post("/pairings/claim")
    @limiter.limit("120/minute")
    @documented("Ask whether a screen has been let in", {200: Pairing}, body=Wish, public=True)
    def claim() -> Response:
        secret = actions.claim_pairing(parse(Wish).secret, device_label())
        if secret is None:
            return jsonify({"status": "waiting"})
        return sign_in(jsonify({"status": "paired"}), secret, secure=secure)

    return api


def _by_link() -> bool:
    """Say whether a whole token came: nobody guesses 192 bits, and a team joins at nine o'clock."""
    sent = request.get_json(silent=True)
    return isinstance(sent, dict) and len(str(sent.get("token"))) > LONGEST_CODE


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
