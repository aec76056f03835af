"""Every table: those of `core`, and those that the features declare."""

from mixroom.core import cursors, jobs, journal
from mixroom.core.db import metadata
from mixroom.features import listed

TABLES = (journal.entries, journal.head, cursors.cursors, jobs.jobs, jobs.beats, *listed("tables"))

__all__ = ["TABLES", "metadata"]
