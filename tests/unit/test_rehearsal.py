"""The rehearsal's words are files that people edit: a mistake in one is told with its place."""

from pathlib import Path

import pytest

from mixroom.core.data_files import WordsError
from mixroom.core.errors import StartError
from mixroom.demo import cast, content
from mixroom.demo.words import FOLDER

PHOTO = """
at = "10:05"
author = "noor"
kind = "photo"
en = "A chair."
pictures = ["gallery 3"]
alt_fr = "Une chaise."
alt_en = "A chair."
"""
POST = """
at = "10:05"
author = "noor"
kind = "post"
en = "A chair."
"""


def day(folder: Path, *entries: str) -> Path:
    """Write a day's file with these entries."""
    path = folder / "monday.toml"
    path.write_text("programme = []\n" + "".join(f"[[entry]]{each}" for each in entries))
    return path


def test_an_entry_says_no_more_than_it_must(tmp_path: Path) -> None:
    photo, post = content.day(4, day(tmp_path, PHOTO, POST))
    assert (photo.day, photo.at, photo.credit, photo.consent) == (
        4,
        "10:05",
        "Noor H.",
        "not_needed",
    )
    assert photo.alt.fr == "Une chaise."
    assert post.verdict.action == "approve"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (POST.replace("noor", "nora"), "`author` 'nora' is none of amelie, ben"),
        (POST.replace('author = "noor"\n', ""), "`author` is missing"),
        (POST.replace("10:05", "25:05"), "`at` must look like"),
        (POST.replace("10:05", "10h05"), "`at` must look like"),
        (POST.replace("en =", "eng ="), "`eng` is not a name that is known here"),
        (POST.replace('en = "A chair."', ""), "the text is missing: `fr` or `en`"),
        (POST.replace("post", "clip"), "`kind` Input should be 'post', 'quote' or 'photo'"),
        (POST + 'team = "pixels"', "`team` 'pixels' is none of boussole, contrechamp"),
        (POST + 'place = "roof"', "`place` 'roof' is none of atelier, cantine"),
        (POST + 'said_by = "A visitor"', "a quote needs `said_by`, and nothing else has it"),
        (POST.replace("post", "quote"), "a quote needs `said_by`, and nothing else has it"),
        (POST + 'alt_en = "A chair."', "only a photo has `pictures`, `alt_fr` and `alt_en`"),
        (POST + 'approved_after = "9"', "`approved_after` Input should be a valid integer"),
        (POST + 'consent = "yes"', "`consent` Input should be 'not_needed', 'pending'"),
        (
            POST + "[entry.rejected]\nreason = 'ugly'",
            "`rejected.reason` 'ugly' is none of duplicate",
        ),
        (POST + "[entry.held]\nreason = 'later'", "`held.note` is missing"),
        (
            POST + "held = { reason = 'later', note = 'x' }\nrejected = { reason = 'quality' }",
            "only one of `returned`, `rejected` and `held` can be",
        ),
        (PHOTO.replace('alt_fr = "Une chaise."', ""), "a photo needs `pictures`, `alt_fr`"),
        (PHOTO.replace("gallery 3", "galery 3"), "`pictures` 'galery' is none of bench, circuit"),
        (PHOTO.replace("gallery 3", "gallery"), "`pictures` 'gallery' needs a number"),
        (PHOTO + 'size = "tall"', "`size` 'tall' is none of landscape, panorama"),
        (PHOTO + "size = [1600]", "`size` needs a width and a height, as in [1600, 900]"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_its_entry(
    tmp_path: Path, entry: str, said: str
) -> None:
    with pytest.raises(WordsError) as refused:
        content.day(0, day(tmp_path, PHOTO, entry))
    told = str(refused.value)
    assert told.startswith("monday.toml, entry 2 (")
    assert said in told
    assert "\n" not in told


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"^monday\.toml: .*line 4, column 15"):
        content.day(0, day(tmp_path, POST.replace('"noor"', '"noor')))
    with pytest.raises(StartError, match=r"^tuesday\.toml: .*No such file"):
        content.day(0, tmp_path / "tuesday.toml")


def test_a_mistake_in_the_programme_or_the_cast_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "monday.toml"
    path.write_text('programme = [{ at = "9:30", fr = "Café", en = "Coffee" }]\nentry = []')
    with pytest.raises(WordsError, match=r"^monday\.toml: `programme\.0\.at` must look like"):
        content.day(0, path)
    people = tmp_path / "cast.toml"
    text = (FOLDER / "cast.toml").read_text("utf-8")
    people.write_text(text.replace('role = "press"', 'role = "reporter"'))
    with pytest.raises(WordsError, match=r"^cast\.toml, flora: `role` 'reporter' is none of"):
        cast.read_cast(people)
    people.write_text(text.replace("percent = 25", 'percent = "25"'))
    with pytest.raises(WordsError, match=r"^cast\.toml: `sponsors\.1\.percent` "):
        cast.read_cast(people)


def test_all_files_of_the_words_are_read() -> None:
    named = {f"{name}.toml" for name in (*content.DAYS, "cast", "applicants")}
    assert {path.name for path in FOLDER.iterdir()} == named
