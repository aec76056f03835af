"""Background loops that survive and log every failure."""

import logging
import time
from collections import Counter
from collections.abc import Callable

from mixroom.core.errors import MixroomError

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds after a failure

failures = Counter[str]()  # failed rounds of each loop of this process


def forever(name: str, step: Callable[[], object]) -> None:
    """Call `step` again and again; log and count its failures.

    `step` does its own waiting. Threads, green threads and processes all loop by this function.
    """
    while True:
        attempt(name, step)


def attempt(name: str, step: Callable[[], object]) -> None:
    """Call `step` once; if it fails, log and count the failure, and wait for PAUSE."""
    try:
        step()
    except MixroomError as error:  # expected: the database or Redis is away
        _note(name, error, trace=False)
    except Exception as error:
        _note(name, error, trace=True)


def _note(name: str, error: Exception, *, trace: bool) -> None:
    failures[name] += 1
    log.warning("%s failed and goes on: %s", name, error, exc_info=(trace and error) or None)
    time.sleep(PAUSE)
