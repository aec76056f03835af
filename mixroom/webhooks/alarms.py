"""The rule of alarms about webhooks: a receiver does not answer, or was given up."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.roles import LEADS
from mixroom.core.text import N_, Bilingual
from mixroom.webhooks import store
from mixroom.webhooks.model import Why


def find_failing(look: Look) -> Sequence[Cause]:
    """Return the webhooks that have failed for the threshold, in minutes, or were switched off."""
    found = []
    for each in store.list_all(look.tx, look.event_id):
        since = each.failing_since or each.disabled_at
        late = since is not None and look.now - since >= timedelta(minutes=look.threshold)
        if since and (late or each.disabled) and each.disabled is not Why.LEAD:
            host = urlsplit(each.url).hostname
            about, path = Bilingual(host, host), f"/webhooks/{each.id}"
            found.append(Cause(each.id, about, since, path, {"webhook": each.id}))
    return found


FAILING = AlarmRule(
    name="webhooks.failing",
    title=N_("The webhook at %(about)s has not been reached for %(threshold)s"),
    many=N_("%(count)s webhooks have not been reached for %(threshold)s"),
    meaning=N_("A webhook has not been reached for this long, or was given up."),
    unit=ThresholdUnit.MINUTES,
    threshold=30,
    least=5,
    most=1440,
    find=find_failing,
    roles=LEADS,
)
