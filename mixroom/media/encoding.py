"""Makes an MP4 that every browser plays: upright, no larger and no faster than shown."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from typing import Any

import av
import av.error
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mixroom.media.footage import HDR_TRANSFERS, Shot, codec_of, must_fit
from mixroom.media.limits import MAX_CLIP_SECONDS, SHOWN_RATE
from mixroom.media.refusals import Refusal, RefusedError

_X264 = {"preset": "superfast", "crf": "26", "maxrate": "3M", "bufsize": "6M"}
_SOUND_BITS, _SOUND_RATE = 128_000, 48_000
_BT709, _LIMITED = 1, 1
_TURNS = {0: (), 1: ("clock",), 2: ("clock", "clock"), 3: ("cclock",)}


class VideoTrack:
    """The video track: decodes, filters and encodes it."""

    def __init__(self, out: OutputContainer, shot: Shot, source: VideoStream) -> None:
        source.codec_context.thread_count = 1
        self.frames = 0
        self._shot = shot
        self._graph: Graph | None = None
        self._like: tuple[int, int, str, int] | None = None
        self._last = -1
        self._stream = out.add_stream("libx264", rate=shot.rate, options=_X264)
        self._stream.width, self._stream.height = shot.shown
        self._stream.pix_fmt = "yuv420p"
        context = self._stream.codec_context
        context.thread_count = 1  # the other core is for photos
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED

    def go_on(self, packet: "Packet[Any]") -> list["Packet[Any]"]:
        """Return the encoded packets that a packet of the source produces."""
        frames = packet.decode()
        return [made for frame in frames for made in self._shown(frame)]

    def end(self) -> list["Packet[Any]"]:
        """Return the packets that were still being held back."""
        made = self._drain(None)
        return made + self._stream.encode(None)

    def _shown(self, frame: VideoFrame) -> list["Packet[Any]"]:
        if frame.pts is None or (frame.time or 0) - self._shot.start > MAX_CLIP_SECONDS:
            return []  # a clock that jumps would be filled with copies of one frame
        made: list[Packet[Any]] = []
        like = (frame.width, frame.height, frame.format.name, frame.color_trc)
        if like != self._like:  # a browser changes the size while it records
            must_fit(frame.width, frame.height)
            made = self._drain(None)
            assert frame.time_base
            self._graph = build_graph(
                frame,
                self._shot,
                self._shot.shown,
                "yuv420p",
                frame.time_base,
                self._shot.rate,
            )
            self._like = like
        return made + self._drain(frame)

    def _drain(self, frame: VideoFrame | None) -> list["Packet[Any]"]:
        """Push a frame, or the end (None), through the graph into the encoder."""
        if self._graph is None:
            return []
        self._graph.vpush(frame)
        made: list[Packet[Any]] = []
        while True:
            try:
                picture = self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return made
            if picture.pts is None or picture.pts <= self._last:
                continue
            self._last = picture.pts
            self.frames += 1
            if self.frames > (MAX_CLIP_SECONDS + 1) * SHOWN_RATE:
                raise RefusedError(Refusal.TOO_LONG, f"{self.frames} pictures")
            picture.pict_type = 0  # the encoder chooses its own keyframes
            made += self._stream.encode(picture)


class SoundTrack:
    """The audio track: copied if it is AAC, otherwise decoded and encoded."""

    def __init__(self, out: OutputContainer, source: AudioStream) -> None:
        self._copied = codec_of(source) == "aac"
        if self._copied:
            self._stream = out.add_stream_from_template(source)
            return
        self._stream = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        self._stream.bit_rate = _SOUND_BITS

    def go_on(self, packet: "Packet[Any]") -> list["Packet[Any]"]:
        """Return the encoded packets that a packet of the source produces."""
        if self._copied:
            if packet.dts is None or packet.is_discard:
                return []
            packet.stream = self._stream
            return [packet]
        return [made for frame in packet.decode() for made in self._stream.encode(frame)]  # type: ignore[arg-type]

    def end(self) -> list["Packet[Any]"]:
        """Return the packets that were still being held back."""
        return [] if self._copied else self._stream.encode(None)


def build_graph(
    frame: VideoFrame,
    shot: Shot,
    size: tuple[int, int],
    pixels: str,
    time_base: Fraction,
    rate: Fraction | None = None,
) -> Graph:
    """Return a filter graph that turns frames upright and converts size, pixel format and rate.

    HDR is converted to the light and the colours of an ordinary screen.
    """
    width, height = size[::-1] if shot.turn % 2 else size
    steps = [("fps", f"fps={rate.numerator}/{rate.denominator}")] if rate else []
    colours = "" if pixels == "rgb24" else ":out_color_matrix=bt709:out_range=tv"
    if frame.color_trc in HDR_TRANSFERS:
        colours += ":out_primaries=bt709:out_transfer=bt709"  # slow, so after scaling
        steps += [("scale", f"w={width}:h={height}"), ("format", f"pix_fmts={frame.format.name}")]
    steps += [("scale", f"w={width}:h={height}{colours}")]
    steps += [("transpose", f"dir={way}") for way in _TURNS[shot.turn]]
    steps += [("setsar", "sar=1"), ("format", f"pix_fmts={pixels}")]
    graph = Graph()
    graph.threads = 1
    last = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=time_base
    )
    for name, arguments in steps:
        step = graph.add(name, arguments)
        last.link_to(step)
        last = step
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


@contextmanager
def writing_mp4(target: io.FileIO) -> Iterator[OutputContainer]:
    """Open an MP4 for writing, with its index first, so that it plays while it is fetched."""
    target.seek(0)
    target.truncate()
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    again = lambda *_: _SecondReader(target.fileno())  # noqa: E731
    out = av.open(target, "w", format="mp4", container_options=options, io_open=again)
    try:
        yield out
    except BaseException:
        with suppress(Exception):
            out.close()
        raise
    out.close()


class _SecondReader(io.RawIOBase):
    """A reader of the file that is being written, with its own position, to move the index."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes at the position, and advance it."""
        data = os.pread(self._number, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Set the position."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._number).st_size}
        self._at = base[whence] + offset
        return self._at
