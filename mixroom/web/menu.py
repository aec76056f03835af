"""The menu of every page: sections, and the tabs of the present one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mixroom.core.text import N_
from mixroom.web.declaration import MenuEntry, Section

TITLES = {
    Section.SEND: N_("Send"),
    Section.REVIEW: N_("Review"),
    Section.LIVE: N_("On air"),
    Section.PLAN: N_("Plan"),
    Section.TEAM: N_("Crew"),
    Section.PRESS: N_("Press"),
    Section.IMPACT: N_("Impact"),
}
FEW = 4  # tabs that are shown in one row, without sections


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the menu; `here` says whether it leads to the present page or its section.

    `entries` are those whose numbers it shows.
    """

    path: str
    title: str
    here: bool
    entries: Sequence[MenuEntry]

    @property
    def counts(self) -> bool:
        """Return whether a number may stand beside it."""
        return any(each.count for each in self.entries)

    def number(self) -> int:
        """Return the number to show beside it; 0 for none."""
        return sum(each.number() for each in self.entries)


@dataclass(frozen=True, slots=True)
class Menu:
    """The rows of the menu: `tabs` are those of the present section."""

    sections: Sequence[Link] = ()
    tabs: Sequence[Link] = ()


def menu(entries: Iterable[MenuEntry], person: Any, path: str) -> Menu:
    """Return the menu of a person on a page; someone who has few tabs gets them without sections.

    A page below a tab's path, such as `/alarms/rules`, belongs to that tab.
    """
    verbs = person.verbs
    own = [each for each in entries if (not each.needs or each.needs in verbs)]
    own = sorted((each for each in own if each.suits(person)), key=lambda each: each.position)
    here = max((each for each in own if _leads_to(each, path)), key=_length, default=None)
    if len(own) <= FEW:
        return Menu(tabs=_links(own, here)) if len(own) > 1 else Menu()
    sections = []
    for section, title in TITLES.items():
        tabs = [each for each in own if each.section is section]
        if tabs:
            sections.append(Link(tabs[0].path, title, here in tabs, tabs))
    now = [each for each in own if here and each.section is here.section]
    return Menu(sections, _links(now, here) if len(now) > 1 else ())


def _links(entries: Sequence[MenuEntry], here: MenuEntry | None) -> list[Link]:
    return [Link(each.path, each.title, each is here, [each]) for each in entries]


def _leads_to(entry: MenuEntry, path: str) -> bool:
    return path == entry.path or (entry.path != "/" and path.startswith(f"{entry.path}/"))


def _length(entry: MenuEntry) -> int:
    return len(entry.path)
