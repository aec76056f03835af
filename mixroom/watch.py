"""The watch: soon after new facts, calls the watchers of all features and asks their alarm rules.

Every worker watches; a lock of the feature makes one of them act. What fails is logged, and the
others are called all the same.
"""

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from mixroom.core import clock, journal
from mixroom.core.alarm_rules import AlarmRule
from mixroom.core.db import reading
from mixroom.core.errors import UnavailableError
from mixroom.core.files import Store
from mixroom.features import declared, listed

log = logging.getLogger(__name__)

SOON = 1.0  # seconds at least between two looks
AT_LEAST = 15.0  # seconds after which it looks without a new fact: time alone makes things late


class Watch:
    """Looks at the events whose days are near, whenever `look` is called and a look is due."""

    def __init__(self, files: Store) -> None:
        self._files = files
        self._rules: dict[str, AlarmRule] = {rule.name: rule for rule in listed("alarms")}
        self._watchers: tuple[Callable[[datetime], object], ...] = listed("watchers")
        self._hooks = declared("hooks")
        self._looked = -AT_LEAST
        self._position: int | None = None
        self._asked: dict[tuple[str, str], float] = {}
        self._again = math.inf  # when a rule that was left out is due, or a watcher wants it
        self._failed: dict[str, str] = {}

    def look(self) -> None:
        """Ask all rules that are due; raises UnavailableError while the database is away."""
        pause = time.monotonic() - self._looked
        if pause < SOON:
            return
        with reading() as tx:
            position = journal.latest(tx)
        owed = time.monotonic() >= self._again
        if position == self._position and pause < AT_LEAST and not owed:
            return
        self._position, self._again = position, math.inf
        now = clock.now()
        for watcher in self._watchers:
            self._attempt(
                f"{watcher.__module__}.{watcher.__name__}",
                partial(self._call, watcher, now),
            )
        for event_id in self._hooks["watched_events"](now):
            known = self._hooks["known"](event_id, now)
            for rule in self._rules.values():
                if self._is_due(rule, event_id):
                    ask = partial(self._hooks["watch"], rule, event_id, now, self._files, known)
                    self._attempt(f"the rule {rule.name}", ask)
            self._hooks["tell"](event_id, self._rules, now)
        self._looked = time.monotonic()  # the pause begins here, however long the look took

    def _call(self, watcher: Callable[[datetime], object], now: datetime) -> None:
        """Call a watcher; it may return the time at which it wants to be called again."""
        again = watcher(now)
        if isinstance(again, datetime):
            wait = max(0.0, (again - now).total_seconds())
            self._again = min(self._again, time.monotonic() + wait)

    def _is_due(self, rule: AlarmRule, event_id: str) -> bool:
        asked, now = self._asked.get((event_id, rule.name)), time.monotonic()
        due = -math.inf if asked is None else asked + rule.every.total_seconds()
        if now < due:
            self._again = min(self._again, due)
            return False
        self._asked[event_id, rule.name] = now
        return True

    def _attempt(self, name: str, act: Callable[[], object]) -> None:
        """Call something that may fail; a failure is logged once, until it succeeds or changes."""
        try:
            act()
        except UnavailableError:
            raise
        except Exception as error:
            if self._failed.get(name) != repr(error):  # else it fills the log
                log.exception("%s failed, and the others go on", name)
            self._failed[name] = repr(error)
        else:
            self._failed.pop(name, None)
