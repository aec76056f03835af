"""Accounts at networks over HTTP, under /api/v1."""

import pydantic
from flask import Blueprint, Response, jsonify

from mixroom.connectors import actions, queries
from mixroom.connectors.actions import Wanted
from mixroom.connectors.items import account_item, dispatch_item
from mixroom.connectors.model import AccountState, State
from mixroom.crew.asking import member
from mixroom.web.api import Schema, documented, parse
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter

RATE = "30/minute"
api = Blueprint("connectors_api", __name__)


class NewAccount(Schema):
    """An account to connect.

    `secret` is an access token of Mastodon, or an app password of Bluesky, which needs `handle`
    too. Without `origin`, Bluesky's own server is meant.
    """

    channel: str
    origin: str = ""
    handle: str = ""
    secret: str


class Words(pydantic.BaseModel):
    """A sentence in both languages."""

    fr: str
    en: str


class AccountItem(pydantic.BaseModel):
    """An account; `fault` says why it cannot be used, `words` in words, `reply` in the network's.

    `limit` is the longest text that its server takes, null while that is not known.
    """

    id: str
    channel: str
    origin: str
    handle: str
    state: AccountState
    limit: int | None
    connected_at: str
    checked_at: str | None
    fault: str | None
    words: Words | None
    reply: str | None


class AccountList(pydantic.BaseModel):
    """The accounts of the event."""

    items: list[AccountItem]


class DispatchItem(pydantic.BaseModel):
    """A message on its way to a channel in a language.

    `uncertain` is one that the network may have: it is looked for before it is sent again.
    """

    id: str
    message: str
    channel: str
    lang: str
    state: State
    due: str
    next_at: str | None
    tries: int
    url: str | None
    ended_at: str | None
    fault: str | None
    words: Words | None
    reply: str | None


class DispatchList(pydantic.BaseModel):
    """The newest dispatches, newest first."""

    items: list[DispatchItem]


@api.get("/accounts")
@documented("List the connected accounts", {200: AccountList})
def accounts() -> Response:
    """Return the accounts of the event, without their tokens."""
    return jsonify({"items": [account_item(each) for each in queries.accounts(member())]})


@api.post("/accounts")
@limiter.limit(RATE)
@documented("Connect an account", {202: AccountItem}, body=NewAccount)
def connect() -> tuple[Response, int]:
    """Publish on this account from now on. The network is asked first, so it begins `checking`."""
    by = member()
    by.must("account.edit")
    sent, settings = parse(NewAccount), parts().settings
    wanted = Wanted(sent.channel, sent.origin, sent.handle, sent.secret)
    hosts = settings.connector_hosts
    account = actions.connect(by, wanted, secret_key=settings.secret_key, allowed=hosts)
    return jsonify(account_item(account)), 202


@api.get("/accounts/<account_id>")
@documented("Get a connected account", {200: AccountItem})
def account(account_id: str) -> Response:
    """Return an account of the event, without its token."""
    return jsonify(account_item(queries.account(member(), account_id)))


@api.post("/accounts/<account_id>/check")
@limiter.limit(RATE)
@documented("Check an account", {202: AccountItem})
def check(account_id: str) -> tuple[Response, int]:
    """Ask the network again whether the account can be used."""
    return jsonify(account_item(actions.check(member(), account_id))), 202


@api.delete("/accounts/<account_id>")
@documented("Disconnect an account", {204: None})
def disconnect(account_id: str) -> tuple[str, int]:
    """Publish nothing more on it, and forget its token."""
    actions.disconnect(member(), account_id)
    return "", 204


@api.get("/dispatches")
@documented("List what was sent to networks", {200: DispatchList})
def dispatches() -> Response:
    """Return the newest posts on their way or sent, newest first."""
    return jsonify({"items": [dispatch_item(each) for each in queries.dispatches(member())]})
