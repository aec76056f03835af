"""One person's requests over sockets are bounded, however they are divided."""

from hypothesis import given
from hypothesis import strategies as st

from mixroom.web.budget import CAPACITY, REFILL, Budget

MOMENTS = st.lists(
    st.tuples(
        st.floats(0, 30),  # seconds since the one before
        st.floats(1, 5000),  # units
    ),
    max_size=80,
)


@given(MOMENTS)
def test_nobody_gets_more_than_the_balance_and_what_has_come_in(asked: list[tuple[float, float]]):
    now = granted = largest = 0.0
    budget = Budget(lambda: now)
    for pause, units in asked:
        now += pause
        if not budget.is_spent("driss"):
            budget.spend("driss", units)
            granted += units
            largest = max(largest, units)
        assert granted <= CAPACITY + REFILL * now + largest


@given(MOMENTS)
def test_forgetting_full_balances_changes_nothing(asked: list[tuple[float, float]]):
    now = 0.0
    kept, forgetful = Budget(lambda: now), Budget(lambda: now)
    for pause, units in asked:
        now += pause
        forgetful.forget_full()
        assert kept.is_spent("driss") == forgetful.is_spent("driss")
        for budget in (kept, forgetful):
            budget.spend("driss", units)


def test_what_one_person_spends_is_not_missing_from_another() -> None:
    budget = Budget(lambda: 0.0)
    budget.spend("driss", 2 * CAPACITY)
    assert budget.is_spent("driss")
    assert not budget.is_spent("chloe")
