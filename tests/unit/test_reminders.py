"""Reminders come by day: at the moment itself, or the morning after a night."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mixroom.push.reminders import EVENING, MORNING, by_day

NIGHT = timedelta(hours=12)  # eleven, and an hour more when clocks go back
moments = st.integers(1_400_000_000, 2_000_000_000).map(partial(datetime.fromtimestamp, tz=UTC))
zones = st.sampled_from(["America/Toronto", "Europe/Paris", "Asia/Kathmandu"]).map(ZoneInfo)


@given(moments, zones)
def test_nobody_is_told_at_night_or_much_later(at: datetime, zone: ZoneInfo) -> None:
    told = by_day(at, zone)
    assert timedelta(0) <= told - at <= NIGHT
    assert MORNING <= told.astimezone(zone).time() < EVENING
    assert by_day(told, zone) == told
