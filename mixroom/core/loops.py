"""Background loops: each goes on whatever happens, and says so."""

import logging
import time
from collections.abc import Callable

import prometheus_client

from mixroom.core.errors import MixroomError

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds after a failure

failures = prometheus_client.Counter(
    "mixroom_loop_failures", "Rounds of a background loop that failed", ["loop"]
)


def forever(name: str, step: Callable[[], object]) -> None:
    """Do one round after the other; a round that fails is logged and counted, and the next follows.

    A round does its own waiting. Threads, green threads and processes all run their loops by this.
    """
    while True:
        attempt(name, step)


def attempt(name: str, step: Callable[[], object]) -> None:
    """Do one round; if it fails, log it, count it and wait a moment."""
    try:
        step()
    except MixroomError as error:  # expected: the database or Redis is away
        _note(name, error, trace=False)
    except Exception as error:
        _note(name, error, trace=True)


def _note(name: str, error: Exception, *, trace: bool) -> None:
    failures.labels(name).inc()
    log.warning("%s failed and goes on: %s", name, error, exc_info=(trace and error) or None)
    time.sleep(PAUSE)
