"""The quarters of a hash, by which the database finds photos that are alike."""

from hypothesis import given
from hypothesis import strategies as st

from mixroom.media.twins import MAX_DISTANCE, near_values, quarters

HASHES = st.integers(0, 2**64 - 1)


@given(HASHES, st.sets(st.integers(0, 63), max_size=MAX_DISTANCE))
def test_near_hashes_share_a_near_quarter(value: int, flipped: set[int]) -> None:
    one, other = f"{value:016x}", f"{value ^ sum(1 << bit for bit in flipped):016x}"
    pairs = zip(quarters(one), quarters(other), strict=True)
    assert any(theirs in set(near_values(ours)) for ours, theirs in pairs)
