"""A start on what does not fit is one line and exit code 1; what is kept is private."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from mixroom.core import private
from mixroom.settings import SettingError, Settings
from tests.servers import ROOT, Postgres, Server, embedded_in, env_in, running

COMMANDS = ("serve", "work", "migrate", "check", "web")


def _run(env: dict[str, str], *command: str) -> tuple[int, list[str]]:
    """Run a command; return its exit code, and the lines that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "mixroom", *command],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        timeout=60,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()


def _newer(env: dict[str, str], template: Path) -> str:
    path = Path(env["MIXROOM_VAR"]) / "mixroom.db"
    path.parent.mkdir(parents=True)
    shutil.copy(template, path)
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    return "newer (9999)"


def _garbage(env: dict[str, str], template: Path) -> str:
    path = Path(env["MIXROOM_VAR"]) / "mixroom.db"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database at all" * 1000)
    return "name another one"


def _anothers(env: dict[str, str], template: Path) -> str:
    path = Path(env["MIXROOM_VAR"]) / "mixroom.db"
    path.parent.mkdir(parents=True)
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as tx:
        tx.exec_driver_sql("CREATE TABLE event (id TEXT)")
    engine.dispose()
    return "mixroom.db"


def _folder(env: dict[str, str], template: Path) -> str:
    (Path(env["MIXROOM_VAR"]) / "mixroom.db").mkdir(parents=True)
    return "name another one"


def _no_var(env: dict[str, str], template: Path) -> str:
    Path(env["MIXROOM_VAR"]).write_text("in its place")
    return "MIXROOM_VAR"


@pytest.mark.parametrize(
    ("odd", "command"),
    [
        *((_newer, command) for command in COMMANDS),
        *((_garbage, command) for command in COMMANDS),
        (_anothers, "serve"),
        (_folder, "work"),
        *((_no_var, command) for command in ("serve", "check")),
    ],
)
def test_a_start_that_fails_says_what_to_do_in_one_line(
    tmp_path: Path,
    sqlite_template: Path,
    odd: Callable[[dict[str, str], Path], str],
    command: str,
) -> None:
    env = env_in(tmp_path)
    words = odd(env, sqlite_template)
    code, lines = _run(env, command)
    assert code == 1, lines
    if command != "check":
        assert len(lines) == 1, lines
        assert lines[0].startswith("mixroom: ")
    assert any(words in line for line in lines), lines
    assert not any("Traceback" in line for line in lines)


@pytest.mark.parametrize("command", ["serve", "work"])
def test_uploads_that_cannot_be_written_stop_the_start(tmp_path: Path, command: str) -> None:
    env = env_in(tmp_path)
    Path(env["MIXROOM_UPLOADS"]).write_text("in its place")
    code, lines = _run(env, command)
    assert (code, len(lines)) == (1, 1)
    assert "MIXROOM_UPLOADS" in lines[0]


def test_a_postgresql_that_is_newer_or_away_is_said_too(tmp_path: Path, postgres: Postgres) -> None:
    env = env_in(tmp_path, DATABASE_URL=postgres.create("newer"))
    assert _run(env, "migrate")[0] == 0
    engine = sa.create_engine(env["DATABASE_URL"])
    with engine.begin() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    for command in ("serve", "work", "migrate"):
        code, lines = _run(env, command)
        assert (code, len(lines)) == (1, 1), lines
        assert "newer (9999)" in lines[0]
    away = env | {"DATABASE_URL": "postgresql://mixroom:hush@127.0.0.1:9/mixroom"}
    code, lines = _run(away, "serve")
    assert (code, len(lines)) == (1, 1), lines
    assert "hush" not in lines[0]


def test_a_second_server_on_the_same_file_does_not_start(tmp_path: Path) -> None:
    with running(embedded_in(tmp_path)) as first:
        for command in ("serve", "work"):
            code, lines = _run(_elsewhere(first), command)
            assert (code, len(lines)) == (1, 1), lines
            assert "Another Mixroom uses" in lines[0]
        assert first.alive
    with running(Server(_elsewhere(first), 1, tmp_path)):
        pass  # it lets go as it ends


@pytest.mark.parametrize("name", ["MIXROOM_BASE_URL", "REDIS_URL", "DATABASE_URL"])
def test_an_address_that_is_none_is_one_line(tmp_path: Path, name: str) -> None:
    for url in ("http://x:99999", "//", "ftp://x", "http://["):
        with pytest.raises(SettingError) as wrong:
            Settings.from_env(env_in(tmp_path) | {name: url})
        assert str(wrong.value).startswith(f"{name}: ")
        assert "\n" not in str(wrong.value)
    code, lines = _run(env_in(tmp_path) | {name: url}, "check")
    assert (code, lines) == (1, [f"mixroom: {wrong.value}"])


def test_all_that_the_server_keeps_is_its_own(tmp_path: Path) -> None:
    server = embedded_in(tmp_path)
    kept = [Path(server.env[name]) for name in ("MIXROOM_VAR", "MIXROOM_UPLOADS")]
    for folder in kept:  # as an earlier release left them
        (folder / "old").mkdir(parents=True, mode=0o755)
        (folder / "old" / "file").write_text("for everyone")
        (folder / "old" / "file").chmod(0o644)
        folder.chmod(0o755)
    code, lines = _run(server.env, "check")
    assert code == 1
    assert any("Others can read" in line for line in lines)
    with running(server):
        from tests.cast import cast_at
        from tests.client import Api

        with cast_at(server) as cast, Api(server.url, cast.tokens["driss"]) as driss:
            coffee = Path(__file__).parent.parent / "data" / "photos" / "coffee.jpg"
            driss.developed(driss.upload(coffee)["id"])
            tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "10"}
            body = {"Content-Type": "application/offset+octet-stream"}
            driss.ask("POST", "/uploads/", headers=tus | body, data=b"12345")
            found = [path for folder in kept for path in (folder, *folder.rglob("*"))]
            modes = {path: stat.S_IMODE(path.stat().st_mode) for path in found}
            assert any(path.name.endswith("-wal") for path in modes)
            assert any(path.name == "original" for path in modes)
            assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
            code, lines = _run(server.env, "check")
            assert code == 0, lines


def test_a_link_is_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("not ours")
    (tmp_path / "theirs").chmod(0o644)
    ours = tmp_path / "ours"
    ours.mkdir(mode=0o700)
    (ours / "link").symlink_to(tmp_path / "theirs")
    assert private.keep([ours]) is None
    assert stat.S_IMODE((tmp_path / "theirs").stat().st_mode) == 0o644


def _elsewhere(server: Server) -> dict[str, str]:
    from tests.servers import free_port

    return server.env | {"PORT": str(free_port())}
