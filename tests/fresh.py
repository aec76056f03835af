"""A process as small as a worker: what a child may use is counted from what its parent has."""

import subprocess
import sys

from mixroom.settings import ROOT


def said_by(code: str, *arguments: object) -> str:
    """Return what a program prints that is run in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout
