"""The people who are connected, shared between processes through Redis if there is one."""

import logging
import time
from collections.abc import Iterable

import redis

from mixroom.core.redis_bell import client

log = logging.getLogger(__name__)
LASTS = 10.0  # seconds after which a silent process no longer counts


class Presence:
    """The people connected to any process of this installation."""

    def __init__(self, redis_url: str | None, process: str) -> None:
        self._redis = client(redis_url) if redis_url else None
        self._process = process

    def share(self, here: dict[str, set[str]]) -> dict[str, set[str]]:
        """Publish the people connected here, by event; return those connected to any process.

        Without Redis, or while it is down, return `here`.
        """
        if self._redis is None:
            return here
        try:
            return self._exchange(self._redis, here)
        except redis.RedisError as error:
            log.debug("redis: presence is local for now: %s", error)
            return here

    def _exchange(self, store: redis.Redis, here: dict[str, set[str]]) -> dict[str, set[str]]:
        now, everyone = time.time(), {}
        with store.pipeline(transaction=False) as pipe:
            for event_id, people in here.items():
                key = f"mixroom:here:{event_id}"
                pipe.hset(key, self._process, f"{now}|{','.join(sorted(people))}")
                pipe.expire(key, 3600)
                pipe.hgetall(key)
            answers = pipe.execute()
        for event_id, processes in zip(here, answers[2::3], strict=True):
            everyone[event_id] = set(_people(processes.values(), now))
        return everyone


def _people(values: Iterable[str], now: float) -> Iterable[str]:
    for value in values:
        time_sent, _, people = value.partition("|")
        if now - float(time_sent) < LASTS:
            yield from filter(None, people.split(","))
