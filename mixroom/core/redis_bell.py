"""The doorbell across machines: a Redis channel for rings without content.

Redis may be down, slow or restarted at any time: no ring waits for it, and every listener polls
every second anyway.
"""

import logging
import threading
import time

import redis

from mixroom.core import doorbell
from mixroom.core.loops import forever

log = logging.getLogger(__name__)
CHANNEL = "mixroom:bell"
PAUSE = 1.0  # seconds between two attempts to reach Redis
QUIET = 4.0  # seconds of silence after which Redis is pinged
MUTE = 10.0  # seconds without an answer after which the connection counts as lost


def client(url: str) -> redis.Redis:
    """Return a Redis client with a time limit for every operation."""
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
    """Publishes rings to Redis in a thread, and rings here when others publish."""

    def __init__(self, url: str) -> None:
        self._redis = client(url)
        self._rung = threading.Event()

    def start(self) -> None:
        """Start to publish and to listen, in the background."""
        doorbell.ring_also(self._rung.set)
        for name, step in (("redis bell", self._publish), ("redis ear", self._listen)):
            threading.Thread(target=forever, args=(name, step), daemon=True).start()

    def _publish(self) -> None:
        self._rung.wait()
        self._rung.clear()
        try:
            self._redis.publish(CHANNEL, "!")
        except redis.RedisError as error:
            log.debug("redis: not rung: %s", error)

    def _listen(self) -> None:
        """Listen until the connection is lost; after some silence, Redis must answer a ping."""
        try:
            with self._redis.pubsub() as channel:  # type: ignore[no-untyped-call]
                channel.subscribe(CHANNEL)
                heard = time.monotonic()
                while time.monotonic() - heard < MUTE:
                    message = channel.get_message(timeout=QUIET)
                    if message is None:
                        channel.ping()
                        continue
                    heard = time.monotonic()
                    if message["type"] == "message":
                        doorbell.ring_here()
        except redis.RedisError as error:
            log.debug("redis: not heard: %s", error)
            time.sleep(PAUSE)
