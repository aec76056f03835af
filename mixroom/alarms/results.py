"""The steps of an alarm that no person takes: raised, cleared, told to phones."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.alarms import store
from mixroom.alarms.model import (
    MAX_OPEN,
    Alarm,
    Changes,
    Fact,
    Setting,
    look,
    may_ring,
    to_ring,
    usual,
    with_unit,
)
from mixroom.core import ids, jobs, journal
from mixroom.core.alarm_rules import AlarmRule, Cause, Look
from mixroom.core.db import reading, transaction
from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.core.speech import say
from mixroom.core.text import LANGS, N_, Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.push import actions as push
from mixroom.push.model import Message, Notice
from mixroom.shifts.queries import on_now

NOBODY = ""  # `by` in the journal if nobody of the crew acted
ALARM = Notice("alarm", N_("Alarm"), timedelta(minutes=30), "/alarms", "high", plain=True)
WIDEN_JOB = "alarm.widen"
WIDENS_AFTER = timedelta(minutes=5)
Rules = Mapping[str, AlarmRule]


@dataclass(frozen=True, slots=True)
class Known:
    """An event's settings, as leads chose them, and its alarms that are open or just over."""

    settings: Mapping[str, Setting]
    alarms: Sequence[Alarm]

    def setting(self, rule: AlarmRule) -> Setting:
        """Return the settings of a rule, the usual ones if no lead has chosen any."""
        return self.settings.get(rule.name) or usual(rule)


def watched_events(now: datetime) -> list[str]:
    """Return the ids of the events whose days are near, and of rehearsals."""
    with reading() as tx:
        return store.events_near(tx, now.date())


def known(event_id: str, now: datetime) -> Known:
    """Return an event's settings and alarms, for one look by all rules."""
    with reading() as tx:
        return _known(tx, event_id, now)


def watch(
    rule: AlarmRule, event_id: str, now: datetime, files: Store, before: Known | None = None
) -> None:
    """Raise and clear the alarms of a rule, as its causes come and go.

    Usually nothing has changed since `before`, and nothing is locked. Otherwise the rule is asked
    again while the event is locked, so that of several workers one acts, on what is true then.
    """
    with reading() as tx:
        if not _changes(tx, rule, event_id, now, files, before or _known(tx, event_id, now)):
            return
    with transaction() as tx:
        event_store.lock(tx, event_id)
        present = _known(tx, event_id, now)
        changes = _changes(tx, rule, event_id, now, files, present)
        threshold = present.setting(rule).threshold
        made = [_new(rule, event_id, threshold, cause, now) for cause in changes.raised]
        raised = [each for each in made if store.add(tx, each)]
        for each in (*changes.reopened, *changes.cleared):
            store.save(tx, each)
        _record(tx, Fact.RAISED, raised)
        _record(tx, Fact.RAISED, changes.reopened, again=True)
        _record(tx, Fact.CLEARED, changes.cleared)


def tell(event_id: str, rules: Rules, now: datetime) -> None:
    """Make phones ring for the alarms that wait for it, once for each person.

    Several at once are one message. In quiet hours, and after many rings, alarms go on waiting.
    Those whose shift is on are told first; the others later, if nobody has seen it by then.
    """
    with reading() as tx:
        if not _ready(tx, event_id, rules, now):
            return
    with transaction() as tx:
        event_store.lock(tx, event_id)
        ready = _ready(tx, event_id, rules, now, lock=True)
        if ready:
            settings = _settings(tx, event_id, rules)
            crew = crew_store.people_of(tx, event_id)
            on = on_now(tx, event_id, now)
            later = {each.id: _later(crew, settings[each.rule], on) for each in ready}
            for person in crew:
                at_once = [each for each in ready if person.id not in later[each.id]]
                _tell(tx, person, at_once, settings, rules)
            for key, others in later.items():
                if others:
                    payload = {"key": key, "others": others}
                    jobs.enqueue(tx, WIDEN_JOB, payload, at=now + WIDENS_AFTER)
        for each in ready:
            store.save(tx, replace(each, told_at=now))


def widen(job: Job, key: str, others: Sequence[str]) -> None:
    """Tell those who were not on a shift, if an alarm stands and nobody has seen it."""
    with transaction() as tx:
        jobs.finish(tx, job)
        alarm = store.get(tx, key)
        if alarm is None or not alarm.is_open or alarm.acknowledged:
            return
        for person in others:
            _ring(tx, person, alarm)


def _later(crew: Sequence[Person], setting: Setting, on: Collection[str]) -> list[str]:
    """Return who of those who are told comes later: nobody, unless someone else is on a shift."""
    told = [each.id for each in crew if each.role in setting.roles]
    return [each for each in told if each not in on] if any(each in on for each in told) else []


def _known(tx: sa.Connection, event_id: str, now: datetime) -> Known:
    return Known(store.settings_of(tx, event_id), store.open_and_recent(tx, event_id, now))


def _changes(
    tx: sa.Connection, rule: AlarmRule, event_id: str, now: datetime, files: Store, before: Known
) -> Changes:
    setting = before.setting(rule)
    alarms = [each for each in before.alarms if each.rule == rule.name]
    if not setting.on:
        return look(alarms, (), (), now)
    asked = Look(tx, event_id, setting.threshold, now, files)
    causes = rule.find(asked)
    missing = {each.key for each in alarms if each.is_open} - {each.key for each in causes}
    lasting = set[str]()
    if missing and rule.slack != 1:
        lenient = replace(asked, threshold=setting.threshold * rule.slack)
        lasting = {each.key for each in rule.find(lenient)}
    room = MAX_OPEN - sum(each.is_open for each in before.alarms)
    return look(alarms, causes, lasting, now, room)


def _ready(
    tx: sa.Connection, event_id: str, rules: Rules, now: datetime, *, lock: bool = False
) -> list[Alarm]:
    """Return the alarms for which phones may ring now."""
    waiting = [each for each in store.all_open(tx, event_id, lock=lock) if each.waits_to_ring]
    event = event_store.get(tx, event_id) if waiting else None
    if event is None or not may_ring(store.rung(tx, event_id, now), now):
        return []
    return to_ring(waiting, _settings(tx, event_id, rules), now, event.zone)


def _settings(tx: sa.Connection, event_id: str, rules: Rules) -> dict[str, Setting]:
    chosen = store.settings_of(tx, event_id)
    return {name: chosen.get(name) or usual(rule) for name, rule in rules.items()}


def _new(rule: AlarmRule, event_id: str, threshold: float, cause: Cause, now: datetime) -> Alarm:
    limit = with_unit(threshold, rule.unit)
    fr, en = (
        say(lang, rule.title, about=cause.about[lang], threshold=limit[lang]) for lang in LANGS
    )
    return Alarm(
        ids.new(),
        event_id,
        rule.name,
        cause.key,
        Bilingual(fr, en),
        cause.about,
        cause.path,
        cause.since,
        now,
        cause.particulars,
    )


def _tell(
    tx: sa.Connection,
    person: Person,
    ready: Sequence[Alarm],
    settings: Mapping[str, Setting],
    rules: Rules,
) -> None:
    """Send a person one message about all alarms that their role is told about."""
    theirs = [each for each in ready if person.role in settings[each.rule].roles]
    if len(theirs) == 1:
        _ring(tx, person.id, theirs[0])
    elif theirs:
        message = Message(ALARM, theirs[0].event_id, _together(theirs, settings, rules))
        push.notify(tx, person.id, message, by=NOBODY)


def _ring(tx: sa.Connection, person_id: str, alarm: Alarm) -> None:
    notice = replace(ALARM, page=alarm.path)
    push.notify(tx, person_id, Message(notice, alarm.id, alarm.title), by=NOBODY)


def _together(alarms: Sequence[Alarm], settings: Mapping[str, Setting], rules: Rules) -> Bilingual:
    """Return one sentence for several alarms."""
    counted = Counter(each.rule for each in alarms)
    if len(counted) > 1:
        count, first = len(alarms), alarms[0].title
        many = N_("%(count)s alarms, the first: %(first)s")
        return Bilingual(*(say(lang, many, count=count, first=first[lang]) for lang in LANGS))
    rule = rules[alarms[0].rule]
    limit = with_unit(settings[rule.name].threshold, rule.unit)
    fr, en = (say(lang, rule.many, count=len(alarms), threshold=limit[lang]) for lang in LANGS)
    return Bilingual(fr, en)


def _record(tx: sa.Connection, fact: Fact, alarms: Sequence[Alarm], *, again: bool = False) -> None:
    for each in alarms:
        particulars = {"rule": each.rule} | ({"again": True} if again else {})
        journal.record(
            tx,
            fact,
            event_id=each.event_id,
            key=each.id,
            owner=each.event_id,
            by=NOBODY,
            particulars=particulars,
        )
