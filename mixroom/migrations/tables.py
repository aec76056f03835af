"""All tables: importing each feature's store registers its own."""

from mixroom.core import jobs, journal
from mixroom.core.db import metadata
from mixroom.event import store as event
from mixroom.media import store as media
from mixroom.push import store as push
from mixroom.review import store as review
from mixroom.sponsors import store as sponsors
from mixroom.submissions import store as submissions
from mixroom.team import store as team
from mixroom.wall import store as wall

__all__ = [
    "event",
    "jobs",
    "journal",
    "media",
    "metadata",
    "push",
    "review",
    "sponsors",
    "submissions",
    "team",
    "wall",
]
