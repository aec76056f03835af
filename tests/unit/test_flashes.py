"""The rule by which the wall's calm is measured: what flashes is found, and what is calm is not."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.browser.flashes import MOST, Picture, changes

WIDTH, HEIGHT = 12, 9  # cells: four by three are a region
RATE = 30  # pictures a second


def test_a_screen_that_flashes_four_times_a_second_is_found() -> None:
    assert changes(_played(lambda at: _square(at, 4))) > MOST


def test_a_little_less_than_three_flashes_a_second_is_allowed() -> None:
    assert changes(_played(lambda at: _square(at, 2.9))) == MOST


def test_a_fade_is_one_change_however_many_pictures_show_it() -> None:
    assert changes(_played(lambda at: min(1.0, at))) == 1


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.59), (0.0, 0.09), (0.82, 1.0)])
def test_small_changes_and_changes_between_bright_ones_are_none(low: float, high: float) -> None:
    assert changes(_played(lambda at: low + (high - low) * _square(at, 10))) == 0


@pytest.mark.parametrize(("cells", "found"), [(3, False), (4, True)])
def test_more_than_a_quarter_of_a_region_has_to_change(cells: int, found: bool) -> None:
    def level(at: float, x: int, y: int) -> float:
        return _square(at, 10) if 4 <= x < 4 + cells and y == 5 else 0.0

    # three of the twelve cells of a region are a quarter, and four are more
    assert (changes(_played_by_cell(level)) > MOST) is found


def test_cells_that_are_far_from_each_other_do_not_add_up() -> None:
    corners = {(0, 0), (0, 8), (11, 0), (11, 8)}
    found = changes(_played_by_cell(lambda at, x, y: _square(at, 10) if (x, y) in corners else 0.0))
    assert found == 0


@settings(deadline=None)
@given(rate=st.floats(0.1, 8), phase=st.floats(0, 1), low=st.floats(0, 0.7))
def test_a_wave_changes_twice_in_each_of_its_turns(rate: float, phase: float, low: float) -> None:
    def wave(at: float) -> float:
        return low + (1 - low) * (0.5 + 0.5 * math.sin(2 * math.pi * (rate * at + phase)))

    found = changes(_played(wave))
    assert math.floor(2 * rate) - 1 <= found <= math.ceil(2 * rate) + 1


def _square(at: float, rate: float) -> float:
    return float((at * rate) % 1 < 0.5)


def _played(level: Callable[[float], float]) -> list[Picture]:
    return _played_by_cell(lambda at, _x, _y: level(at))


def _played_by_cell(level: Callable[[float, int, int], float]) -> list[Picture]:
    times = [n / RATE for n in range(2 * RATE)]
    return [
        Picture(at, [[level(at, x, y) for x in range(WIDTH)] for y in range(HEIGHT)])
        for at in times
    ]
