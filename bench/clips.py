"""Measures the cost of a clip: seconds of CPU for each second of clip, memory, bytes.

    python bench/clips.py [SECONDS]

Makes clips of SECONDS (10) as phones film them, pins itself to one core where it can, converts
each once in its child and prints what that took. The picture is FFmpeg's moving test pattern. The
clips are made by another process, so that this one stays as small as a worker.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAKE = """
import pathlib, sys
from tests.clips import clip
seconds, folder = float(sys.argv[1]), pathlib.Path(sys.argv[2])
fast = {"preset": "ultrafast"}
h264 = {"options": fast | {"b": "12M"}}
hevc = {"video": "libx265", "pixels": "yuv420p10le", "options": fast}
clips = {
    "1080p30 H.264": {"size": (1920, 1080), **h264},
    "1080p60 H.264": {"size": (1920, 1080), "rate": 60, **h264},
    "4K 30 HEVC 10 bit": {"size": (3840, 2160), **hevc},
    "4K 30 HEVC HLG": {"size": (3840, 2160), "light": 18, **hevc},
    "720p30 H.264, kept": {"size": (1280, 720), "options": fast | {"b": "4M"}},
}
for name, how in clips.items():
    (folder / name).write_bytes(clip(seconds, **how))
"""


def main() -> None:
    """Make the clips, measure, print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", MAKE, str(seconds), folder]
        make = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        os.waitid(os.P_PID, make.pid, os.WEXITED | os.WNOWAIT)  # not reaped: not our memory
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        print(f"{'clip':20}{'picture after':>15}{'done after':>12}{'CPU/s':>9}{'bytes':>20}")
        for path in sorted(Path(folder).iterdir()):
            _measure(path, seconds)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> (
            20 if sys.platform == "darwin" else 10
        )
        print(
            f"largest child {peak} MB; python bench/clips.py {seconds:g}, Python {sys.version[:6]}"
        )
        make.wait()


def _measure(path: Path, seconds: float) -> None:
    from mixroom.media.findings import Clip, Print
    from mixroom.media.sandbox import Conversion

    made = path.with_name("made")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    target = os.open(made, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    with path.open("rb") as clip:
        conversion = Conversion(clip, target)
    words, picture = [], 0.0
    while not conversion.done:
        words += conversion.receive(1)
        if not picture and any(isinstance(word, Print) for word in words):
            picture = time.perf_counter() - begun
    conversion.end()
    os.close(target)
    done = time.perf_counter() - begun
    assert isinstance(words[-1], Clip), words[-1]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sizes = f"{path.stat().st_size / 1e6:.1f} → {made.stat().st_size / 1e6:.1f} MB"
    print(f"{path.name:20}{picture:13.2f} s{done:10.1f} s{cpu / seconds:9.2f}{sizes:>20}")
    made.unlink()


if __name__ == "__main__":
    main()
