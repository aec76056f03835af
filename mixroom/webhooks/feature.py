"""The declaration of webhooks."""

from mixroom.core.text import N_
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section
from mixroom.webhooks import results
from mixroom.webhooks.alarms import FAILING
from mixroom.webhooks.model import KEPT_FOR, PERMISSIONS
from mixroom.webhooks.store import deliveries, forget, webhooks

FEATURE = Feature(
    name="webhooks",
    pages=("mixroom.webhooks.web:web",),
    api=("mixroom.webhooks.api:api",),
    tables=(webhooks, deliveries),
    permissions=PERMISSIONS,
    facts={
        "webhook.added": "A lead added a webhook.",
        "webhook.changed": "A lead replaced a webhook's secret, or switched it on or off.",
        "webhook.disabled": "A webhook was switched off: its receiver is gone or failed for long.",
        "webhook.removed": "A lead removed a webhook.",
    },
    keeps=((KEPT_FOR, forget),),
    problems={
        "webhook_disabled": Problem(409, N_("This webhook is switched off. Switch it on first.")),
    },
    rules={
        "not_public": N_("Give an https address with a public name, without a user name."),
    },
    menu=(MenuEntry("/webhooks", N_("Webhooks"), 90, Section.TEAM, needs="webhook.edit"),),
    jobs="mixroom.webhooks.jobs",
    alarms=(FAILING,),
    watchers=(results.collect,),
    privacy=(
        Kept(
            40,
            N_("What other programs of the museum were told: approved texts with their credits"),
            N_("So that the museum’s own pages can show them too"),
            N_("Those who lead; the programs that they have connected"),
            until=N_("The record of it after %(days)s days."),
            after=KEPT_FOR,
        ),
    ),
)
