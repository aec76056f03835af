"""The list of features: the `FEATURE` of each package of Mixroom that has a `feature.py`."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeVar

import mixroom
from mixroom.core.views import View
from mixroom.web.declaration import Feature

Value = TypeVar("Value")
BOARD = "The items of all panels of the dashboard, each under the name of its panel"


@cache
def features() -> tuple[Feature, ...]:
    """Return all features, in alphabetical order of their packages."""
    return tuple(_found())


def declared(attribute: str) -> dict[Any, Any]:
    """Merge a mapping that all features declare; raises ValueError if two declare the same name."""
    joined: dict[Any, Any] = {}
    for feature in features():
        table: Mapping[Any, Any] = getattr(feature, attribute)
        if twice := joined.keys() & table.keys():
            raise ValueError(f"{feature.name} declares {', '.join(map(str, twice))} again")
        joined |= table
    return joined


def listed(attribute: str) -> tuple[Any, ...]:
    """Concatenate a sequence that all features declare."""
    return tuple(each for feature in features() for each in getattr(feature, attribute))


def views() -> Mapping[View, str]:
    """Return all live views with their meanings, and the dashboard, made from all panels."""
    panels = sorted(listed("panels"), key=lambda panel: panel.position)
    boards = {each.dashboard(panels): BOARD for each in features() if each.dashboard}
    return {**declared("views"), **boards}


def _found() -> Iterator[Feature]:
    for package in pkgutil.iter_modules(mixroom.__path__, "mixroom."):
        if package.ispkg and find_spec(f"{package.name}.feature"):
            feature = importlib.import_module(f"{package.name}.feature").FEATURE
            assert isinstance(feature, Feature), package.name
            yield feature
