"""The crew over HTTP, under /api/v1: invites, people, devices, screens."""

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core import clock, ids
from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.crew import actions, queries
from mixroom.crew.asking import member
from mixroom.crew.model import MAX_CODE, Device, DeviceKind, Person, invite_url
from mixroom.event import queries as event_queries
from mixroom.event.model import Moment
from mixroom.web.api import Schema, documented, json_body, parse
from mixroom.web.declaration import hook, leaves, parts
from mixroom.web.limits import limit_guesses, limiter
from mixroom.web.problems import RefusedError
from mixroom.web.security import sign_in


class Secret(Schema):
    """An invite's token or code; `device` names this device in the list of devices."""

    token: str
    device: str = ""


class InviteState(pydantic.BaseModel):
    """The person and the event that an invite is for."""

    name: str
    role: Role
    event: dict[str, str | None]


class NextPage(pydantic.BaseModel):
    """The page where a device that has signed in goes next; its session is in the cookie."""

    next: str


class PairingSecret(Schema):
    """The secret that a screen keeps while it shows its code."""

    secret: str


class PairingState(pydantic.BaseModel):
    """The state of a screen that shows a code: `waiting` or `paired`."""

    status: str


class Guest(Schema):
    """A person to invite; `send` writes the invitation as a letter to `email` too."""

    name: str
    role: Role
    lang: Lang = "fr"
    email: str | None = None
    telephone: str | None = None
    send: bool = False


class Details(Schema):
    """A person's name, and how to reach them; what is missing stays, "" removes it."""

    name: str | None = None
    email: str | None = None
    telephone: str | None = None


class ScreenName(Schema):
    """The name of a screen to make a link for."""

    name: str


class PairingCode(Schema):
    """The code that a screen shows, and a name for the screen."""

    code: str
    name: str


class InviteLink(pydantic.BaseModel):
    """A personal invite, as a link and as a code; both are shown only once.

    `letter` is the id of the letter with both, null if none was asked for.
    """

    url: str
    code: str
    person: str
    letter: str | None


class Member(pydantic.BaseModel):
    """A person of the crew, or a screen.

    Only leads, and the person, get `email` and `telephone`; for others they are null.
    """

    id: str
    name: str
    role: Role
    lang: str
    email: str | None
    telephone: str | None


class Members(pydantic.BaseModel):
    """The people of the crew."""

    items: list[Member]


class DeviceState(pydantic.BaseModel):
    """A device that is signed in; `person` is the id of its person."""

    id: str
    person: str
    kind: DeviceKind
    label: str
    last_seen_at: str


class DeviceList(pydantic.BaseModel):
    """Devices, the last seen first."""

    items: list[DeviceState]


LANDINGS = {Moment.BEFORE: "/event", Moment.DURING: "/dashboard", Moment.AFTER: "/wrap"}

api = Blueprint("crew_api", __name__)


def _by_link() -> bool:
    """Return whether a token came, not a code: nobody can guess its 192 random bits.

    Tokens are not limited, because a whole crew signs in at the same minute from one address.
    """
    return len(_sent_secret()) > MAX_CODE


def _code() -> str:
    return ids.digest(ids.typed(_sent_secret()))


def _sent_secret() -> str:
    """Return the token or code of the request; the route refuses a body that has none."""
    try:
        body = json_body()
    except RefusedError:
        return ""
    secret = body.get("token") if isinstance(body, dict) else None
    return secret if isinstance(secret, str) else ""


@api.post("/invites/look")
@limit_guesses(_code, exempt_when=_by_link)
@documented("Read the person and event of an invite", {200: InviteState}, body=Secret, public=True)
def look() -> Response:
    """Return the invited person and the event, without using the invite up."""
    guest, event = queries.invited(parse(Secret).token)
    return jsonify({"name": guest.name, "role": guest.role, "event": event.name.as_dict()})


@api.post("/invites/redeem")
@limit_guesses(_code, exempt_when=_by_link)
@documented("Sign this device in by an invite", {200: NextPage}, body=Secret, public=True)
def redeem() -> Response:
    """Sign the device in; the answer sets its cookie."""
    sent = parse(Secret)
    guest, secret = actions.redeem(sent.token, sent.device or device_label())
    return sign_in(jsonify({"next": home(guest)}), secret, secure=parts().settings.secure)


@api.post("/pairings/claim")
@limiter.limit("120/minute")
@documented(
    "Ask whether a screen has been admitted", {200: PairingState}, body=PairingSecret, public=True
)
def claim() -> Response:
    """Sign the screen in if a lead has confirmed its code."""
    secret = actions.claim_pairing(parse(PairingSecret).secret, device_label())
    if secret is None:
        return jsonify({"status": "waiting"})
    return sign_in(jsonify({"status": "paired"}), secret, secure=parts().settings.secure)


@api.get("/people")
@documented("List the crew", {200: Members})
def people() -> Response:
    """Return the people of the event, without its screens."""
    return jsonify({"items": [_member(each) for each in queries.crew(member())]})


@api.patch("/people/<person_id>")
@documented("Change a person's name, or how to reach them", {200: Member}, body=Details)
def edit(person_id: str) -> Response:
    """Change a person's name, e-mail address or telephone number: one's own, or as a lead."""
    changes = parse(Details).model_dump(exclude_none=True)
    after = actions.edit(member(), person_id, **changes)
    return jsonify(_member(after))


@api.delete("/people/<person_id>")
@documented("Remove someone from the crew, and sign out their devices", {204: None})
def remove(person_id: str) -> tuple[str, int]:
    """Remove a person."""
    actions.remove(member(), person_id, leaves())
    return "", 204


@api.post("/invites")
@documented("Invite someone", {201: InviteLink}, body=Guest)
def invite() -> tuple[Response, int]:
    """Add a person to the crew and return their invite; with `send`, write it as a letter too."""
    sent, by = parse(Guest), member()
    post = actions.Post(hook("write_letter"), parts().settings.base_url) if sent.send else None
    contact = {"email": sent.email, "telephone": sent.telephone}
    return _invite_link(actions.invite(by, sent.name, sent.role, sent.lang, **contact, post=post))


@api.get("/devices")
@documented("List devices: a lead gets everyone's, others get their own", {200: DeviceList})
def devices() -> Response:
    """Return the signed-in devices that the person may see."""
    return jsonify({"items": [_device(each) for each in queries.devices(member())]})


@api.delete("/devices/<device_id>")
@documented("Sign a device out, and close its sockets", {204: None})
def revoke(device_id: str) -> tuple[str, int]:
    """Sign a device out."""
    actions.revoke(member(), device_id)
    return "", 204


@api.post("/screens")
@documented(
    "Make a link that turns a browser into a screen",
    {201: InviteLink},
    body=ScreenName,
)
def screen() -> tuple[Response, int]:
    """Add a screen and return its invite."""
    return _invite_link(actions.invite(member(), parse(ScreenName).name, Role.SCREEN))


@api.post("/pairings")
@limiter.limit("10/minute")
@documented("Admit the screen that shows a code", {201: Member}, body=PairingCode)
def pair() -> tuple[Response, int]:
    """Admit the screen that shows a code."""
    sent = parse(PairingCode)
    return jsonify(_member(actions.pair(member(), sent.code, sent.name))), 201


def _invite_link(made: actions.NewInvite) -> tuple[Response, int]:
    url = invite_url(parts().settings.base_url, made.token)
    answer = {"url": url, "code": made.code, "person": made.person.id, "letter": made.letter}
    return jsonify(answer), 201


def _member(person: Person) -> dict[str, str | None]:
    by = member()
    known = by.id == person.id or by.may("crew.invite")
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "lang": person.lang,
        "email": person.email if known else None,
        "telephone": person.telephone if known else None,
    }


def _device(device: Device) -> dict[str, str]:
    return {
        "id": device.id,
        "person": device.person_id,
        "kind": device.kind,
        "label": device.label,
        "last_seen_at": rfc3339(device.last_seen_at),
    }


def home(person: Person) -> str:
    """Return the first page of a person: a lead's follows the moment of the event.

    The lead of a new installation begins with what is missing.
    """
    starts = {Role.SCREEN: "/wall", Role.COMMUNITY_MANAGER: "/review"}
    if person.role is Role.LEAD:
        event = event_queries.get(person.event_id)
        if event is None or event.is_as_given:
            return LANDINGS[Moment.BEFORE]
        return LANDINGS[event.moment(clock.now())]
    return starts.get(person.role, "/send")


def device_label() -> str:
    """Return a name for the device of this request, from its User-Agent header."""
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
