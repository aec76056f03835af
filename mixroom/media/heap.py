"""A heap of huge pages for a child, which uses fifty megabytes once and ends.

In pages of four kilobytes, the kernel hands out ten thousand of them, which takes a quarter of the
time of a photo; in pages of two megabytes, thirty. The C library keeps what is freed, else the next
picture would need new pages.
"""

import ctypes
import mmap
import sys
from contextlib import suppress

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # of mallopt
_NEVER = 1 << 30
_ROOM = 72 << 20  # bytes; most photos need less
_PAGE = 2 << 20
_HEAD = 4096  # bytes, for what the C library notes before a part


def prepare() -> None:
    """Let the next pictures lie in huge pages, where the system has them."""
    if _LIBC is not None:
        with suppress(AttributeError):  # a C library without mallopt
            _prepare(_LIBC)


def _prepare(libc: ctypes.CDLL) -> None:
    libc.mallopt(_TRIM_THRESHOLD, _NEVER)
    libc.mallopt(_MMAP_MAX, 0)  # take everything from the heap
    libc.malloc.restype = ctypes.c_void_p
    room = libc.malloc(ctypes.c_size_t(_ROOM))
    if not room:
        return
    first = (room // _PAGE + 1) * _PAGE
    length = ctypes.c_size_t(room + _ROOM - first)
    libc.madvise(ctypes.c_void_p(first), length, mmap.MADV_HUGEPAGE)
    libc.free(ctypes.c_void_p(room))
    libc.malloc(ctypes.c_size_t(max(1, first - room - _HEAD)))  # never used: it is in small pages
