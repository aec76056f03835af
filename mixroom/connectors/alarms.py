"""The rules of alarms about connectors: a post was not published, an account cannot be used."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.connectors import store
from mixroom.connectors.model import AccountState, Dispatch
from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.roles import LEADS
from mixroom.core.text import N_, Bilingual
from mixroom.plan import post_store
from mixroom.plan import store as plan_store
from mixroom.plan.model import Message

MOST = 50
RINGS_FOR = timedelta(days=3)  # after a post's time; then nobody waits for it any more


def find_unpublished(look: Look) -> Sequence[Cause]:
    """Return the posts that failed, or were due the threshold, in minutes, ago and are not out."""
    before, since = look.now - timedelta(minutes=look.threshold), look.now - RINGS_FOR
    found = store.stuck(look.tx, look.event_id, before, since, MOST)
    keys = {each.message_id for each in found}
    messages = plan_store.with_ids(look.tx, keys)
    out = {
        (key, each.channel, each.lang)
        for key, (publications, _) in post_store.posts_of(look.tx, keys).items()
        for each in publications
    }
    return [
        _cause(each, messages[each.message_id])
        for each in found
        if each.message_id in messages
        and messages[each.message_id].is_open
        and (each.message_id, each.channel, each.lang) not in out
    ]


def find_failed(look: Look) -> Sequence[Cause]:
    """Return the accounts that have not been usable for the threshold, in minutes."""
    found = []
    for each in store.of_event(look.tx, look.event_id):
        since = each.checked_at or each.connected_at
        late = look.now - since >= timedelta(minutes=look.threshold)
        if each.state is AccountState.FAILED and late:
            name = f"{each.channel.title()} {each.handle}".strip()
            path, about = "/plan/accounts", Bilingual(name, name)
            found.append(Cause(each.id, about, since, path, {"account": each.id}))
    return found


def _cause(dispatch: Dispatch, message: Message) -> Cause:
    network = dispatch.channel.title()
    about = Bilingual(
        f"{message.name['fr']} ({network}, {dispatch.lang})",
        f"{message.name['en']} ({network}, {dispatch.lang})",
    )
    path = f"/plan/messages/{message.id}"
    return Cause(dispatch.id, about, dispatch.due, path, {"message": message.id})


UNPUBLISHED = AlarmRule(
    name="connectors.unpublished",
    title=N_("A post could not be published: %(about)s"),
    many=N_("%(count)s posts could not be published"),
    meaning=N_("A network refused a post, or a post was due this long ago and is not out."),
    unit=ThresholdUnit.MINUTES,
    threshold=3,
    least=1,
    most=240,
    find=find_unpublished,
    roles=LEADS,
    every=timedelta(seconds=5),
)
FAILED = AlarmRule(
    name="connectors.account",
    title=N_("Nothing can be published on %(about)s"),
    many=N_("Nothing can be published on %(count)s accounts"),
    meaning=N_("A connected account has not been usable for this long."),
    unit=ThresholdUnit.MINUTES,
    threshold=1,
    least=1,
    most=1440,
    find=find_failed,
    roles=LEADS,
)
