"""Roles, and the permissions that each of them has.

A feature declares its permissions in its `model.py`, next to the rules that ask for them, and lists
them in its `feature.py`. The table is read by Python (`Actor.must`), by templates (`may`) and by
scripts (`data-may` of the page's body), so no list of roles is written twice.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from mixroom.core.errors import NotAllowedError
from mixroom.core.text import Lang

Permissions = Mapping[str, frozenset["Role"]]


class Role(StrEnum):
    """A person's role in the media room. `screen` is a paired projector."""

    LEAD = "lead"
    COMMUNITY_MANAGER = "community_manager"
    BLOGGER = "blogger"
    PHOTOGRAPHER = "photographer"
    PRESS = "press"
    SCREEN = "screen"


CREW = frozenset(Role) - {Role.SCREEN}
REVIEWERS = frozenset({Role.LEAD, Role.COMMUNITY_MANAGER})
LEADS = frozenset({Role.LEAD})
SCREENS = frozenset({Role.SCREEN})

_TABLE: dict[str, frozenset[Role]] = {}


class Actor(Protocol):
    """A person of the crew, a script or a screen, at one event."""

    @property
    def id(self) -> str: ...
    @property
    def event_id(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def lang(self) -> Lang: ...

    def must(self, permission: str) -> None:
        """Raise NotAllowedError if the role does not have the permission."""


def declare(permissions: Mapping[str, frozenset[Role]]) -> Permissions:
    """Add a feature's permissions to the table, each with its roles; return them.

    Raises ValueError if another feature declares one of them differently.
    """
    for permission, roles in permissions.items():
        if _TABLE.setdefault(permission, roles) != roles:
            raise ValueError(f"two features declare {permission}")
    return dict(permissions)


def allows(role: Role, permission: str) -> bool:
    """Return whether a role has a permission; raises KeyError if no feature declares it."""
    return role in _TABLE[permission]


def must_allow(role: Role, permission: str) -> None:
    """Raise NotAllowedError if the role does not have the permission."""
    if not allows(role, permission):
        raise NotAllowedError(permission)


def permissions_of(role: Role) -> list[str]:
    """Return the permissions of a role, in alphabetical order."""
    return sorted(permission for permission, roles in _TABLE.items() if role in roles)
