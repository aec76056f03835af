"""Shifts: made, taken, left, stood in for, begun and handed over; on both databases."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from mixroom.alarms import results as alarm_results
from mixroom.app import create_app
from mixroom.core import clock, jobs, journal
from mixroom.core.alarm_rules import Look
from mixroom.core.db import reading, transaction
from mixroom.core.disk import DiskStore
from mixroom.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import Person
from mixroom.event import actions as event_actions
from mixroom.event.renewal import Renewal
from mixroom.requests import actions as requesting
from mixroom.requests.model import To, Wanted
from mixroom.review import queries as review_queries
from mixroom.settings import Settings
from mixroom.shifts import actions, alarms, attending, planning, queries, results, store
from mixroom.shifts.collisions import Caution
from mixroom.shifts.formats import calendar
from mixroom.shifts.live import VIEW
from mixroom.shifts.model import (
    ArrivalEarlyError,
    Fact,
    LeaveLateError,
    Mode,
    NotArrivedError,
    ShiftAssignedError,
    ShiftCollidesError,
    ShiftFullError,
    ShiftOverError,
    ShiftRoleError,
    StandInGoneError,
    State,
    Terms,
)
from mixroom.shifts.risks import risks
from mixroom.shifts.signing import calendar_token
from mixroom.submissions import actions as submissions
from mixroom.submissions import lists
from mixroom.submissions.content import Content
from mixroom.submissions.model import REMIND_JOB
from mixroom.submissions.moves import Status
from tests import rosters
from tests.cast import Cast
from tests.replay import assert_replays
from tests.rosters import (
    FORM,
    HOUR,
    SATURDAY,
    ZONE,
    At,
    at_time,
    item,
    make,
    phone_of,
    photographers,
    told,
    wanted,
)
from tests.servers import env_in

at, browse, work = rosters.at, rosters.browse, rosters.work  # fixtures
# The pages and the API do not know the database.
once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_shift_is_taken_begun_and_handed_over_and_its_hours_count(cast: Cast, at: At) -> None:
    place = cast.event.places[0].id
    new = wanted(place=place, note=Bilingual("Avec le trépied", "With the tripod"))
    key = assert_replays(cast, partial(planning.make, cast.amelie, new)).id
    later = make(cast, SATURDAY + 4 * HOUR, place=place)
    taken = assert_replays(cast, partial(actions.sign_up, cast.chloe, key))
    assert (taken.is_new, taken.warned) == (True, ())
    assert actions.sign_up(cast.chloe, key).is_new is False  # a retry
    shown = item(cast, key)
    assert (shown["place"]["en"], shown["seats"], shown["taken"]) == ("Workshop", 1, 1)
    assert shown["people"][0]["name"] == "Chloé Gagnon"

    with pytest.raises(ArrivalEarlyError):
        attending.arrive(cast.chloe, key)
    with pytest.raises(NotArrivedError):
        attending.finish(cast.chloe, key)
    at(SATURDAY - 10 * timedelta(minutes=1))
    assert_replays(cast, partial(attending.arrive, cast.chloe, key))
    assert item(cast, key)["people"][0]["state"] == "arrived"
    at(SATURDAY + 3 * HOUR)
    note = "La carte SD est dans le tiroir."
    done = assert_replays(cast, partial(attending.finish, cast.chloe, key, note=note))
    assert done.state is State.DONE
    assert queries.hours(cast.amelie)[cast.chloe.id].worked == 3 * HOUR + timedelta(minutes=10)

    (newcomer,) = photographers(cast, 1)
    actions.sign_up(newcomer, later)
    at(SATURDAY + 4 * HOUR)
    _, notes = attending.arrive(newcomer, later)
    assert [each.text for each in notes] == [note]
    assert [each.text for each, _ in queries.notes_for(newcomer, queries.shift(newcomer, later))]


def test_fifty_people_want_three_seats_at_the_same_instant_and_three_get_one(cast: Cast) -> None:
    soon = clock.now() + HOUR
    day = soon.astimezone(ZONE).date()
    event_actions.edit(cast.amelie, starts_on=day, ends_on=day + timedelta(days=1))
    key = planning.make(cast.amelie, wanted(soon, seats=3)).id
    people = photographers(cast, 50)
    start, got, refused = threading.Barrier(len(people)), [], []

    def take(person: Person) -> None:
        start.wait()
        try:
            actions.sign_up(person, key)
            got.append(person.id)
        except ShiftFullError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), refused) == (3, ["shift_full"] * 47)
    assert {each["id"] for each in item(cast, key)["people"]} == set(got)


def test_one_person_cannot_take_two_shifts_at_once_not_even_at_the_same_instant(
    cast: Cast,
) -> None:
    soon = clock.now() + HOUR
    day = soon.astimezone(ZONE).date()
    event_actions.edit(cast.amelie, starts_on=day, ends_on=day + timedelta(days=1))
    keys = [planning.make(cast.amelie, wanted(soon + n * HOUR)).id for n in range(4)]
    start, got, refused = threading.Barrier(len(keys)), [], []

    def take(key: str) -> None:
        start.wait()
        try:
            got.append(actions.sign_up(cast.chloe, key).signup.shift_id)
        except ShiftCollidesError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=take, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(refused)) == (1, 3)


def test_a_shift_across_midnight_collides_warns_of_rest_and_may_be_taken(
    cast: Cast, at: At
) -> None:
    night = make(cast, datetime(2015, 11, 7, 22, tzinfo=ZONE), 4)
    dawn = make(cast, datetime(2015, 11, 8, 1, tzinfo=ZONE), 3)
    morning = make(cast, datetime(2015, 11, 8, 8, tzinfo=ZONE), 4)
    late = make(cast, datetime(2015, 11, 8, 10, tzinfo=ZONE), 4)
    (past,) = actions.sign_up(cast.chloe, night).warned
    assert past.caution is Caution.PAST_MIDNIGHT
    with pytest.raises(ShiftCollidesError) as error:
        actions.sign_up(cast.chloe, dawn)
    assert error.value.facts["shift"]["id"] == night
    (short,) = actions.sign_up(cast.chloe, morning).warned
    assert (short.caution, short.hours) == (Caution.SHORT_REST, 6)
    actions.leave(cast.chloe, morning)
    assert actions.sign_up(cast.chloe, late).warned == ()  # eight hours after the night


def test_a_lead_asks_those_who_are_free_to_take_an_empty_seat(cast: Cast, at: At) -> None:
    key, other = make(cast), make(cast, SATURDAY + HOUR)
    free, busy = photographers(cast, 2)
    actions.sign_up(busy, other)
    for person in (free, busy, cast.driss):
        phone_of(person)
    assert assert_replays(cast, partial(planning.call, cast.amelie, key)) == 2  # Chloé has no phone
    assert told() == [(free.id, "shift_wanted")]
    with pytest.raises(ShiftFullError):
        planning.call(cast.amelie, other)
    with pytest.raises(ShiftAssignedError):
        planning.call(cast.amelie, make(cast, mode=Mode.ASSIGNED))
    with pytest.raises(NotAllowedError):
        planning.call(cast.chloe, key)


def test_who_may_take_a_seat(cast: Cast, at: At) -> None:
    key, closed = make(cast, seats=2), make(cast, SATURDAY + 5 * HOUR, mode=Mode.ASSIGNED)
    for person, error in ((cast.driss, ShiftRoleError), (cast.mur, NotAllowedError)):
        with pytest.raises(error):
            actions.sign_up(person, key)
    with pytest.raises(NotFoundError):
        actions.sign_up(cast.eve, key)
    with pytest.raises(ShiftAssignedError):
        actions.sign_up(cast.chloe, closed)
    with pytest.raises(NotAllowedError):
        actions.sign_up(cast.chloe, key, cast.driss.id)
    actions.sign_up(cast.amelie, closed, cast.chloe.id)
    with pytest.raises(ShiftFullError):
        actions.sign_up(cast.amelie, closed)
    actions.sign_up(cast.amelie, key)  # a lead can do all
    at(SATURDAY + 4 * HOUR)
    with pytest.raises(ShiftOverError):
        actions.sign_up(cast.chloe, key)


def test_leaving_is_free_until_a_day_before_then_someone_stands_in(cast: Cast, at: At) -> None:
    key = make(cast)
    rested, tired, busy = photographers(cast, 3)
    other = make(cast, SATURDAY + HOUR)
    night = make(cast, SATURDAY - 20 * HOUR, 13)  # from Friday evening until seven hours before
    actions.sign_up(busy, other)
    actions.sign_up(tired, night)
    for person in (rested, tired, busy, cast.chloe, cast.driss):
        phone_of(person)
    actions.sign_up(cast.chloe, key)
    assert_replays(cast, partial(actions.leave, cast.chloe, key))
    assert item(cast, key)["taken"] == 0
    actions.sign_up(cast.chloe, key)

    at(SATURDAY - 23 * HOUR)
    with pytest.raises(LeaveLateError):
        actions.leave(cast.chloe, key)
    with pytest.raises(StandInGoneError):
        actions.take_over(rested, key, cast.chloe.id)  # nobody has asked
    asked = assert_replays(cast, partial(actions.ask_for_stand_in, cast.chloe, key))
    assert asked == 1
    assert told() == [(rested.id, "stand_in")]
    shown = item(cast, key)["people"]
    assert [(each["id"], each["asks"]) for each in shown] == [(cast.chloe.id, True)]
    with pytest.raises(ShiftCollidesError):
        actions.take_over(busy, key, cast.chloe.id)
    with pytest.raises(ShiftRoleError):
        actions.take_over(cast.driss, key, cast.chloe.id)
    assert_replays(cast, partial(actions.take_over, rested, key, cast.chloe.id))
    assert [each["id"] for each in item(cast, key)["people"]] == [rested.id]
    with pytest.raises(StandInGoneError):
        actions.take_over(tired, key, cast.chloe.id)  # the first one got it
    assert (cast.chloe.id, "taken_over") in told()


def test_whoever_asks_may_do_it_after_all_and_an_arrival_ends_the_search(
    cast: Cast, at: At
) -> None:
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    at(SATURDAY - 2 * HOUR)
    actions.ask_for_stand_in(cast.chloe, key)
    assert_replays(cast, partial(actions.drop_stand_in, cast.chloe, key))
    (stranger,) = photographers(cast, 1)
    with pytest.raises(StandInGoneError):
        actions.take_over(stranger, key, cast.chloe.id)
    actions.ask_for_stand_in(cast.chloe, key)
    at(SATURDAY)
    attending.arrive(cast.chloe, key)
    assert not item(cast, key)["people"][0]["asks"]


def test_arrivals_are_noted_by_oneself_a_lead_or_whoever_is_there(cast: Cast, at: At) -> None:
    first, second, third = photographers(cast, 3)
    key = make(cast, seats=3)
    for person in (first, second, third):
        actions.sign_up(person, key)
    at(SATURDAY)
    with pytest.raises(NotAllowedError):
        attending.arrive(second, key, first.id)  # who is not there herself
    attending.arrive(first, key)
    attending.arrive(first, key, second.id)
    attending.arrive(cast.amelie, key, third.id)
    with reading() as tx:
        by = {each.person_id: each.arrived_by for each in store.signed_up(tx, [key])[key]}
    assert by == {first.id: first.id, second.id: first.id, third.id: cast.amelie.id}


def test_a_lead_corrects_hours_and_who_when_before_after_and_why_are_kept(
    cast: Cast, at: At
) -> None:
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    at(SATURDAY + 5 * HOUR)
    results.watch(clock.now())
    assert item(cast, key)["people"][0]["state"] == "missed"
    with pytest.raises(NotAllowedError):
        attending.correct(cast.chloe, key, cast.chloe.id, 240, "J’y étais")
    with pytest.raises(InvalidError, match="why"):
        attending.correct(cast.amelie, key, cast.chloe.id, 240, " ")
    why = "Elle était là, sans téléphone"
    correcting = partial(attending.correct, cast.amelie, key, cast.chloe.id, 210, why)
    assert assert_replays(cast, correcting).state is State.DONE
    assert queries.hours(cast.amelie)[cast.chloe.id].worked == timedelta(minutes=210)
    _, _, _, (trace,) = queries.roster(cast.amelie, key)
    assert (trace.by, trace.before, trace.after, trace.why) == (cast.amelie.id, 0, 210, why)
    with reading() as tx:
        facts = [each.name for each in journal.about(tx, cast.event.id, key)]
    assert facts == [Fact.MADE, Fact.TAKEN, Fact.SETTLED, Fact.CORRECTED]


def test_a_lead_changes_copies_and_calls_off_and_people_are_told(cast: Cast, at: At) -> None:
    key = make(cast, seats=2)
    actions.sign_up(cast.chloe, key)
    phone_of(cast.chloe)
    assert_replays(
        cast, partial(planning.change, cast.amelie, key, at_time(SATURDAY + HOUR) | {"seats": 3})
    )
    assert told() == [(cast.chloe.id, "moved")]
    (more,) = photographers(cast, 1)
    actions.sign_up(more, key)
    with pytest.raises(InvalidError, match="seats"):
        planning.change(cast.amelie, key, {"seats": 1})
    other = make(cast, SATURDAY - 5 * HOUR)
    actions.sign_up(cast.chloe, other)
    with pytest.raises(ShiftCollidesError) as error:
        planning.change(cast.amelie, other, at_time(SATURDAY))
    assert error.value.facts["person"]["name"] == "Chloé Gagnon"

    days = [date(2015, 11, 6), date(2015, 11, 8)]
    made = assert_replays(cast, partial(planning.copy, cast.amelie, key, days))
    assert [each.starts.astimezone(ZONE).isoformat()[:16] for each in made] == [
        "2015-11-06T15:00",
        "2015-11-08T15:00",
    ]
    assert item(cast, made[0].id)["taken"] == 0
    assert_replays(cast, partial(planning.call_off, cast.amelie, key))
    with pytest.raises(NotFoundError):
        queries.item(cast.amelie, key)
    assert (cast.chloe.id, "called_off") in told()
    refused = (
        partial(planning.make, cast.chloe, wanted()),
        partial(planning.call_off, cast.chloe, key),
        partial(planning.copy, cast.chloe, key, days),
        partial(planning.set_terms, cast.chloe),
    )
    for act in refused:
        with pytest.raises(NotAllowedError):
            act()


IMPOSSIBLE = [
    (wanted(hours=-1), "to"),
    (wanted(hours=0), "to"),
    (wanted(hours=24.5), "to"),
    (wanted(seats=200), "seats"),
    (wanted(seats=0), "seats"),
    (wanted(datetime(2015, 10, 29, tzinfo=UTC)), "from"),
    (wanted(datetime(2015, 11, 16, 5, tzinfo=UTC)), "from"),
    (wanted(role=Role.SCREEN), "role"),
    (wanted(place="nowhere"), "place"),
    (wanted(note=Bilingual("x" * 501)), "note"),
]


def test_what_cannot_be_is_refused_with_its_field(cast: Cast) -> None:
    for shift, field in IMPOSSIBLE:
        with pytest.raises(InvalidError) as error:
            planning.make(cast.amelie, shift)
        assert error.value.field == field


def test_who_is_on_and_who_is_reminded_once_and_what_is_over(cast: Cast, at: At) -> None:
    first, second = photographers(cast, 2)
    key = make(cast, seats=2)
    for person in (first, second):
        actions.sign_up(person, key)
        phone_of(person)

    def on() -> set[str]:
        with reading() as tx:
            return set(queries.on_now(tx, cast.event.id, clock.now()))

    at(SATURDAY - 3 * HOUR - timedelta(minutes=1))
    results.watch(clock.now())
    assert told() == []
    at(SATURDAY - 3 * HOUR)
    for _ in range(3):
        results.watch(clock.now())
    assert sorted(told()) == sorted([(first.id, "shift"), (second.id, "shift")])
    assert on() == set()
    at(SATURDAY + timedelta(minutes=30))
    assert on() == {first.id, second.id}  # late, but expected
    attending.arrive(first, key)
    at(SATURDAY + HOUR)
    assert on() == {first.id}  # the other is missing
    at(SATURDAY + 4 * HOUR)
    assert on() == set()
    at(SATURDAY + 4 * HOUR + timedelta(minutes=16))
    assert_replays(cast, lambda: results.watch(clock.now()))
    states = {each["id"]: each["state"] for each in item(cast, key)["people"]}
    assert states == {first.id: "done", second.id: "missed"}
    assert queries.hours(cast.amelie)[first.id].worked == 4 * HOUR - timedelta(minutes=30)


def on_shift(cast: Cast, *people: Person) -> None:
    """Have these people on a shift of their role on Saturday, there, with phones like everyone."""
    for person in people:
        key = make(cast, role=person.role)
        actions.sign_up(cast.amelie, key, person.id)


def test_a_request_goes_to_those_on_shift_first_then_to_the_others(
    cast: Cast, at: At, work: Callable[[], None]
) -> None:
    at(SATURDAY - HOUR)
    (second,) = photographers(cast, 1)
    on_shift(cast, second)
    for person in (cast.chloe, second):
        phone_of(person)
    at(SATURDAY)
    wish = Wanted(Bilingual("Une photo", "A photo"))
    to = To(Role.PHOTOGRAPHER)
    taken = str(requesting.ask(cast.amelie, wish, to=to)[0]["id"])
    requesting.ask(cast.amelie, wish, to=to)
    assert told() == [(second.id, "request")] * 2
    requesting.take(second, taken)
    at(SATURDAY + timedelta(minutes=10))
    work()
    assert told().count((cast.chloe.id, "request")) == 1  # of what nobody has taken
    requesting.ask(cast.amelie, wish, to=To(Role.BLOGGER))  # of whom nobody is on
    assert (cast.driss.id, "request") not in told()
    phone_of(cast.driss)
    requesting.ask(cast.amelie, wish, to=To(Role.BLOGGER))
    assert (cast.driss.id, "request") in told()


def test_the_reminder_of_what_waits_goes_to_reviewers_on_shift_else_to_leads(
    cast: Cast, at: At, work: Callable[[], None]
) -> None:
    at(SATURDAY - HOUR)
    for person in (cast.amelie, cast.ben):
        phone_of(person)
    submissions.submit(cast.driss, Content(Kind.POST, Bilingual("La voici.")))
    at(SATURDAY)
    work()
    assert [each for each in told() if each[1] == "late"] == [(cast.amelie.id, "late")]
    on_shift(cast, cast.ben)
    with reading() as tx:
        (waiting,) = lists.page(tx, cast.event.id, [Status.SUBMITTED], limit=1)
    with transaction() as tx:
        jobs.enqueue(tx, REMIND_JOB, {"key": waiting.id})
    work()
    assert [each for each in told() if each[1] == "late"] == [
        (cast.amelie.id, "late"),
        (cast.ben.id, "late"),
    ]
    assert review_queries.on_review(cast.amelie) == ["Ben Carter"]


def test_alarms_ring_for_those_on_shift_first_and_for_the_others_if_nobody_sees_them(
    cast: Cast, at: At, tmp_path: Path, work: Callable[[], None]
) -> None:
    (other,) = [crew.token_from_server(cast.event.id, "Léa", Role.LEAD)[0]]
    at(SATURDAY - HOUR)
    on_shift(cast, other)
    for person in (cast.amelie, other):
        phone_of(person)
    at(SATURDAY)
    empty, _ = alarms.RULES
    make(cast, SATURDAY + HOUR)

    def ring() -> None:
        alarm_results.watch(empty, cast.event.id, clock.now(), DiskStore(tmp_path))
        alarm_results.tell(cast.event.id, {empty.name: empty}, clock.now())

    ring()
    assert told() == [(other.id, "alarm")]
    at(SATURDAY + timedelta(minutes=6))
    work()
    assert told() == sorted([(other.id, "alarm"), (cast.amelie.id, "alarm")])


def test_the_alarms_find_empty_seats_and_missing_people(cast: Cast, at: At, tmp_path: Path) -> None:
    key = make(cast, seats=2)
    actions.sign_up(cast.chloe, key)

    def find(rule: Any) -> list[str]:
        with reading() as tx:
            look = Look(tx, cast.event.id, rule.threshold, clock.now(), DiskStore(tmp_path))
            return [f"{cause.key} {cause.about['en']}" for cause in rule.find(look)]

    empty, missing = alarms.RULES
    assert (find(empty), find(missing)) == ([], [])
    at(SATURDAY - 2 * HOUR + timedelta(minutes=1))
    (found,) = find(empty)
    assert found.startswith(f"{key} Photographer, videographer · Sat 7 Nov, 14:00–18:00")
    at(SATURDAY + timedelta(minutes=30))
    assert find(missing) == [f"{key}:{cast.chloe.id} Chloé Gagnon"]
    attending.arrive(cast.chloe, key)
    assert find(missing) == []


def test_the_lead_sees_what_is_at_risk(cast: Cast, at: At) -> None:
    day = [make(cast, SATURDAY + n * 4 * HOUR) for n in (-1, 0, 1)]
    early = make(cast, SATURDAY + 15 * HOUR, 2)
    for key in (*day, early):
        actions.sign_up(cast.chloe, key)
    empty = make(cast, SATURDAY - 2 * HOUR, role=Role.BLOGGER)
    at(SATURDAY - 6 * HOUR)
    actions.ask_for_stand_in(cast.chloe, day[2])
    at(SATURDAY - 5 * HOUR)
    with reading() as tx:
        items = VIEW.items(tx, cast.event.id).values()
    found = risks(items, ZONE, Terms(), clock.now())
    assert [(each["id"], seats) for each, seats in found.empty] == [(empty, 1)]
    assert [each["id"] for each, _ in found.unanswered] == [day[2]]
    assert [(each["id"], who["name"]) for each, who in found.tired] == [(early, "Chloé Gagnon")]
    assert [(each["id"], hours) for each, _, hours in found.busy] == [(day[2], 12 * HOUR)]


def test_a_person_who_is_removed_leaves_their_seats(cast: Cast, at: At) -> None:
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    assert_replays(cast, partial(crew.remove, cast.amelie, cast.chloe.id))
    assert item(cast, key)["taken"] == 0
    (other,) = photographers(cast, 1)
    assert actions.sign_up(other, key).is_new


def test_the_calendar_follows_moves_and_cancellations_across_a_change_of_clocks(
    cast: Cast, at: At, tmp_path: Path
) -> None:
    day = date(2015, 11, 1)  # at two in the morning it is one again
    event_actions.edit(cast.amelie, starts_on=day, ends_on=day + timedelta(days=2))
    at(datetime(2015, 10, 28, tzinfo=UTC))
    night = make(cast, datetime(2015, 10, 31, 23, tzinfo=ZONE), 5)
    left = make(cast, datetime(2015, 11, 2, 14, tzinfo=ZONE), 4)
    off = make(cast, datetime(2015, 11, 3, 14, tzinfo=ZONE), 4, place=cast.event.places[0].id)
    for key in (night, left, off):
        actions.sign_up(cast.chloe, key)
    secret = "s" * 40
    token = calendar_token(actions.make_calendar(cast.chloe), secret)

    def entries() -> dict[str, Any]:
        found = queries.calendar(token, secret)
        assert found is not None
        person, event, pairs = found
        file = calendar(event, pairs, [], person.lang, base_url="https://x", now=clock.now())
        return {str(each["UID"])[:36]: each for each in Calendar.from_ical(file).walk("VEVENT")}

    before = entries()
    assert {str(each["STATUS"]) for each in before.values()} == {"CONFIRMED"}
    starts, ends = before[night]["DTSTART"].dt, before[night]["DTEND"].dt
    assert (starts.astimezone(ZONE).hour, ends.astimezone(ZONE).hour) == (23, 3)  # an hour twice
    assert ends - starts == 5 * HOUR
    assert str(before[off]["LOCATION"]) == "Atelier"
    planning.change(cast.amelie, night, at_time(datetime(2015, 11, 1, 4, tzinfo=UTC), 5))
    actions.leave(cast.chloe, left)
    planning.call_off(cast.amelie, off)
    after = entries()
    assert [str(after[key]["STATUS"]) for key in (night, left, off)] == [
        "CONFIRMED",
        "CANCELLED",
        "CANCELLED",
    ]
    for key in (night, left, off):
        assert int(after[key]["SEQUENCE"]) > int(before[key]["SEQUENCE"]), key
    actions.sign_up(cast.chloe, left)
    assert int(entries()[left]["SEQUENCE"]) > int(after[left]["SEQUENCE"])

    anew = calendar_token(actions.make_calendar(cast.chloe), secret)
    assert queries.calendar(token, secret) is None  # the former address
    assert queries.calendar(anew, secret)
    assert queries.calendar(anew, "another") is None
    actions.revoke_calendar(cast.chloe)
    assert queries.calendar(anew, secret) is None


def test_a_copy_keeps_the_museums_time_where_the_clocks_change(cast: Cast, at: At) -> None:
    event_actions.edit(cast.amelie, starts_on=date(2015, 10, 31), ends_on=date(2015, 11, 2))
    at(datetime(2015, 10, 28, tzinfo=UTC))
    key = make(cast, datetime(2015, 10, 31, 22, tzinfo=ZONE), 5)
    (made,) = planning.copy(cast.amelie, key, [date(2015, 11, 1)])
    assert made.starts.astimezone(ZONE).isoformat() == "2015-11-01T22:00:00-05:00"
    assert made.ends.astimezone(ZONE).isoformat() == "2015-11-02T02:00:00-05:00"
    assert made.length == 4 * HOUR  # the night of the copy is an hour shorter


def test_the_next_edition_has_the_same_shifts_on_its_days_without_people(
    cast: Cast, at: At
) -> None:
    place = cast.event.places[0]
    key = make(cast, place=place.id, seats=2)
    actions.sign_up(cast.chloe, key)
    planning.set_terms(cast.amelie, rest=9 * HOUR)
    day = date(2016, 11, 4)
    new = event_actions.create(
        "museomix-2016",
        cast.event.name,
        day,
        day + timedelta(days=2),
        "Europe/Paris",
        groups=(replace(place, id="9" * 36),),
    )
    with transaction() as tx:
        results.renew(tx, Renewal(cast.event, new, cast.amelie.id))
    with reading() as tx:
        (made,) = VIEW.items(tx, new.id).values()
        assert store.terms_of(tx, new.id).rest == 9 * HOUR
    assert (made["from"], made["place"]["id"]) == ("2016-11-05T13:00:00Z", "9" * 36)  # 14 h
    assert (made["seats"], made["people"]) == (2, [])


def test_settings_are_checked_and_count(cast: Cast, at: At) -> None:
    for wrong in ({"rest": 25 * HOUR}, {"leave": -HOUR}, {"most": 0 * HOUR}):
        with pytest.raises(InvalidError):
            planning.set_terms(cast.amelie, **wrong)
    planning.set_terms(cast.amelie, leave=0 * HOUR, remind=0 * HOUR)
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    at(SATURDAY - timedelta(minutes=1))
    results.watch(clock.now())
    actions.leave(cast.chloe, key)
    assert issubclass(LeaveLateError, ConflictError)


@once
def test_the_api_is_as_it_is_published(cast: Cast, at: At, tmp_path: Path) -> None:
    app = create_app(Settings.from_env(env_in(tmp_path))).test_client()

    def ask(who: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {cast.tokens[who]}", "Accept-Language": "fr"}
        return app.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    sent = {"role": "photographer", "from": "2015-11-07T19:00:00Z", "to": "2015-11-07T23:00:00Z"}
    made = ask("amelie", "POST", "/shifts", sent | {"seats": 1, "mode": "open", "place": "Atelier"})
    assert made.status_code == 201
    key = made.json["id"]
    assert (made.json["seats"], made.json["taken"]) == (1, 0)
    over = ask("amelie", "POST", "/shifts", sent | {"seats": 1, "to": sent["from"]})
    assert over.status_code == 422
    assert over.json["errors"][0]["message"].startswith("Le quart finit avant")
    assert ask("amelie", "POST", "/shifts", sent | {"place": "Nulle part"}).status_code == 422
    assert ask("chloe", "POST", f"/shifts/{key}/signups").status_code == 201
    assert ask("chloe", "POST", f"/shifts/{key}/signups").status_code == 200
    other = ask("amelie", "POST", "/shifts", sent | {"seats": 1}).json["id"]
    refused = ask("chloe", "POST", f"/shifts/{other}/signups")
    assert (refused.status_code, refused.json["code"]) == (409, "shift_collides")
    (second,) = photographers(cast, 1)
    full = ask("amelie", "POST", f"/shifts/{key}/signups", {"person": second.id})
    assert (full.status_code, full.json["code"]) == (409, "shift_full")
    (found,) = ask("driss", "GET", "/shifts?day=2015-11-07&limit=1").json["items"]
    assert found["id"] == key
    assert ask("driss", "GET", f"/shifts/{key}").json["people"][0]["id"] == cast.chloe.id
    at(SATURDAY)
    assert ask("chloe", "POST", f"/shifts/{key}/arrival").json["state"] == "arrived"
    bye = ask("chloe", "POST", f"/shifts/{key}/departure", {"note": "Tout va bien"})
    assert bye.json["state"] == "done"
    moved = ask("amelie", "PATCH", f"/shifts/{other}", {"seats": 2, "to": "2015-11-08T00:00:00Z"})
    assert (moved.json["seats"], moved.json["to"]) == (2, "2015-11-08T00:00:00Z")
    path = f"/shifts/{key}/signups/{cast.chloe.id}"
    assert ask("amelie", "PUT", f"{path}/hours", {"minutes": 90, "why": "x"}).status_code == 200
    (hours,) = ask("amelie", "GET", "/shifts/hours").json["items"]
    assert (hours["worked"], hours["planned"]) == (90, 240)
    assert ask("amelie", "DELETE", path).status_code == 204
    assert ask("amelie", "PUT", "/shifts/terms", {"rest": 9}).json["rest"] == 9
    assert ask("amelie", "DELETE", f"/shifts/{other}").status_code == 204
    assert ask("amelie", "GET", f"/shifts/{other}").status_code == 404


@once
def test_the_forms_work_without_scripts(cast: Cast, at: At, browse: Callable[..., Any]) -> None:
    made = browse("amelie", "/shifts/timetable/new", FORM | {"note_fr": "Avec le trépied"})
    assert made.status_code == 303
    path = made.location
    assert "What I can take" in browse("chloe", "/shifts").text
    assert browse("chloe", path, {"kind": "sign_up", "next": "mine"}).status_code == 303
    assert "Leave this shift" in browse("chloe", "/shifts").text
    at(SATURDAY)
    assert "I am here" in browse("chloe", path).text
    assert "expected now" in browse("amelie", "/shifts/timetable").text
    browse("chloe", path, {"kind": "arrive", "next": "mine"})
    assert "here since 14:00" in browse("chloe", "/shifts").text
    at(SATURDAY + 2 * HOUR)
    browse("chloe", path, {"kind": "finish", "note": "Carte SD au tiroir"})
    assert "their hours on this shift no longer count" in browse("amelie", path).text
    correction = {"kind": "hours", "person": cast.chloe.id, "hours": "1,5"}
    refused = browse("amelie", path, correction | {"hours": "25", "why": "x"}).text
    assert 'aria-describedby="fault-minutes"' in refused
    browse("amelie", path, correction | {"why": "x"})
    page = browse("amelie", path).text
    assert "corrected Chloé Gagnon from 2\u00a0h to 1:30" in page
    assert "Carte SD au tiroir" in page
    hours = browse("amelie", "/shifts/timetable/hours").text
    assert "Chloé Gagnon" in hours
    sent = {"rest": "9", "leave": "12,5", "remind": "2", "most": "8"}
    assert browse("amelie", "/shifts/timetable/hours", sent).status_code == 303
    assert queries.terms(cast.amelie).leave == timedelta(hours=12.5)
    copied = {"kind": "copy", "days": ["2015-11-06", "2015-11-08"]}
    assert browse("amelie", path, copied).status_code == 303
    sunday, outside = "/shifts/timetable?day=2015-11-08", "not one of the event’s"
    assert outside not in browse("amelie", sunday).text
    event_actions.edit(cast.amelie, ends_on=date(2015, 11, 7))
    assert outside in browse("amelie", sunday).text, "it keeps its shifts, and says so"
    assert browse("amelie", path, {"kind": "call_off"}).location == "/shifts/timetable"
    assert browse("amelie", path).status_code == 404


REFUSED = [
    ({"to": "13:00"}, "ends before it begins"),
    ({"seats": "200"}, "1 to 60 seats"),
    ({"seats": "deux"}, "1 to 60 seats"),
    ({"day": "2015-12-01"}, "more than a week away"),
    ({"day": ""}, "This is required"),
    ({"from": "25:00"}, "not in the right format"),
    ({"from": ""}, "This is required"),
    ({"role": "king"}, "not recognised"),
    ({"to": "15:00", "next_day": "on"}, "24 hours at most"),
    ({"note_fr": "é" * 501}, "too long"),
]


@once
def test_a_refused_form_says_why_beside_the_field_and_loses_nothing(
    at: At, browse: Callable[..., Any]
) -> None:
    for changes, says in REFUSED:
        refused = browse(
            "amelie", "/shifts/timetable/new?lang=en", FORM | {"note_en": "Keep me"} | changes
        )
        assert refused.status_code == 422
        assert says in refused.text, changes
        assert "Keep me" in refused.text
        assert 'class="fault"' in refused.text


@once
def test_the_calendar_file_is_public_for_whoever_has_its_address(
    cast: Cast, at: At, browse: Callable[..., Any]
) -> None:
    actions.sign_up(cast.chloe, make(cast))
    assert browse("", "/shifts/wrong.ics").status_code == 404
    assert ".ics" not in browse("chloe", "/me").text
    made = browse("chloe", "/shifts/calendar", {"next": "me"})
    assert made.headers["Location"] == "/me#calendar"
    (address,) = {
        each.split('"')[1]
        for each in browse("chloe", "/shifts").text.split("value=")
        if ".ics" in each[:200]
    }
    file = browse("", "/shifts" + address.rpartition("/shifts")[2])
    assert file.mimetype == "text/calendar"
    assert len(Calendar.from_ical(file.data).walk("VEVENT")) == 1
    assert f'value="{address}"' in browse("chloe", "/me").text
    browse("chloe", "/shifts/calendar", {"kind": "revoke"})
    assert browse("", "/shifts" + address.rpartition("/shifts")[2]).status_code == 404


@once
def test_every_page_opens_for_everyone_empty_and_full(
    cast: Cast, at: At, browse: Callable[..., Any]
) -> None:
    pages = ["/shifts", "/shifts/timetable", "/shifts/timetable?room", "/dashboard"]
    pages += [f"/shifts/timetable?day={day}" for day in ("9999-12-31", "0001-01-01", "x")]

    def open_all() -> None:
        for who in ("amelie", "chloe", "driss"):
            for path in pages:
                if who == "amelie" or path != "/dashboard":
                    assert browse(who, path).status_code == 200, path

    open_all()
    keys = [make(cast, SATURDAY + n * HOUR, 9, seats=3) for n in range(3)]
    actions.sign_up(cast.chloe, keys[0])
    at(SATURDAY + 20 * timedelta(minutes=1))
    actions.ask_for_stand_in(cast.chloe, keys[0])
    pages += [f"/shifts/{keys[0]}"]
    open_all()
    board = browse("driss", "/shifts/timetable?day=2015-11-07").text
    assert "Chloé Gagnon" in board
    assert "late" in board
