"""Whether a failure is the server's own trouble, which passes, or the fault of a job."""

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


def is_the_servers(error: BaseException) -> bool:
    """Say whether the same again, later, may well succeed without anybody changing it."""
    return isinstance(error, _PASSING)
