"""The identity of a request: a person on a device, found by a cookie or a bearer token."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol
from zoneinfo import ZoneInfo


class Person(Protocol):
    """The attributes of a person that the web layer reads."""

    @property
    def id(self) -> str: ...
    @property
    def event_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Any: ...
    @property
    def lang(self) -> str: ...
    @property
    def verbs(self) -> Collection[str]: ...


class Device(Protocol):
    """The attributes of a device that the web layer reads."""

    @property
    def id(self) -> str: ...


class Event(Protocol):
    """The attributes of an event that the web layer reads."""

    @property
    def id(self) -> str: ...
    @property
    def zone(self) -> ZoneInfo: ...


SignedIn = Callable[[str], tuple[Person, Device] | None]


class Directory(Protocol):
    """Looks up people, devices and events; one feature declares it."""

    @property
    def departures(self) -> frozenset[str]:
        """Return the facts that sign a person out of a device; the person's id is their key."""

    def signed_in(self, secret: str) -> tuple[Person, Device] | None:
        """Return the person and the device of a secret, or None."""

    def all_signed_in(self, secrets: Iterable[str]) -> Mapping[str, tuple[Person, Device]]:
        """Return the person and the device of each of these secrets that has one."""

    def still_in(self, device_ids: Iterable[str]) -> Mapping[str, Any]:
        """Return the present role of each of these devices that is still signed in."""

    def event(self, event_id: str) -> Event | None:
        """Return an event."""

    def present_event(self) -> Event | None:
        """Return the newest edition that is no rehearsal, which visitors see."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person on a device; `by_cookie` is true for a browser, false for a script."""

    person: Person
    device_id: str
    secret: str
    by_cookie: bool


def cookie_name(secure: bool) -> str:
    """Return the name of the session cookie; over https its prefix binds it to the host."""
    return "__Host-mixroom" if secure else "mixroom"


def identify(environ: Mapping[str, Any], signed_in: SignedIn, cookie: str) -> Identity | None:
    """Return the identity of a request from its WSGI environment; None for a stranger."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        return identity_of(signed_in, token.strip(), by_cookie=False)
    try:
        morsel = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(cookie)
    except CookieError:
        return None
    return identity_of(signed_in, morsel.value, by_cookie=True) if morsel else None


def identity_of(signed_in: SignedIn, secret: str, *, by_cookie: bool) -> Identity | None:
    """Return the identity of a secret, or None; `signed_in` looks it up."""
    found = signed_in(secret) if secret else None
    return Identity(found[0], found[1].id, secret, by_cookie) if found else None
