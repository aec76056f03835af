"""The rehearsal's pictures are made of their seed alone, and its script holds together."""

from collections import Counter
from datetime import datetime
from functools import cache
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageChops, ImageStat

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.demo import cast, content, scenes
from mixroom.demo.entry import Entry
from mixroom.submissions.content import (
    MAX_ALT_LENGTH,
    MAX_CAPTION_ON_WALL,
    MAX_TEXT_LENGTH,
    Consent,
    Kind,
)
from mixroom.submissions.moves import Fact
from mixroom.submissions.reasons import REASONS

SMALL = (320, 214)
ENTRIES = content.entries()


@cache
def drawn(family: str, take: int) -> Image.Image:
    return scenes.scene(scenes.seed(family, take), SMALL)


@pytest.mark.parametrize("family", scenes.FAMILIES)
def test_a_seed_is_a_picture(family: str) -> None:
    one, again = drawn(family, 1), scenes.scene(scenes.seed(family, 1), SMALL)
    assert one.size == SMALL
    assert one.mode == "RGB"
    assert one.tobytes() == again.tobytes()


@pytest.mark.parametrize("family", scenes.FAMILIES)
def test_two_takes_are_two_pictures(family: str) -> None:
    one, other = drawn(family, 1), drawn(family, 2)
    assert sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 4


@pytest.mark.parametrize("family", scenes.FAMILIES)
def test_a_picture_is_neither_black_nor_flat(family: str) -> None:
    stat = ImageStat.Stat(drawn(family, 2).convert("L"))
    assert 12 < stat.mean[0] < 245
    assert stat.stddev[0] > 8


@pytest.mark.parametrize("size", [scenes.PORTRAIT, scenes.SQUARE, scenes.PANORAMA, (96, 640)])
def test_every_shape_can_be_asked_for(size: tuple[int, int]) -> None:
    size = (size[0] // 4, size[1] // 4) if size[0] > 1000 else size
    assert scenes.scene(scenes.seed("gallery", 2), size).size == size


def test_a_photograph_comes_as_a_phone_sends_it() -> None:
    taken = datetime(2015, 11, 7, 14, 3, tzinfo=ZoneInfo("America/Toronto"))
    data = scenes.photograph(3, taken, (300, 400), sideways=True)
    image = Image.open(BytesIO(data))
    exif = image.getexif()
    assert image.size == (400, 300), "the pixels lie down"
    assert exif[0x0112] == 6
    assert exif.get_ifd(0x8769)[0x9003] == "2015:11:07 14:03:00"
    assert exif.get_ifd(0x8769)[0x9011] == "-05:00"
    assert exif.get_ifd(0x8825)[1] == "N"


def test_the_script_is_about_ninety_entries_over_three_days() -> None:
    assert 85 <= len(ENTRIES) <= 110
    assert set(Counter(entry.day for entry in ENTRIES)) == {0, 1, 2}
    assert len({entry.author for entry in ENTRIES}) >= 12
    assert list(ENTRIES) == sorted(ENTRIES, key=lambda entry: (entry.day, entry.at))


def test_the_script_has_every_fate() -> None:
    fates = Counter(entry.verdict.action for entry in ENTRIES)
    assert fates["approve"] > 0.8 * len(ENTRIES)
    assert min(fates["return"], fates["reject"], fates["hold"]) >= 2
    assert sum(entry.withdrawn_after is not None for entry in ENTRIES) == 2
    assert sum(entry.recalled_after is not None for entry in ENTRIES) == 1


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.day}-{entry.at}")
def test_an_entry_is_what_the_desk_would_accept(entry: Entry) -> None:
    assert entry.kind in set(Kind)
    assert entry.consent in set(Consent)
    assert cast.volunteer(entry.author)
    assert entry.team is None or entry.team in cast.TEAMS
    assert entry.place is None or entry.place in cast.PLACES
    assert entry.text.longest() <= min(MAX_TEXT_LENGTH, MAX_CAPTION_ON_WALL)
    assert bool(entry.pictures) == (entry.kind == "photo")
    if entry.kind == "photo":
        assert entry.alt.fr
        assert entry.alt.en
        assert entry.alt.longest() <= MAX_ALT_LENGTH


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e.verdict.action != "approve"], ids=lambda e: f"{e.day}-{e.at}"
)
def test_a_decision_has_a_reason_from_the_list(entry: Entry) -> None:
    facts = {"return": Fact.RETURNED, "reject": Fact.REJECTED, "hold": Fact.HELD}
    assert entry.verdict.reason in REASONS[facts[entry.verdict.action]]
    assert (entry.mended is not None) == (entry.verdict.action == "return")


def test_the_cast_has_every_role_but_the_screen() -> None:
    roles = Counter(person.role for person in cast.CAST)
    assert set(roles) == set(Role) - {Role.SCREEN}
    assert roles["lead"] == 1
    assert len({person.key for person in cast.CAST}) == len(cast.CAST)
    assert cast.volunteer("chloe").credit == "Chloé G."


def test_no_two_photos_are_the_same_but_the_duplicate() -> None:
    seeds = Counter(picture.seed for entry in ENTRIES for picture in entry.pictures)
    (twice,) = [seed for seed, count in seeds.items() if count > 1]
    twins = [e for e in ENTRIES if any(picture.seed == twice for picture in e.pictures)]
    assert [entry.verdict.action for entry in twins] == ["approve", "reject"]


def test_the_names_are_in_both_languages() -> None:
    names: list[Bilingual] = [*cast.TEAMS.values(), *cast.PLACES.values()]
    names += [moment.title for moment in content.programme()]
    assert all(name.fr and name.en for name in names)
    assert len(cast.TEAMS) == 10
    assert len(cast.SPONSORS) == 5
