"""Background loops go on, whatever a round of them raises."""

import pytest

from mixroom.core import loops
from mixroom.core.db import UnreachableError
from mixroom.core.loops import attempt, forever
from mixroom.web.health import LoopFailures


class OverError(BaseException):
    """Ends the loop of a test."""


@pytest.mark.parametrize("error", [UnreachableError(), OSError("no memory"), KeyError("bug")])
def test_a_loop_goes_on_after_any_exception_and_counts_it(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "PAUSE", 0)
    name, rounds = f"test {type(error).__name__}", 0

    def step() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 4:
            raise OverError
        if rounds < 3:
            raise error

    with pytest.raises(OverError):
        forever(name, step)
    (counted,) = LoopFailures().collect()
    assert [each.value for each in counted.samples if each.labels == {"loop": name}] == [2]


def test_a_round_that_succeeds_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops.time, "sleep", lambda _: pytest.fail("it paused"))
    done = []
    attempt("test", lambda: done.append(1))
    assert done == [1]
