"""The time of capture: from the photo, else from the phone, else the arrival."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.text import Bilingual
from mixroom.event.model import Event
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.dating import dated
from mixroom.submissions.model import Submission

EVENT = Event("e", "e", Bilingual("M"), date(2015, 11, 6), date(2015, 11, 8), "America/Toronto")
ARRIVED = datetime(2015, 11, 7, 20, 0, tzinfo=UTC)  # three in the afternoon
SENT = Submission("s", "e", "chloe", Content(Kind.PHOTO), ARRIVED)

any_time = st.datetimes() | st.datetimes(timezones=st.just(UTC))
during = st.integers(1, 36 * 60).map(lambda minutes: ARRIVED - timedelta(minutes=minutes))


def test_a_photo_s_own_time_counts_and_is_local_without_a_zone() -> None:
    taken = datetime(2015, 11, 7, 14, 3)  # noqa: DTZ001  as many cameras write it
    found = dated(SENT, EVENT, ARRIVED - timedelta(minutes=2), [None, taken])
    assert found.captured_at == datetime(2015, 11, 7, 19, 3, tzinfo=UTC)
    assert not found.clock_wrong


def test_a_clock_that_is_wrong_is_told_and_the_arrival_counts() -> None:
    for wrong in (datetime(1970, 1, 1, tzinfo=UTC), ARRIVED + timedelta(days=1)):
        found = dated(SENT, EVENT, None, [wrong])
        assert (found.captured_at, found.clock_wrong) == (ARRIVED, True)


def test_what_is_sent_weeks_before_the_event_has_the_time_of_its_photo() -> None:
    early = replace(SENT, submitted_at=ARRIVED - timedelta(days=40))
    taken = early.submitted_at - timedelta(hours=20)
    found = dated(early, EVENT, early.submitted_at, [taken])
    assert (found.captured_at, found.clock_wrong) == (taken, False)
    assert dated(early, EVENT, None, [datetime(1970, 1, 1, tzinfo=UTC)]).clock_wrong


def test_a_wrong_camera_leaves_the_phone_s_time() -> None:
    said = ARRIVED - timedelta(hours=1)
    found = dated(SENT, EVENT, said, [datetime(1970, 1, 1, tzinfo=UTC)])
    assert (found.captured_at, found.clock_wrong) == (said, True)


def test_a_time_known_before_is_remembered_for_the_cell_that_it_left() -> None:
    first = dated(SENT, EVENT)
    second = dated(first, EVENT, taken=[ARRIVED - timedelta(hours=2)])
    again = dated(second, EVENT, taken=[ARRIVED - timedelta(hours=2)])
    assert (second.captured_at, second.captured_before) == (ARRIVED - timedelta(hours=2), ARRIVED)
    assert again == second


@given(any_time | st.none(), st.lists(any_time | st.none(), max_size=4))
def test_any_time_is_taken_in_and_what_counts_is_plausible(
    said: datetime | None, taken: list[datetime | None]
) -> None:
    found = dated(SENT, EVENT, said, taken)
    assert found.captured_at is not None
    assert found.captured_at <= ARRIVED + timedelta(minutes=5)
    assert found.captured_at.astimezone(ZoneInfo("America/Toronto")).date() >= date(2015, 11, 5)


@given(during, during)
def test_a_photo_goes_before_the_phone(said: datetime, taken: datetime) -> None:
    assert dated(SENT, EVENT, said, [taken]).captured_at == taken
    assert dated(SENT, EVENT, said).captured_at == said
