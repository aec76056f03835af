"""How far objectives are: what the program counts by itself, and what was noted by hand."""

from collections.abc import Iterable

import sqlalchemy as sa

from mixroom.plan import store
from mixroom.plan.aims import Gauge, Objective, Progress
from mixroom.shortlinks import store as link_store
from mixroom.submissions import lists as submission_lists
from mixroom.submissions.moves import Status as SubmissionStatus

MOST_COUNTED = 2000  # beyond which it says that there are more
MOST_OF_CAMPAIGN = 500  # messages whose short links count


def progress_of(tx: sa.Connection, objectives: Iterable[Objective]) -> dict[str, Progress]:
    """Return the present number of each objective, by its id; what is the same is counted once."""
    counted: dict[tuple[object, ...], Progress] = {}
    found = {}
    for each in objectives:
        if each.gauge is Gauge.HAND:
            found[each.id] = Progress(each.number, each.number_on)
            continue
        same = (each.event_id, each.gauge, each.channel, each.campaign_id)
        if same not in counted:
            counted[same] = _counted(tx, each)
        found[each.id] = counted[same]
    return found


def _counted(tx: sa.Connection, objective: Objective) -> Progress:
    event_id, campaign_id = objective.event_id, objective.campaign_id
    if objective.gauge is Gauge.FOLLOWED:
        keys = store.links_of_campaign(tx, campaign_id, MOST_OF_CAMPAIGN) if campaign_id else None
        return Progress(link_store.followed(tx, event_id, keys))
    if objective.gauge is Gauge.APPROVED:
        approved = [SubmissionStatus.APPROVED]
        number = submission_lists.count_to(tx, event_id, approved, MOST_COUNTED)
    else:
        number = store.count_published(tx, event_id, objective.channel, campaign_id, MOST_COUNTED)
    return Progress(number, more=number >= MOST_COUNTED)
