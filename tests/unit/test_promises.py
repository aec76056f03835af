"""The rules of promises: kept only by evidence that stands, late only past the due time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.plan.channels import Channel
from mixroom.promises.model import (
    FITTING,
    ON_WALLS,
    Evidence,
    EvidenceKind,
    Promise,
    PromiseKind,
    State,
    Walls,
    checked_evidence,
    checked_promise,
    delivery,
    fits,
    state,
)

DUE = datetime(2015, 11, 9, 5, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(hours=1), DUE + timedelta(hours=1)
TIMES = st.sampled_from([BEFORE, DUE, AFTER])
KINDS = st.sampled_from([each for each in PromiseKind if each not in ON_WALLS])


def promised(
    kind: PromiseKind = PromiseKind.MENTIONS, amount: float = 1, **more: object
) -> Promise:
    words = Bilingual("Merci", "Thanks")
    return Promise("p", "e", "s", kind, words, amount, DUE, **more)  # type: ignore[arg-type]


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    kind = draw(st.sampled_from(EvidenceKind))
    number = draw(st.integers(0, 4))
    is_page = kind is EvidenceKind.URL
    channel = draw(st.sampled_from(list(Channel)[:3]))
    return Evidence(
        draw(st.uuids()).hex,
        "p",
        kind,
        "who",
        BEFORE,
        None if is_page else f"ref-{number}",
        channel if kind is EvidenceKind.PUBLICATION else None,
        f"https://musee.test/{number}" if is_page else None,
        lost_at=draw(st.sampled_from([None, None, BEFORE])),
    )


@given(KINDS, st.integers(1, 4), st.lists(evidences(), max_size=8), TIMES)
def test_a_promise_is_late_owed_or_kept_and_kept_only_by_enough_that_stands(
    kind: PromiseKind, amount: int, found: list[Evidence], now: datetime
) -> None:
    promise = promised(kind, amount)
    became = state(promise, delivery(promise, found), now)
    fitting = [each for each in found if each.lost_at is None and each.kind in FITTING[kind]]
    enough = len({each.what for each in fitting}) >= amount
    assert (became is State.KEPT) == enough
    assert (became is State.LATE) == (not enough and now > DUE)


@given(KINDS, st.integers(1, 4), st.lists(evidences(), max_size=8), evidences(), TIMES)
def test_more_evidence_never_harms_and_its_loss_never_helps(
    kind: PromiseKind, amount: int, found: list[Evidence], one: Evidence, now: datetime
) -> None:
    promise = promised(kind, amount)
    without = delivery(promise, found)
    stands = delivery(promise, [*found, replace(one, lost_at=None)])
    lost = delivery(promise, [*found, replace(one, lost_at=now)])
    assert without.has <= stands.has <= without.has + 1
    assert lost == without
    assert delivery(promise, [*found, *found]) == without, "the same counts once"


@given(
    st.lists(st.floats(0, 20_000), min_size=1, max_size=4),
    st.floats(0, 90_000),
    st.floats(0.1, 33),
    TIMES,
)
def test_a_share_of_the_walls_is_measured_and_kept_once_its_time_is_over(
    days: list[float], others: float, share: float, now: datetime
) -> None:
    promise = promised(PromiseKind.WALL_SHARE, share)
    walls = Walls(tuple(days), sum(days) + others)
    became = state(promise, delivery(promise, (), walls), now)
    measured = walls.total >= 3600 and round(100 * sum(days) / walls.total, 1) >= share
    assert (became is State.KEPT) == (measured and now > DUE)
    assert delivery(promise, (), Walls((0.0,), 0.0)).has == 0


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=4), st.floats(1, 1000), TIMES)
def test_seconds_a_day_are_owed_until_each_day_had_them(
    days: list[float], amount: float, now: datetime
) -> None:
    promise = promised(PromiseKind.SECONDS_A_DAY, amount)
    done = delivery(promise, (), Walls(tuple(days), sum(days)))
    assert done.wants == len(days)
    assert (state(promise, done, now) is State.KEPT) == all(each >= amount for each in days)


def test_mentions_count_on_the_channels_that_were_promised() -> None:
    promise = promised(channels=(Channel.X,))
    fits(promise, EvidenceKind.PUBLICATION, Channel.X)
    with pytest.raises(InvalidError, match="other_channel"):
        fits(promise, EvidenceKind.PUBLICATION, Channel.MASTODON)
    elsewhere = Evidence("1", "p", EvidenceKind.PUBLICATION, "who", BEFORE, "m", Channel.MASTODON)
    assert delivery(promise, [elsewhere]).has == 0
    assert delivery(promised(), [elsewhere, replace(elsewhere, channel=Channel.X)]).has == 2


@pytest.mark.parametrize("kind", PromiseKind)
def test_evidence_of_another_kind_is_refused(kind: PromiseKind) -> None:
    for each in EvidenceKind:
        if each in FITTING[kind]:
            fits(promised(kind), each, None)
        else:
            with pytest.raises(InvalidError, match=r"counted_by_screens|no_evidence_of_it"):
                fits(promised(kind), each, None)


@pytest.mark.parametrize(
    ("promise", "field"),
    [
        (promised(amount=0), "amount"),
        (promised(amount=2.5), "amount"),
        (promised(amount=float("nan")), "amount"),
        (promised(PromiseKind.WALL_SHARE, 34), "amount"),
        (promised(PromiseKind.SECONDS_A_DAY, 90_000), "amount"),
        (replace(promised(PromiseKind.KIT), words=Bilingual()), "words"),
        (replace(promised(), words=Bilingual("x" * 301)), "words"),
    ],
)
def test_a_promise_that_means_nothing_is_refused(promise: Promise, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        checked_promise(promise)
    assert refused.value.field == field


def test_a_page_needs_its_address_and_everything_else_what_it_is() -> None:
    page = Evidence("1", "p", EvidenceKind.URL, "who", BEFORE, url="https://musee.test/trousse")
    assert checked_evidence(page) == page
    for wrong, field in (
        (replace(page, url=None), "url"),
        (replace(page, url="javascript:alert(1)"), "url"),
        (replace(page, note="x" * 501), "note"),
        (replace(page, kind=EvidenceKind.PHOTO), "ref"),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_evidence(wrong)
        assert refused.value.field == field
