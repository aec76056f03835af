"""Shifts as an outside tester finds them: odd input, odd nights, two people at the same instant."""

import threading
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from mixroom.app import create_app
from mixroom.core import clock, jobs
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.store import people
from mixroom.event import actions as event_actions
from mixroom.event.model import GroupKind
from mixroom.event.renewal import Renewal
from mixroom.letters.store import letters
from mixroom.settings import Settings
from mixroom.shifts import actions, attending, planning, queries, results, store
from mixroom.shifts import jobs as shift_jobs
from mixroom.shifts.live import PANEL, VIEW
from mixroom.shifts.model import (
    LeaveLateError,
    ShiftChangedError,
    ShiftCollidesError,
    StandInGoneError,
    State,
    Terms,
)
from mixroom.shifts.risks import risks
from tests import rosters
from tests.cast import Cast
from tests.replay import assert_replays
from tests.rosters import (
    FORM,
    HOUR,
    SATURDAY,
    At,
    Browse,
    at_time,
    item,
    make,
    phone_of,
    photographers,
    told,
)
from tests.servers import env_in

at, browse = rosters.at, rosters.browse  # fixtures
once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MONTREAL = ZoneInfo("America/Montreal")
MINUTE = timedelta(minutes=1)
CHANGE = FORM | {"kind": "change"}


def write_letters() -> None:
    """Do the jobs that write letters about shifts."""
    write = partial(shift_jobs.write, "https://mix.example")
    while True:
        with transaction() as tx:
            job = jobs.claim(tx, only=[results.WRITE_JOB])
        if job is None:
            return
        write(job, None)  # type: ignore[arg-type]


def mail_to(person_id: str) -> None:
    """Let a person have an address."""
    with transaction() as tx:
        tx.execute(people.update().where(people.c.id == person_id).values(email="c@mac.test"))


def letters_written() -> list[Any]:
    with reading() as tx:
        return list(tx.execute(sa.select(letters).order_by(letters.c.id)))


def test_two_leads_change_the_same_shift_and_neither_undoes_the_other(cast: Cast, at: At) -> None:
    key = make(cast)
    seen = queries.shift(cast.amelie, key).version
    start = threading.Barrier(2)

    def change(**fields: Any) -> None:
        start.wait()
        planning.change(cast.amelie, key, fields)

    both = [
        threading.Thread(target=change, kwargs=fields)
        for fields in ({"seats": 5}, {"note": Bilingual("Trépied", "Tripod")})
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    after = queries.shift(cast.amelie, key)
    assert (after.seats, after.note.en) == (5, "Tripod")
    with pytest.raises(ShiftChangedError):
        planning.change(cast.amelie, key, {"seats": 2}, seen=seen)
    planning.change(cast.amelie, key, {"seats": 2}, seen=after.version)


@once
def test_a_form_that_is_older_than_the_shift_says_so_and_keeps_what_was_typed(
    cast: Cast, at: At, browse: Browse
) -> None:
    key = make(cast, seats=2)
    page = browse("amelie", f"/shifts/{key}").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    planning.change(cast.amelie, key, {"seats": 4})
    late = browse(
        "amelie", f"/shifts/{key}?lang=en", CHANGE | {"seen": seen, "note_en": "Bring tape"}
    )
    assert late.status_code == 409
    assert "changed this shift before you" in late.text
    assert "Bring tape" in late.text
    assert item(cast, key)["seats"] == 4
    fresh = late.text.split('name="seen" value="')[1].split('"')[0]
    assert browse("amelie", f"/shifts/{key}", CHANGE | {"seen": fresh}).status_code == 303
    assert item(cast, key)["seats"] == 2


@once
def test_a_night_that_skips_an_hour_or_has_one_twice(cast: Cast, at: At, browse: Browse) -> None:
    event_actions.edit(
        cast.amelie,
        timezone="America/Montreal",
        starts_on=date(2026, 3, 7),
        ends_on=date(2026, 3, 9),
    )
    at(datetime(2026, 3, 1, tzinfo=UTC))
    night = FORM | {"day": "2026-03-08", "from": "02:30", "to": "04:00"}
    refused = browse("amelie", "/shifts/timetable/new?lang=en", night)
    assert (refused.status_code, "clocks skip this hour" in refused.text) == (422, True)
    assert browse("amelie", "/shifts/timetable/new", night | {"from": "01:00"}).status_code == 303
    (made,) = rosters.items(cast)
    assert (made["from"], made["to"]) == ("2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z")
    early = make(cast, datetime(2026, 3, 7, 2, 30, tzinfo=MONTREAL), 0.5)
    (copied,) = planning.copy(cast.amelie, early, [date(2026, 3, 8)])
    assert copied.length == HOUR / 2

    event_actions.edit(cast.amelie, starts_on=date(2026, 10, 31), ends_on=date(2026, 11, 2))
    at(datetime(2026, 10, 25, tzinfo=UTC))
    second = make(cast, datetime(2026, 11, 1, 6, 30, tzinfo=UTC), 2)  # half past one again
    page = browse("amelie", f"/shifts/{second}").text
    assert 'value="01:30"' in page
    same = CHANGE | {"day": "2026-11-01", "from": "01:30", "to": "03:30", "note_en": "Tape"}
    assert browse("amelie", f"/shifts/{second}", same).status_code == 303
    kept = queries.shift(cast.amelie, second)
    assert (kept.starts.hour, kept.length, kept.note.en) == (6, 2 * HOUR, "Tape")
    assert browse("amelie", f"/shifts/{second}", same | {"to": "02:30"}).status_code == 303
    assert queries.shift(cast.amelie, second).length == 2 * HOUR  # from the first half past one


@once
def test_a_place_that_is_removed_leaves_a_shift_anywhere_and_a_name_is_followed(
    cast: Cast, at: At
) -> None:
    place = event_actions.add_group(cast.amelie, GroupKind.PLACE, Bilingual("Hall", "Hall"))
    key = make(cast, place=place.id)
    actions.sign_up(cast.chloe, key)
    assert_replays(cast, partial(event_actions.remove_group, cast.amelie, place.id))
    assert item(cast, key)["place"] is None
    assert planning.copy(cast.amelie, key, [date(2015, 11, 8)])[0].place is None
    planning.change(cast.amelie, key, {"seats": 3})
    who = {"name": "Chloé Roy", "email": "", "telephone": ""}
    renaming = partial(crew.edit, cast.amelie, cast.chloe.id, **who)
    assert_replays(cast, renaming)
    assert item(cast, key)["people"][0]["name"] == "Chloé Roy"


def test_the_letter_of_a_reminder_shows_the_way_and_goes_to_those_who_are_still_on(
    cast: Cast, at: At
) -> None:
    mail_to(cast.chloe.id)
    key, other = make(cast), make(cast, SATURDAY + 4 * HOUR)
    (second,) = photographers(cast, 1)
    mail_to(second.id)
    actions.sign_up(cast.chloe, key)
    actions.sign_up(second, other)
    at(SATURDAY - 2 * HOUR)
    for _ in range(2):
        results.watch(clock.now())
        write_letters()
    (letter,) = letters_written()
    assert f"\n\nhttps://mix.example/shifts#shift-{key}" in letter.body
    assert "Photographe, vidéaste" in letter.body
    at(SATURDAY + 2 * HOUR)
    results.watch(clock.now())
    actions.leave(cast.amelie, other, second.id)
    write_letters()
    assert len(letters_written()) == 1
    with transaction() as tx:
        assert jobs.claim(tx, only=[results.WRITE_JOB]) is None


def test_reminders_go_once_and_again_only_for_a_shift_that_was_put_off(cast: Cast, at: At) -> None:
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    phone_of(cast.chloe)

    def reminded() -> int:
        results.watch(clock.now())
        return told().count((cast.chloe.id, "shift"))

    at(SATURDAY - 2 * HOUR)
    assert reminded() == 1
    planning.change(cast.amelie, key, at_time(SATURDAY + HOUR / 4))  # she knows already
    assert reminded() == 1
    actions.leave(cast.amelie, key, cast.chloe.id)
    assert reminded() == 1
    actions.sign_up(cast.amelie, key, cast.chloe.id)
    assert reminded() == 1
    planning.change(cast.amelie, key, at_time(SATURDAY + 24 * HOUR))
    assert reminded() == 1
    at(SATURDAY + 22 * HOUR)
    assert reminded() == 2


def test_hours_that_a_lead_noted_before_the_end_are_not_missed(cast: Cast, at: At) -> None:
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    at(SATURDAY + 2 * HOUR)
    attending.correct(cast.amelie, key, cast.chloe.id, 120, "Sans téléphone")
    at(SATURDAY + 5 * HOUR)
    results.watch(clock.now())
    assert item(cast, key)["people"][0]["state"] == "done"
    hours = queries.hours(cast.amelie)[cast.chloe.id]
    assert (hours.worked, hours.missed) == (2 * HOUR, 0)


def test_hours_are_those_of_a_day_that_has_begun_and_corrected_by_a_lead(
    cast: Cast, at: At
) -> None:
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    correct = partial(attending.correct, cast.amelie, key, cast.chloe.id)
    with pytest.raises(InvalidError, match="minutes"):
        correct(60, "Trop tôt")
    at(SATURDAY)
    for minutes in (-1, 24 * 60 + 1):
        with pytest.raises(InvalidError, match="minutes"):
            correct(minutes, "x")
    assert correct(24 * 60, "x").minutes == 24 * 60
    with pytest.raises(NotAllowedError):
        attending.correct(cast.chloe, key, cast.chloe.id, 60, "x")


def test_two_who_stand_in_at_the_same_instant_and_the_one_who_asked_returns(cast: Cast) -> None:
    soon = clock.now() + HOUR
    day = soon.astimezone(MONTREAL).date()
    event_actions.edit(cast.amelie, starts_on=day, ends_on=day + timedelta(days=1))
    key = planning.make(cast.amelie, rosters.wanted(soon)).id
    actions.sign_up(cast.chloe, key)
    actions.ask_for_stand_in(cast.chloe, key)
    wanting = photographers(cast, 6)
    start, got, gone = threading.Barrier(len(wanting)), [], []

    def take(person: Any) -> None:
        start.wait()
        try:
            actions.take_over(person, key, cast.chloe.id)
            got.append(person.id)
        except StandInGoneError:
            gone.append(person.id)

    threads = [threading.Thread(target=take, args=(person,)) for person in wanting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(gone)) == (1, 5)
    assert [each["id"] for each in item(cast, key)["people"]] == got
    actions.leave(cast.amelie, key, got[0])
    assert actions.sign_up(cast.chloe, key).is_new
    assert item(cast, key)["people"][0]["asks"] is False


@once
def test_a_calendar_is_read_with_names_that_fold_and_closes_with_its_person(
    cast: Cast, at: At, browse: Browse
) -> None:
    long = "写真撮影の第二会議室・" * 6
    place = event_actions.add_group(cast.amelie, GroupKind.PLACE, Bilingual(long, long))
    note = "改行\nそして; セミコロン, コンマ"
    actions.sign_up(cast.chloe, make(cast, place=place.id, note=Bilingual(note, note)))
    browse("chloe", "/shifts/calendar", {})
    path = "/shifts/" + browse("chloe", "/shifts").text.split(".ics")[0].rpartition("/")[2] + ".ics"
    file = browse("", path)
    assert max(map(len, file.data.split(b"\r\n"))) <= 75
    (entry,) = Calendar.from_ical(file.data).walk("VEVENT")
    assert str(entry["LOCATION"]) == long
    assert str(entry["DESCRIPTION"]) == note
    digit = "1" if path[-5] == "0" else "0"  # the last one of the token, otherwise
    for other in (f"{path[:-5]}{digit}.ics", "/shifts/" + "é" * 64 + ".ics"):
        assert browse("", other).status_code == 404, other
    crew.remove(cast.amelie, cast.chloe.id)
    assert browse("", path).status_code == 404


@once
def test_odd_forms_and_requests_are_refused_in_words(
    cast: Cast, at: At, browse: Browse, tmp_path: Path
) -> None:
    night = FORM | {"from": "22:00", "to": "02:00", "seats": "0"}
    for seats in ("0", "-1", "abc", "61", "", "1.5"):
        refused = browse("amelie", "/shifts/timetable/new?lang=en", night | {"seats": seats})
        assert refused.status_code == 422, seats
    assert (
        "ends before it begins"
        in browse("amelie", "/shifts/timetable/new?lang=en", night | {"seats": "2"}).text
    )
    made = browse("amelie", "/shifts/timetable/new", night | {"seats": "2", "next_day": "on"})
    assert made.status_code == 303
    path = made.location
    browse("chloe", path, {"kind": "sign_up"})
    at(SATURDAY + 8 * HOUR)
    assert browse("chloe", path, {"kind": "arrive"}).status_code == 303
    bye = browse("chloe", f"{path}?lang=en", {"kind": "finish", "note": "<b>x</b>" * 1250})
    assert (bye.status_code, "too long" in bye.text, "&lt;b&gt;x" in bye.text) == (422, True, True)
    assert "<b>x</b>" not in bye.text
    lines = "é" * 239 + "\r\n"
    assert browse("chloe", path, {"kind": "note", "note": 2 * lines + "z" * 20}).status_code == 303
    assert browse("chloe", path, {"kind": "fly"}).status_code == 404
    app = create_app(Settings.from_env(env_in(tmp_path))).test_client()
    headers = {"Authorization": f"Bearer {cast.tokens['amelie']}"}
    sent = {"role": "photographer", "from": "2015-11-07T19:00:00Z", "to": "2015-11-07T23:00:00Z"}
    for wrong in ({"seats": 0}, {"seats": -1}, {"seats": "abc"}, {"seats": 200}, {"to": "x"}):
        answer = app.post("/api/v1/shifts", json=sent | wrong, headers=headers)
        assert answer.status_code == 422, wrong
    key = path.rpartition("/")[2]
    for body in (
        {"minutes": -5, "why": "x"},
        {"minutes": 1441, "why": "x"},
        {"minutes": 5, "why": ""},
    ):
        where = f"/api/v1/shifts/{key}/signups/{cast.chloe.id}/hours"
        assert app.put(where, json=body, headers=headers).status_code == 422, body


@once
def test_days_that_an_event_has_left_are_still_shown_and_a_called_off_shift_is_told(
    cast: Cast, at: At, browse: Browse
) -> None:
    key = make(cast)
    actions.sign_up(cast.chloe, key)
    phone_of(cast.chloe)
    event_actions.edit(cast.amelie, starts_on=date(2016, 2, 5), ends_on=date(2016, 2, 7))
    at(datetime(2016, 2, 5, 15, tzinfo=UTC))
    assert f"slot-{key}" in browse("amelie", "/shifts/timetable?day=2015-11-07").text
    at(SATURDAY - HOUR)
    planning.call_off(cast.amelie, key)
    assert told() == [(cast.chloe.id, "called_off")]
    assert queries.mine(cast.chloe) == []


def test_a_stand_in_who_has_another_shift_at_night_is_not_asked(cast: Cast, at: At) -> None:
    night = make(cast, datetime(2015, 11, 7, 22, tzinfo=MONTREAL), 4)
    dawn = make(cast, datetime(2015, 11, 8, 1, 59, tzinfo=MONTREAL), 2)
    (other,) = photographers(cast, 1)
    actions.sign_up(cast.chloe, night)
    actions.sign_up(other, dawn)
    assert actions.ask_for_stand_in(cast.chloe, night) == 0
    with pytest.raises(ShiftCollidesError):
        actions.take_over(other, night, cast.chloe.id)
    assert [each["id"] for each in item(cast, night)["people"]] == [cast.chloe.id]
    with reading() as tx:
        assert store.signed_up(tx, [night])[night][0].state is State.TAKEN


@once
def test_people_are_told_what_concerns_them_and_nothing_else(cast: Cast, at: At) -> None:
    key = make(cast, seats=2)
    phone_of(cast.chloe)
    actions.sign_up(cast.amelie, key, cast.chloe.id)
    assert told() == [(cast.chloe.id, "assigned")]
    before = rosters.facts(cast, key)
    planning.change(cast.amelie, key, {"seats": 2})  # as it is
    assert rosters.facts(cast, key) == before
    planning.change(cast.amelie, key, {"seats": 3})
    assert len(told()) == 1
    actions.leave(cast.amelie, key, cast.chloe.id)
    assert told()[1:] == [(cast.chloe.id, "removed")]
    actions.sign_up(cast.chloe, key)
    (other,) = photographers(cast, 1)
    phone_of(other)
    actions.sign_up(other, key)
    at(SATURDAY + 5 * HOUR)
    planning.change(cast.amelie, key, {"note": Bilingual("Fini", "Over")})
    actions.leave(cast.amelie, key, cast.chloe.id)
    planning.call_off(cast.amelie, key)
    assert len(told()) == 2  # nobody needs to know of what is over


@once
def test_who_is_there_neither_leaves_nor_asks_nor_is_reminded(cast: Cast, at: At) -> None:
    planning.set_terms(cast.amelie, leave=0 * HOUR, remind=HOUR / 4)
    key = make(cast, seats=3)
    first, second = photographers(cast, 2)
    for person in (cast.chloe, first, second):
        actions.sign_up(person, key)
        phone_of(person)
    at(SATURDAY - HOUR / 2)
    attending.arrive(cast.chloe, key)
    for act in (actions.leave, actions.ask_for_stand_in):
        with pytest.raises(LeaveLateError):
            act(cast.chloe, key)
    at(SATURDAY - HOUR / 4)
    results.watch(clock.now())
    assert told() == sorted([(first.id, "shift"), (second.id, "shift")])
    actions.ask_for_stand_in(first, key)
    with pytest.raises(StandInGoneError):
        actions.take_over(second, key, first.id)  # who has a seat already
    with pytest.raises(NotAllowedError):
        attending.finish(first, key, cast.chloe.id)
    with pytest.raises(NotAllowedError):
        attending.leave_note(cast.driss, key, "Je passais par là")
    planning.set_terms(cast.amelie, remind=0 * HOUR)
    other = make(cast, SATURDAY + HOUR, role=Role.BLOGGER)
    phone_of(cast.driss)
    actions.sign_up(cast.driss, other)
    results.watch(clock.now())
    assert (cast.driss.id, "shift") not in told()


@once
def test_notes_are_handed_on_at_the_same_place(cast: Cast, at: At) -> None:
    place = cast.event.places[0].id
    key, same, elsewhere = (
        make(cast, place=place),
        make(cast, SATURDAY + 4 * HOUR, place=place),
        make(cast, SATURDAY + 4 * HOUR),
    )
    attending.leave_note(cast.amelie, key, "La clé est au mur.")
    assert len(queries.notes_for(cast.amelie, queries.shift(cast.amelie, same))) == 1
    assert queries.notes_for(cast.amelie, queries.shift(cast.amelie, elsewhere)) == []


@once
def test_a_lead_can_assign_the_rested_of_the_role_first(cast: Cast, at: At, browse: Browse) -> None:
    night = make(cast, SATURDAY + 6 * HOUR, 6)  # until two in the morning
    morning = make(cast, SATURDAY + 18 * HOUR, 2)
    first, second = photographers(cast, 2)
    actions.sign_up(first, night)
    found = [(person.id, rested) for person, rested in queries.can_be_asked(cast.amelie, morning)]
    assert found == [
        (cast.chloe.id, True),
        (second.id, True),
        (first.id, False),
        (cast.amelie.id, True),
    ]
    actions.sign_up(cast.chloe, make(cast, SATURDAY + 6 * HOUR, 6))
    for begins, hours, said in (
        (SATURDAY + 12.5 * HOUR, 3, "Little rest: 0:30 between this"),
        (SATURDAY, 4.75, "That makes 10:45 of shifts on this day."),
    ):
        assert said in browse("chloe", f"/shifts/{make(cast, begins, hours)}").text


@once
def test_a_risk_is_near_and_long_unanswered(cast: Cast, at: At) -> None:
    soon, far = make(cast, seats=2), make(cast, SATURDAY + 30 * HOUR)
    actions.sign_up(cast.chloe, soon)

    def found() -> Any:
        return risks(rosters.items(cast), rosters.ZONE, Terms(), clock.now())

    at(SATURDAY - 5 * HOUR)
    assert [each["id"] for each, _ in found().empty] == [soon]
    assert far not in str(found())
    actions.ask_for_stand_in(cast.chloe, soon)
    at(SATURDAY - 5 * HOUR + 29 * MINUTE)
    assert found().unanswered == []
    actions.ask_for_stand_in(cast.chloe, soon)  # which does not begin anew
    at(SATURDAY - 5 * HOUR + 30 * MINUTE)
    assert len(found().unanswered) == 1


@once
def test_a_shift_that_is_made_longer_is_settled_again(cast: Cast, at: At, tmp_path: Path) -> None:
    key = make(cast, hours=1)
    actions.sign_up(cast.chloe, key)
    at(SATURDAY + 2 * HOUR)
    results.watch(clock.now())
    assert queries.hours(cast.amelie)[cast.chloe.id].missed == 1
    app = create_app(Settings.from_env(env_in(tmp_path))).test_client()
    mine = {"Authorization": f"Bearer {cast.tokens['chloe']}", "Accept-Language": "fr"}
    assert "personne n’a noté votre arrivée" in app.get(f"/shifts/{key}", headers=mine).text
    planning.change(cast.amelie, key, {"ends": SATURDAY + 4 * HOUR})
    attending.arrive(cast.chloe, key)
    at(SATURDAY + 5 * HOUR)
    results.watch(clock.now())
    assert item(cast, key)["people"][0]["state"] == "done"
    assert queries.hours(cast.amelie)[cast.chloe.id].worked == 2 * HOUR


@once
def test_an_event_has_so_many_shifts_and_the_next_one_those_of_its_days(
    cast: Cast, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MAX_SHIFTS", 2)
    key = make(cast)
    late = make(cast, SATURDAY + 7 * 24 * HOUR)
    with pytest.raises(InvalidError, match="shifts"):
        make(cast)
    with pytest.raises(InvalidError, match="shifts"):
        planning.copy(cast.amelie, key, [date(2015, 11, 8)])
    planning.call_off(cast.amelie, late)
    assert make(cast, SATURDAY + 8 * 24 * HOUR)
    day = date(2016, 11, 4)
    new = event_actions.create("m", cast.event.name, day, day, "America/Toronto")
    with transaction() as tx:
        results.renew(tx, Renewal(cast.event, new, cast.amelie.id))
    with reading() as tx:
        made = [str(each["from"]) for each in VIEW.items(tx, new.id).values()]
    assert made == ["2016-11-05T18:00:00Z"]  # the other would be more than a week after it


@once
def test_the_pages_offer_what_can_be_done_now(cast: Cast, at: At, browse: Browse) -> None:
    key = make(cast)
    early = make(cast, SATURDAY - 24 * HOUR, 1)
    actions.sign_up(cast.chloe, key)
    actions.sign_up(cast.chloe, early)
    lead = make(cast, SATURDAY, role=Role.LEAD)
    at(SATURDAY - 25 * HOUR)
    page = browse("chloe", "/shifts").text
    assert page.count("Leave this shift") == 1
    assert page.count("Ask for a stand-in") == 1
    assert page.count("I am here") == 1
    own = browse("amelie", "/shifts").text
    assert f'data-offer="{lead}"' in own
    assert f'data-offer="{key}"' not in own  # of another role
    at(SATURDAY - 2 * HOUR)
    assert f'data-mine="{early}"' not in browse("chloe", "/shifts").text
    room = browse("driss", "/shifts/timetable?room").text
    assert "Chloé Gagnon" in room
    at(SATURDAY - 6 * HOUR)
    assert "Chloé Gagnon" not in browse("driss", "/shifts/timetable?room").text
    until = FORM | {"from": "20:00", "to": "00:00"}
    assert browse("amelie", "/shifts/timetable/new", until).status_code == 303
    assert rosters.items(cast)[-1]["to"] == "2015-11-08T05:00:00Z"
    at(SATURDAY + HOUR)
    assert browse("chloe", "/shifts").text.count("Ask for a stand-in") == 1  # though she is missing
    at(SATURDAY + 6 * HOUR)
    with reading() as tx:
        shown = [each["to"] for each in PANEL.find(tx, cast.event.id, [key, lead]).values()]
    assert shown == []  # on the dashboard, after the event
    at(SATURDAY + 24 * HOUR)
    after = browse("chloe", "/shifts").text
    assert "You have no other shift." in after
    assert "0\u00a0h worked, 5\u00a0h planned." in after


@once
def test_a_list_has_a_limit_and_a_day_that_can_be(cast: Cast, at: At, tmp_path: Path) -> None:
    app = create_app(Settings.from_env(env_in(tmp_path))).test_client()
    headers = {"Authorization": f"Bearer {cast.tokens['driss']}"}
    make(cast)
    for limit, status in (("0", 422), ("x", 422), ("201", 422), ("1", 200)):
        answer = app.get(f"/api/v1/shifts?limit={limit}", headers=headers)
        assert answer.status_code == status, limit
    for day in ("0001-01-01", "9999-12-31", "x"):
        assert app.get(f"/api/v1/shifts?day={day}", headers=headers).status_code == 422, day
