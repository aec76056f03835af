"""The lead's pages of webhooks: all of them, and the log of one."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.core.errors import NotFoundError
from mixroom.core.ids import is_id
from mixroom.core.text import N_
from mixroom.crew.asking import member
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.problems import show_form_again
from mixroom.webhooks import actions, queries
from mixroom.webhooks.model import ROTATION, TEST, Topic, Webhook

RATE = "30/minute"
web = Blueprint("webhooks", __name__)
TOPICS = {
    Topic.APPROVED: N_("Something is approved"),
    Topic.RECALLED: N_("Something is recalled, withdrawn or hidden"),
    Topic.REQUESTED: N_("Something is requested of the crew"),
    Topic.RUNG: N_("An alarm rings"),
    Topic.DUE: N_("A scheduled message is due on a channel without an account"),
    Topic.PUBLISHED: N_("A message is published everywhere it was to go"),
}
TYPES: dict[str, str] = {topic.value: name for topic, name in TOPICS.items()} | {TEST: N_("Test")}
FAULTS = {
    "private": N_("The address is not on the public internet."),
    "unknown_name": N_("The name has no address."),
    "unreachable": N_("Nobody answers there."),
    "timeout": N_("There was no answer in time."),
    "tls": N_("The certificate is not valid for the name."),
    "broken": N_("The answer broke off."),
}


def _page(refused: dict[str, Any] | None = None, handed: Webhook | None = None) -> str:
    return render_template(
        "webhooks/webhooks.html",
        found=queries.with_deliveries(member()),
        topics=TOPICS,
        refused=refused,
        handed=handed,
        hours=int(ROTATION.total_seconds() // 3600),
    )


@web.get("/webhooks")
def webhooks() -> str:
    """Show all webhooks."""
    return _page()


@web.post("/webhooks")
@limiter.limit(RATE)
@show_form_again(_page)
def add() -> str:
    """Add a webhook, and show its secret."""
    form = request.form
    allowed = parts().settings.webhook_hosts
    new = actions.add(member(), form.get("url", ""), form.getlist("topics"), allowed=allowed)
    return _page(handed=new)


@web.get("/webhooks/<webhook_id>")
def log(webhook_id: str) -> str:
    """Show what was sent to a webhook."""
    before = request.args.get("before")
    if before is not None and not is_id(before):
        raise NotFoundError(before)
    webhook, found, following = queries.deliveries(member(), webhook_id, before)
    return render_template(
        "webhooks/log.html",
        webhook=webhook,
        deliveries=found,
        older=following,
        types=TYPES,
        faults=FAULTS,
    )


@web.post("/webhooks/<webhook_id>/removal")
def remove(webhook_id: str) -> Response:
    """Remove a webhook."""
    actions.remove(member(), webhook_id)
    return _to("/webhooks")


@web.post("/webhooks/<webhook_id>/secret")
@limiter.limit(RATE)
def rotate(webhook_id: str) -> str:
    """Replace the secret, and show the new one."""
    return _page(handed=actions.rotate(member(), webhook_id))


@web.post("/webhooks/<webhook_id>/switch")
def switch(webhook_id: str) -> Response:
    """Switch a webhook on or off."""
    actions.switch(member(), webhook_id, on=request.form.get("on") == "1")
    return _to("/webhooks")


@web.post("/webhooks/<webhook_id>/test")
@limiter.limit(RATE)
@show_form_again(_page)
def test(webhook_id: str) -> Response:
    """Send a test."""
    actions.test(member(), webhook_id)
    return _to(f"/webhooks/{webhook_id}")


@web.post("/webhooks/<webhook_id>/deliveries/<delivery_id>/repetition")
@limiter.limit(RATE)
@show_form_again(_page)
def send_again(webhook_id: str, delivery_id: str) -> Response:
    """Send a message again."""
    actions.send_again(member(), webhook_id, delivery_id)
    return _to(f"/webhooks/{webhook_id}")


def _to(path: str) -> Response:
    return make_response(redirect(path, 303))
