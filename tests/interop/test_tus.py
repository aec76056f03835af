"""Our tus server under clients that others wrote, and under a line that goes silent."""

import base64
import hashlib
import json
import random
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tusclient.client import TusClient

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.disk import DiskStore
from mixroom.core.files import Store
from mixroom.media.store import uploads
from mixroom.media.uploading import expire
from tests.cast import Cast
from tests.client import Api
from tests.photos import phone
from tests.servers import Server, until

HERE = Path(__file__).parent
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}
AT_ONCE = 2.0  # seconds; a lock that is waited for would take far longer


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of several portions."""
    path = tmp_path_factory.mktemp("tus") / "IMG_0044.jpg"
    path.write_bytes(phone("chelsea", 1, (1600, 1200)).data)
    return path


@pytest.fixture
def chloe(server: Server, guests: Cast) -> Iterator[Api]:
    with Api(server.url, guests.tokens["chloe"]) as api:
        yield api


def test_tus_js_client_brings_carries_on_and_gives_up(
    server: Server, guests: Cast, picture: Path
) -> None:
    token = guests.tokens["chloe"]
    run = subprocess.run(
        [shutil.which("node") or "node", HERE / "ours.mjs", server.url, token, picture],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    for how in ("whole", "chunks", "creation", "stream", "resumed"):
        _must_be_kept(server, told[how], picture)
    assert 0 < told["resumedAt"] == told["abortedAt"] < picture.stat().st_size
    assert told["terminated"] == 404


def test_tuspy_brings_a_file_whole_in_chunks_and_with_checksums(
    server: Server, guests: Cast, picture: Path
) -> None:
    client = TusClient(
        f"{server.url}/api/v1/uploads/",
        headers={"Authorization": f"Bearer {guests.tokens['chloe']}"},
    )
    told = {"filename": "été.jpg", "filetype": "image/jpeg"}
    ways = ({}, {"chunk_size": 100_000}, {"chunk_size": 50_000, "upload_checksum": True})
    with picture.open("rb") as file:
        for way in ways:
            uploader = client.uploader(file_stream=file, metadata=told, **way)
            uploader.upload()
            _must_be_kept(server, uploader.url, picture)

        begun = client.uploader(file_stream=file, metadata=told, chunk_size=100_000)
        begun.upload(stop_at=200_000)
        resumed = client.uploader(file_stream=file, url=begun.url, chunk_size=100_000)
        assert resumed.offset == 200_000
        resumed.upload()
        _must_be_kept(server, begun.url, picture)


def test_a_line_that_goes_silent_never_holds_the_file(
    server: Server, guests: Cast, picture: Path
) -> None:
    data = picture.read_bytes()
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        key = _announced(chloe, len(data))
    silent: list[socket.socket] = []
    reached = 0
    for _ in range(3):  # a phone that loses its Wi-Fi again and again, without a FIN
        silent.append(_begun(server, guests, key, reached, data))
        sent = reached + 40_000

        def arrived(sent: int = sent) -> bool:
            return _store(server).partial(key).size >= sent - 16_384

        until(arrived, "the first bytes to be here")
        with Api(server.url, guests.tokens["chloe"]) as chloe:  # over the new network
            began = clock.now()
            answer = chloe.ask("HEAD", f"/uploads/{key}", headers=TUS)
            assert answer.status_code == 200
            reached = int(answer.headers["Upload-Offset"])
            step = _added(chloe, key, reached, data[reached : reached + 10_000])
            assert clock.now() - began < timedelta(seconds=AT_ONCE)
            assert step.status_code == 204, step.text
            reached += 10_000
    for each in silent:  # the old lines come back, and say the rest of what they had to say
        each.sendall(b"\0" * 20_000)
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        assert _added(chloe, key, reached, data[reached:]).status_code == 204
    for each in silent:
        each.close()
    _must_be_kept(server, f"/{key}", picture)


def test_asking_how_far_an_upload_is_does_not_cut_it(
    server: Server, guests: Cast, chloe: Api, picture: Path
) -> None:
    data = picture.read_bytes()
    key = _announced(chloe, len(data))
    with _asking(server, guests, key, 0, len(data)) as line:
        for start in range(0, len(data), 50_000):
            line.sendall(data[start : start + 50_000])
            assert _reached(chloe, key) <= len(data)
        assert line.recv(4096).startswith(b"HTTP/1.1 204")
    _must_be_kept(server, f"/{key}", picture)


def test_who_adds_bytes_takes_the_file_over_and_the_older_connection_is_told(
    server: Server, guests: Cast, chloe: Api, picture: Path
) -> None:
    data = picture.read_bytes()
    key = _announced(chloe, len(data))
    with _begun(server, guests, key, 0, data) as older:
        until(lambda: _reached(chloe, key) == 32_768, "what is read of the first bytes to be here")
        older.sendall(data[40_000:65_536])
        until(lambda: _reached(chloe, key) == 65_536, "more to come on the line that was slow only")
        assert _added(chloe, key, 32_768, data[32_768:]).status_code == 409, (
            "the offset is an old one"
        )
        older.sendall(b"\0" * 20_000)
        assert older.recv(4096).startswith(b"HTTP/1.1 409")
        assert _added(chloe, key, 65_536, data[65_536:]).status_code == 204
    _must_be_kept(server, f"/{key}", picture)


def test_a_file_that_was_whole_when_the_server_died_is_taken_in_when_it_is_asked_for(
    server: Server, chloe: Api, picture: Path
) -> None:
    data = picture.read_bytes()
    key = _announced(chloe, len(data))
    partial = _store(server).partial(key)
    token, _ = partial.take_over()
    with partial.writing(token, 0) as pen:
        pen.write(data)
    answer = chloe.ask("HEAD", f"/uploads/{key}", headers=TUS)
    assert answer.headers["Upload-Offset"] == str(len(data))
    _must_be_kept(server, f"/{key}", picture)
    assert chloe.developed(key)["status"] == "ready"


def test_what_is_wrong_is_refused_and_leaves_the_bytes_as_they_were(
    server: Server, guests: Cast, chloe: Api
) -> None:
    data = b"x" * 1000
    key = _announced(chloe, len(data))
    assert _added(chloe, key, 0, data[:400]).status_code == 204

    answer = _added(chloe, key, 100, data[100:])
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_offset")
    assert _added(chloe, key, 401, data[401:]).status_code == 409
    assert _added(chloe, key, 400, data).status_code == 413
    wrong = {"Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}
    assert _added(chloe, key, 400, data[400:], **wrong).status_code == 460
    digest = hashlib.sha256(data[400:500]).digest()
    right = {"Upload-Checksum": "sha256 " + base64.b64encode(digest).decode()}
    assert _added(chloe, key, 400, data[400:500], **right).status_code == 204
    assert _reached(chloe, key) == 500

    asked = chloe.ask("PATCH", f"/uploads/{key}", headers=TUS | {"Upload-Offset": "500"}, data=b"x")
    assert asked.status_code == 415
    old = BYTES | {"Tus-Resumable": "0.2.2", "Upload-Offset": "500"}
    asked = chloe.ask("PATCH", f"/uploads/{key}", headers=old, data=b"x")
    assert (asked.status_code, asked.headers["Tus-Version"]) == (412, "1.0.0")
    with Api(server.url, guests.tokens["driss"]) as driss:
        for method in ("HEAD", "PATCH", "DELETE"):
            headers = BYTES | {"Upload-Offset": "500"}
            assert driss.ask(method, f"/uploads/{key}", headers=headers).status_code == 404
        again = driss.ask("POST", "/uploads/", headers=_of(1000, id=key))
        assert (again.status_code, again.json()["code"]) == (409, "id_taken")
    again = chloe.ask("POST", "/uploads/", headers=_of(999, id=key))
    assert (again.status_code, again.json()["code"]) == (409, "id_taken")
    again = chloe.ask("POST", "/uploads/", headers=_of(1000, id=key))
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "500")

    assert chloe.ask("DELETE", f"/uploads/{key}", headers=TUS).status_code == 204
    assert chloe.ask("HEAD", f"/uploads/{key}", headers=TUS).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "9" * 5000},
        {"Upload-Length": "-1"},
        {"Upload-Length": "1e3"},
        {"Upload-Length": "0"},
        {},
        {"Upload-Metadata": "filename ?"},
        {"Upload-Metadata": "id " + base64.b64encode(b"../../etc/passwd").decode()},
        {"Upload-Metadata": "sha256 " + base64.b64encode(b"x" * 300).decode()},
        {"Upload-Metadata": "sha256 " + base64.b64encode(b"\0").decode()},
        {"Upload-Metadata": "filetype " + base64.b64encode(b"image/\0jpeg").decode()},
        {"Upload-Metadata": "filetype " + base64.b64encode(b"\xff\xfe").decode()},
        {"Upload-Metadata": "filename " + base64.b64encode(b"\0/../x\r\ny").decode()},
        {"Upload-Metadata": ",,, ,a,b c,"},
    ],
    ids=range(13),
)
def test_a_hostile_announcement_is_answered_and_never_breaks_anything(
    chloe: Api, headers: dict[str, str]
) -> None:
    length = {} if headers == {} else {"Upload-Length": "100"}
    answer = chloe.ask("POST", "/uploads/", headers=TUS | length | headers)
    assert answer.status_code in (201, 413, 422), answer.text
    if answer.status_code == 201:
        place = urlsplit(answer.headers["Location"]).path
        assert chloe.page(place, headers=TUS).status_code != 500
        assert requests.delete(
            chloe.url + place,
            headers=TUS | {"Authorization": f"Bearer {chloe.token}"},
            timeout=10,
        ).ok


def test_what_nobody_adds_to_is_given_up_unless_it_is_announced_again(
    server: Server, chloe: Api
) -> None:
    kept, lost = _announced(chloe, 1000), _announced(chloe, 1000)
    for key in (kept, lost):
        assert _added(chloe, key, 0, b"x" * 300).status_code == 204
    with transaction() as tx:
        tx.execute(
            uploads.update()
            .where(uploads.c.id.in_((kept, lost)))
            .values(expires_at=clock.now() - timedelta(hours=1))
        )
    assert chloe.ask("HEAD", f"/uploads/{kept}", headers=TUS).status_code == 410
    again = chloe.ask("POST", "/uploads/", headers=_of(1000, id=kept))
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "300")
    assert _reached(chloe, kept) == 300
    expire(_store(server))
    assert chloe.ask("HEAD", f"/uploads/{lost}", headers=TUS).status_code == 404
    assert not _store(server).partial(lost).path.exists()
    assert _reached(chloe, kept) == 300


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(-50, 50), st.integers(0, 400)),
        st.tuples(st.just("cut"), st.integers(0, 400), st.integers(0, 400)),
        st.tuples(st.just("ask"), st.just(0), st.just(0)),
        st.tuples(st.just("announce"), st.just(0), st.just(0)),
        st.tuples(st.just("give up"), st.just(0), st.just(0)),
    ),
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, seed=st.integers(0, 9))
def test_whatever_happens_in_whatever_order_the_bytes_are_the_model_s(
    server: Server, guests: Cast, steps: list[tuple[str, int, int]], seed: int
) -> None:
    data = random.Random(seed).randbytes(1000)
    key, here = ids.new(), None
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        for what, a, b in [("announce", 0, 0), *steps]:
            if what == "announce":
                if here is None:
                    here = 0
                answer = chloe.ask("POST", "/uploads/", headers=_of(len(data), id=key))
                assert answer.headers["Upload-Offset"] == str(here)
            elif here is None:
                assert chloe.ask("HEAD", f"/uploads/{key}", headers=TUS).status_code == 404
            elif what == "add":
                offset = max(0, here + a)
                piece = data[offset : offset + b]
                status = _added(chloe, key, offset, piece).status_code
                assert status == (204 if offset == here else 409)
                here += len(piece) if offset == here else 0
            elif what == "cut":
                piece = data[here : here + a]
                _cut(server, guests, key, here, piece, len(piece) + b)
                most = here + len(piece)
                until(
                    lambda most=most: _reached(chloe, key) == most, "what was sent before the cut"
                )
                here = most
            elif what == "ask":
                assert _reached(chloe, key) == here
            elif here < len(data):
                assert chloe.ask("DELETE", f"/uploads/{key}", headers=TUS).status_code == 204
                here = None
        if here is not None and here < len(data):
            assert _added(chloe, key, here, data[here:]).status_code == 204
            here = len(data)
    if here is not None:
        assert (server.folder / "uploads" / key / "original").read_bytes() == data


def _announced(api: Api, length: int) -> str:
    answer = api.ask("POST", "/uploads/", headers=_of(length, filetype="image/jpeg"))
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def _of(length: int, **told: str) -> dict[str, str]:
    pairs = (f"{name} {base64.b64encode(said.encode()).decode()}" for name, said in told.items())
    return TUS | {"Upload-Length": str(length), "Upload-Metadata": ",".join(pairs)}


def _added(api: Api, key: str, offset: int, data: bytes, **more: str) -> requests.Response:
    headers = BYTES | {"Upload-Offset": str(offset)} | more
    return api.ask("PATCH", f"/uploads/{key}", headers=headers, data=data)


def _reached(api: Api, key: str) -> int:
    return int(api.ask("HEAD", f"/uploads/{key}", headers=TUS).headers["Upload-Offset"])


def _begun(server: Server, guests: Cast, key: str, offset: int, data: bytes) -> socket.socket:
    """Begin a PATCH of everything, send 40 kB of it, and fall silent."""
    line = _asking(server, guests, key, offset, len(data) - offset)
    line.sendall(data[offset : offset + 40_000])
    return line


def _cut(server: Server, guests: Cast, key: str, offset: int, piece: bytes, length: int) -> None:
    """Begin a PATCH of `length` bytes, and lose the line after some."""
    line = _asking(server, guests, key, offset, length)
    line.sendall(piece)
    line.shutdown(socket.SHUT_WR)
    while line.recv(4096):
        pass
    line.close()


def _asking(server: Server, guests: Cast, key: str, offset: int, length: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", int(server.env["PORT"])), 10)
    head = {
        "Host": urlsplit(server.url).netloc,
        "Authorization": f"Bearer {guests.tokens['chloe']}",
        "Upload-Offset": str(offset),
        "Content-Length": str(length),
        **BYTES,
    }
    lines = "".join(f"{name}: {said}\r\n" for name, said in head.items())
    line.sendall(f"PATCH /api/v1/uploads/{key} HTTP/1.1\r\n{lines}\r\n".encode())
    return line


def _must_be_kept(server: Server, place: str, picture: Path) -> None:
    kept = server.folder / "uploads" / urlsplit(place).path.rpartition("/")[2] / "original"
    assert (
        hashlib.sha256(kept.read_bytes()).digest() == hashlib.sha256(picture.read_bytes()).digest()
    )


def _store(server: Server) -> Store:
    return DiskStore(server.folder / "uploads")
