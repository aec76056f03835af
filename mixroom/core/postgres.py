"""PostgreSQL's connections: every wait for the server has an end, also where the line is mute.

A dropped NAT entry or a failover can leave a connection open on which nothing arrives any more.
The server's own time limits do not help then, and TCP notices only after minutes.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa

PATIENCE = 12.0  # seconds for an answer: a little longer than the server waits for a lock
LIMITS = {  # milliseconds, kept by the server
    "statement_timeout": 10_000,
    "lock_timeout": 8_000,
    "idle_in_transaction_session_timeout": 30_000,
}
# Where the other machine is gone: a probe after 5 s, given up after 3 unanswered ones 2 s apart;
# and what was sent is given up unacknowledged after 10 s.
KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}

_patience: ContextVar[float] = ContextVar("patience", default=PATIENCE)


@contextmanager
def patience(seconds: float | None) -> Iterator[None]:
    """Wait for no answer longer than this many seconds; None leaves it as it is."""
    token = _patience.set(seconds) if seconds is not None else None
    try:
        yield
    finally:
        if token is not None:
            _patience.reset(token)


def engine(url: sa.URL) -> sa.Engine:
    """Return an engine in which no call waits for ever."""
    _bound_waits()
    # In UTC: in a zone west of it, a time at the beginning of the calendar cannot be read.
    zone = "-c timezone=UTC"
    options = " ".join([zone, *(f"-c {name}={ms}" for name, ms in LIMITS.items())])
    created = sa.create_engine(
        url,
        pool_size=10,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"options": options, "connect_timeout": 5, **KEEPALIVE},
    )
    sa.event.listen(created, "handle_error", _is_mute)
    return created


def _bound_waits() -> None:
    """Have psycopg wait by `select`, which the web process makes green, and never for ever."""
    import psycopg.errors
    import psycopg.waiting

    def wait_patiently(
        gen: Any, fileno: int, interval: float = 0.0, timeout: float | None = None
    ) -> Any:
        limit = timeout if timeout is not None else _patience.get()
        try:
            return psycopg.waiting.wait_selector(gen, fileno, interval, limit)
        except psycopg.errors._WaitTimeout:
            if timeout is None:
                _cut(fileno)
            raise

    psycopg.waiting.wait = wait_patiently


def _cut(fileno: int) -> None:
    """End a connection whose server does not answer, so that it is not used again."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(fileno)) as line:
        line.shutdown(socket.SHUT_RDWR)


def _is_mute(context: sa.engine.ExceptionContext) -> None:
    """Throw away all idle connections of the pool once one has proved mute."""
    if type(context.original_exception).__name__ == "_WaitTimeout":
        context.is_disconnect = True
