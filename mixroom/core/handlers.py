"""The jobs of a feature, as the worker does them: short, long and periodic ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from mixroom.core.files import Store
from mixroom.core.jobs import Job


class LongJob(Protocol):
    """A job that a child process does beside the short ones; the worker asks how far it is."""

    job: Job
    over: bool

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the child has said something."""

    def go_on(self) -> None:
        """Take what the child has said; raises LostLeaseError if another worker has the job."""

    def stop(self) -> None:
        """End the child."""


Run = Callable[[Job, Store], None]
Begin = Callable[[Job, Store], LongJob]


@dataclass(frozen=True, slots=True)
class Periodic:
    """Something that is done again and again, by one worker at a time.

    It is a job of its `kind`; there is one at a time, and the end of it plans the next.
    """

    kind: str
    every: timedelta
    run: Callable[[Store], object]


@dataclass(frozen=True, slots=True)
class Handlers:
    """The functions that do a feature's jobs.

    `short` and `long` map a job's kind to the function that does it, and to the one that gives it
    up after its last try.
    """

    short: Mapping[str, tuple[Run, Run]] = field(default_factory=dict)
    long: Mapping[str, tuple[Begin, Run]] = field(default_factory=dict)
    periodic: tuple[Periodic, ...] = ()
