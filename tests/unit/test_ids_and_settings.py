"""Ids, codes, settings: the small things that everything stands on."""

import re
from datetime import time
from pathlib import Path
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core import ids
from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.event.programme import (
    ProgrammeEntry,
    read_programme,
    stored_programme,
    write_programme,
)
from mixroom.settings import SettingError, Settings


def test_ids_are_uuid7_and_sort_by_time() -> None:
    made = []
    for _ in range(50):
        made.append(ids.new())
        sleep(0.000_005)
    assert sorted(made) == made
    assert all(ids.is_id(each) and each[14] == "7" and each[19] in "89ab" for each in made)
    assert len({ids.new() for _ in range(10_000)}) == 10_000


FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + n) for n in range(10)))


@given(st.uuids().map(str))
def test_a_canonical_uuid_is_an_id_and_no_other_spelling_of_it_is(text: str) -> None:
    assert ids.is_id(text)
    spellings = [text.upper(), text.replace("-", ""), f"{{{text}}}", f"urn:uuid:{text}"]
    spellings += [f" {text}", f"{text}\n", text[:-1], f"{text}0", f"{text[:-1]}g", f"{text[:-1]}_"]
    spellings += [text.replace("-", "", 1), f"-{text}", text.translate(FULL_WIDTH)]
    for spelling in set(spellings) - {text}:
        assert not ids.is_id(spelling), spelling


@given(st.text() | st.text("0123456789abcdef-", min_size=35, max_size=37))
def test_what_does_not_have_the_form_of_a_uuid_is_no_id(text: str) -> None:
    form = "-".join(f"[0-9a-f]{{{n}}}" for n in (8, 4, 4, 4, 12))
    assert ids.is_id(text) == bool(re.fullmatch(form, text))


@given(st.integers(0, 7))
def test_a_code_is_known_however_it_is_typed(gap: int) -> None:
    code = ids.code()
    assert len(code) == 8
    sloppy = f"{code[:gap]} {code[gap:]}".lower().replace("0", "o").replace("1", "l")
    assert ids.typed(sloppy) == code
    assert ids.typed(f"{code[:4]}-{code[4:]}") == code


@pytest.mark.parametrize(
    ("env", "variable"),
    [
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL"),
        ({"MIXROOM_BASE_URL": "mixroom.example.org"}, "MIXROOM_BASE_URL"),
        ({"MIXROOM_UPLOADS": "s3://bucket/prefix"}, "MIXROOM_UPLOADS"),
        ({"MIXROOM_MAX_UPLOAD_MB": "-1"}, "MIXROOM_MAX_UPLOAD_MB"),
        ({"MIXROOM_SUBMIT_RATE": "often"}, "MIXROOM_SUBMIT_RATE"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"MIXROOM_PROCESSES": "many"}, "MIXROOM_PROCESSES"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name_and_an_example(
    env: dict[str, str], variable: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingError) as wrong:
        Settings.from_env({"MIXROOM_VAR": str(tmp_path), **env})
    line = str(wrong.value)
    assert line.startswith(f"{variable}: ")
    assert " · " in line
    assert "example: " in line
    assert "\n" not in line


def test_a_password_is_not_told_in_an_error(tmp_path: Path) -> None:
    env = {"MIXROOM_VAR": str(tmp_path), "DATABASE_URL": "mysql://mixroom:hunter2@db/mixroom"}
    with pytest.raises(SettingError) as wrong:
        Settings.from_env(env)
    assert "hunter2" not in str(wrong.value)


def test_the_secret_key_is_made_once_and_kept_for_oneself(tmp_path: Path) -> None:
    env = {"MIXROOM_VAR": str(tmp_path / "var")}
    first, second = Settings.from_env(env), Settings.from_env(env)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"]
)
def test_every_spelling_of_postgresql_is_understood(url: str, tmp_path: Path) -> None:
    settings = Settings.from_env({"MIXROOM_VAR": str(tmp_path), "DATABASE_URL": url})
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert not settings.embedded


titles = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="|"), min_size=1)


@given(st.lists(st.tuples(st.integers(0, 20), st.times(), titles, titles)))
def test_a_programme_is_read_as_it_was_written(entries: list[tuple[int, time, str, str]]) -> None:
    moments = [ProgrammeEntry(d, f"{at:%H:%M}", Bilingual(fr, en)) for d, at, fr, en in entries]
    programme = tuple(sorted(moments, key=lambda moment: (moment.day, moment.at)))
    assert stored_programme(write_programme(programme)) == programme


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        *[(typed, "14:00") for typed in ("14h", "14 h", "14\u00a0h", "14:00", "14 h 00")],
        *[(typed, "14:00") for typed in ("2 pm", "2pm", "2 p.m.", "2:00 PM", "14 heures", "14h:")],
        *[
            (typed, "11:20")
            for typed in ("11h20", "11 h 20", "11:20", "11:20 am", "11\u202fh\u202f20")
        ],
        *[("9 h", "09:00"), ("9:05", "09:05"), ("12 am", "00:00"), ("12:30 pm", "12:30")],
    ],
)
def test_a_time_is_written_as_anyone_does(typed: str, at: str) -> None:
    assert read_programme(f"2 {typed} Café | Coffee") == (
        ProgrammeEntry(1, at, Bilingual("Café", "Coffee")),
    )


def test_the_line_that_is_wrong_is_named() -> None:
    with pytest.raises(InvalidError) as refused:
        read_programme("1 9 h Café\n\n2 25 h Table ronde\n3 14 h")
    assert refused.value.field == "programme"
    assert refused.value.facts == {"n": 3, "line": "2 25 h Table ronde"}


@pytest.mark.parametrize(
    "line",
    ["14:00 Table", "2 25:00 Table", "2 14:60 Table", "0 14:00 Table", "2 14 Table", "2 13 pm x"],
)
def test_a_line_that_is_no_moment_is_refused(line: str) -> None:
    with pytest.raises(InvalidError):
        read_programme(f"1 09:00 Café | Coffee\n{line}")
