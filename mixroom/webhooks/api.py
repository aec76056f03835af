"""Webhooks over HTTP, under /api/v1."""

from typing import Annotated

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.crew.asking import member
from mixroom.web.api import Schema, documented, parse
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.webhooks import actions, queries
from mixroom.webhooks.items import delivery_items, webhook_item
from mixroom.webhooks.model import State, Topic, Why

RATE = "30/minute"
api = Blueprint("webhooks_api", __name__)


class NewWebhook(Schema):
    """An https address, and the types of the messages that it gets."""

    url: str
    topics: Annotated[list[Topic], pydantic.Field(max_length=len(Topic))]


class WebhookState(pydantic.BaseModel):
    """A webhook; `disabled` says why it is switched off, null if it is not."""

    id: str
    url: str
    topics: list[Topic]
    created_at: str
    disabled: Why | None
    disabled_at: str | None
    failing_since: str | None
    old_secret_until: str | None


class WebhookWithSecret(WebhookState):
    """A webhook and its secret, which is not shown again."""

    secret: str


class WebhookList(pydantic.BaseModel):
    """The webhooks of the event."""

    items: list[WebhookState]


class DeliveryState(pydantic.BaseModel):
    """A message and the outcome of its last try; `status` is null if there was no answer."""

    id: str
    type: str
    created_at: str
    state: State
    tries: int
    tried_at: str | None
    next_at: str | None
    status: int | None
    fault: str | None
    milliseconds: int | None
    answer: str | None


class DeliveryPage(pydantic.BaseModel):
    """A page of deliveries, newest first; `after` asks for the next one, null if there is none."""

    items: list[DeliveryState]
    after: str | None


class Switch(Schema):
    """On, or off."""

    on: bool


@api.get("/webhooks")
@documented("List the webhooks", {200: WebhookList})
def webhooks() -> Response:
    """Return the webhooks of the event, without their secrets."""
    return jsonify({"items": [webhook_item(each) for each in queries.webhooks(member())]})


@api.post("/webhooks")
@limiter.limit(RATE)
@documented("Add a webhook", {201: WebhookWithSecret}, body=NewWebhook)
def add() -> tuple[Response, int]:
    """Tell an https address of facts from now on. The secret is in this answer only."""
    by = member()
    by.must("webhook.edit")
    sent = parse(NewWebhook)
    new = actions.add(by, sent.url, sent.topics, allowed=parts().settings.webhook_hosts)
    return jsonify(webhook_item(new) | {"secret": new.secret}), 201


@api.delete("/webhooks/<webhook_id>")
@documented("Remove a webhook", {204: None})
def remove(webhook_id: str) -> tuple[str, int]:
    """Tell the address nothing more, and forget its deliveries."""
    actions.remove(member(), webhook_id)
    return "", 204


@api.put("/webhooks/<webhook_id>/switch")
@documented("Switch a webhook on or off", {200: WebhookState}, body=Switch)
def switch(webhook_id: str) -> Response:
    """Switch it on again after it was given up, or off; what happens meanwhile is not sent."""
    by = member()
    by.must("webhook.edit")
    return jsonify(webhook_item(actions.switch(by, webhook_id, on=parse(Switch).on)))


@api.post("/webhooks/<webhook_id>/secret")
@limiter.limit(RATE)
@documented("Replace the secret", {200: WebhookWithSecret})
def rotate(webhook_id: str) -> Response:
    """Return a new secret. For a day, messages are signed by the old one too."""
    after = actions.rotate(member(), webhook_id)
    return jsonify(webhook_item(after) | {"secret": after.secret})


@api.get("/webhooks/<webhook_id>/deliveries")
@documented(
    "List what was sent to a webhook",
    {200: DeliveryPage},
    query={"after": "The last id of the page before."},
)
def deliveries(webhook_id: str) -> Response:
    """Return a page of deliveries, newest first."""
    after = request.args.get("after")
    if after is not None and not is_id(after):
        raise InvalidError("after", "malformed")
    _, found, following = queries.deliveries(member(), webhook_id, after)
    return jsonify({"items": delivery_items(found), "after": following})


@api.post("/webhooks/<webhook_id>/test")
@limiter.limit(RATE)
@documented("Send a test", {202: DeliveryState})
def test(webhook_id: str) -> tuple[Response, int]:
    """Send a message of the type `webhook.test`."""
    return jsonify(delivery_items([actions.test(member(), webhook_id)])[0]), 202


@api.post("/webhooks/<webhook_id>/deliveries/<delivery_id>/repetition")
@limiter.limit(RATE)
@documented("Send a message again", {202: DeliveryState})
def send_again(webhook_id: str, delivery_id: str) -> tuple[Response, int]:
    """Send a message again, with the same id."""
    again = actions.send_again(member(), webhook_id, delivery_id)
    return jsonify(delivery_items([again])[0]), 202
