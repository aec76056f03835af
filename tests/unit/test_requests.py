"""The rules of requests, and of the programme's moments that ask by themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mixroom.core.errors import InvalidError
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event.model import Event
from mixroom.event.programme import (
    MAX_AFTER,
    Asks,
    ProgrammeEntry,
    read_programme,
    stored_programme,
    write_programme,
)
from mixroom.requests.model import (
    CURRENT,
    GRACE,
    HERE,
    MAX_ANSWERS,
    MAX_LABEL,
    MAX_TAGS,
    MAX_TEXT,
    SHOWN_AFTER_END,
    USUALLY_LASTS,
    Request,
    RequestOverError,
    RequestTakenError,
    Status,
    To,
    Wanted,
    checked,
    checked_due,
)
from mixroom.requests.moments import LATEST, asks_now, wanted_at

NOON = datetime(2015, 11, 7, 17, tzinfo=UTC)
ASKED = Request("r", "e", "asker", Wanted(Bilingual("Une photo")), NOON, NOON + USUALLY_LASTS)
PEOPLE = ("driss", "chloe", "flora")


class Life(RuleBasedStateMachine):
    """A request and everything that people and time may do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.request, self.now = ASKED, NOON
        self.holder: str | None = None
        self.sent = 0
        self.was_answered = False
        self.was_cancelled = False

    @rule(minutes=st.integers(0, 50))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(who=st.sampled_from(PEOPLE))
    def take(self, who: str) -> None:
        try:
            after = self.request.taken(who, self.now)
        except RequestTakenError:
            assert self.holder not in (None, who)
            return
        except RequestOverError:
            assert self.request.status not in CURRENT
            return
        assert self.holder in (None, who)
        self.request, self.holder = after, who

    @rule(who=st.sampled_from(PEOPLE))
    def give_back(self, who: str) -> None:
        try:
            self.request = self.request.given_back(who)
        except RequestTakenError:
            assert self.holder not in (None, who)
            return
        except RequestOverError:
            assert self.request.status not in CURRENT
            return
        self.holder = None

    @rule(who=st.sampled_from(PEOPLE))
    def answer(self, who: str) -> None:
        before, self.sent = self.request, self.sent + 1
        self.request = before.answered(f"s{self.sent}", who, self.now)
        assert (f"s{self.sent}" in self.request.answers) == (self.sent <= MAX_ANSWERS)
        assert self.request.answered(f"s{self.sent}", "other", self.now) == self.request
        if not self.was_cancelled and not self.was_answered:
            self.was_answered = True
            assert self.request.answered_by == who

    @rule()
    def cancel(self) -> None:
        try:
            self.request = self.request.cancelled(self.now)
        except RequestOverError:
            assert self.request.status in {Status.DONE, Status.LAPSED}
            return
        self.was_cancelled = True

    @rule()
    def lapse(self) -> None:
        before, self.request = self.request, self.request.lapsed(self.now)
        if self.request != before:
            grace = GRACE if before.taken_by else timedelta()
            assert self.now >= before.due + grace

    @precondition(lambda self: self.request.status is not Status.DONE)
    @rule()
    def refuse_thanks_for_nothing(self) -> None:
        with pytest.raises(RequestOverError):
            self.request.thanked("asker", self.now)

    @precondition(lambda self: self.request.status is Status.DONE)
    @rule()
    def thank(self) -> None:
        self.request = self.request.thanked("asker", self.now)
        assert self.request.thanked("lead", self.now) == self.request

    @invariant()
    def it_is_held_by_nobody_or_one(self) -> None:
        if self.request.status is Status.TAKEN:
            assert self.request.taken_by == self.holder is not None
        if self.request.status is Status.OPEN:
            assert self.request.taken_by is None is self.request.taken_at

    @invariant()
    def it_is_done_exactly_by_an_answer_and_cancelled_for_good(self) -> None:
        assert (self.request.status is Status.DONE) == self.was_answered
        assert (self.request.status is Status.CANCELLED) == self.was_cancelled

    @invariant()
    def it_has_ended_or_is_current(self) -> None:
        assert (self.request.ended_at is None) == (self.request.status in CURRENT)


TestLife = Life.TestCase


@given(st.sampled_from([*Role]), st.sampled_from(PEOPLE))
def test_a_request_is_addressed_to_those_who_are_here_a_role_or_a_person(
    role: Role, key: str
) -> None:
    person = Person(key, "e", key, role)
    assert HERE.includes(person)
    assert To(Role.PRESS).includes(person) == (role is Role.PRESS)
    assert To(person="driss").includes(person) == (key == "driss")


def test_an_ended_request_is_shown_for_some_hours() -> None:
    ended = ASKED.cancelled(NOON)
    assert ended.is_shown(NOON + SHOWN_AFTER_END - timedelta(seconds=1))
    assert not ended.is_shown(NOON + SHOWN_AFTER_END)
    assert ASKED.is_shown(NOON + timedelta(days=3))


@pytest.mark.parametrize(
    ("wanted", "field", "rule"),
    [
        (Wanted(Bilingual()), "text", "missing"),
        (Wanted(Bilingual("x" * (MAX_TEXT + 1))), "text", "too_long"),
        (Wanted(Bilingual("x"), team=Bilingual("x" * (MAX_LABEL + 1))), "team", "too_long"),
        (Wanted(Bilingual("x"), place=Bilingual("x" * (MAX_LABEL + 1))), "place", "too_long"),
        (Wanted(Bilingual("x"), moment="x" * 201), "moment", "too_long"),
        (Wanted(Bilingual("x"), alarm="x" * 201), "alarm", "too_long"),
        (Wanted(Bilingual("x"), tags=("x",) * (MAX_TAGS + 1)), "tags", "too_many"),
        (Wanted(Bilingual("x"), tags=("x" * (MAX_LABEL + 1),)), "tags", "too_long"),
    ],
)
def test_what_cannot_be_asked_is_refused(wanted: Wanted, field: str, rule: str) -> None:
    with pytest.raises(InvalidError) as refused:
        checked(wanted)
    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_tags_are_tidied() -> None:
    wanted = checked(Wanted(Bilingual("x"), tags=("#mmx", " mmx ", "#", "nuit")))
    assert wanted.tags == ("mmx", "nuit")


def test_a_request_is_due_in_an_hour_or_at_a_time_to_come() -> None:
    assert checked_due(None, NOON) == NOON + USUALLY_LASTS
    assert checked_due(NOON + timedelta(minutes=5), NOON) == NOON + timedelta(minutes=5)
    for due, why in ((NOON, "past"), (NOON + timedelta(days=8), "too_far")):
        with pytest.raises(InvalidError, match=why):
            checked_due(due, NOON)


# Moments of the programme

wishes = st.builds(
    Asks,
    kind=st.sampled_from(Kind),
    langs=st.sampled_from([(), ("fr",), ("en",), ("fr", "en")]),
    after=st.integers(0, MAX_AFTER),
) | st.builds(Asks, langs=st.sampled_from([("fr",), ("fr", "en")]), after=st.integers(0, MAX_AFTER))


@given(wishes)
def test_what_a_moment_asks_is_read_as_it_was_written(asks: Asks) -> None:
    programme = (ProgrammeEntry(1, "14:00", Bilingual("Table ronde", "Round table"), asks),)
    written = write_programme(programme)
    assert read_programme(written) == programme
    assert stored_programme(written) == programme


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("> photo fr en +10", Asks(Kind.PHOTO, ("fr", "en"), 10)),
        (">photo", Asks(Kind.PHOTO)),
        ("> +10 EN vidéo", Asks(Kind.VIDEO, ("en",), 10)),
        ("> citation + 5", Asks(Kind.QUOTE, (), 5)),
        ("> fr", Asks(None, ("fr",))),
        ("> texte", Asks(Kind.POST)),
    ],
)
def test_what_a_moment_asks_is_typed_as_people_do(typed: str, asks: Asks) -> None:
    (entry,) = read_programme(f"2 14 h Table ronde | Round table {typed}")
    assert entry.asks == asks
    assert entry.title == Bilingual("Table ronde", "Round table")


@pytest.mark.parametrize(
    "typed",
    [
        "> foto",
        "> photo video",
        "> fr fr",
        "> +10",
        "> photo +601",
        ">",
        "> photo +5 +5",
        "> photo !",
    ],
)
def test_what_a_moment_asks_wrongly_is_refused_and_named(typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_programme(f"1 9 h Café\n2 14 h Table ronde {typed}")
    assert refused.value.rule == "no_wish"
    assert refused.value.facts["n"] == 2


def test_a_title_with_the_sign_in_it_that_was_stored_before_stays_a_title() -> None:
    (entry,) = stored_programme("2 14:00 Du musée > Atelier 2 | Museum")
    assert (entry.title.fr, entry.asks) == ("Du musée > Atelier 2", None)


def _event(*lines: str, timezone: str = "America/Toronto", day: date = date(2015, 11, 6)) -> Event:
    programme = read_programme("\n".join(lines))
    return Event(
        "e", "e", Bilingual("E"), day, day + timedelta(days=2), timezone, False, (), programme
    )


ROUND_TABLE = "2 14:00 Table ronde | Round table > photo fr en +10"
TEN_PAST = datetime(2015, 11, 7, 19, 10, tzinfo=UTC)


def _asking(event: Event, now: datetime, asked: tuple[str, ...] = ()) -> list[str]:
    return [entry.key for entry in asks_now(event, asked, now)]


def test_a_moment_asks_once_its_time_and_the_minutes_have_come() -> None:
    event = _event(ROUND_TABLE, "2 14:00 Démo | Demo")
    assert _asking(event, TEN_PAST - timedelta(seconds=1)) == []
    assert _asking(event, TEN_PAST) == ["2 14:00 Table ronde"]
    assert _asking(event, TEN_PAST, ("2 14:00 Table ronde",)) == []
    assert _asking(event, TEN_PAST + LATEST) == []


@pytest.mark.parametrize(
    "line",
    ["2 14:05 Table ronde > photo", "2 14:00 Tables rondes > photo +2"],
    ids=["moved", "named"],
)
def test_a_moment_that_was_changed_after_it_had_asked_does_not_ask_again(line: str) -> None:
    assert _asking(_event(line), TEN_PAST, ("2 14:00 Table ronde",)) == []
    assert len(_asking(_event(line), TEN_PAST, ("1 14:00 Table ronde",))) == 1


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 40)), min_size=1, max_size=6),
    st.lists(st.integers(1, 29), min_size=12),
)
def test_every_moment_asks_exactly_once_however_often_the_worker_looks(
    lines: list[tuple[int, int]], pauses: list[int]
) -> None:
    event = _event(*(f"2 14:{at:02} N{at} > photo +{after}" for at, after in lines))
    start = event.time_of(1, "14:00")
    asked: list[str] = []
    now = start - timedelta(hours=1)
    for pause in (*pauses, *([29] * 6)):
        asked += _asking(event, now, tuple(asked))
        due = {f"2 14:{at:02} N{at}" for at, after in lines if start + _minutes(at + after) <= now}
        assert due >= set(asked)
        now += _minutes(pause)
    assert sorted(asked) == sorted({f"2 14:{at:02} N{at}" for at, _ in lines})


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_two_moments_of_one_name_or_one_time_both_ask() -> None:
    event = _event("2 14:05 Démo > photo", "2 14:05 Plénière > photo", "2 14:00 Plénière > photo")
    keys = ("2 14:00 Plénière", "2 14:05 Démo", "2 14:05 Plénière")
    assert _asking(event, TEN_PAST) == list(keys)
    for n in range(3):
        assert _asking(event, TEN_PAST, keys[:n]) == list(keys[n:])


@pytest.mark.parametrize(
    ("timezone", "day", "at", "utc"),
    [
        ("America/Toronto", date(2015, 10, 31), "01:30", "2015-11-01T05:30"),  # the first of two
        ("America/Toronto", date(2015, 10, 31), "03:00", "2015-11-01T08:00"),
        ("America/Toronto", date(2016, 3, 12), "02:30", "2016-03-13T07:30"),  # no such time
        ("America/Toronto", date(2016, 3, 12), "24:00", "2016-03-14T04:00"),
        ("America/St_Johns", date(2015, 11, 6), "14:00", "2015-11-07T17:30"),
    ],
)
def test_a_moment_keeps_the_clock_of_the_museum(
    timezone: str, day: date, at: str, utc: str
) -> None:
    event = _event(f"2 {at} Plénière > photo", timezone=timezone, day=day)
    start = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert event.time_of(1, at) == start
    assert _asking(event, start - timedelta(seconds=1)) == []
    assert len(_asking(event, start)) == 1


def test_the_words_of_a_moment_are_in_both_languages() -> None:
    event = _event(ROUND_TABLE, "2 15:20 Démo > en")
    first, second = (wanted_at(event, entry) for entry in event.programme)
    assert first.text == Bilingual(
        "Une photo, en français et en anglais\u00a0: Table ronde",
        "A photo, in French and English: Round table",
    )
    assert (first.kind, first.lang, first.moment) == (Kind.PHOTO, None, "2 14:00 Table ronde")
    assert second.lang == "en"
    assert second.hour == datetime(2015, 11, 7, 20, tzinfo=UTC)
    assert checked(replace(first)) == first
