"""A child process per photo: whatever a file does to it, the worker gets an answer and goes on."""

import itertools
import os
import signal
import stat
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from mixroom.media.child import Limits
from mixroom.media.findings import Photo, Print, Refused
from mixroom.media.imaging import develop as develop_here
from mixroom.media.refusals import Refusal
from tests import hostile, photos
from tests.fresh import said_by
from tests.sandboxed import develop

GREEDY = """
import sys
from mixroom.media.child import Limits
from mixroom.media.sandbox import develop

print(*develop(open(sys.argv[1], "rb"), Limits(memory=16 << 20)), sep="\\n")
"""

LOADED = """
import sys
import mixroom.media.jobs
from mixroom.media import imaging, logos

before = set(sys.modules)
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    list(imaging.develop(data))
logos.trim(data)
print(*sorted(set(sys.modules) - before))
"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A phone's photo of three megapixels."""
    path = tmp_path / "photo"
    path.write_bytes(photos.phone("coffee", 6, (1500, 2000)).data)
    return path


def verdict(answer: list[Photo | Print | Refused]) -> str:
    """Return why a photo was refused, FINE for a complete answer; anything else is a fault."""
    *before, last = answer
    if isinstance(last, Refused):
        assert not any(isinstance(each, Refused) for each in before)
        return last.reason
    assert isinstance(answer[0], Photo)
    assert [each.name for each in answer[1:] if isinstance(each, Print)] == [
        "thumb",
        "card",
        "wall",
    ]
    return hostile.FINE


def sole(answer: list[Photo | Print | Refused]) -> Refused:
    (refused,) = answer
    assert isinstance(refused, Refused)
    return refused


def test_the_answer_is_what_the_darkroom_makes(photo: Path) -> None:
    assert list(develop(photo)) == list(develop_here(photo.read_bytes()))


def test_a_child_imports_nothing_that_the_worker_has_not_loaded(photo: Path) -> None:
    """It could open no file, and each child would do it again."""
    kinds = []
    for kind in ("HEIF", "AVIF", "WEBP", "PNG"):
        data = photos.phone("coffee", 6, (640, 480), kind=kind, p3=kind != "AVIF").data
        kinds.append(photo.with_suffix(f".{kind}"))
        kinds[-1].write_bytes(data)
    assert said_by(LOADED, photo, *kinds) == "\n"


def test_the_thumb_comes_before_the_rest(photo: Path) -> None:
    answer = develop(photo)
    learnt, thumb = next(answer), next(answer)
    assert isinstance(learnt, Photo)
    assert isinstance(thumb, Print)
    assert thumb.name == "thumb"
    answer.close()


@pytest.mark.parametrize("case", hostile.CASES, ids=str)
def test_a_hostile_file_gets_the_right_answer_in_time(case: hostile.Case, tmp_path: Path) -> None:
    path = tmp_path / "hostile"
    path.write_bytes(case.make())
    begun = time.monotonic()
    answer = list(develop(path))
    assert time.monotonic() - begun < 10
    assert verdict(answer) in case.expected, answer[-1]
    for made in answer:
        if isinstance(made, Print):
            assert b"script" not in made.data
            assert b"PK\x03\x04" not in made.data


def test_mutants_never_get_out(tmp_path: Path) -> None:
    path = tmp_path / "mutant"
    verdicts = set()
    for name, data in hostile.mutants(300):
        path.write_bytes(data)
        begun = time.monotonic()
        verdicts.add(verdict(list(develop(path))))
        assert time.monotonic() - begun < 10, name
    assert {hostile.FINE, Refusal.DAMAGED} <= verdicts


@pytest.mark.parametrize("fatal", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
def test_a_crash_is_a_refusal(photo: Path, fatal: signal.Signals) -> None:
    answer = develop(photo, sabotage=lambda: os.kill(os.getpid(), fatal))
    assert sole(list(answer)) == Refused(Refusal.UNDECODABLE, fatal.name, again=True)


def test_a_photo_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    Image.new("1", (5600, 5600)).save(path, "PNG")  # 125 MB once it has colours
    assert said_by(GREEDY, path) == f"{Refused(Refusal.TOO_COMPLEX, 'memory', again=True)}\n"


def test_a_photo_that_needs_too_much_computing_is_refused(photo: Path) -> None:
    def compute() -> None:
        for _ in itertools.count():
            pass

    refused = sole(list(develop(photo, Limits(cpu=1), sabotage=compute)))
    assert refused == Refused(Refusal.TOO_COMPLEX, "SIGXCPU")


def test_a_photo_that_takes_for_ever_is_refused(photo: Path) -> None:
    refused = sole(list(develop(photo, Limits(deadline=0.1), sabotage=partial(time.sleep, 60))))
    assert refused == Refused(Refusal.TOO_COMPLEX, "deadline", again=True)


def test_nonsense_from_a_child_is_not_believed(photo: Path) -> None:
    """Lies of a hijacked decoder must not become an address or a picture."""
    lies = {
        "noise": b"\xff" * 64,
        "no picture": said(b'{"kind":"print","name":"thumb","width":9,"height":9}', b"<script>"),
        "a name": said(b'{"kind":"print","name":"../x","width":9,"height":9}', b"\xff\xd8\xff"),
        "a reason": said(b'{"kind":"refused","reason":"bored","detail":""}'),
        "an address": said(
            b'{"kind":"photo","format":"JPEG","width":1,"height":1,"taken_at":null,"sha256":"%b","differs":false,'
            b'"dhash":"%b","phash":"%b","color":"#123456","placeholder":"https://example.org/"}'
            % (b"0" * 64, b"0" * 16, b"0" * 16)
        ),
        "much": (1 << 31).to_bytes(4, "big") * 2,
    }
    for name, lie in lies.items():
        refused = sole(list(develop(photo, sabotage=lambda lie=lie: os.write(only_pipe(), lie))))
        assert refused.reason is Refusal.UNDECODABLE, name
        assert refused.detail.startswith("garbled"), name


def test_a_child_has_nothing_of_the_worker_but_its_pipe(photo: Path, tmp_path: Path) -> None:
    """A connection to the database that a child could write to would be shared with the worker."""
    secret = tmp_path / "secret"
    with secret.open("wb", buffering=0) as file:
        inherited = file.fileno()
        os.set_inheritable(inherited, True)
        refused = sole(list(develop(photo, sabotage=only(lambda: os.write(inherited, b"x")))))
    assert refused.detail == "exit 0"
    assert secret.read_bytes() == b""


def test_a_child_cannot_write_files(photo: Path, tmp_path: Path) -> None:
    written = tmp_path / "written"
    list(develop(photo, sabotage=only(lambda: written.write_bytes(b"x"))))
    assert not written.exists() or written.read_bytes() == b""


def test_no_child_and_no_descriptor_is_left_behind(photo: Path) -> None:
    before, children = len(os.listdir("/dev/fd")), _children()
    list(develop(photo))
    list(develop(photo, sabotage=lambda: os.kill(os.getpid(), signal.SIGKILL)))
    abandoned = develop(photo)
    next(abandoned)
    abandoned.close()
    assert len(os.listdir("/dev/fd")) == before
    assert _children() == children


def _children() -> set[str]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


def said(facts: bytes, picture: bytes = b"") -> bytes:
    return len(facts).to_bytes(4, "big") + len(picture).to_bytes(4, "big") + facts + picture


def only(misdeed: Callable[[], object]) -> Callable[[], None]:
    """Return the misdeed followed by the child's end, whether it succeeded or not."""

    def then_die() -> None:
        try:
            misdeed()
        finally:
            os._exit(0)

    return then_die


def only_pipe() -> int:
    """Return the child's one pipe; beside it and the standard three it has the photo."""
    (pen,) = (number for number in range(3, 256) if is_pipe(number))
    return pen


def is_pipe(number: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False
