"""The cost of the fan-out and of a connection, with bounds that see a loss of half."""

from pathlib import Path

import pytest

from bench.peers.fan_out import Bench, Load

WALLS = 300
LESS = 2.0  # times less than the library's; measured: four to five times
MOST = 2.0  # milliseconds of a connection; measured: one


@pytest.mark.timed
def test_a_shared_frame_and_a_connection_cost_little(tmp_path: Path) -> None:
    """Processor time of the web process, ours and the library's one after the other."""
    bench, load = Bench(tmp_path, WALLS), Load(facts=40, frames=40, seconds=4)
    shared = bench.ours(WALLS, load)
    library = bench.ours(WALLS, load, MIXROOM_FAN_OUT="library")
    assert library["frame_us"] / shared["frame_us"] >= LESS
    assert shared["connection_ms"] <= MOST
