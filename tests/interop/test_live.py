"""The fan-out's frames in the Socket.IO client for Node, which offers compression."""

import json
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

from mixroom.core import doorbell, journal
from mixroom.core.db import reading
from tests.cast import Cast
from tests.client import Api
from tests.crowd import fill
from tests.servers import Server

HERE = Path(__file__).parent


def test_socket_io_client_gets_every_frame_once_and_in_order(server: Server, guests: Cast) -> None:
    with reading() as tx:
        start = journal.latest(tx)
    command = [shutil.which("node") or "node", str(HERE / "live.mjs"), server.url]
    with subprocess.Popen(
        [*command, guests.tokens["mur"], str(start)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as client:
        assert client.stdin
        assert client.stdout
        assert json.loads(client.stdout.readline()) >= start
        last = fill(guests, 120)
        doorbell.ring()
        client.stdin.write(f"{last}\n")
        client.stdin.flush()
        frames = json.loads(client.stdout.readline())
        assert client.wait(30) == 0
    assert all(one["seq"] == next_["after"] for one, next_ in pairwise(frames))
    with Api(server.url, guests.tokens["mur"]) as mur:
        truth = mur.view("wall", start)["changes"]
    assert {key: item for frame in frames for key, item in frame["changes"].items()} == truth
    assert len(truth) == 120
