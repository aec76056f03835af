"""Being told to stop: it may come at any moment, also in the middle of looking whether it has."""

import subprocess
import sys

import pytest

from mixroom.settings import ROOT

# Stops a supervisor at the nth line that it runs.
STOP_AT = """
import signal, sys
from mixroom.supervise import Supervisor
left = int(sys.argv[1])

def trace(frame, event, arg):
    global left
    left -= 1
    if left == 0:
        sys.settrace(None)
        signal.raise_signal(signal.SIGTERM)
    return trace

supervisor = Supervisor()
sys.settrace(trace)
sys.exit(supervisor.run())
"""


@pytest.mark.parametrize("line", range(1, 9))
def test_a_supervisor_stops_whenever_it_is_told_to(line: int) -> None:
    command = [sys.executable, "-c", STOP_AT, str(line)]
    done = subprocess.run(command, cwd=ROOT, timeout=20, check=False)
    assert done.returncode == 0
