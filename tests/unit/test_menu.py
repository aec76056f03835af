"""The menu: each person has what they may open, and no more, in at most two rows."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.roles import CREW, Role
from mixroom.crew.model import Person
from mixroom.features import features
from mixroom.web.declaration import MenuEntry, Section
from mixroom.web.menu import FEW, Link, menu

ENTRIES = [entry for feature in features() for entry in feature.menu]
LEAD = Person("1", "e", "Amélie Roy", Role.LEAD)


@dataclass(frozen=True)
class Guest:
    """Someone with some permissions."""

    verbs: tuple[str, ...]


def paths(links: list[Link]) -> list[str]:
    return [each.path for each in links]


entries = st.lists(
    st.builds(
        MenuEntry,
        path=st.from_regex(r"/[a-d](/[a-d])?", fullmatch=True),
        title=st.just("Title"),
        position=st.integers(0, 9),
        section=st.sampled_from(Section),
        needs=st.sampled_from(["", "x", "y"]),
    ),
    unique_by=lambda each: each.path,
    max_size=16,
)


@given(entries, st.sets(st.sampled_from(["x", "y"])))
def test_everything_that_someone_may_open_is_two_steps_away_and_nothing_else(
    all_of: list[MenuEntry], verbs: set[str]
) -> None:
    guest = Guest(tuple(verbs))
    may = {each.path for each in all_of if each.needs in {"", *verbs}}
    first = menu(all_of, guest, "/nowhere")
    reached = {*paths(first.sections), *paths(first.tabs)}
    for path in list(reached):
        found = menu(all_of, guest, path)
        reached |= set(paths(found.tabs))
        assert sum(each.here for each in found.tabs) <= 1
        assert sum(each.here for each in found.sections) <= 1
    assert reached == (may if len(may) > 1 else set())


@given(entries)
def test_a_page_below_a_tab_belongs_to_it(all_of: list[MenuEntry]) -> None:
    guest = Guest(("x", "y"))
    for entry in all_of:
        at = menu(all_of, guest, entry.path)
        below = menu(all_of, guest, f"{entry.path}/rules")
        assert [each.here for each in below.tabs] == [each.here for each in at.tabs]


@pytest.mark.parametrize("role", sorted(CREW))
def test_a_role_has_a_row_of_tabs_or_sections_with_tabs(role: Role) -> None:
    for person in (replace(LEAD, role=role), replace(LEAD, role=role, bilingual=True)):
        found = menu(ENTRIES, person, "/send")
        assert len(found.sections) != 1
        assert found.sections or len(found.tabs) <= FEW


def test_the_sections_of_a_lead_stand_in_their_order() -> None:
    found = menu(ENTRIES, LEAD, "/alarms/rules")
    titles = [each.title for each in found.sections]
    assert titles == [
        each for each in ("Send", "Review", "On air", "Plan", "Crew") if each in titles
    ]
    assert [each.path for each in found.tabs if each.here] == ["/alarms"]
    assert [each.title for each in found.sections if each.here] == ["On air"]
