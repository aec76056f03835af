"""Returns free memory to the system, which the allocator alone would keep."""

import ctypes
import gc
from contextlib import suppress


def give_back(*, thoroughly: bool) -> None:
    """Return free pages to the system if the C library can (glibc).

    With `thoroughly`, collect garbage before, which looks at every object: tens of milliseconds.
    """
    if thoroughly:
        gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
