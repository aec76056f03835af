"""One photograph, from the file to three renditions, beside sharp, libvips and ImageMagick.

Each does the same: decodes once, turns upright, converts to sRGB, scales in a cascade, encodes
without metadata, and computes two hashes, a placeholder and a colour. The photographs are made from
those in `tests/data`, with fine detail everywhere. The programs stay loaded and take turns; all
share one core.
"""

import base64
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image

from bench.peers.report import Row
from tests.sharpness import likeness, perfect, saved, sharpness

TITLE = "A photograph"
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAMS = {
    "Mixroom": [sys.executable, "-m", "bench.peers.photographs_ours"],
    "sharp": ["node", str(HERE / "photographs_sharp.mjs")],
    "pyvips": [str(HERE / ".venv/bin/python"), str(HERE / "photographs_pyvips.py")],
}
MAKE = """
import pathlib, sys
from tests import photos

SIZES = {"8 MP": (3264, 2448), "12 MP": photos.TWELVE_MP, "48 MP": (8064, 6048)}
for size, pixels in SIZES.items():
    for n in range(1 if size == "48 MP" else 2):
        picture = photos.mosaic(n, pixels)
        for colours in ("Display P3", "sRGB"):
            data = photos.phone(picture, 3, pixels, p3=colours == "Display P3").data
            pathlib.Path(sys.argv[1], f"{size} {colours}--{n}.jpg").write_bytes(data)
picture = photos.mosaic(0)
data = photos.phone(picture, 1, p3=False, kind="HEIF", quality=60).data
pathlib.Path(sys.argv[1], "12 MP HEIC--0.heic").write_bytes(data)
"""
GOALS = {  # times less CPU
    "12 MP Display P3": {"sharp": 2.8, "pyvips": 1.15},
    "12 MP sRGB": {"sharp": 2.0, "pyvips": 1.15},
    "8 MP Display P3": {"sharp": 2.0, "pyvips": 1.15},
    "8 MP sRGB": {"pyvips": 1.15},
    "48 MP Display P3": {"sharp": 2.2, "pyvips": 1.15},
    "48 MP sRGB": {"pyvips": 1.15},
}
TIMES_MAGICK, MEMORY = 2.0, 90  # times less than ImageMagick; MB
SHARPNESS, LESS_LIKE, MORE_BYTES = (0.97, 1.05), 0.002, 1.05
MAGICK = [
    *("-auto-orient", "-colorspace", "sRGB", "-strip", "-quality", "80"),
    *("-resize", "1920x1920>", "-write", "jpeg:/dev/null"),
    *("-resize", "960x960>", "-write", "jpeg:/dev/null"),
    *("-resize", "320x320>", "jpeg:/dev/null"),
]
LIMITS = {
    "y P3": "Decoder a third (of 48 MP a half), colours a fifth, encoder a sixth, child a tenth.",
    "sRGB": "Decoder two fifths, which sharp pays too; encoder a fifth, the child and its "
    "confinement a tenth, hashes a twentieth.",
    "HEIC": "The decoder of HEVC takes nine tenths: it knows no smaller scale.",
}
ABSENT = "ImageMagick is absent, or opens no HEIC."


def compare(rounds: int) -> Iterator[Row]:
    """Yield CPU and memory of each kind of photograph, then what is delivered."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        subprocess.run([sys.executable, "-c", MAKE, folder], cwd=ROOT, check=True)
        files: dict[str, list[Path]] = {}
        for path in sorted(Path(folder).iterdir()):
            files.setdefault(path.name.partition("--")[0], []).append(path)
        programs = {
            name: stack.enter_context(Program(command)) for name, command in PROGRAMS.items()
        }
        jpegs = {kind: paths for kind, paths in files.items() if kind in GOALS}
        for kind in GOALS:
            yield _cpu(kind, jpegs[kind], programs, rounds)
        yield _memory(jpegs["48 MP Display P3"][0], programs)
        yield _heic(files["12 MP HEIC"][0], programs["Mixroom"], rounds)
        for kind in ("12 MP Display P3", "8 MP Display P3"):
            yield from _delivered(kind, jpegs[kind][0], programs)


class Program:
    """A program that stays loaded and develops the photographs it is told to."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self._process.pid, {max(os.sched_getaffinity(0))})

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def develop(self, path: Path, *, keep: bool = False) -> dict[str, Any]:
        """Return CPU (ms), memory (MB) and, to `keep` them, the renditions."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{'keep ' if keep else ''}{path}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def _cpu(kind: str, paths: list[Path], programs: dict[str, Program], rounds: int) -> Row:
    figures: dict[str, list[float]] = {name: [] for name in programs}
    for program in programs.values():
        program.develop(paths[0])
    for turn in range(rounds):
        names = list(programs)
        for name in names[turn % 3 :] + names[: turn % 3]:
            used = [programs[name].develop(path)["cpu"] for path in paths]
            figures[name].append(sum(used) / len(used))
    ours = figures.pop("Mixroom")
    row = Row(f"A photograph of {kind}", "ms of CPU", ours, figures, limit=LIMITS[kind[-4:]])
    met = all(median(row.ratios(peer)) >= goal for peer, goal in GOALS[kind].items())
    goal = ", ".join(f"≥ {goal} × {peer}" for peer, goal in GOALS[kind].items())
    return replace(row, goal=goal, met=met)


def _heic(path: Path, ours: Program, rounds: int) -> Row:
    command = _image_magick()
    figures: dict[str, list[float]] = {"Mixroom": [], "ImageMagick": []}
    ours.develop(path)
    for _ in range(rounds):
        figures["Mixroom"].append(ours.develop(path)["cpu"])
        if command:
            figures["ImageMagick"].append(_cpu_of([command, str(path), *MAGICK]))
    mine = figures.pop("Mixroom")
    limit = LIMITS["HEIC"]
    if not command:
        return Row("A photograph of 12 MP HEIC", "ms of CPU", mine, {}, limit=ABSENT)
    row = Row("A photograph of 12 MP HEIC", "ms of CPU", mine, figures, limit=limit)
    met = median(row.ratios("ImageMagick")) >= TIMES_MAGICK
    return replace(row, goal=f"≥ {TIMES_MAGICK} × ImageMagick", met=met)


def _image_magick() -> str | None:
    """Return an ImageMagick that opens HEIC, or None."""
    for folder in os.environ["PATH"].split(os.pathsep):
        if command := shutil.which("convert", path=folder):
            listed = subprocess.run(
                [command, "-list", "format"], capture_output=True, text=True, check=False
            )
            if "HEIC" in listed.stdout:
                return command
    return None


def _cpu_of(command: list[str]) -> float:
    """Return the milliseconds of CPU of a command, on one thread."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, env={**os.environ, "MAGICK_THREAD_LIMIT": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _memory(path: Path, programs: dict[str, Program]) -> Row:
    most = {name: [program.develop(path)["memory"]] for name, program in programs.items()}
    ours = most.pop("Mixroom")
    return Row(
        "The most memory for a JPEG of up to 48 MP",
        "MB",
        ours,
        most,
        goal=f"≤ {MEMORY} MB",
        met=ours[0] <= MEMORY,
        limit="Half is what the worker has loaded, half the file and the wall, each twice.",
    )


def _delivered(kind: str, path: Path, programs: dict[str, Program]) -> Iterator[Row]:
    """Yield sharpness and likeness of wall and card, and the bytes of the wall."""
    photo = path.read_bytes()
    prints = {
        name: program.develop(path, keep=True)["prints"] for name, program in programs.items()
    }
    for size in ("wall", "card"):
        sharp: dict[str, list[float]] = {}
        like: dict[str, list[float]] = {}
        for name, made in prints.items():
            shown = Image.open(io.BytesIO(base64.b64decode(made[size])))
            reduced = perfect(photo, shown.size)
            sharp[name] = [sharpness(shown) / sharpness(saved(reduced))]
            like[name] = [likeness(shown, reduced)]
        ours = sharp.pop("Mixroom")
        yield Row(
            f"Sharpness of the {size}, {kind}",
            "of a perfect reduction",
            ours,
            sharp,
            better="more",
            goal=f"{SHARPNESS[0]} to {SHARPNESS[1]}",
            met=SHARPNESS[0] <= ours[0] <= SHARPNESS[1],
        )
        ours = like.pop("Mixroom")
        yield Row(
            f"Likeness of the {size} to a perfect reduction, {kind}",
            "SSIM",
            ours,
            like,
            better="more",
            goal=f"≥ sharp - {LESS_LIKE}",
            met=ours[0] >= like["sharp"][0] - LESS_LIKE,
        )
    sizes = {name: [len(base64.b64decode(made["wall"])) / 1000] for name, made in prints.items()}
    ours = sizes.pop("Mixroom")
    yield Row(
        f"Bytes of the wall, {kind}",
        "kB",
        ours,
        sizes,
        goal=f"≤ {MORE_BYTES} × sharp",
        met=ours[0] <= MORE_BYTES * sizes["sharp"][0],
        limit="Ours is a tenth larger, as it is not scaled again after decoding, and its Huffman "
        "tables are the standard's: made for the picture, they would cost a tenth of the CPU.",
    )
