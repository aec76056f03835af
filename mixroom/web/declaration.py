"""A feature, as it declares itself: one value in the `feature.py` of its package.

The application, the worker, the migrations and the reference pages go through `mixroom.features`
and name no feature. A feature that needs something of one above it asks for a hook by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from flask import Blueprint, current_app

from mixroom.core.files import Store
from mixroom.core.roles import Permissions
from mixroom.core.views import View
from mixroom.settings import Settings
from mixroom.web.identity import Directory
from mixroom.web.problems import Problem

Forget = Callable[[sa.Connection, datetime, int], int]
Message = Callable[[Any, object], Mapping[str, Any]]


class Notice(Protocol):
    """A kind of message that a feature sends to phones."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the application from which a feature builds its routes."""

    settings: Settings
    files: Store


Routes = Callable[[Parts], Blueprint]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page in the menu of every page, in the order of `position`.

    Whoever has the permission `needs` sees it. `count` returns the number to show beside it.
    """

    path: str
    title: str
    position: int
    needs: str = ""
    count: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page that a phone offers in the menu of the installed app's icon."""

    path: str
    title: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: everything that other parts of the program have to know of it.

    `pages` and `api` build the routes; those of `api` stand under `/api/v1`. `views` maps each live
    list to a sentence for the reference, `facts` each fact of the journal. `jobs` names the module
    that the worker loads: its `handlers(settings)` returns `Handlers`. `passing` are
    facts that are forgotten after three days; `keeps` says for how long rows are kept, and which
    function forgets a batch of them. `messages` answers a socket's messages by name. `offline` maps
    the name of an offline shell to its files under `static/`. `hooks` are functions that features
    below may call by name.
    """

    name: str
    pages: tuple[Routes, ...] = ()
    api: tuple[Routes, ...] = ()
    views: Mapping[View, str] = field(default_factory=dict)
    tables: tuple[sa.Table, ...] = ()
    permissions: Permissions = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()
    keeps: tuple[tuple[timedelta, Forget], ...] = ()
    problems: Mapping[str, Problem] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    jobs: str = ""
    notices: tuple[Notice, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    messages: Mapping[str, Message] = field(default_factory=dict)
    offline: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hooks: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    directory: Directory | None = None


def always(blueprint: Blueprint) -> Routes:
    """Return routes that stand at module level: the blueprint as it is."""
    return lambda _parts: blueprint


def parts() -> Parts:
    """Return the settings and the media store, for routes that stand at module level."""
    return current_app.extensions["parts"]  # type: ignore[no-any-return]


def hook(name: str) -> Callable[..., Any]:
    """Return the function that another feature offers under a name."""
    return current_app.extensions["hooks"][name]  # type: ignore[no-any-return]
