"""The rule of alarms about letters: they do not go, or a lead has to decide."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.roles import LEADS
from mixroom.core.speech import both
from mixroom.core.text import N_
from mixroom.letters import store


def find_stuck(look: Look) -> Sequence[Cause]:
    """Return that letters have waited, or waited for a decision, for the threshold in minutes."""
    found = []
    for show, since in store.trouble_since(look.tx, look.event_id).items():
        if look.now - since >= timedelta(minutes=look.threshold):
            about = both(WAITING if show == "waiting" else UNDECIDED)
            found.append(Cause(show, about, since, f"/letters?show={show}"))
    return found


WAITING = N_("Letters do not go")
UNDECIDED = N_("Letters were refused, or may not have arrived")
STUCK = AlarmRule(
    name="letters.stuck",
    title=N_("%(about)s, for %(threshold)s"),
    many=N_("%(count)s things about letters, for %(threshold)s"),
    meaning=N_("Letters have not gone for this long, or wait for a decision."),
    unit=ThresholdUnit.MINUTES,
    threshold=30,
    least=5,
    most=1440,
    find=find_stuck,
    roles=LEADS,
)
