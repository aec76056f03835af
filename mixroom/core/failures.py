"""Tells a passing failure of the server from a fault of a job."""

import sqlalchemy as sa

from mixroom.core.errors import UnavailableError

_PASSING = (
    UnavailableError,  # no room in the store, no database
    OSError,  # no disk, no memory for a child, no descriptor
    MemoryError,
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.InternalError,  # a database that has become read-only, as a failover makes it
    sa.exc.TimeoutError,
)


def is_transient(error: BaseException) -> bool:
    """Return whether the same attempt may succeed later without a change."""
    return isinstance(error, _PASSING)
