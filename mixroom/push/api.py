"""Messages on one's phone over HTTP, under /api/v1."""

from typing import cast

import pydantic
from flask import Blueprint, Response, g, jsonify

from mixroom.core.text import Lang
from mixroom.crew.asking import member
from mixroom.push import actions, vapid
from mixroom.web.api import Schema, documented, parse
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter

RATE = "30/minute"
PATH = "/me/push-subscriptions"
api = Blueprint("push_api", __name__)


class Keys(Schema):
    """The keys that encrypt messages for a browser (base64url)."""

    p256dh: str
    auth: str


class PushSubscription(Schema):
    """A browser's address at its push service, and its keys."""

    endpoint: str
    keys: Keys


class PushAddress(Schema):
    """The address of a browser at its push service."""

    endpoint: str


class PushKey(pydantic.BaseModel):
    """The server's public key (base64url), null if it sends no messages."""

    key: str | None


@api.get(PATH)
@documented("Ask for the key that signs messages to phones", {200: PushKey})
def key() -> Response:
    """Return the server's public key."""
    member().must("push.subscribe")
    private = parts().settings.vapid_key
    return jsonify({"key": vapid.public_key(private) if vapid.available() else None})


@api.post(PATH)
@limiter.limit(RATE)
@documented("Get messages on this device about what one sends", {204: None}, body=PushSubscription)
def subscribe() -> tuple[str, int]:
    """Send messages to this device from now on."""
    by, sent = member(), parse(PushSubscription)
    actions.subscribe(
        by,
        g.identity.device_id,
        sent.endpoint,
        sent.keys.p256dh,
        sent.keys.auth,
        lang=cast(Lang, g.lang),
        services=parts().settings.push_services,
    )
    return "", 204


@api.delete(PATH)
@limiter.limit(RATE)
@documented("Get no more messages on this device", {204: None}, body=PushAddress)
def unsubscribe() -> tuple[str, int]:
    """Send no more messages to this device."""
    actions.unsubscribe(member(), parse(PushAddress).endpoint)
    return "", 204
