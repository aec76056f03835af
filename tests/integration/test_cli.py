"""The commands as a person types them."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from mixroom.settings import ROOT
from tests.servers import Server, free_port, until

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    env = os.environ | {
        "MIXROOM_VAR": str(tmp_path / "var"),
        "MIXROOM_UPLOADS": str(tmp_path / "uploads"),
        "MIXROOM_RESERVE_MB": "0",
    }

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mixroom", *arguments]
        return subprocess.run(
            command,
            env=env | more,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_people_are_asked_again_only_with_an_event_to_take_them_from(run: Run) -> None:
    days = ("--name", "M", "--from", "2027-11-05", "--to", "2027-11-07")
    assert run("migrate").returncode == 0
    refused = run("event", "create", "m27", *days, "--with-people")
    assert refused.returncode == 2
    assert "--like" in refused.stderr
    assert run("event", "create", "m27", *days, "--timezone", "Europe/Paris").returncode == 0
    said = ("--like", "m27", "--languages", "equal", "--timezone", "Mars/Olympus")
    refused = run("event", "create", "m28", *days, *said)
    assert (refused.returncode, "timezone" in refused.stderr) == (
        1,
        True,
    )  # it is no longer ignored


def test_every_command_explains_itself(run: Run) -> None:
    for command in (
        "",
        "serve",
        "work",
        "migrate",
        "event create",
        "invite",
        "token",
        "screen",
        "demo",
        "erase",
        "check",
    ):
        shown = run(*command.split(), "--help")
        assert shown.returncode == 0
        assert "Usage" in shown.stdout


def test_an_event_is_made_and_its_people_are_invited(run: Run) -> None:
    made = run(
        "event",
        "create",
        "museomix-2015",
        "--name",
        "Museomix Montréal",
        "--from",
        "2015-11-06",
        "--to",
        "2015-11-08",
        "--json",
    )
    assert json.loads(made.stdout)["slug"] == "museomix-2015"
    for command in (("invite", "Chloé", "--role", "photographer"), ("screen", "Mur")):
        said = run(*command, "--json")
        assert said.returncode == 0, said.stderr
        assert "/j#" in json.loads(said.stdout)["url"]
    token = run("token", "robot", "--role", "blogger")
    assert len(token.stdout.strip()) == 32


def test_mistakes_are_told_on_stderr_with_what_to_do(run: Run) -> None:
    for arguments, code, word in (
        (("invite", "X", "--role", "king"), 2, "king"),
        (
            ("event", "create", "x", "--name", "X", "--from", "demain", "--to", "y"),
            2,
            "pas un jour",
        ),
        (
            ("event", "create", "A B", "--name", "X", "--from", "2015-11-06", "--to", "2015-11-08"),
            1,
            "museomix",
        ),
        (
            ("event", "create", "x", "--name", "X", "--from", "2015-11-08", "--to", "2015-11-06"),
            1,
            "The end is before the start. (ends_on)",
        ),
        (("token", "x", "--role", "lead", "--event", "nope"), 1, "nope"),
        (("erase", "Nobody"), 1, "Personne n’a ce nom à cet événement"),
        (("fly",), 2, "fly"),
    ):
        said = run(*arguments)
        assert (said.returncode, said.stdout) == (code, "")
        assert word in said.stderr
        assert "Traceback" not in said.stderr


def test_a_wrong_setting_stops_every_start_with_one_line(run: Run) -> None:
    said = run("serve", PORT="soon")
    assert said.returncode == 1
    assert said.stderr.splitlines() == [
        "mixroom: PORT: 'soon' n’est pas un nombre entier de 1 à 65535 · "
        "is not a whole number from 1 to 65535; exemple · example: 5000"
    ]


def test_check_says_in_plain_words_what_is_wrong(run: Run, tmp_path: Path) -> None:
    assert run("check").returncode == 1  # not migrated yet
    run("migrate")
    well = run("check", "--json")
    assert (well.returncode, set(json.loads(well.stdout).values())) == (0, {"ok"})
    (tmp_path / "file").touch()
    ill = run("check", MIXROOM_UPLOADS=str(tmp_path / "file"), REDIS_URL="redis://127.0.0.1:1/0")
    assert ill.returncode == 1
    assert "✗ redis: Redis does not answer" in ill.stdout
    assert "✗ media store" in ill.stdout


def test_a_postgresql_that_is_not_migrated_stops_the_start(run: Run, postgres: object) -> None:
    url = postgres.create(f"empty_{os.getpid()}")  # type: ignore[attr-defined]
    said = run("serve", DATABASE_URL=url, PORT=str(free_port()))
    assert said.returncode == 1
    assert "run `mixroom migrate`" in said.stderr


def test_a_second_server_on_the_port_refuses_to_start(server: Server, run: Run) -> None:
    said = run("serve", PORT=str(server.settings.port))
    assert said.returncode == 1
    assert "Choose another with --port" in said.stderr
    assert requests.get(f"{server.url}/healthz", timeout=10).status_code == 200


def test_the_first_start_offers_the_lead_a_way_in_until_it_is_used(tmp_path: Path) -> None:
    from tests.client import Api

    env = {
        "MIXROOM_VAR": str(tmp_path / "var"),
        "MIXROOM_UPLOADS": str(tmp_path / "uploads"),
        "PORT": str(free_port()),
    }
    server = Server(env, 1, tmp_path)
    links = []
    for _ in range(2):
        server.start()
        until(lambda: server.log().count("█████████\n▀▀▀") > len(links), "the QR to be printed")
        links.append(server.log().rpartition("/j#")[2].split()[0])
        if len(links) < 2:
            server.stop()
    sent = {"token": links[1], "device": "Laptop"}
    with Api(server.url) as lead, Api(server.url) as thief:
        assert lead.ask("POST", "/invites/redeem", json=sent).json() == {"next": "/event"}
        assert thief.ask("POST", "/invites/redeem", json=sent).status_code == 410
    server.stop()
    before = server.log().count("/j#")
    server.start()
    server.stop()
    assert server.log().count("/j#") == before


def test_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    env = {
        "MIXROOM_VAR": str(tmp_path / "var"),
        "MIXROOM_UPLOADS": str(tmp_path / "uploads"),
        "PORT": str(free_port()),
    }
    server = Server(env, 1, tmp_path)
    server.start()
    server.kill()
    until(lambda: _free(server.settings.port), "the children to be gone")
    server.start()
    server.stop()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
