"""Alarms: raised by the features' rules, told to phones, cleared, acknowledged."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from mixroom.alarms import actions, queries, results
from mixroom.alarms import store as alarm_store
from mixroom.alarms.items import alarm_items
from mixroom.alarms.live import VIEW
from mixroom.alarms.model import Alarm, Quiet, Setting, usual
from mixroom.core import clock, db, ids, jobs
from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.files import Room, Store
from mixroom.core.roles import LEADS, Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import Person
from mixroom.event.store import events
from mixroom.features import listed
from mixroom.media import store as media_store
from mixroom.media.alarms import STORE, UNSENT
from mixroom.media.model import Original
from mixroom.push import actions as push
from mixroom.review import actions as review
from mixroom.review.alarms import WAITING
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.alarms import BEHIND
from mixroom.sponsors.model import Exposure, Promise, Tier, Where
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content, Kind
from mixroom.wall import actions as wall
from mixroom.wall.actions import ScreenReport
from mixroom.wall.alarms import SILENT
from mixroom.watch import Watch
from tests.cast import Cast, cast_at, ready_photo
from tests.client import Api, following
from tests.replay import assert_replays
from tests.servers import Server, until

SAYS = {"showing": {"scene": "mosaic", "keys": []}, "fps": 60.0, "version": "1", "held": 1}
NOON = datetime(2015, 11, 7, 17, tzinfo=UTC)  # at the cast's event, whose day it is


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def passes(self, **time: float) -> None:
        self.time += timedelta(**time)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(clock, "now", lambda: stopped.time)
    return stopped


class Toy:
    """A rule whose causes a test sets."""

    def __init__(self) -> None:
        self.wrong: dict[str, datetime] = {}
        self.rule = AlarmRule(
            "toy.silent",
            "%(about)s: nothing for %(threshold)s",
            "%(count)s teams: nothing for %(threshold)s",
            "A team has sent nothing.",
            ThresholdUnit.HOURS,
            threshold=2,
            least=0.5,
            most=48,
            find=self.find,
        )

    def find(self, _look: Look) -> list[Cause]:
        return [
            Cause(key, Bilingual(f"Équipe {key}", f"Team {key}"), since, f"/review#{key}")
            for key, since in self.wrong.items()
        ]


@pytest.fixture
def toy(hand: Clock) -> Toy:
    return Toy()


@pytest.fixture
def look(cast: Cast, files: Store, toy: Toy) -> Callable[[], list[Alarm]]:
    """Look once by the toy's rule and tell phones; return the alarms, oldest first."""

    def looked() -> list[Alarm]:
        now = clock.now()
        results.watch(toy.rule, cast.event.id, now, files)
        results.tell(cast.event.id, {toy.rule.name: toy.rule}, now)
        return _alarms(cast)

    return looked


def test_a_cause_raises_one_alarm_however_often_it_is_looked_for(
    cast: Cast, hand: Clock, toy: Toy, look: Callable[[], list[Alarm]]
) -> None:
    toy.wrong["pixel"] = hand.time - timedelta(hours=2)
    (raised,) = assert_replays(cast, look)
    assert raised.title == Bilingual(
        "Équipe pixel: nothing for 2\u00a0h", "Team pixel: nothing for 2\u00a0h"
    )
    assert (raised.path, raised.since) == ("/review#pixel", toy.wrong["pixel"])
    hand.passes(minutes=20)
    assert look() == look() == [raised]


def test_an_alarm_clears_itself_and_rings_again_only_for_a_new_cause(
    cast: Cast, hand: Clock, toy: Toy, look: Callable[[], list[Alarm]]
) -> None:
    _subscribed(cast, "ben")
    toy.wrong["pixel"] = hand.time
    (first,) = look()
    toy.wrong.clear()
    hand.passes(minutes=2)
    (over,) = assert_replays(cast, look)
    assert over.cleared_at == clock.now()
    toy.wrong["pixel"] = hand.time
    hand.passes(minutes=2)
    assert [each.cleared_at for each in assert_replays(cast, look)] == [None]
    toy.wrong.clear()
    look()
    hand.passes(minutes=6)
    toy.wrong["pixel"] = hand.time
    assert [each.id == first.id for each in look()] == [True, False]
    assert [each["key"] for each in _messages()] == [each.id for each in _alarms(cast)]


def test_many_at_once_are_one_message_and_one_opens_its_own_page(
    cast: Cast, hand: Clock, toy: Toy, look: Callable[[], list[Alarm]]
) -> None:
    _subscribed(cast, "ben")
    toy.wrong = {str(n): hand.time for n in range(12)}
    look()
    (message,) = _messages()
    assert message["about"]["en"] == "12 teams: nothing for 2\u00a0h"
    assert message["notice"]["page"] == "/alarms"
    hand.passes(minutes=3)
    toy.wrong["late"] = hand.time
    look()
    (_, later) = _messages()
    assert later["notice"]["page"] == "/review#late"
    assert later["about"]["fr"] == "Équipe late: nothing for 2\u00a0h"


def test_a_storm_rings_six_times_an_hour_and_nothing_is_forgotten(
    cast: Cast, hand: Clock, toy: Toy, look: Callable[[], list[Alarm]]
) -> None:
    _subscribed(cast, "ben")
    for n in range(50):
        toy.wrong[str(n)] = hand.time
        look()
        hand.passes(minutes=1)
    assert len(_messages()) == 6
    hand.passes(minutes=11)
    look()
    assert len(_messages()) == 7
    assert all(each.told_at for each in _alarms(cast))


def test_quiet_hours_hold_the_ring_back_and_what_still_stands_is_told_together(
    cast: Cast, hand: Clock, toy: Toy, look: Callable[[], list[Alarm]]
) -> None:
    _subscribed(cast, "ben")
    quiet = replace(usual(toy.rule), quiet=Quiet("11:00", "13:00"))  # it is noon in Montréal
    actions.change(cast.amelie, toy.rule, quiet)
    toy.wrong = dict.fromkeys(("pixel", "echo", "atelier", "hall"), hand.time)
    raised = look()
    assert len(raised) == 4
    actions.acknowledge(cast.ben, raised[0].id, "Appelé")
    del toy.wrong["echo"]
    hand.passes(minutes=59)
    look()
    assert _messages() == []
    hand.passes(minutes=1)
    look()
    (message,) = _messages()
    assert message["about"]["fr"].startswith("2 teams")


def test_only_the_roles_that_a_lead_chose_are_told_and_none_without_push(
    cast: Cast, hand: Clock, toy: Toy, look: Callable[[], list[Alarm]]
) -> None:
    for name in ("amelie", "ben", "chloe"):
        _subscribed(cast, name)
    chosen = Setting(on=True, threshold=2, roles=LEADS | {Role.PHOTOGRAPHER})
    actions.change(cast.amelie, toy.rule, chosen)
    toy.wrong["pixel"] = hand.time
    look()
    assert len(_messages()) == 2
    actions.change(cast.amelie, toy.rule, replace(chosen, push=False))
    hand.passes(minutes=2)
    toy.wrong["echo"] = hand.time
    assert [each.told_at is None for each in look()] == [False, True]
    assert len(_messages()) == 2
    actions.change(cast.amelie, toy.rule, replace(chosen, on=False))
    assert all(each.cleared_at for each in look())


def test_two_workers_at_once_raise_one_alarm_and_ring_once(
    cast: Cast, files: Store, hand: Clock, toy: Toy
) -> None:
    _subscribed(cast, "ben")
    toy.wrong = {str(n): hand.time for n in range(3)}
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def work() -> None:
        try:
            together.wait()
            results.watch(toy.rule, cast.event.id, hand.time, files)
            results.tell(cast.event.id, {toy.rule.name: toy.rule}, hand.time)
        except Exception as error:  # a thread's own exception would be lost
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert failures == []
    assert sorted(each.key for each in _alarms(cast)) == ["0", "1", "2"]
    assert len(_messages()) == 1


def test_a_reviewer_says_what_was_done_and_others_may_not(
    cast: Cast, hand: Clock, toy: Toy, look: Callable[[], list[Alarm]]
) -> None:
    toy.wrong["pixel"] = hand.time
    (alarm,) = look()
    assert queries.unseen(cast.ben) == 1
    item = assert_replays(cast, partial(actions.acknowledge, cast.ben, alarm.id, " J’y vais. "))
    assert item["acknowledged"]["by"] == "Ben Carter"
    assert item["acknowledged"]["note"] == "J’y vais."
    assert queries.unseen(cast.ben) == 0
    actions.acknowledge(cast.amelie, alarm.id, "Réglé")
    with reading() as tx:
        seen = alarm_items(tx, cast.event.id, [alarm.id])[alarm.id]["acknowledged"]
    assert (seen["by"], seen["note"]) == ("Amélie Roy", "Réglé")
    with pytest.raises(NotAllowedError):
        actions.acknowledge(cast.driss, alarm.id)
    with pytest.raises(NotFoundError):
        actions.acknowledge(cast.eve, alarm.id)
    with pytest.raises(InvalidError, match="note"):
        actions.acknowledge(cast.ben, alarm.id, "x" * 501)
    with pytest.raises(NotAllowedError):
        actions.change(cast.ben, toy.rule, usual(toy.rule))


def test_the_list_is_bounded_and_keeps_what_is_open(cast: Cast, hand: Clock, toy: Toy) -> None:
    with transaction() as tx:
        for n in range(150):
            words = Bilingual(str(n), str(n))
            made = Alarm(
                ids.new(), cast.event.id, "toy", str(n), words, words, "/", NOON, NOON, {}, None
            )
            alarm_store.add(tx, made)
            if n > 2:
                alarm_store.save(tx, replace(made, cleared_at=NOON))
    with reading() as tx:
        items = VIEW.items(tx, cast.event.id)
    assert len(items) == 103
    assert sum(each["cleared_at"] is None for each in items.values()) == 3
    first, following = queries.page(cast.ben)
    second, end = queries.page(cast.ben, before=following)
    assert len(first) == 100
    assert len(second) == 50
    assert end is None


def test_a_rule_that_fails_does_not_stop_the_others(
    cast: Cast, files: Store, hand: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(look: Look) -> list[Cause]:
        look.tx.execute(sa.text("SELECT nonsense"))
        return []

    toy = Toy()
    toy.wrong["pixel"] = hand.time
    rules = (replace(toy.rule, name="broken", find=fails), toy.rule)
    monkeypatch.setattr("mixroom.watch.listed", lambda name: rules * (name == "alarms"))
    Watch(files).look()
    assert [each.rule for each in _alarms(cast)] == ["toy.silent"]


def test_only_events_whose_days_are_near_are_watched(cast: Cast, hand: Clock, files: Store) -> None:
    assert cast.event.id in results.watched_events(hand.time)
    assert cast.event.id in results.watched_events(hand.time + timedelta(days=2))
    assert cast.event.id not in results.watched_events(hand.time + timedelta(days=4))
    with transaction() as tx:
        tx.execute(events.update().values(rehearsal=True))
    assert cast.event.id in results.watched_events(hand.time + timedelta(days=40))


def test_the_watch_looks_after_a_new_fact_and_when_time_has_passed(
    cast: Cast, hand: Clock, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    toy = Toy()
    counting = replace(toy.rule, find=lambda look: looks.append(look.event_id) or ())
    monkeypatch.setattr("mixroom.watch.listed", lambda name: (counting,) * (name == "alarms"))
    seconds = [1000.0]
    monkeypatch.setattr("mixroom.watch.time.monotonic", lambda: seconds[0])
    watch = Watch(files)

    def after(pause: float) -> bool:
        looks.clear()
        seconds[0] += pause
        watch.look()
        return cast.event.id in looks

    assert after(0)
    assert not after(5)  # no new fact
    _sent(cast)
    assert after(0.1)
    _sent(cast)
    assert not after(0.5)  # too soon after the last
    assert after(0.6)
    assert not after(14)
    assert after(1.1)


def test_a_rule_that_is_asked_seldom_is_asked_as_soon_as_it_may_be(
    cast: Cast, hand: Clock, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    counting = replace(
        Toy().rule,
        find=lambda look: looks.append(look.event_id) or (),
        every=timedelta(seconds=5),
    )
    monkeypatch.setattr("mixroom.watch.listed", lambda name: (counting,) * (name == "alarms"))
    seconds = [1000.0]
    monkeypatch.setattr("mixroom.watch.time.monotonic", lambda: seconds[0])
    watch = Watch(files)
    asked = []
    for _ in range(9):
        looks.clear()
        watch.look()
        asked.append(cast.event.id in looks)
        if len(asked) == 2:
            _sent(cast)  # within its pause
        seconds[0] += 1.1
    assert asked == [True] + [False] * 4 + [True] + [False] * 3


# The rules of the features.


def test_a_queue_that_waits_raises_an_alarm_until_someone_decides(
    cast: Cast, hand: Clock, files: Store
) -> None:
    key = _sent(cast)
    hand.passes(minutes=14)
    _sent(cast)
    assert _found(cast, WAITING, files) == []
    hand.passes(minutes=1)
    (cause,) = _found(cast, WAITING, files)
    assert (cause.path, cause.since) == ("/review", NOON)
    review.hold(cast.ben, key, "later")
    assert _found(cast, WAITING, files) == []


def test_a_screen_that_falls_silent_is_missed_and_one_that_is_off_for_long_is_not(
    cast: Cast, hand: Clock, files: Store
) -> None:
    assert _found(cast, SILENT, files) == []
    wall.report(cast.mur, ScreenReport(SAYS, 0))
    hand.passes(minutes=4)
    assert _found(cast, SILENT, files) == []
    hand.passes(minutes=1)
    (cause,) = _found(cast, SILENT, files)
    assert (cause.key, cause.about["fr"]) == (cast.mur.id, "Mur")
    hand.passes(hours=12)
    assert _found(cast, SILENT, files) == []


def test_a_sponsor_behind_its_promise_is_found_once_there_is_enough_time_to_judge(
    cast: Cast, hand: Clock, files: Store
) -> None:
    one = _sponsor(cast, "Un", 20)
    two = _sponsor(cast, "Deux", 20)
    _sponsor(cast, "Trois", 0)
    _shown(cast, hand, one, 10)
    assert _found(cast, BEHIND, files) == []
    _shown(cast, hand, two, 7)
    _shown(cast, hand, None, 43)
    (cause,) = _found(cast, BEHIND, files)
    assert cause.particulars == {"sponsor": two, "behind": 42}
    _shown(cast, hand, two, 5)
    assert _found(cast, BEHIND, files) == []


def test_originals_that_stay_on_phones_are_grouped_by_person(
    cast: Cast, hand: Clock, files: Store
) -> None:
    for by, state in (
        (cast.driss, Original.AWAITED),
        (cast.driss, Original.LOST),
        (cast.chloe, Original.KEPT),
    ):
        _photo(by, state)
        hand.passes(minutes=1)
    assert _found(cast, UNSENT, files) == []
    hand.passes(minutes=27)
    (cause,) = _found(cast, UNSENT, files)
    assert (cause.about["fr"], cause.particulars["count"]) == ("Driss Alaoui", 1)
    hand.passes(minutes=1)
    (cause,) = _found(cast, UNSENT, files)
    assert (cause.particulars["count"], cause.since) == (2, NOON)
    hand.passes(hours=25)
    assert _found(cast, UNSENT, files) == []


def test_a_store_that_fills_up_is_found_and_one_without_a_limit_is_not(
    cast: Cast, hand: Clock, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room, wrong in (
        (None, False),
        (Room(10, 100), False),
        (Room(9, 100), True),
        (Room(50, 100, is_full=True), True),
    ):
        monkeypatch.setattr(type(files), "free", lambda _self, room=room: room)
        assert bool(_found(cast, STORE, files)) == wrong


def test_a_level_near_its_threshold_does_not_flap(
    cast: Cast, hand: Clock, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []
    for free in (9.9, 10.1, 9.8, 11.9, 12.1, 11.0, 9.9):
        monkeypatch.setattr(
            type(files), "free", lambda _self, free=free: Room(int(free * 10), 1000)
        )
        results.watch(STORE, cast.event.id, clock.now(), files)
        states.append([each.is_open for each in _alarms(cast)])
        hand.passes(minutes=1)
    assert states == [[True]] * 4 + [[False]] * 2 + [[True]]


def test_every_rule_has_settings_that_it_accepts_and_a_name_of_its_own(cast: Cast) -> None:
    rules = listed("alarms")
    assert len({each.name for each in rules}) == len(rules)
    for rule in rules:
        assert actions.change(cast.amelie, rule, usual(rule)) == usual(rule)
        assert rule.roles
        assert len(rule.name) <= 64


# Over HTTP, by the worker, at a running server.


@pytest.fixture
def today(server: Server) -> Iterator[Cast]:
    """The cast, at a running server, at an event that is today."""
    with cast_at(server) as cast:
        with transaction() as tx:
            day = clock.now().date()
            mine = events.c.id == cast.event.id
            values = {"starts_on": day - timedelta(days=1), "ends_on": day + timedelta(days=1)}
            tx.execute(events.update().where(mine).values(**values))
        yield cast


def test_the_worker_raises_and_clears_and_the_page_follows(server: Server, today: Cast) -> None:
    with Api(server.url, today.tokens["amelie"], lang="en") as amelie:
        sent = Api(server.url, today.tokens["driss"]).submit()["id"]
        rules = amelie.ask("GET", "/alarms/rules").json()["items"]
        (waiting,) = [each for each in rules if each["name"] == "review.waiting"]
        wanted = waiting["settings"] | {"threshold": 2}
        with transaction() as tx:
            tx.execute(
                sa.text("UPDATE submission SET submitted_at = :at WHERE id = :id").bindparams(
                    sa.bindparam("at", clock.now() - timedelta(minutes=3), db.UtcDateTime),
                    id=sent,
                )
            )
        with following(amelie, "alarms") as alarms:
            changed = amelie.ask("PUT", "/alarms/rules/review.waiting", json=wanted)
            assert changed.json()["settings"]["threshold"] == 2
            until(lambda: alarms.items, "the alarm to be raised")
            (alarm,) = alarms.items.values()
            assert alarm["title"]["en"] == "Something has waited 2\u00a0min for a decision"
            page = amelie.page("/alarms").text
            assert alarm["title"]["fr"] in page
            said = amelie.ask(
                "POST", f"/alarms/{alarm['id']}/acknowledgement", json={"note": "On it"}
            )
            assert said.json()["acknowledged"]["note"] == "On it"
            amelie.decide(sent, "rejection", reason="duplicate")
            until(lambda: alarms.items[alarm["id"]]["cleared_at"], "the alarm to clear")
        listed = amelie.ask("GET", "/alarms?open=false").json()
        assert [each["id"] for each in listed["items"]] == [alarm["id"]]
        assert amelie.ask("GET", "/alarms?open=true").json() == {"items": [], "after": None}
        assert "On it" in amelie.page("/alarms").text
        older = amelie.page(f"/alarms/older?before={ids.new()}").text
        assert alarm["title"]["fr"] in older


def test_refused_settings_are_shown_at_their_field_and_what_was_typed_is_kept(
    server: Server, guests: Cast
) -> None:
    form = {"on": "on", "threshold": "2000", "roles": "lead", "push": "on", "quiet_from": "22:00"}
    with Api(server.url, guests.tokens["amelie"], lang="fr") as amelie:
        headers = {"Accept": "text/html"}
        page = amelie.post("/alarms/rules/review.waiting", form, headers=headers)
        assert page.status_code == 422
        assert "Choisissez un nombre de 2 à 240." in page.text
        assert 'value="2000"' in page.text
        assert 'value="22:00"' in page.text
        assert "autofocus" in page.text
        assert amelie.post("/alarms/rules/nothing", form, headers=headers).status_code == 404
        good = form | {"threshold": "7,5", "quiet_to": "07:00"}
        assert amelie.post("/alarms/rules/review.waiting", good, headers=headers).ok
        page = amelie.page("/alarms/rules").text
        assert 'value="7,5"' in page


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"threshold": "many", "roles": ["lead"]},
        {"threshold": 1e300, "roles": ["lead"]},
        {"threshold": 10, "roles": ["nobody"]},
        {"threshold": 10, "roles": []},
        {"threshold": 10, "roles": ["lead"], "quiet": {"starts": "8", "ends": "9"}},
        {"threshold": 10, "roles": ["lead"], "more": 1},
    ],
)
def test_settings_over_the_api_refuse_nonsense(
    server: Server, guests: Cast, body: dict[str, object]
) -> None:
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        assert amelie.ask("PUT", "/alarms/rules/review.waiting", json=body).status_code == 422


def _alarms(cast: Cast) -> list[Alarm]:
    with reading() as tx:
        found = alarm_store.page(tx, cast.event.id, is_open=None, before=None, most=300)
    return found[::-1]


def _messages() -> list[dict[str, Any]]:
    """Return the messages to phones that wait to be sent, oldest first."""
    with reading() as tx:
        waiting = jobs.jobs.c.kind == "push.send"
        query = sa.select(jobs.jobs.c.payload).where(waiting).order_by(jobs.jobs.c.id)
        return [json.loads(each) for each in tx.scalars(query)]


def _subscribed(cast: Cast, name: str) -> None:
    """Give someone a phone that wants messages."""
    signed = crew.signed_in(cast.tokens[name])
    assert signed is not None
    keys = (
        "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQ",
        "tUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    )
    push.subscribe(
        cast.people[name],
        signed[1].id,
        f"https://fcm.googleapis.com/fcm/send/{name}",
        "".join(keys),
        "tBHItJI5svbpez7KI4CCXg",
        lang="fr",
        services=("fcm.googleapis.com",),
    )


def _found(cast: Cast, rule: AlarmRule, files: Store) -> list[Cause]:
    with reading() as tx:
        return list(rule.find(Look(tx, cast.event.id, rule.threshold, clock.now(), files)))


def _sent(cast: Cast) -> str:
    sent, _ = submissions.submit(cast.driss, Content(Kind.POST, Bilingual("Bonjour")))
    return str(sent["id"])


def _sponsor(cast: Cast, name: str, percent: float) -> str:
    promise = Promise(percent)
    return sponsors.add(cast.amelie, name=Bilingual(name), tier=Tier.FRIEND, promise=promise).id


def _shown(cast: Cast, hand: Clock, sponsor: str | None, minutes: int) -> None:
    shown = [
        Exposure(ids.new(), sponsor, hand.time - timedelta(minutes=n), 60, Where.STRIP)
        for n in range(minutes)
    ]
    assert sponsors.count(cast.mur, shown).counted == minutes


def _photo(by: Person, original: Original) -> None:
    key = ready_photo(by)
    with transaction() as tx:
        photo = media_store.get(tx, key)
        assert photo is not None
        media_store.save(tx, replace(photo, original=original, submission_id=ids.new()))
