"""Each value is made once, however many ask for it."""

import threading

import pytest

from mixroom.core.errors import UnavailableError
from mixroom.web.cache import Cache


def _cache(most: int = 3, most_bytes: int = 100) -> Cache[bytes]:
    return Cache(most, most_bytes, size=len, may_keep=lambda value: value != b"refused")


class Slow:
    """Makes values when it is told to, and counts them."""

    def __init__(self, *outcomes: bytes | Exception) -> None:
        self.outcomes = list(outcomes)
        self.begun, self.go_on = threading.Semaphore(0), threading.Semaphore(0)
        self.made = 0

    def __call__(self) -> bytes:
        """Wait for the word, then return or raise the next outcome."""
        self.begun.release()
        assert self.go_on.acquire(timeout=10)
        outcome = self.outcomes[self.made]
        self.made += 1
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def _ask(
    cache: Cache[bytes], make: Slow, callers: int
) -> tuple[list[bytes], list[threading.Thread]]:
    got: list[bytes] = []

    def ask() -> None:
        try:
            got.append(cache.get("key", make))
        except ZeroDivisionError:
            got.append(b"failed")

    threads = [threading.Thread(target=ask) for _ in range(callers)]
    for each in threads:
        each.start()
    return got, threads


@pytest.mark.parametrize("value", [b"page", b"refused"])
def test_one_makes_it_while_all_others_wait(value: bytes) -> None:
    cache, make = _cache(), Slow(value)
    first, threads = _ask(cache, make, 1)
    assert make.begun.acquire(timeout=10)
    others, more = _ask(cache, make, 20)
    while any(each.ident is None for each in more):
        pass
    make.go_on.release()
    for each in threads + more:
        each.join(10)
    # One that is not kept may be made again by somebody who came too late to wait.
    assert set(first + others) == {value}
    assert make.made == 1


def test_a_failure_hurts_nobody_else() -> None:
    cache, make = _cache(), Slow(ZeroDivisionError(), b"page")
    got, threads = _ask(cache, make, 5)
    for _ in range(2):
        assert make.begun.acquire(timeout=10)
        make.go_on.release()
    for each in threads:
        each.join(10)
    assert sorted(got) == [b"failed", *[b"page"] * 4]


def test_every_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixroom.web.cache.PATIENCE", 0.01)
    cache, make = _cache(), Slow(b"page")
    got, threads = _ask(cache, make, 1)
    assert make.begun.acquire(timeout=10)
    with pytest.raises(UnavailableError):
        cache.get("key", make)
    make.go_on.release()
    threads[0].join(10)
    assert got == [b"page"]


def test_the_least_used_goes_first_by_number_and_by_size() -> None:
    cache = _cache(most=3, most_bytes=100)
    for key in "abcad":  # a is used again, so b is the least used once d comes
        cache.get(key, lambda: b"10 bytes..")
    assert [_is_kept(cache, key) for key in "acd"] == [True] * 3
    assert not _is_kept(cache, "b")
    cache = _cache(most=30, most_bytes=25)
    for key in "abc":
        cache.get(key, lambda: b"10 bytes..")
    assert [_is_kept(cache, key) for key in "cba"] == [True, True, False]
    cache.get("huge", lambda: b"x" * 26)
    assert not _is_kept(cache, "huge")


def test_what_is_forgotten_while_it_is_made_is_made_again() -> None:
    cache, make = _cache(), Slow(b"old")
    got, threads = _ask(cache, make, 1)
    assert make.begun.acquire(timeout=10)
    cache.forget()
    assert cache.get("key", lambda: b"new") == b"new"
    make.go_on.release()
    threads[0].join(10)
    assert got == [b"old"]
    assert cache.get("key", lambda: b"newer") == b"new"


def _is_kept(cache: Cache[bytes], key: str) -> bool:
    def missing() -> bytes:
        raise KeyError

    try:
        cache.get(key, missing)
    except KeyError:
        return False
    return True
