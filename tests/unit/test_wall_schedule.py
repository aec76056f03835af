"""The wall over random days: everyone has a turn, in time and in fairness; sponsors too."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Play = Callable[..., dict[str, Any]]
ROOT = Path(__file__).resolve().parents[2]
SECOND = 1000
HOUR = 3600 * SECOND
SLOT = 8 * SECOND
MOST_OVERTAKEN = 12
POINTS = 0.02


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    """Return what plays the wall's own rules, in node."""
    node = shutil.which("node")
    assert node, "node is missing: scripts/test-tools installs it"
    with subprocess.Popen(
        [node, str(ROOT / "tests" / "js" / "wall-player.js")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as player:
        assert player.stdin
        assert player.stdout

        def ask(play: str, **question: Any) -> dict[str, Any]:
            assert player.stdin
            assert player.stdout
            player.stdin.write(json.dumps({"play": play, **question}) + "\n")
            player.stdin.flush()
            answer: dict[str, Any] = json.loads(player.stdout.readline())
            return answer

        yield ask
        player.stdin.close()


def item(
    key: int, by: str = "by", team: str = "team", words: int = 10, **more: Any
) -> dict[str, Any]:
    """Return an approved item as the wall follows it."""
    text = {"fr": " ".join(["mot"] * words), "en": None}
    return {
        "id": f"k{key}",
        "by": by,
        "team": {"fr": team, "en": None},
        "text": text,
        "approved_at": f"2015-11-07T19:00:00.{key:06}Z",
        "media": [],
        **more,
    }


def sent(seconds: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return what is approved at any of the first so many seconds."""
    return st.builds(
        lambda at, by, team, words: {"at": at * SECOND, "by": by, "team": team, "words": words},
        at=st.integers(0, seconds),
        by=st.sampled_from(["Chloé", "Driss", "Ben", "Flora"]),
        team=st.sampled_from(["Pixel", "Écho", "Boussole"]),
        words=st.integers(0, 60),
    )


days = st.lists(sent(1800), max_size=90) | st.lists(sent(20), min_size=60, max_size=120)
OFFERS = {"join": {}, "programme": {}, "sponsor": {"sponsor": "s"}, "hour": {}, "team": {}}


def arrivals(day: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a day as the player takes it."""
    return [
        {"at": each["at"], "item": item(n, each["by"], each["team"], each["words"])}
        for n, each in enumerate(day)
    ]


def reading(words: int) -> float:
    """Return how long words have to be shown, in ms: `clamp(7, 2 + 0.5 · words, 14)` seconds."""
    return min(14, max(7, 2 + 0.5 * words)) * SECOND


def turns(log: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the first scene of each item."""
    first: dict[str, dict[str, Any]] = {}
    for scene in log:
        for key in scene["keys"]:
            first.setdefault(key, scene)
    return first


@given(day=days)
@settings(deadline=None)
def test_whatever_is_approved_has_its_turn_for_its_reading_time_within_the_horizon(
    play: Play, day: list[dict[str, Any]]
) -> None:
    coming = arrivals(day)
    played = play("schedule", arrivals=coming, until=3 * HOUR, offers=OFFERS)
    first = turns(played["log"])
    for each in coming:
        key, words = each["item"]["id"], len((each["item"]["text"]["fr"] or "").split())
        scene = first[key]
        assert scene["ended"] - scene["began"] >= reading(words)
        assert scene["ended"] - each["at"] <= played["horizons"][key]


@given(day=days)
@settings(deadline=None)
def test_nobody_is_overtaken_by_more_than_a_dozen(play: Play, day: list[dict[str, Any]]) -> None:
    coming = arrivals(day)
    arrived = {each["item"]["id"]: n for n, each in enumerate(sorted(coming, key=_at))}
    log = play("schedule", arrivals=coming, until=3 * HOUR)["log"]
    order = [key for scene in log for key in scene["keys"]]
    first = list(dict.fromkeys(order))
    for place, key in enumerate(first):
        later = [each for each in first[:place] if arrived[each] > arrived[key]]
        assert len(later) <= MOST_OVERTAKEN


@given(many=st.integers(20, 40), pause=st.integers(1, 4))
@settings(deadline=None)
def test_those_who_sent_much_are_not_put_off_for_ever(play: Play, many: int, pause: int) -> None:
    first = [{"at": 0, "item": item(n, "Chloé")} for n in range(many)]
    others = [
        {"at": n * pause * SECOND, "item": item(many + n, f"visitor {n}")} for n in range(200)
    ]
    log = play("schedule", arrivals=first + others, until=HOUR)["log"]
    served = list(dict.fromkeys(key for scene in log for key in scene["keys"]))
    mine = {f"k{n}" for n in range(many)}
    for place, key in enumerate(served):
        if key in mine:
            later = [each for each in served[:place] if each not in mine]
            assert len(later) <= MOST_OVERTAKEN


@given(
    counts=st.lists(st.integers(1, 12), min_size=2, max_size=5),
    words=st.integers(0, 40),
)
@settings(deadline=None)
def test_contributors_take_turns(play: Play, counts: list[int], words: int) -> None:
    burst = [who for who, count in enumerate(counts) for _ in range(count)]
    coming = [{"at": 0, "item": item(n, f"by {who}", "t", words)} for n, who in enumerate(burst)]
    log = play("schedule", arrivals=coming, until=HOUR)["log"]
    served = list(dict.fromkeys(key for scene in log for key in scene["keys"]))
    # while nobody has been passed over for long, no round begins before everyone had theirs
    for round_ in range(min(counts)):
        end = (round_ + 1) * len(counts)
        if end > MOST_OVERTAKEN:
            break
        heard = [burst[int(key[1:])] for key in served[round_ * len(counts) : end]]
        assert sorted(heard) == list(range(len(counts)))


@given(day=days)
@settings(deadline=None)
def test_scenes_never_overlap_and_none_is_empty(play: Play, day: list[dict[str, Any]]) -> None:
    log = play("schedule", arrivals=arrivals(day), until=HOUR, offers=OFFERS)["log"]
    for one, other in pairwise(log):
        assert one["ended"] <= other["began"]
    for scene in log:
        assert len(scene["keys"]) == {"hero": 1, "trio": 3, "again": 1}.get(scene["scene"], 0)
        assert scene["ended"] - scene["began"] <= 14 * SECOND


def test_a_quiet_hour_looks_back(play: Play) -> None:
    coming = [{"at": 0, "item": item(n)} for n in range(6)]
    log = play("schedule", arrivals=coming, until=HOUR, offers=OFFERS)["log"]
    seen = {scene["scene"] for scene in log}
    assert {"join", "programme", "sponsor", "hour", "team", "again", "mosaic"} <= seen
    again = [scene["keys"][0] for scene in log if scene["scene"] == "again"]
    assert set(again) == {f"k{n}" for n in range(6)}


def test_a_burst_does_not_crowd_out_the_way_in(play: Play) -> None:
    coming = [{"at": n * 3 * SECOND, "item": item(n)} for n in range(400)]
    log = play("schedule", arrivals=coming, until=1200 * SECOND, offers=OFFERS)["log"]
    joins = [scene["began"] for scene in log if scene["scene"] == "join"]
    assert len(joins) >= 3


def test_what_is_pinned_comes_back_every_few_minutes(play: Play) -> None:
    pinned = item(0, pinned_until="2099-01-01T00:00:00Z")
    coming = [{"at": 0, "item": pinned}] + [{"at": 0, "item": item(n)} for n in range(1, 40)]
    log = play("schedule", arrivals=coming, until=HOUR)["log"]
    back = [scene["began"] for scene in log if scene["scene"] == "pinned"]
    assert len(back) >= 8
    assert all(scene["keys"] == ["k0"] for scene in log if scene["scene"] == "pinned")


def test_a_pin_ends_by_the_clock_of_the_day(play: Play) -> None:
    pinned = item(0, pinned_until="2015-11-07T20:00:00Z")
    coming = [{"at": 0, "item": pinned}] + [{"at": 0, "item": item(n)} for n in range(1, 40)]
    log = play("schedule", arrivals=coming, until=HOUR)["log"]
    assert not [scene for scene in log if scene["scene"] == "pinned"]


@pytest.mark.parametrize(
    ("seconds", "others", "shown"), [(4, 0, 7), (25, 0, 25), (180, 0, 30), (180, 1, 14)]
)
def test_a_clip_is_seen_to_its_end_but_for_a_long_one(
    play: Play, seconds: float, others: int, shown: float
) -> None:
    media = [{"status": "ready", "wall": "w", "clip": "c", "duration": seconds}]
    coming = [{"at": 0, "item": item(0, words=3, media=media)}]
    coming += [{"at": 0, "item": item(n + 1, "else")} for n in range(others)]
    log = play("schedule", arrivals=coming, until=HOUR)["log"]
    scene = turns(log)["k0"]
    assert scene["ended"] - scene["began"] == shown * SECOND


promises = (
    st.lists(st.integers(1, 33), min_size=1, max_size=9)
    .filter(lambda shares: sum(shares) <= 100)
    .map(lambda shares: [{"id": f"s{n}", "share": share / 100} for n, share in enumerate(shares)])
)
blackouts = st.lists(st.tuples(st.integers(0, 1350), st.integers(1, 200)), max_size=3)


@given(plan=promises, dark=blackouts)
@settings(deadline=None)
def test_every_hour_each_sponsor_has_the_share_that_was_promised(
    play: Play, plan: list[dict[str, Any]], dark: list[tuple[int, int]]
) -> None:
    slots = [True] * 1350  # three hours
    for start, length in dark:
        slots[start : start + length] = [False] * len(slots[start : start + length])
    shown = play("shares", promises=plan, slots=slots)["slots"]
    assert not any(who for who, allowed in zip(shown, slots, strict=True) if not allowed)
    # an hour in which sponsors may be shown, wherever it begins
    lit = [who for who, allowed in zip(shown, slots, strict=True) if allowed]
    hour = HOUR // SLOT
    for start in range(0, len(lit) - hour + 1, 25):
        heard = lit[start : start + hour]
        for promise in plan:
            assert abs(heard.count(promise["id"]) / hour - promise["share"]) <= POINTS
    for three in zip(lit, lit[1:], lit[2:], strict=False):
        named = [who for who in three if who]
        assert len(named) == len(set(named))


@given(plan=promises, cut=st.lists(st.integers(500, SLOT), min_size=400, max_size=400))
@settings(deadline=None)
def test_the_shares_are_kept_where_slots_are_cut_short_by_cards(
    play: Play, plan: list[dict[str, Any]], cut: list[int]
) -> None:
    slots = [{"ms": ms} for ms in cut * 5]
    shown = play("thanks", promises=plan, slots=slots)["slots"]
    ends = list(accumulate(slot["ms"] for slot in shown))
    for start in range(0, len(shown), 50):
        begun = ends[start - 1] if start else 0
        hour = [slot for slot, end in zip(shown, ends, strict=True) if begun < end <= begun + HOUR]
        if ends[-1] < begun + HOUR:
            break
        for promise in plan:
            heard = sum(slot["ms"] for slot in hour if slot["id"] == promise["id"])
            assert abs(heard / HOUR - promise["share"]) <= POINTS


happens = st.one_of(
    st.tuples(st.just("show"), st.integers(1, 30), st.sampled_from(["a", "b", None])),
    st.tuples(
        st.sampled_from(["down", "up", "deaf", "leave", "crash"]), st.integers(0, 90), st.none()
    ),
)


@given(steps=st.lists(happens, max_size=40))
@settings(deadline=None)
def test_through_outages_and_power_cuts_each_second_is_counted_once(
    play: Play, steps: list[tuple[str, int, str | None]]
) -> None:
    told = play("ledger", steps=steps)
    assert told["twice"] == 0
    assert told["left"] == 0
    for sponsor, seconds in told["displayed"].items():
        counted = told["counted"].get(sponsor, 0)
        # a power cut takes what was shown since the last look, a second at most
        assert seconds - told["crashes"] - 0.01 <= counted <= seconds + 0.01


def _at(each: dict[str, Any]) -> int:
    return int(each["at"])
