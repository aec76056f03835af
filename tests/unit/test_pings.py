"""One loop pings every socket once in an interval, and misses those that do not answer."""

from typing import Any, cast

import pytest

from mixroom.web import pings
from mixroom.web.pings import SLOTS, Pings

INTERVAL, TIMEOUT = 8.0, 6.0


class Client:
    """A socket that notes when it is asked for a sign of life, and whether it is missed."""

    closed = False

    def __init__(self, clock: "Clock", answers: bool) -> None:
        self._clock, self._answers = clock, answers
        self.pinged: list[float] = []
        self.unanswered: float | None = None

    def ping(self) -> None:
        """Note it."""
        self.pinged.append(self._clock.now)
        self.unanswered = None if self._answers else self._clock.now

    def check_ping_timeout(self) -> None:
        """End if there is no answer."""
        if self.unanswered is not None and self._clock.now - self.unanswered > TIMEOUT:
            self.closed = True


class Clock:
    """A clock that only sleeping moves on."""

    now = 0.0

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds

    def monotonic(self) -> float:
        """Return the present time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock in the place of the system's."""
    made = Clock()
    monkeypatch.setattr(pings, "time", made)
    return made


def test_pings_are_spread_over_the_interval(clock: Clock) -> None:
    loop = Pings(INTERVAL, TIMEOUT, clock.sleep)
    clients = [Client(clock, answers=True) for _ in range(10 * SLOTS)]
    for client in clients:
        loop.add(cast(Any, client))
    for _ in range(3 * SLOTS):
        loop()
    moments = [moment for client in clients for moment in client.pinged]
    assert all(moments.count(moment) == 10 for moment in set(moments))
    for client in clients:
        first, second, third = client.pinged
        assert first <= INTERVAL
        assert second - first == third - second == INTERVAL


def test_a_client_that_does_not_answer_is_missed_soon_after_the_timeout(clock: Clock) -> None:
    loop = Pings(INTERVAL, TIMEOUT, clock.sleep)
    silent, lively = Client(clock, answers=False), Client(clock, answers=True)
    for client in (silent, lively):
        loop.add(cast(Any, client))
    while not silent.closed:
        loop()
    assert TIMEOUT < clock.now - silent.pinged[0] <= TIMEOUT + INTERVAL / SLOTS
    assert not lively.closed


def test_a_socket_that_has_ended_is_not_pinged(clock: Clock) -> None:
    loop = Pings(INTERVAL, TIMEOUT, clock.sleep)
    client = Client(clock, answers=True)
    loop.remove(cast(Any, client), loop.add(cast(Any, client)))
    for _ in range(SLOTS):
        loop()
    assert client.pinged == []
