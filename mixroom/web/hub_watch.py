"""Measures how long something holds up every green thread of the web process."""

import logging
import time
from collections.abc import Callable

import prometheus_client

log = logging.getLogger(__name__)

NAP = 0.02  # seconds of each measurement
SLOW = 0.1  # seconds of a stall that is logged
PERIOD = 60.0  # seconds for which the longest stall is shown

_stall = prometheus_client.Gauge("mixroom_hub_stall_seconds", "Longest stall of the last minute")
_busy = prometheus_client.Gauge(
    "mixroom_hub_busy_seconds", "Longest stretch of computing in the last minute"
)


class HubWatch:
    """Measures how late a sleeping green thread wakes up, which is how long all were held up.

    The stall is measured by the clock, so it includes the time that other processes took. The busy
    time is the part that this process computed.
    """

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._since = time.monotonic()
        self._late = self._computed = 0.0
        _stall.set_function(lambda: self._late)
        _busy.set_function(lambda: self._computed)

    def __call__(self) -> None:
        """Measure once."""
        before, computed = time.monotonic(), time.thread_time()
        self._sleep(NAP)
        late = time.monotonic() - before - NAP
        if late > SLOW:
            log.warning("the web process stood still for %.0f ms", late * 1000)
        if before - self._since > PERIOD:
            self._late, self._computed, self._since = 0.0, 0.0, before
        self._late = max(self._late, late)
        self._computed = max(self._computed, min(late, time.thread_time() - computed))
