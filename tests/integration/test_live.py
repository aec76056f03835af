"""The live stream of a running server, in both layouts."""

import random
import threading
import time
from itertools import pairwise

import pytest
import requests
import socketio

from tests.cast import Cast
from tests.client import Api, Follower, following
from tests.servers import Redis, Server, until


def test_a_submission_is_followed_from_the_desk_to_the_wall(server: Server, guests: Cast) -> None:
    with (
        Api(server.url, guests.tokens["driss"]) as driss,
        Api(server.url, guests.tokens["ben"]) as ben,
        Api(server.url, guests.tokens["mur"]) as mur,
        following(driss, "desk") as desk,
        following(ben, "review") as queue,
        following(mur, "wall") as wall,
    ):
        key = driss.submit()["id"]
        until(lambda: key in queue.items, "the queue to show it")
        ben.decide(key, "approval")
        until(lambda: key in wall.items, "the wall to show it")
        until(lambda: desk.items[key]["status"] == "approved", "the author to know")
        until(lambda: key not in queue.items, "the queue to let it go")
        ben.decide(key, "recall")
        until(lambda: key not in wall.items, "the wall to drop it")


def test_every_client_is_exact_after_random_disconnections(server: Server, guests: Cast) -> None:
    chance = random.Random(15)
    with Api(server.url, guests.tokens["mur"]) as mur, Api(server.url, guests.tokens["ben"]) as ben:
        walls = [Follower(mur, "wall") for _ in range(6)]
        queues = [Follower(ben, "review") for _ in range(2)]
        clients = walls + queues
        for client in clients:
            client.connect()
        writers = [
            threading.Thread(target=_write, args=(server, guests, name, 40))
            for name in ("driss", "chloe", "flora")
        ]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            victim = chance.choice(clients)
            if victim.io.connected:
                victim.drop()
            writers[0].join(0.15)
        try:
            for view, followers, api in (("wall", walls, mur), ("review", queues, ben)):
                truth = api.view(view)["changes"]
                assert len(truth) >= 30
                for client in followers:
                    until(lambda c=client, t=truth: c.items == t, f"{view} to be exact")
        finally:
            for client in clients:
                client.hang_up()


def test_frames_come_in_the_order_of_their_numbers(server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["ben"]) as ben, following(ben, "review") as queue:
        _write(server, guests, "driss", 20, decide=False)
        until(lambda: len(queue.items) == 20, "the queue to be full")
        numbers = [(frame["after"], frame["seq"]) for frame in queue.frames]
    assert all(after < seq for after, seq in numbers)
    assert all(a[1] == b[0] for a, b in pairwise(numbers))


@pytest.mark.parametrize("after", [10**9, "nonsense", -3])
def test_a_cursor_that_makes_no_sense_is_reset(
    server: Server, guests: Cast, after: int | str
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = driss.submit()["id"]
        answer = driss.view("desk", after)
    assert answer["reset"] is True
    assert list(answer["changes"]) == [key]


def test_who_may_not_follow_is_refused(server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        assert chloe.ask("GET", "/views/review").status_code == 403
        assert chloe.ask("GET", "/views/nothing").status_code == 404
        client = socketio.Client(reconnection=False)
        client.connect(server.url, transports=["websocket"], auth={"token": chloe.token})
        answer = client.call("live.follow", {"view": "review", "after": 0})
        client.disconnect()
    assert answer == {"error": "not_allowed"}


def test_an_event_hears_nothing_of_another(server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["eve"]) as eve, following(eve, "review") as queue:
        _write(server, guests, "driss", 3, decide=False)
        with Api(server.url, guests.tokens["ben"]) as ben:
            assert len(ben.view("review")["changes"]) == 3
        assert eve.view("review")["changes"] == {}
        assert queue.items == {}
        assert queue.frames == []


def test_a_stranger_is_refused_before_anything_is_kept(server: Server) -> None:
    socket = f"{server.url}/socket.io/?EIO=4&transport="
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": server.url}
    assert requests.get(socket + "polling", timeout=10).status_code == 400
    assert requests.get(socket + "websocket", headers=upgrade, timeout=10).status_code == 401
    foreign = upgrade | {"Origin": "https://elsewhere.example"}
    assert requests.get(socket + "websocket", headers=foreign, timeout=10).status_code == 403
    with pytest.raises(socketio.exceptions.ConnectionError):
        socketio.Client(reconnection=False).connect(
            server.url, transports=["websocket"], auth={"token": "wrong"}
        )


@pytest.mark.timed
def test_a_revoked_person_is_cut_within_two_seconds(server: Server, guests: Cast) -> None:
    from mixroom.core import clock
    from mixroom.core.db import reading
    from mixroom.crew import actions, device_store

    with Api(server.url, guests.tokens["ben"]) as ben, following(ben, "review") as queue:
        with reading() as tx:
            found = device_store.list_signed_in(tx, guests.event.id, clock.now())
        device = next(d for d in found if d.person_id == guests.ben.id)
        began = time.monotonic()
        actions.revoke(guests.amelie, device.id)
        until(lambda: queue.closed == "signed_out", "the socket to be closed")
        assert time.monotonic() - began < 2
        assert ben.ask("GET", "/submissions").status_code == 401


def test_redis_may_stop_and_start_and_nothing_is_lost(
    server: Server, guests: Cast, redis_server: Redis
) -> None:
    if server.settings.redis_url is None:
        assert server.settings.embedded  # nothing to stop: there is no Redis in this layout
        return
    with (
        Api(server.url, guests.tokens["driss"]) as driss,
        Api(server.url, guests.tokens["ben"]) as ben,
        Api(server.url, guests.tokens["mur"]) as mur,
        following(mur, "wall") as wall,
    ):
        redis_server.stop()
        for _ in range(10):
            ben.decide(driss.submit()["id"], "approval")
        until(lambda: len(wall.items) == 10, "the wall to be exact while Redis is away")
        redis_server.start()
        for _ in range(5):
            ben.decide(driss.submit()["id"], "approval")
        until(lambda: len(wall.items) == 15, "the wall to be exact when it is back")


def _write(server: Server, cast: Cast, name: str, count: int, *, decide: bool = True) -> None:
    with Api(server.url, cast.tokens[name]) as author, Api(server.url, cast.tokens["ben"]) as ben:
        for number in range(count):
            key = author.submit(text={"fr": f"{name} {number}"})["id"]
            if decide and number % 3:
                ben.decide(key, "approval")
            if decide and number % 6 == 1:
                ben.decide(key, "recall")
