"""Measures the cost of a photo of twelve megapixels, fork included: CPU, time, memory.

    python bench/photos.py [ROUNDS]

Pins itself to one core where it can, develops each photo ROUNDS times (7) in its sandbox and
prints medians. The photos are made first, by another process, so that this one stays as small as
a worker.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAKE = """
import pathlib, sys
from tests import photos
sizes = {"8 MP": (3264, 2448), "12 MP": photos.TWELVE_MP}
for name in ("coffee", "astronaut", "chelsea"):
    for size, pixels in sizes.items():
        for profile in (True, False):
            kind = f"{size} {'Display P3' if profile else 'sRGB'}"
            data = photos.phone(name, 3, pixels, p3=profile).data
            pathlib.Path(sys.argv[1], f"{kind}--{name}").write_bytes(data)
"""


def main() -> None:
    """Make the photos, measure, print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        make = subprocess.Popen([sys.executable, "-c", MAKE, folder], cwd=ROOT)
        os.waitid(os.P_PID, make.pid, os.WEXITED | os.WNOWAIT)  # not reaped: not our memory
        _measure(Path(folder), rounds)
        make.wait()


def _measure(folder: Path, rounds: int) -> None:
    from mixroom.media.sandbox import develop

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        files.setdefault(path.name.split("--")[0], []).append(path)
    print(f"{'JPEG':16}{'thumb after':>14}{'done after':>14}{'CPU':>12}{'bytes':>10}")
    for kind, paths in files.items():
        with paths[0].open("rb") as warm:
            list(develop(warm))
        runs = [_one(develop, path) for _ in range(rounds) for path in paths]
        thumb, done, cpu = (statistics.median(column) * 1000 for column in zip(*runs, strict=True))
        size = statistics.median(path.stat().st_size for path in paths) / 1e6
        print(f"{kind:16}{thumb:11.0f} ms{done:11.0f} ms{cpu:9.0f} ms{size:7.1f} MB")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> (
        20 if sys.platform == "darwin" else 10
    )
    print(f"largest child {peak} MB; python bench/photos.py {rounds}, Python {sys.version[:6]}")


def _one(develop: object, path: Path) -> tuple[float, float, float]:
    """Return seconds to the thumb, to the end, and of CPU, for one photo."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    with path.open("rb") as photo:
        answer = develop(photo)
        next(answer), next(answer)
        thumb = time.perf_counter() - begun
        assert len(list(answer)) == 2
    done = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return thumb, done, cpu


if __name__ == "__main__":
    main()
