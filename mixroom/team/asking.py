"""Who on the team is asking, for the edges of every feature."""

from mixroom.team.model import Person
from mixroom.web.security import person


def member() -> Person:
    """Return who is asking.

    Raises RefusedError `not_signed_in` for a stranger.
    """
    by = person()
    assert isinstance(by, Person), "the directory knows nobody but the team"
    return by
