"""The doorbell across machines: one Redis channel that says "look", and nothing else.

Redis may be down, slow or restarted at any time: whoever rings does not wait for it, whoever
listens looks by itself every second anyway.
"""

import logging
import threading
import time

import redis

from mixroom.core import doorbell

log = logging.getLogger(__name__)
CHANNEL = "mixroom:bell"
PAUSE = 1.0  # seconds between two tries to reach Redis


def client(url: str) -> redis.Redis:
    """Return a client whose every step is bounded in time."""
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=10,
        timeout=1,
        socket_timeout=1,
        socket_connect_timeout=1,
        decode_responses=True,
    )
    return redis.Redis(connection_pool=pool)


class RedisBell:
    """Rings through Redis from a thread of its own, and passes on what it hears."""

    def __init__(self, url: str) -> None:
        self._redis = client(url)
        self._rung = threading.Event()

    def start(self) -> None:
        """Ring and listen from now on, in the background."""
        doorbell.ring_also(self._rung.set)
        for run in (self._publish, self._listen):
            threading.Thread(target=run, daemon=True).start()

    def _publish(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            try:
                self._redis.publish(CHANNEL, "!")
            except redis.RedisError as error:
                log.debug("redis: not rung: %s", error)

    def _listen(self) -> None:
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(CHANNEL)
                    while True:
                        if channel.get_message(timeout=5):
                            doorbell.ring_here()
            except redis.RedisError as error:
                log.debug("redis: not heard: %s", error)
                time.sleep(PAUSE)
