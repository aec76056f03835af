"""The rules of alarms about the coverage: nothing of a team, of a place or in a language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Find, Look, ThresholdUnit
from mixroom.core.clock import rfc3339
from mixroom.core.text import LANGS, N_, Bilingual
from mixroom.dashboard import store
from mixroom.dashboard.coverage import By, Placed, label_key
from mixroom.event import store as event_store
from mixroom.event.hours import begin_of, end_of_hour, hour_of, wanted_hours
from mixroom.event.model import Event

Rows = Callable[[Event], Mapping[str, Bilingual]]  # the labels of the rows, by their keys
EVERY = timedelta(seconds=5)  # the items of the whole day are read
LANGUAGES = {"fr": Bilingual("français", "French"), "en": Bilingual("anglais", "English")}


def find_teams(look: Look) -> Sequence[Cause]:
    """Return the project teams of which nothing has come for the threshold, in hours."""
    return _find(look, By.TEAM, lambda event: {label_key(t.name): t.name for t in event.teams})


def find_places(look: Look) -> Sequence[Cause]:
    """Return the places of which nothing has come for the threshold, in hours."""
    return _find(look, By.PLACE, lambda event: {label_key(p.name): p.name for p in event.places})


def find_languages(look: Look) -> Sequence[Cause]:
    """Return the languages in which nothing has come for the threshold, in hours."""
    return _find(look, By.LANG, lambda _: LANGUAGES)


def silent_since(
    rows: Iterable[str], by: By, items: Iterable[Placed], start: datetime
) -> dict[str, datetime]:
    """Return since when nothing has come in each row: its last item, but not before `start`."""
    last = dict.fromkeys(rows, start)
    for item in items:
        for row in _rows_of(item, by):
            if row in last:
                last[row] = max(last[row], item.captured_at)
    return last


def _rows_of(item: Placed, by: By) -> Iterable[str]:
    return item.langs if by is By.LANG else (item.row(by),)


def _find(look: Look, by: By, rows_of: Rows) -> Sequence[Cause]:
    event = event_store.get(look.tx, look.event_id)
    if event is None:
        return ()
    today = look.now.astimezone(event.zone).date()
    wanted = wanted_hours(event, today)
    if not wanted or not wanted[0] <= look.now < end_of_hour(wanted[-1], event.zone):
        return ()
    rows = rows_of(event)
    begin = begin_of(today, event.zone)
    items = store.approved(look.tx, event.id, event.zone, begin, look.now)
    limit = look.now - timedelta(hours=look.threshold)
    return [
        _cause(by, key, rows[key], since, hour_of(look.now, event.zone))
        for key, since in silent_since(rows, by, items, wanted[0]).items()
        if since <= limit
    ]


def _cause(by: By, key: str, label: Bilingual, since: datetime, hour: datetime) -> Cause:
    asks = {by.value: key if key in LANGS else label["fr"], "hour": rfc3339(hour)}
    return Cause(f"{by}:{key}", label, since, "/dashboard", asks)


def _rule(by: By, title: str, many: str, meaning: str, hours: float, find: Find) -> AlarmRule:
    return AlarmRule(
        name=f"coverage.{by}",
        title=title,
        many=many,
        meaning=meaning,
        unit=ThresholdUnit.HOURS,
        threshold=hours,
        least=0.5,
        most=24,
        find=find,
        every=EVERY,
    )


RULES = (
    _rule(
        By.TEAM,
        N_("Nothing from %(about)s for %(threshold)s"),
        N_("Nothing from %(count)s project teams for %(threshold)s"),
        N_("Nothing of a project team was captured and approved for this long."),
        2,
        find_teams,
    ),
    _rule(
        By.PLACE,
        N_("Nothing from %(about)s for %(threshold)s"),
        N_("Nothing from %(count)s places for %(threshold)s"),
        N_("Nothing of a place was captured and approved for this long."),
        4,
        find_places,
    ),
    _rule(
        By.LANG,
        N_("Nothing in %(about)s for %(threshold)s"),
        N_("Nothing in %(count)s languages for %(threshold)s"),
        N_("Nothing in a language was captured and approved for this long."),
        2,
        find_languages,
    ),
)
