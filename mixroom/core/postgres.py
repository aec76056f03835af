"""PostgreSQL connections with a limit for every wait, even on a silent connection.

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

PATIENCE = 12.0  # seconds to wait for an answer: a little longer than the server waits for a lock
LIMITS = {  # milliseconds, enforced by the server
    "statement_timeout": 10_000,
    "lock_timeout": 8_000,
    "idle_in_transaction_session_timeout": 30_000,
}
# If the other machine is gone: a probe after 5 s, then 3 probes 2 s apart; sent data that is not
# acknowledged within 10 s ends the connection.
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
    """Limit the wait for each answer, in seconds; None keeps the present limit."""
    token = _patience.set(seconds) if seconds is not None else None
    try:
        yield
    finally:
        if token is not None:
            _patience.reset(token)


def engine(url: sa.URL) -> sa.Engine:
    """Return an engine in which no call waits for ever."""
    _bound_waits()
    # UTC: in a zone west of it, a time at the beginning of the calendar cannot be read.
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
    sa.event.listen(created, "handle_error", _discard_if_silent)
    return created


def _bound_waits() -> None:
    """Make psycopg wait by `select`, which is green in the web process, and with a limit."""
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
    """Shut down a silent connection, so that it is not used again."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(fileno)) as line:
        line.shutdown(socket.SHUT_RDWR)


def _discard_if_silent(context: sa.engine.ExceptionContext) -> None:
    """Discard all idle connections of the pool once one of them was silent."""
    if type(context.original_exception).__name__ == "_WaitTimeout":
        context.is_disconnect = True
