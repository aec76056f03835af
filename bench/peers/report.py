"""The rows of a comparison, and the document made of them."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, measured several times for us and for each peer, round by round.

    `peers` maps a peer's name to its figures, in the order of the rounds; a row without peers is
    measured against its goal alone. `limit` is one sentence about what bounds the figure.
    """

    what: str
    unit: str
    ours: Sequence[float]
    peers: Mapping[str, Sequence[float]]
    better: Literal["less", "more"] = "less"
    goal: str = ""
    met: bool | None = None
    limit: str = ""

    def ratios(self, peer: str) -> list[float]:
        """Return how many times better than a peer we were in each round."""
        pairs = zip(self.ours, self.peers[peer], strict=True)
        return [theirs / ours if self.better == "less" else ours / theirs for ours, theirs in pairs]


HEADINGS = ("figure", "Mixroom", "peers", "times better", "goal")


def markdown(title: str, rows: Iterable[Row], headings: Sequence[str] = HEADINGS) -> str:
    """Return a comparison as a table, with a line about each limit below it."""
    lines = [f"## {title}", "", f"| {' | '.join(headings)} |", "|---|---|---|---|---|"]
    limits: dict[str, list[str]] = {}
    for row in rows:
        theirs = [f"{peer} {_spread(figures)}" for peer, figures in row.peers.items()]
        better = [f"{_spread(row.ratios(peer))}" for peer in row.peers]
        cells = [
            f"{row.what}, {row.unit}",
            _spread(row.ours),
            "<br>".join(theirs) or "–",
            "<br>".join(better) or "–",
            row.goal + {True: ": met", False: ": **missed**", None: ""}[row.met],
        ]
        lines.append(f"| {' | '.join(cells)} |")
        whats = limits.setdefault(row.limit.rstrip("."), [])
        whats += [row.what] if row.what not in whats else []
    said = [f"- {'; '.join(whats)}: *{limit}*." for limit, whats in limits.items() if limit]
    return "\n".join([*lines, "", *said, *([""] if said else [])])


def _spread(figures: Sequence[float]) -> str:
    """Return the median, and the least and the most if they differ from it."""
    least, middle, most = (
        _short(each) for each in (min(figures), statistics.median(figures), max(figures))
    )
    return middle if least == most else f"{middle} ({least} to {most})"


def _short(figure: float) -> str:
    """Return a figure with three digits that count."""
    decimals = next((n for n, most in enumerate((100, 10, 1)) if abs(figure) >= most), 3)
    return f"{figure:,.{decimals}f}"
