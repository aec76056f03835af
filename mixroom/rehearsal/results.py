"""The end of a job of the rehearsal, and the proof that the worker still has it."""

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.jobs import Job


def settle(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def keep(job: Job) -> None:
    """Renew the lease of a job that goes on; raises LostLeaseError if another worker has it."""
    with transaction() as tx:
        jobs.renew(tx, job)
