"""The lead's page of accounts: connect them, and see what was sent."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.connectors import actions, queries
from mixroom.connectors.actions import Wanted
from mixroom.connectors.live import VIEW
from mixroom.connectors.model import NETWORKS, AccountState, State
from mixroom.connectors.words import FAULTS
from mixroom.core.text import N_
from mixroom.crew.asking import member
from mixroom.plan.formats import PATH as FEED
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, live_list
from mixroom.web.problems import show_form_again

RATE = "30/minute"
PATH = "/plan/accounts"
ACCOUNT_STATES = {
    AccountState.CHECKING: N_("The network is being asked…"),
    AccountState.CONNECTED: N_("Connected"),
    AccountState.FAILED: N_("Cannot be used"),
}
STATES = {
    State.WAITING: N_("Waits"),
    State.SENDING: N_("Is being sent"),
    State.UNCERTAIN: N_("May be out: it is looked for"),
    State.SENT: N_("Is out"),
    State.FAILED: N_("Was not published"),
    State.CALLED_OFF: N_("Was taken back"),
}
TONES = {State.SENT: "good", State.FAILED: "bad", State.UNCERTAIN: "bad"}
web = Blueprint("connectors", __name__)


def _page(refused: dict[str, Any] | None = None) -> str:
    by = member()
    found = queries.desk(by)
    return render_template(
        "connectors/accounts.html",
        view=PageView(live_list(VIEW, by.event_id)),
        accounts={each.channel: each for each in found.accounts},
        sent=found.sent,
        networks={channel: network.name for channel, network in NETWORKS.items()},
        usual={channel: network.usual_origin for channel, network in NETWORKS.items()},
        account_states=ACCOUNT_STATES,
        states=STATES,
        tones=TONES,
        faults=FAULTS,
        refused=refused,
        path=PATH,
        feed=f"{parts().settings.base_url}{FEED}",
    )


@web.get(PATH)
def accounts() -> str:
    """Show the accounts."""
    return _page()


@web.post(f"{PATH}/<channel>")
@limiter.limit(RATE)
@show_form_again(_page)
def connect(channel: str) -> Response:
    """Connect an account, from the form of its network."""
    form, settings = request.form, parts().settings
    wanted = Wanted(channel, *(form.get(name, "") for name in ("origin", "handle", "secret")))
    hosts = settings.connector_hosts
    actions.connect(member(), wanted, secret_key=settings.secret_key, allowed=hosts)
    return _back()


@web.post(f"{PATH}/<account_id>/check")
@limiter.limit(RATE)
def check(account_id: str) -> Response:
    """Ask the network again."""
    actions.check(member(), account_id)
    return _back()


@web.post(f"{PATH}/<account_id>/removal")
def disconnect(account_id: str) -> Response:
    """Disconnect an account."""
    actions.disconnect(member(), account_id)
    return _back()


def _back() -> Response:
    return make_response(redirect(PATH, 303))
