"""Clips as phones, browsers and attackers make them, small: made here, so that none is kept."""

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import av
import av.error
from av.filter import Graph

SECRETS = (b"+45.5088", b"-073.5540", b"iPhone 14 Pro")  # place and device, of which none may stay
METADATA = {"location": "+45.5088-073.5540/", "com.apple.quicktime.model": "iPhone 14 Pro"}


def clip(
    seconds: float = 2,
    size: tuple[int, int] = (320, 180),
    *,
    rate: int = 30,
    video: str = "libx264",
    audio: str | None = "aac",
    kind: str = "mp4",
    pixels: str = "yuv420p",
    turned: int = 0,
    picture: str = "testsrc2",
    light: int | None = None,
    options: Mapping[str, str] | None = None,
    faststart: bool = True,
) -> bytes:
    """Return a clip: a test picture that moves, with a tone; `turned` in degrees, as on phones.

    `light` is the transfer characteristic (ITU-T H.273) of an HDR clip in the colours of BT.2020.
    """
    with _in_ordinary_time():
        file = io.BytesIO()
        movflags = {"movflags": "use_metadata_tags" + ("+frag_keyframe" if not faststart else "")}
        out = av.open(file, "w", format=kind, container_options=movflags if kind == "mp4" else {})
        out.metadata.update(METADATA)
        if video:
            film = out.add_stream(video, rate=rate, options=dict(options or {}))
            film.width, film.height, film.pix_fmt = *size, pixels
            if light:
                film.codec_context.color_trc = light
                film.codec_context.color_primaries = film.codec_context.colorspace = 9
            if turned:
                film.set_display_rotation(turned)
        sound = out.add_stream(audio, rate=48_000) if audio else None
        if video:
            source = f"size={size[0]}x{size[1]}:rate={rate}:duration={seconds}"
            for frame in _generated(picture, source, "format", f"pix_fmts={pixels}", "buffersink"):
                out.mux(film.encode(frame))
            out.mux(film.encode(None))
        if sound:
            tone = f"sample_rate=48000:duration={seconds}:samples_per_frame=960"
            like = "sample_fmts=fltp|s16|flt|s16p:channel_layouts=stereo"
            for frame in _generated("sine", tone, "aformat", like, "abuffersink"):
                out.mux(sound.encode(frame))
            out.mux(sound.encode(None))
        out.close()
        return file.getvalue()


@contextmanager
def _in_ordinary_time() -> Iterator[None]:
    """Take back what SVT-AV1 asks of the system where it may: real time, before all other programs.

    Whatever this process starts later would have it too, and a machine can stand still by that.
    """
    if not hasattr(os, "sched_getscheduler"):  # macOS
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def _generated(source: str, how: str, kind: str, like: str, sink: str) -> Any:
    graph = Graph()
    steps = [graph.add(source, how), graph.add(kind, like), graph.add(sink)]
    for one, next_ in pairwise(steps):
        one.link_to(next_)
    graph.configure()
    while True:
        try:
            yield graph.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            return
