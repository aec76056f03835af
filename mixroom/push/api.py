"""Messages on one's phone over HTTP, under /api/v1."""

from typing import cast

import pydantic
from flask import Blueprint, Response, g, jsonify

from mixroom.core.text import Lang
from mixroom.push import actions, vapid
from mixroom.settings import Settings
from mixroom.team.asking import member
from mixroom.web.api import Schema, documented, parse
from mixroom.web.limits import limiter

OFTEN_ENOUGH = "30/minute"
PATH = "/me/push-subscriptions"


class Keys(Schema):
    """The keys to write to a browser (base64url)."""

    p256dh: str
    auth: str


class PushSubscription(Schema):
    """What a browser says of itself: its address at its push service, and its keys."""

    endpoint: str
    keys: Keys


class PushAddress(Schema):
    """The address of a browser at its push service."""

    endpoint: str


class PushKey(pydantic.BaseModel):
    """The server's public key (base64url), null where it sends no messages."""

    key: str | None


def blueprint(settings: Settings) -> Blueprint:
    """Return the routes."""
    api = Blueprint("push_api", __name__)

    @api.get(PATH)
    @documented("Ask with which key the server signs messages to phones", {200: PushKey})
    def key() -> Response:
        member().must("push.subscribe")
        there = vapid.available()
        return jsonify({"key": vapid.public_key(settings.vapid_key) if there else None})

    @api.post(PATH)
    @limiter.limit(OFTEN_ENOUGH)
    @documented(
        "Have this device told what becomes of what one sends", {204: None}, body=PushSubscription
    )
    def subscribe() -> tuple[str, int]:
        by, sent = member(), parse(PushSubscription)
        actions.subscribe(
            by,
            g.identity.device_id,
            sent.endpoint,
            sent.keys.p256dh,
            sent.keys.auth,
            lang=cast(Lang, g.lang),
            services=settings.push_services,
        )
        return "", 204

    @api.delete(PATH)
    @limiter.limit(OFTEN_ENOUGH)
    @documented("Have this device told nothing more", {204: None}, body=PushAddress)
    def unsubscribe() -> tuple[str, int]:
        actions.unsubscribe(member(), parse(PushAddress).endpoint)
        return "", 204

    return api
