"""The length of texts, as each network counts it; the script is held to the same cases."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.plan.channels import SPECS, Channel
from mixroom.plan.counting import addresses, count, graphemes
from mixroom.plan.tlds import TLDS

DATA = Path(__file__).parent.parent / "data"
THEIRS = json.loads((DATA / "twitter-text.json").read_text())
OURS_LONG = json.loads((DATA / "counting-long.json").read_text())
OURS = json.loads((DATA / "counting.json").read_text())
SCRIPT = DATA.parent.parent / "static" / "js" / "lib" / "tlds.js"
# Texts of 20,000 characters, of which many begin like an address or a mention.
HOSTILE = [
    each.get("start", "") + each["text"] * each["times"] + each.get("end", "") for each in OURS_LONG
]
Case = dict[str, Any]


def _name(case: Case) -> str:
    return f"{case.get('channel', '')} {case['description']}"


@pytest.mark.parametrize("case", THEIRS["weighted"], ids=_name)
def test_x_counts_as_its_own_library_does(case: Case) -> None:
    assert count(Channel.X, case["text"]).length == case["length"]


@pytest.mark.parametrize("case", THEIRS["urls"], ids=_name)
def test_x_finds_the_addresses_that_its_own_library_finds(case: Case) -> None:
    assert addresses(case["text"]) == case["urls"]


@pytest.mark.parametrize("case", OURS, ids=_name)
def test_each_channel_counts_in_its_own_way(case: Case) -> None:
    counted = count(Channel(case["channel"]), case["text"], limit=case.get("limit"))
    assert (counted.length, counted.over) == (case["length"], case["over"])
    assert counted.hashtags == case.get("hashtags", 0)
    assert counted.limit == case.get("limit", SPECS[Channel(case["channel"])].limit)


@given(st.text(max_size=400), st.sampled_from(Channel))
def test_a_text_never_counts_more_than_two_for_a_character_and_the_addresses(
    text: str, channel: Channel
) -> None:
    counted = count(channel, text)
    assert 0 <= counted.length <= 2 * len(text) + 23 * len(addresses(text))
    assert counted.over == (counted.limit is not None and counted.length > counted.limit)


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_lines_count_what_they_count_apart(one: str, two: str) -> None:
    assert graphemes(f"{one}\n\n{two}") <= graphemes(one) + graphemes(two) + 2


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_no_text_takes_long_to_count(text: str) -> None:
    for channel in (Channel.X, Channel.MASTODON, Channel.BLUESKY):
        began = time.process_time()
        count(channel, text)
        assert time.process_time() - began < 1  # second, of 20,000 characters; it takes 0.2


def test_the_browser_knows_the_same_top_level_domains() -> None:
    listed = re.search(r"TLDS = `([^`]*)`", SCRIPT.read_text())
    assert listed
    assert listed[1].split() == TLDS


def test_every_channel_has_its_limits() -> None:
    assert set(SPECS) == set(Channel)
    for spec in SPECS.values():
        assert spec.most_pictures >= 4
        assert spec.crops
