"""Give up, for good, what a decoder never needs: opening files, sockets, other processes.

Two doors of Linux need no privilege and no library. Landlock: nothing in the file system can be
opened, no TCP port bound or reached, no signal sent outside. seccomp: only the system calls in
`_ALLOWED` exist, the rest fail with EPERM. What is open already stays usable. Both hold for root
too. Either is enough to keep a child from the signing key, the database and the network; seccomp
keeps it from starting programs and from most of the kernel as well.
"""

import ctypes
import os
import platform
import struct
import sys
from enum import StrEnum

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Door(StrEnum):
    """A mechanism that shuts this process in: Landlock for files, seccomp for system calls."""

    LANDLOCK = "Landlock"
    SECCOMP = "seccomp"


def enter() -> frozenset[Door]:
    """Shut every door that this system has, for good; return the doors."""
    if _LIBC is None:
        return frozenset()
    _LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    shut = {Door.LANDLOCK: _landlock(), Door.SECCOMP: _seccomp()}
    return frozenset(door for door, closed in shut.items() if closed)


OPEN = (
    "This system has neither seccomp nor Landlock, so a file that takes over its decoder could "
    "read what the worker can. Use Linux 5.13 or later, or run the worker as a user of its own."
)


def tried() -> frozenset[Door]:
    """Return the doors that this system has, found out in a child process."""
    pipe, pen = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(pen, "\n".join(enter()).encode())
        finally:
            os._exit(0)
    os.close(pen)
    with os.fdopen(pipe) as answer:
        doors = answer.read().split()
    os.waitpid(pid, 0)
    return frozenset(map(Door, doors))


_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2  # of prctl
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same on every machine
_VERSION = 1
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}  # by version
_NET, _NET_SINCE = 0b11, 4  # bind and connect
_SCOPED, _SCOPED_SINCE = 0b11, 6  # abstract sockets and signals


def _landlock() -> bool:
    """Forbid everything that this kernel's Landlock can forbid; return whether it worked."""
    assert _LIBC
    version = _LIBC.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return False
    files = _FILES[max(known for known in _FILES if known <= version)]
    net = _NET if version >= _NET_SINCE else 0
    scoped = _SCOPED if version >= _SCOPED_SINCE else 0
    size = 24 if scoped else 16 if net else 8
    rules = struct.pack("QQQ", files, net, scoped)[:size]
    ruleset = _LIBC.syscall(_CREATE_RULESET, rules, size, 0)
    if ruleset < 0:
        return False
    try:
        return bool(_LIBC.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


# Name: number on x86-64 and on 64-bit ARM.
_ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "lseek": (8, 62),
    "close": (3, 57),
    "fstat": (5, 80),
    "newfstatat": (262, 79),  # the C library's fstat; of a file elsewhere it tells the size only
    "fcntl": (72, 25),
    "dup": (32, 23),
    "ftruncate": (77, 46),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    "futex": (202, 98),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    "set_robust_list": (273, 99),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "times": (100, 153),
    "getcwd": (79, 17),  # Pillow asks before it saves
    "uname": (63, 160),
    "sysinfo": (99, 179),
}
_CLONE, _CLONE3, _THREAD = (
    (56, 220),
    (435, 435),
    0x10000,
)  # the second hides its flags: no such call
_ON_ITSELF = {"kill": (62, 129), "tgkill": (234, 131)}  # as a crash does; on nobody else
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column, AUDIT_ARCH
_LOAD, _IF_EQUAL, _IF_SET, _JUMP, _RETURN = (
    0x20,
    0x15,
    0x45,
    0x05,
    0x06,
)  # of the classic Berkeley packet filter
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # where these stand in struct seccomp_data
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38  # EPERM, ENOSYS


def _seccomp() -> bool:
    """Forbid all system calls but those of `_ALLOWED`; return whether it worked."""
    assert _LIBC
    known = _MACHINES.get(platform.machine())
    if known is None or sys.maxsize < 1 << 32:
        return False
    column, machine = known
    program = _program([pair[column] for pair in _ALLOWED.values()], machine)
    for pair in _ON_ITSELF.values():
        program += _only(pair[column], _IF_EQUAL, os.getpid())
    program += _only(_CLONE[column], _IF_SET, _THREAD)  # no process of its own
    program += _step(_IF_EQUAL, _CLONE3[column], 0, 1) + _step(_RETURN, _UNKNOWN)
    program += _step(_RETURN, _REFUSE)
    steps = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    return bool(_LIBC.prctl(_SET_SECCOMP, _FILTER, header, 0, 0) == 0)


def _program(numbers: list[int], machine: int) -> bytes:
    program = _step(_LOAD, _MACHINE) + _step(_IF_EQUAL, machine, 1, 0) + _step(_RETURN, _REFUSE)
    program += _step(_LOAD, _NUMBER)
    for at, number in enumerate(numbers):
        program += _step(_IF_EQUAL, number, len(numbers) - at, 0)
    # none of them: jump over the one that allows
    return program + _step(_JUMP, 1) + _step(_RETURN, _ALLOW)


def _only(number: int, test: int, value: int) -> bytes:
    """Allow a system call if its first argument passes a test; keep the number loaded."""
    return (
        _step(_IF_EQUAL, number, 0, 4)
        + _step(_LOAD, _FIRST_ARGUMENT)
        + _step(test, value, 0, 1)
        + _step(_RETURN, _ALLOW)
        + _step(_LOAD, _NUMBER)
    )


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)
