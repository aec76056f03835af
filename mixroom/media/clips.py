"""Converts a clip: makes pictures of it, and an MP4 that every browser plays.

Runs in a process of its own (`sandbox`): it opens strangers' files.
"""

import hashlib
import io
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import IO, Any

import av
import av.error
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mixroom.media import imaging
from mixroom.media.encoding import SoundTrack, VideoTrack, build_graph, writing_mp4
from mixroom.media.filetypes import Format
from mixroom.media.findings import Clip, Photo, Print, Progress
from mixroom.media.footage import (
    HDR_TRANSFERS,
    Shot,
    choose_still,
    choose_streams,
    codec_of,
    measure,
    open_clip,
    recognise,
)
from mixroom.media.limits import COPIED_BITS, COPIED_RATE, MAX_CLIP_SECONDS, SHOWN_SIDE
from mixroom.media.refusals import Refusal, RefusedError


def convert(
    source: io.BufferedReader, target: io.FileIO
) -> Iterator[Photo | Print | Progress | Clip]:
    """Yield the facts of the clip, its pictures, its progress, and at last the Clip.

    `target` is open for reading and writing, and holds the MP4 once the Clip is yielded.
    Raises RefusedError, and any error of a decoder, which the sandbox turns into a refusal.
    """
    kind = recognise(source)
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    with open_clip(source, kind) as clip:
        film, sound = choose_streams(clip)
        still = choose_still(clip, film)
        shot = measure(clip, film, sound, still)
        for made in imaging.develop(_draw_still(still, shot)):
            yield _as_clip(made, shot, kind, digest) if isinstance(made, Photo) else made
        as_it_is = kind is Format.MP4 and _plays_everywhere(film, sound, still, shot)
    done: Clip | None = None
    if as_it_is:
        with suppress(_NeedsTranscodingError):
            done = yield from _copy(source, target, shot)
    yield done or (yield from _transcode(source, target, shot, kind))


_MAX_MISSING = 1.5  # seconds that may be missing at the end; with more, the clip is damaged
_MAX_BROKEN = 30  # damaged packets that are tolerated
_REPORT_EVERY = 1.0  # seconds between two reports of progress


class _NeedsTranscodingError(Exception):
    """The clip cannot be copied; it has to be transcoded."""


def _draw_still(still: VideoFrame, shot: Shot) -> bytes:
    """Return the still, upright, as a file to develop."""
    graph = build_graph(still, shot, (shot.width, shot.height), "rgb24", Fraction(1, 1000))
    graph.vpush(still)
    drawn = graph.vpull()
    plane = drawn.planes[0]
    return imaging.still(bytes(plane), (drawn.width, drawn.height), plane.line_size)


def _as_clip(learnt: Photo, shot: Shot, kind: Format, digest: str) -> Photo:
    """Return the facts of the still, with the size, hash and date of the clip."""
    return replace(
        learnt,
        format=kind,
        width=shot.width,
        height=shot.height,
        sha256=digest,
        taken_at=shot.taken_at,
    )


def _plays_everywhere(
    film: VideoStream, sound: AudioStream | None, still: VideoFrame, shot: Shot
) -> bool:
    """Return whether every browser plays it as it is, at a bit rate fit for a museum's Wi-Fi."""
    return (
        codec_of(film) == "h264"
        and still.format.name in ("yuv420p", "yuvj420p")
        and still.color_trc not in HDR_TRANSFERS
        and (sound is None or codec_of(sound) == "aac")
        and min(shot.width, shot.height) <= SHOWN_SIDE
        and float(film.average_rate or 0) <= COPIED_RATE
        and 8 * shot.bytes <= COPIED_BITS * (shot.duration or 0)
    )


def _copy(source: IO[bytes], target: io.FileIO, shot: Shot) -> Generator[Progress, None, Clip]:
    """Copy picture and sound, without the metadata (place, device, time) of the phone.

    Raises _NeedsTranscodingError if an edit list hides a part: a copy would show it again.
    """
    meter = _Meter(shot)
    with open_clip(source, Format.MP4) as clip, writing_mp4(target) as out:
        copies = {
            index: out.add_stream_from_template(clip.streams[index]) for index in shot.streams
        }
        began = False
        for packet in clip.demux([clip.streams[index] for index in shot.streams]):
            yield from meter.at(packet)
            if packet.dts is None:
                continue
            index = packet.stream.index
            if index == shot.film and (packet.is_discard or not (began or packet.is_keyframe)):
                raise _NeedsTranscodingError
            if packet.is_discard:
                continue
            began = began or index == shot.film
            packet.stream = copies[index]
            out.mux_one(packet)
    return meter.finish((shot.width, shot.height))


def _transcode(
    source: IO[bytes], target: io.FileIO, shot: Shot, kind: Format
) -> Generator[Progress, None, Clip]:
    """Decode and encode the clip: upright, no larger and no faster than it is shown."""
    meter = _Meter(shot)
    with open_clip(source, kind) as clip, writing_mp4(target) as out:
        film = VideoTrack(out, shot, clip.streams.video[0])
        audio = next((each for each in clip.streams.audio if each.index == shot.sound), None)
        sound = SoundTrack(out, audio) if audio else None
        for packet in clip.demux([clip.streams[index] for index in shot.streams]):
            yield from meter.at(packet)
            part = film if packet.stream.index == shot.film else sound
            assert part
            try:
                made = part.go_on(packet)
            except av.error.InvalidDataError as error:
                meter.count_broken(error)
                continue
            for each in made:
                out.mux(each)
        for part in (film, sound):
            for each in part.end() if part else ():
                out.mux(each)
        if not film.frames:
            raise RefusedError(Refusal.UNDECODABLE, "no picture was decoded")
    return meter.finish(shot.shown)


class _Meter:
    """Measures progress and length by the timestamps of the packets; headers may be wrong."""

    def __init__(self, shot: Shot) -> None:
        self._shot = shot
        self._end = 0.0  # of the last packet, in seconds
        self._broken = 0
        self._reported_at = time.monotonic()
        self._percent = 0

    def at(self, packet: "Packet[Any]") -> Iterator[Progress]:
        """Count a packet, and yield the progress now and then; raises RefusedError."""
        if packet.pts is not None and packet.time_base is not None:
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            self._end = max(self._end, end - self._shot.start)
        if self._end > MAX_CLIP_SECONDS:
            raise RefusedError(Refusal.TOO_LONG, f"{self._end:.0f} s")
        if self._shot.duration:
            share = self._end / self._shot.duration
        else:
            share = (packet.pos or 0) / max(1, self._shot.bytes)
        percent = min(99, int(100 * share))
        if percent > self._percent and time.monotonic() - self._reported_at >= _REPORT_EVERY:
            self._reported_at, self._percent = time.monotonic(), percent
            yield Progress(percent)

    def count_broken(self, error: Exception) -> None:
        """Count a packet that cannot be decoded; raises RefusedError if there are too many."""
        self._broken += 1
        if self._broken > _MAX_BROKEN:
            raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error

    def finish(self, size: tuple[int, int]) -> Clip:
        """Return the finished clip; raises RefusedError if its end is missing."""
        if self._shot.duration and self._shot.duration - self._end > _MAX_MISSING:
            raise RefusedError(Refusal.DAMAGED, f"{self._end:.1f} s of {self._shot.duration:.1f} s")
        return Clip(*size, round(self._end, 2), self._shot.muted)
