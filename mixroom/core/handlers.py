"""The handlers of a feature's jobs, which the worker calls: short, long and periodic ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from mixroom.core.files import Store
from mixroom.core.jobs import Job


class LongJob(Protocol):
    """A job that a child process does while the worker does short ones."""

    job: Job
    over: bool

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the child has sent a message."""

    def go_on(self) -> None:
        """Process the child's messages; raises LostLeaseError if another worker has the job."""

    def stop(self) -> None:
        """Stop the child."""


Run = Callable[[Job, Store], None]
Begin = Callable[[Job, Store], LongJob]


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that runs again and again, by one worker at a time.

    There is one job of its `kind` at a time; when it ends, it enqueues the next.
    """

    kind: str
    every: timedelta
    run: Callable[[Store], object]


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of a feature's jobs.

    `short` and `long` map a kind of job to the function that does it, and to the function that
    gives it up after its last try. Of the long jobs of a `lane`, one is done at a time: those of
    another lane do not wait for it.
    """

    short: Mapping[str, tuple[Run, Run]] = field(default_factory=dict)
    long: Mapping[str, tuple[Begin, Run]] = field(default_factory=dict)
    periodic: tuple[Periodic, ...] = ()
    lane: str = "clips"
