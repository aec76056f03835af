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
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt
_LARGEST = 32 << 20  # bytes; the C library takes what is larger from outside the heap
_PART, _PARTS = 24 << 20, 3  # bytes of a part, smaller than that; enough parts for most photos
_PAGE = 2 << 20
_HEAD = 4096  # bytes, for what the C library notes before a part


def prepare() -> None:
    """Let the next pictures lie in huge pages, where the system has them."""
    if _LIBC is not None:
        with suppress(AttributeError):  # a C library without mallopt
            _prepare(_LIBC)


def _prepare(libc: ctypes.CDLL) -> None:
    libc.mallopt(_MMAP_THRESHOLD, _LARGEST)
    libc.mallopt(_TRIM_THRESHOLD, 1 << 30)
    libc.malloc.restype = ctypes.c_void_p
    parts = [libc.malloc(ctypes.c_size_t(_PART)) for _ in range(_PARTS)]
    if all(parts):
        start = (min(parts) // _PAGE + 1) * _PAGE
        length = max(parts) + _PART - start
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), mmap.MADV_HUGEPAGE)
    for part in parts:
        libc.free(ctypes.c_void_p(part))
    if all(parts):  # what lies before the first huge page is never used
        libc.malloc(ctypes.c_size_t(start - min(parts) - _HEAD))
