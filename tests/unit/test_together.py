"""People who ask at the same time are answered by one look-up, as fresh as one of their own."""

import threading
from collections.abc import Callable, Collection, Mapping

from mixroom.web.together import Together


def ask_at_once(together: Together[int, int], keys: Collection[int]) -> list[int | str | None]:
    """Ask from as many threads as keys; return the answers, or the failures' words."""
    answers: dict[int, int | str | None] = {}

    def ask(at: int, key: int) -> None:
        try:
            answers[at] = together(key)
        except ValueError as error:
            answers[at] = str(error)

    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(keys)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[at] for at in range(len(threads))]


def waiting_for(together: Callable[[], Together[int, int]], count: int) -> Callable[[], None]:
    """Return a way to let others run that ends once so many have asked."""
    asked = threading.Event()

    def give_way() -> None:
        while len(together()._next.keys) < count:
            asked.wait(0.001)

    return give_way


def test_one_look_up_answers_all() -> None:
    calls: list[set[int]] = []

    def look_up(keys: Collection[int]) -> Mapping[int, int]:
        calls.append(set(keys))
        return {key: key * key for key in keys if key % 2}

    together: Together[int, int] = Together(look_up, waiting_for(lambda: together, 20))
    assert ask_at_once(together, range(20)) == [n * n if n % 2 else None for n in range(20)]
    assert calls == [set(range(20))]


def test_a_failure_reaches_all_and_the_next_ask_anew() -> None:
    broken = True

    def look_up(keys: Collection[int]) -> Mapping[int, int]:
        if broken:
            raise ValueError("away")
        return {key: key for key in keys}

    together: Together[int, int] = Together(look_up, waiting_for(lambda: together, 3))
    assert ask_at_once(together, range(3)) == ["away"] * 3
    broken = False
    assert ask_at_once(together, range(3)) == [0, 1, 2]


def test_who_asks_during_a_look_up_is_not_answered_by_it() -> None:
    state = 1
    looking, changed = threading.Event(), threading.Event()

    def look_up(keys: Collection[int]) -> Mapping[int, int]:
        seen = state
        looking.set()
        assert changed.wait(30)
        return dict.fromkeys(keys, seen)

    together: Together[int, int] = Together(look_up, lambda: None)
    first: list[int | None] = []
    early = threading.Thread(target=lambda: first.append(together(7)))
    early.start()
    assert looking.wait(30)
    state = 2
    changed.set()
    assert together(7) == 2
    early.join()
    assert first == [1]


def test_no_question_is_lost_among_many_threads() -> None:
    together: Together[int, int] = Together(lambda keys: {k: k for k in keys}, lambda: None)
    for _ in range(20):
        assert ask_at_once(together, range(30)) == list(range(30))


def test_an_answer_that_is_not_there_is_none() -> None:
    assert Together[int, int](lambda _: {}, lambda: None)(1) is None
