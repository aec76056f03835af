"""Mixroom beside the programs that people would pick instead, measured in the same run.

    make bench-peers
    .venv/bin/python -m bench.peers [--rounds N] [--to FILE] [COMPARISON ...]

Each comparison is a module of this folder with a `TITLE`, and a function `compare(rounds)` that
measures ours and theirs alternately and yields `Row`s. Load goes to loopback only and stops by
itself. Without names, all comparisons are made and docs/performance.md is written.
"""

import argparse
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from bench.peers.machine import described
from bench.peers.report import HEADINGS, markdown

COMPARISONS = ("fan_out", "pages", "photographs", "growth")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
MARK = "<!-- figures: written by make bench-peers -->"


def main() -> None:
    """Measure, print, and write the document if all was measured."""
    parser = argparse.ArgumentParser(prog="bench.peers", description=__doc__)
    parser.add_argument("comparisons", nargs="*", metavar="COMPARISON", choices=[*COMPARISONS, []])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--to", type=Path, help="write the figures into this document")
    given = parser.parse_args()
    names = given.comparisons or COMPARISONS
    parts = [f"Measured on {datetime.now(UTC):%Y-%m-%d}: {described()}; {given.rounds} rounds.\n"]
    for name in names:
        module = import_module(f"bench.peers.{name}")
        headings = getattr(module, "HEADINGS", HEADINGS)
        part = markdown(module.TITLE, module.compare(given.rounds), headings)
        print(part, flush=True)
        parts.append(part)
    document = given.to or (None if given.comparisons else DOCUMENT)
    if document:
        kept = document.read_text().split(MARK)[0] if document.exists() else ""
        document.write_text(f"{kept}{MARK}\n\n" + "\n".join(parts))


if __name__ == "__main__":
    main()
