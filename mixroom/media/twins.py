"""Which photos may show the same picture, by the two hashes of each."""

from collections.abc import Iterator
from itertools import combinations
from typing import Protocol

QUARTERS = 4  # of a hash, 16 bits each


class Hashed(Protocol):
    """Anything with two hashes of a picture, each of 16 hexadecimal digits."""

    @property
    def dhash(self) -> str | None: ...
    @property
    def phash(self) -> str | None: ...


# Of 64 bits; measured: a re-encoded copy differs by 3, a brighter one by 10, others by 18.
MAX_DISTANCE = 10


def alike(a: Hashed, b: Hashed) -> bool:
    """Return whether two photos may be the same picture.

    Both hashes must be near, as each alone is near to some unrelated pictures. The pictures of a
    burst are alike too, so this is a hint for reviewers and never a reason to refuse a photo.
    """
    return _near(a.dhash, b.dhash) and _near(a.phash, b.phash)


def _near(a: str | None, b: str | None) -> bool:
    return bool(a and b) and _distance(a, b) <= MAX_DISTANCE


def _distance(a: str | None, b: str | None) -> int:
    return (int(a or "0", 16) ^ int(b or "0", 16)).bit_count()


def quarters(value: str) -> list[int]:
    """Return the four quarters of a hash of 16 hexadecimal digits."""
    return [int(value[at : at + 4], 16) for at in range(0, 16, 4)]


def near_values(quarter: int) -> Iterator[int]:
    """Return the quarters of 16 bits that differ from this one in so few bits that it matters.

    If two hashes differ in at most MAX_DISTANCE bits, one of their quarters differs in at most a
    quarter of that.
    """
    for count in range(MAX_DISTANCE // QUARTERS + 1):
        for bits in combinations(range(16), count):
            yield quarter ^ sum(1 << bit for bit in bits)
