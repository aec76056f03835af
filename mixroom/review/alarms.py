"""The rule of alarms about the queue: something has been waiting for long."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.speech import both
from mixroom.core.text import N_
from mixroom.submissions import lists


def find_waiting(look: Look) -> Sequence[Cause]:
    """Return the queue if its oldest item has waited longer than the threshold, in minutes."""
    since = lists.oldest_waiting(look.tx, look.event_id)
    if since is None or look.now - since < timedelta(minutes=look.threshold):
        return ()
    return (Cause("queue", both(N_("The queue")), since, "/review"),)


WAITING = AlarmRule(
    name="review.waiting",
    title=N_("Something has waited %(threshold)s for a decision"),
    many=N_("%(count)s queues have waited %(threshold)s"),
    meaning=N_("The oldest item in the queue has waited this long for a decision."),
    unit=ThresholdUnit.MINUTES,
    threshold=15,
    least=2,
    most=240,
    find=find_waiting,
    slack=0.8,
)
