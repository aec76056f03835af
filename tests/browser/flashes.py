"""Counts the flashes of a screen over pictures of it, as WCAG 2.3.1 does. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

STEP = 0.1  # of the greatest luminance: a smaller change is none
BRIGHT = 0.8  # a change between two that are as bright as this is none
PART = 3  # a region is a third of the screen each way: 341 × 256 of 1024 × 768
AREA = 0.25  # of a region: what changes in less of it is none
WINDOW = 1.0  # seconds
MOST = 6  # opposing changes in a window: three flashes are three pairs of them


@dataclass(frozen=True)
class Picture:
    """A screen at a moment, in seconds: the luminance of its cells from 0 to 1, row by row."""

    at: float
    cells: Sequence[Sequence[float]]


def changes(pictures: Sequence[Picture]) -> int:
    """Return how many opposing changes came within a second, at the worst moment and place.

    So many were seen in each of the cells that make more than a quarter of some region.
    """
    times = [
        [_turns([(each.at, each.cells[y][x]) for each in pictures]) for x in range(len(row))]
        for y, row in enumerate(pictures[0].cells)
    ]
    most = 0
    for began in sorted({at for row in times for cell in row for at in cell}):
        counts = [[_within(cell, began) for cell in row] for row in times]
        while _covers([[count > most for count in row] for row in counts]):
            most += 1
    return most


def _turns(levels: Sequence[tuple[float, float]]) -> list[float]:
    """Return when the luminance of one cell had changed, each time the other way than before."""
    found: list[float] = []
    low = high = levels[0][1]  # since the last change, or the beginning
    rising: bool | None = None  # the way of the last change
    for at, level in levels:
        low, high = min(low, level), max(high, level)
        if rising is not True and level - low >= STEP and low < BRIGHT:
            rising, high = True, level
        elif rising is not False and high - level >= STEP and level < BRIGHT:
            rising, low = False, level
        else:
            continue
        found.append(at)
    return found


def _within(times: Sequence[float], began: float) -> int:
    return bisect_left(times, began + WINDOW) - bisect_left(times, began)


def _covers(changed: Sequence[Sequence[bool]]) -> bool:
    """Tell whether more than a quarter of some region is among the cells."""
    height, width = len(changed) // PART, len(changed[0]) // PART
    across = [_sums(row, width) for row in changed]
    regions = [count for column in zip(*across, strict=True) for count in _sums(column, height)]
    return max(regions) > AREA * width * height


def _sums(values: Sequence[int], length: int) -> list[int]:
    """Return the sum of every so many neighbours."""
    total = [0, *accumulate(values)]
    return [total[end] - total[end - length] for end in range(length, len(total))]
