"""The person of a request, for the pages and the API of every feature."""

from mixroom.crew.model import Person
from mixroom.web.security import person


def member() -> Person:
    """Return the person who makes this request; raises RefusedError if nobody is signed in."""
    by = person()
    assert isinstance(by, Person), "the directory returns people of the crew"
    return by
