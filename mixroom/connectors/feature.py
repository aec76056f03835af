"""The declaration of connectors."""

from mixroom.connectors import results
from mixroom.connectors.alarms import FAILED, UNPUBLISHED
from mixroom.connectors.live import VIEW
from mixroom.connectors.model import KEPT_FOR, PERMISSIONS
from mixroom.connectors.store import accounts, dispatches
from mixroom.core.text import N_
from mixroom.web.declaration import Feature, Kept, MenuEntry, Section

FEATURE = Feature(
    name="connectors",
    pages=("mixroom.connectors.web:web",),
    api=("mixroom.connectors.api:api",),
    views={VIEW: "The event’s accounts at networks, without their tokens"},
    tables=(accounts, dispatches),
    permissions=PERMISSIONS,
    facts={
        "account.connected": "A lead connected an account at a network.",
        "account.changed": "A network was asked about an account, or has answered.",
        "account.removed": "A lead disconnected an account.",
    },
    keeps=((KEPT_FOR, results.forget),),
    rules={
        "not_public_server": N_("Give the server’s address only, with a public name."),
        "not_a_token": N_("A token has no spaces and no accents: copy it whole."),
        "rehearsal": N_("Nothing of a rehearsal is published: connect accounts of a real event."),
        "connected": N_("This channel has an account by now. Load the page again."),
    },
    jobs="mixroom.connectors.jobs",
    menu=(MenuEntry("/plan/accounts", N_("Accounts"), 70, Section.PLAN, needs="account.edit"),),
    alarms=(UNPUBLISHED, FAILED),
    watchers=(results.look,),
    privacy=(
        Kept(
            41,
            N_("The museum’s accounts at networks, who connected them, and what went out there"),
            N_("To publish the messages of the plan at their time, once each"),
            N_("Those who lead; the networks that they have connected"),
            until=N_("The record of it after %(days)s days."),
            after=KEPT_FOR,
        ),
    ),
)
