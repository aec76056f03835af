"""The declaration of a feature: one `Feature` value in the `feature.py` of its package.

The application, the worker, the migrations and the reference pages go through the list in
`mixroom.features` and name no feature. What only the web process needs is named by a string,
`module:name`, so that the worker and the migrations load neither Flask nor a page. A feature that
needs a function of a higher one asks for a hook by name.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from mixroom.core.alarm_rules import AlarmRule
from mixroom.core.calendar_entries import Calendar
from mixroom.core.files import Store
from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.panels import Panel
from mixroom.core.roles import Permissions
from mixroom.core.text import N_
from mixroom.core.views import View
from mixroom.settings import Settings

Named = str  # `module:name` of what is imported once it is needed
Forget = Callable[[sa.Connection, datetime, int], int]  # (tx, before, most) → deleted rows
MessageHandler = Callable[[Any, object], Mapping[str, Any]]  # (person, content) → answer


class Problem(NamedTuple):
    """The HTTP status and the message of a refusal, and the seconds after which to try again."""

    status: int
    title: str
    retry_after: int | None = None


class Notice(Protocol):
    """A kind of push message that a feature sends to phones."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The settings and the media store, which routes need.

    `apart` runs a function that computes for long, while others are served; it returns its result.
    """

    settings: Settings
    files: Store
    apart: Callable[[Callable[[], Any]], Any] = lambda compute: compute()


class Section(StrEnum):
    """The sections of the menu, in their order."""

    SEND = "send"
    REVIEW = "review"
    LIVE = "live"
    PLAN = "plan"
    TEAM = "team"
    PRESS = "press"
    IMPACT = "impact"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A tab of a section of the menu; tabs are ordered by `position`.

    People with the permission `needs` see it, if it is for them (`suits`). `count` names a function
    that returns the number to show beside it.
    """

    path: str
    title: str
    position: int
    section: Section
    needs: str = ""
    count: Named = ""
    suits: Callable[[Any], bool] = lambda _person: True

    def number(self) -> int:
        """Return the number to show beside it; 0 for none."""
        return int(named(self.count)()) if self.count else 0


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page in the menu of the installed app's icon."""

    path: str
    title: str
    needs: str = ""


WITH_THE_EDITION = N_("With the edition, when it is erased; or earlier, if you ask.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of personal data that a feature keeps: an entry of the page about privacy.

    `what`, `why`, `seen_by` and `until` are messages of the interface. If the data goes by itself
    after a while, `after` is that time, one of those in the feature's `keeps`, and `until` says
    `%(days)s`. Entries are ordered by `position`.
    """

    position: int
    what: str
    why: str
    seen_by: str
    until: str = WITH_THE_EDITION
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the preparation: a sentence on what is still missing, and the page that has it.

    `done` returns whether an event has it; steps are ordered by `position`.
    """

    name: str
    title: str
    path: str
    position: int
    done: Callable[[sa.Connection, str], bool]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: everything that other parts of the program need to know about it.

    - `pages` and `api` name blueprints; those of `api` are served under `/api/v1`.
    - `views` and `facts` map each live view and each fact to its meaning, for the reference.
    - `problems` and `rules` are the refusals of the feature, with their messages.
    - `jobs` names the module that the worker loads; its `handlers(settings)` returns `Handlers`.
    - `passing` are facts that retention deletes after three days; `keeps` pairs a time with the
      function that deletes a batch of older rows.
    - `messages` maps the name of each socket message to that of its `MessageHandler`.
    - `alarms` are the rules by which the worker raises alarms about this feature.
    - `watchers` are functions that the worker calls with the time, soon after new facts, and at
      the time that they return.
    - `offline` maps the name of an offline shell to its files under `static/`.
    - `hooks` are functions that lower features may call by name.
    - `on_public_page` are views that the public page shows besides its own.
    - `panels` are its parts of the dashboard; the feature of the dashboard gives `dashboard`, which
      makes the view from the panels of all.
    - `privacy` says what it keeps about people; a feature that keeps anything about them says so.
    - `leaves` are functions of a transaction and a person, called when the person is removed.
    - `letters` are the templates of what it writes to people outside.
    - `steps` are the parts of the preparation that a lead is reminded of.
    - `calendar` are functions that give its entries of the plan's calendar.
    - `renews` are functions `(tx, renewal)` that give the next edition what it begins with.
    - `directory` names the `Directory`, which one feature offers.
    """

    name: str
    pages: tuple[Named, ...] = ()
    api: tuple[Named, ...] = ()
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
    messages: Mapping[str, Named] = field(default_factory=dict)
    alarms: tuple[AlarmRule, ...] = ()
    watchers: tuple[Callable[[datetime], object], ...] = ()
    offline: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hooks: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    panels: tuple[Panel, ...] = ()
    dashboard: Callable[[Sequence[Panel]], View] | None = None
    on_public_page: tuple[View, ...] = ()
    letters: tuple[LetterTemplate, ...] = ()
    steps: tuple[Step, ...] = ()
    renews: tuple[Callable[[sa.Connection, Any], object], ...] = ()
    calendar: tuple[Calendar, ...] = ()
    privacy: tuple[Kept, ...] = ()
    leaves: tuple[Callable[[sa.Connection, Any], None], ...] = ()
    directory: Named = ""


def named(reference: Named) -> Any:
    """Import and return what a feature names."""
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


def parts() -> Parts:
    """Return the settings and the media store of the present application."""
    found: Parts = _extensions()["parts"]
    return found


def view(name: str) -> View:
    """Return a live view of the present application by its name."""
    found: View = _extensions()["views"][name]
    return found


def panels() -> Sequence[Panel]:
    """Return the panels of the dashboard, in their order."""
    found: Sequence[Panel] = _extensions()["panels"]
    return found


def steps() -> Sequence[Step]:
    """Return the steps of the preparation of all features, in their order."""
    found: Sequence[Step] = _extensions()["steps"]
    return found


def renews() -> Sequence[Callable[[sa.Connection, Any], object]]:
    """Return the functions of all features that give the next edition what it begins with."""
    found: Sequence[Callable[[sa.Connection, Any], object]] = _extensions()["renews"]
    return found


def calendars() -> Sequence[Calendar]:
    """Return the functions of all features that give their entries of the calendar."""
    found: Sequence[Calendar] = _extensions()["calendars"]
    return found


def calendar_views() -> Sequence[View]:
    """Return the live views of the features that have entries in the calendar."""
    found: Sequence[View] = _extensions()["calendar_views"]
    return found


def alarm_rules() -> Mapping[str, AlarmRule]:
    """Return the rules of all features, by name."""
    found: Mapping[str, AlarmRule] = _extensions()["alarm_rules"]
    return found


def privacy() -> Sequence[Kept]:
    """Return what all features keep about people, in the order of the page about it."""
    found: Sequence[Kept] = _extensions()["privacy"]
    return found


def letter_templates() -> Mapping[str, LetterTemplate]:
    """Return the templates of letters of all features, by name."""
    found: Mapping[str, LetterTemplate] = _extensions()["letter_templates"]
    return found


def leaves() -> Sequence[Callable[[sa.Connection, Any], None]]:
    """Return what features do when a person is removed."""
    found: Sequence[Callable[[sa.Connection, Any], None]] = _extensions()["leaves"]
    return found


def faults() -> Mapping[str, str | None]:
    """Return what each check of `/readyz` finds wrong: a sentence, or None."""
    found: Mapping[str, str | None] = _extensions()["faults"]()
    return found


def hook(name: str) -> Callable[..., Any]:
    """Return the function that a feature declares under a name."""
    found: Callable[..., Any] = _extensions()["hooks"][name]
    return found


def _extensions() -> dict[str, Any]:
    from flask import current_app

    return current_app.extensions
