"""The folder of the rehearsal's data files; docs/rehearsal.md says how to edit them."""

from pathlib import Path

FOLDER = Path(__file__).parent / "words"
