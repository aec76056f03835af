"""The cutting room: a clip's bytes in; pictures of it, and an MP4 that every browser plays, out.

Runs in a process of its own (`sandbox`): it opens strangers' files. PyAV is named nowhere else.
A file is opened by the one demuxer that its first bytes ask for, from a descriptor and never by
a name, so a playlist that names other files has nothing to open them with.
"""

import hashlib
import io
import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from importlib import import_module
from pkgutil import walk_packages
from typing import IO, Any, cast

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mixroom.media import imaging
from mixroom.media.model import (
    AS_IT_IS_BITS,
    AS_IT_IS_RATE,
    CLIP_LONG,
    CLIP_RATE,
    CLIP_SHORT,
    CLIPS,
    LONGEST_CLIP,
    MAX_ASPECT,
    MIN_SIDE,
    SHOWN_RATE,
    SHOWN_SIDE,
    Clip,
    Format,
    Photo,
    Print,
    Progress,
    Refusal,
    RefusedError,
    sniff,
)


def convert(
    source: io.BufferedReader, target: io.FileIO
) -> Iterator[Photo | Print | Progress | Clip]:
    """Yield what the clip is, its renditions as pictures, how far it is, and the clip made.

    The MP4 is in `target`, which is open for reading and writing, once the Clip is yielded.
    Raises RefusedError; whatever else comes out of a decoder is one for the sandbox.
    """
    kind = _recognised(source)
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    with _opened(source, kind) as clip:
        film, sound = _streams(clip)
        still = _still(clip, film)
        shot = _shot(clip, film, sound, still)
        for made in imaging.develop(_drawn(still, shot)):
            yield _of_the_clip(made, shot, kind, digest) if isinstance(made, Photo) else made
        as_it_is = kind is Format.MP4 and _plays_everywhere(film, sound, still, shot)
    done: Clip | None = None
    if as_it_is:
        with suppress(_UnfitError):
            done = yield from _cleaned(source, target, shot)
    yield done or (yield from _converted(source, target, shot, kind))


_DEMUXERS = {Format.MP4: "mov", Format.AVI: "avi", Format.WEBM: "matroska"}
_VIDEO = {"h264", "hevc", "vp8", "vp9", "av1", "mjpeg", "mpeg4", "h263", "prores"}
_AUDIO = {"aac", "mp3", "mp2", "opus", "vorbis", "ac3", "eac3", "alac", "flac", "amr_nb", "amr_wb"}
_PLAIN_SOUND = ("pcm_", "adpcm_")  # what cameras write
_DECODERS = (
    "h264,hevc,vp8,vp9,libdav1d,av1,mjpeg,mpeg4,h263,prores,"
    "aac,mp3float,mp3,mp2float,mp2,opus,vorbis,ac3,eac3,alac,flac,amrnb,amrwb,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,"
    "pcm_f64be,pcm_u8,pcm_s8,pcm_alaw,pcm_mulaw,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms"
)
_STILL_AT = 0.5  # seconds, as on the phone
_STILL_AMONG = 90  # pictures, of which one is taken even if none is late enough
_BROKEN = 30  # packets may be damaged before the clip is
_MISSING = 1.5  # seconds may be missing at the end before the clip is damaged
_EVERY = 1.0  # seconds between two words on the progress
_X264 = {"preset": "superfast", "crf": "26", "maxrate": "3M", "bufsize": "6M"}
_SOUND_BITS, _SOUND_RATE = 128_000, 48_000
_BT709, _LIMITED = 1, 1
_BRIGHTER = {16, 18}  # PQ and HLG (ITU-T H.273): more light than a screen of browsers shows
_TURNS = {0: (), 1: ("clock",), 2: ("clock", "clock"), 3: ("cclock",)}

av.logging.set_level(None)
for _module in walk_packages(av.__path__, "av."):
    if _module.name != "av.__main__":
        import_module(_module.name)  # now: a child can open none


class _UnfitError(Exception):
    """The clip cannot be kept as it is; it has to be converted."""


@dataclass(frozen=True, slots=True)
class _Shot:
    """What is to be made of a clip; `width` and `height` are upright."""

    film: int  # index of the stream
    sound: int | None
    width: int
    height: int
    turn: int  # quarters to the right
    rate: Fraction  # pictures a second, as shown
    start: float  # seconds
    duration: float | None  # seconds; a browser's recording does not say
    bytes: int
    taken_at: datetime | None
    muted: bool = False

    @property
    def shown(self) -> tuple[int, int]:
        """Return the size it is converted to: even, its short side no longer than SHOWN_SIDE."""
        scale = min(1.0, SHOWN_SIDE / min(self.width, self.height))
        return max(2, round(self.width * scale / 2) * 2), max(2, round(self.height * scale / 2) * 2)

    @property
    def streams(self) -> list[int]:
        """Return the streams that are read."""
        return [self.film] if self.sound is None else [self.film, self.sound]


def _recognised(source: IO[bytes]) -> Format:
    source.seek(0)
    kind = sniff(source.read(64))
    source.seek(0)
    if kind is Refusal.EMPTY:
        raise RefusedError(Refusal.EMPTY)
    if kind not in CLIPS:
        raise RefusedError(Refusal.NOT_A_CLIP, str(kind))
    return cast(Format, kind)


def _opened(source: IO[bytes], kind: Format) -> InputContainer:
    """Open the file with the one demuxer that it is for, and with no decoder but ours."""
    source.seek(0)
    options = {"codec_whitelist": _DECODERS}
    try:
        return av.open(source, "r", format=_DEMUXERS[kind], container_options=options)
    except (av.error.FFmpegError, ValueError) as error:
        raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error


def _streams(clip: InputContainer) -> tuple[VideoStream, AudioStream | None]:
    """Return what is to be seen and heard, held against the limits."""
    films, sounds = clip.streams.video, clip.streams.audio
    if not films:
        raise RefusedError(Refusal.NOT_A_CLIP, "nothing to see")
    film = next(
        (each for each in films if _codec(each) in _VIDEO and not _is_cover(each)), films[0]
    )
    sound = next((each for each in sounds if _can_be_heard(each)), None)
    if _codec(film) not in _VIDEO:
        raise RefusedError(Refusal.CODEC, ", ".join([_codec(film), *map(_codec, sounds)]))
    _must_fit(film.width, film.height, float(film.average_rate or 0))
    if clip.duration and clip.duration / av.time_base > LONGEST_CLIP:
        raise RefusedError(Refusal.TOO_LONG, f"{clip.duration / av.time_base:.0f} s")
    film.codec_context.thread_count = 1
    return film, sound


def _is_cover(film: VideoStream) -> bool:
    """Say whether it is a picture beside the film: a cover, a thumbnail."""
    return bool(film.disposition & Disposition.attached_pic)


def _can_be_heard(sound: AudioStream) -> bool:
    codec = _codec(sound)
    return codec in _AUDIO or codec.startswith(_PLAIN_SOUND)


def _codec(stream: Stream) -> str:
    context = cast(Any, stream.codec_context)  # None for a codec that nothing here knows
    return context.codec.canonical_name if context else "unknown"


def _must_fit(width: int, height: int, rate: float = 0) -> None:
    long, short = max(width, height), min(width, height)
    if long > CLIP_LONG or short > CLIP_SHORT or rate > CLIP_RATE + 1:
        raise RefusedError(Refusal.TOO_MANY_PIXELS, f"{width} x {height}, {rate:.0f}/s")
    if short < MIN_SIDE or long > MAX_ASPECT * short:
        raise RefusedError(Refusal.BAD_DIMENSIONS, f"{width} x {height}")


def _still(clip: InputContainer, film: VideoStream) -> VideoFrame:
    """Return the picture that stands for the clip."""
    start, found = _start(clip), None
    try:
        for number, frame in enumerate(clip.decode(film)):
            found = frame
            if (frame.time or 0) - start >= _STILL_AT or number >= _STILL_AMONG:
                break
    except av.error.FFmpegError as error:
        if found is None:
            raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error
    if found is None:
        raise RefusedError(Refusal.DAMAGED, "no picture in it")
    _must_fit(found.width, found.height)
    return found


def _shot(
    clip: InputContainer, film: VideoStream, sound: AudioStream | None, still: VideoFrame
) -> _Shot:
    turn = round(-still.rotation / 90) % 4
    stretch = min(4.0, max(0.25, float(film.sample_aspect_ratio or 1)))
    size = round(still.width * stretch), still.height
    width, height = size[::-1] if turn % 2 else size
    rate = min(max(film.average_rate or Fraction(SHOWN_RATE), Fraction(1)), Fraction(SHOWN_RATE))
    return _Shot(
        film=film.index,
        sound=sound.index if sound else None,
        width=width,
        height=height,
        turn=turn,
        rate=rate.limit_denominator(1001),
        start=_start(clip),
        duration=clip.duration / av.time_base if clip.duration else None,
        bytes=clip.size,
        taken_at=_taken_at(clip.metadata),
        muted=sound is None and bool(clip.streams.audio),
    )


def _start(clip: InputContainer) -> float:
    return (clip.start_time or 0) / av.time_base


def _taken_at(said: dict[str, str]) -> datetime | None:
    """Return when it was filmed; a broken date never blocks a clip."""
    for name in ("com.apple.quicktime.creationdate", "creation_time"):
        with suppress(ValueError, KeyError):
            return datetime.fromisoformat(said[name])
    return None


def _drawn(still: VideoFrame, shot: _Shot) -> bytes:
    """Return the picture, upright, as a file to develop."""
    graph = _graph(still, shot, (shot.width, shot.height), "rgb24", Fraction(1, 1000))
    graph.vpush(still)
    drawn = graph.vpull()
    plane = drawn.planes[0]
    return imaging.still(bytes(plane), (drawn.width, drawn.height), plane.line_size)


def _graph(
    frame: VideoFrame,
    shot: _Shot,
    size: tuple[int, int],
    pixels: str,
    time_base: Fraction,
    rate: Fraction | None = None,
) -> Graph:
    """Return what turns pictures like this one upright, to a size, a kind of pixels and a rate.

    What phones film in HDR is brought down to the light and the colours of an ordinary screen.
    """
    width, height = size[::-1] if shot.turn % 2 else size
    steps = [("fps", f"fps={rate.numerator}/{rate.denominator}")] if rate else []
    colours = "" if pixels == "rgb24" else ":out_color_matrix=bt709:out_range=tv"
    if frame.color_trc in _BRIGHTER:
        colours += ":out_primaries=bt709:out_transfer=bt709"  # dear, so of few pixels
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


def _of_the_clip(learnt: Photo, shot: _Shot, kind: Format, digest: str) -> Photo:
    """Return what was learnt of the picture as what is known of the clip."""
    return replace(
        learnt,
        format=kind,
        width=shot.width,
        height=shot.height,
        sha256=digest,
        taken_at=shot.taken_at,
    )


def _plays_everywhere(
    film: VideoStream, sound: AudioStream | None, still: VideoFrame, shot: _Shot
) -> bool:
    """Say whether every browser plays it as it is, at a rate that a museum's Wi-Fi carries."""
    return (
        _codec(film) == "h264"
        and still.format.name in ("yuv420p", "yuvj420p")
        and still.color_trc not in _BRIGHTER
        and (sound is None or _codec(sound) == "aac")
        and min(shot.width, shot.height) <= SHOWN_SIDE
        and float(film.average_rate or 0) <= AS_IT_IS_RATE
        and 8 * shot.bytes <= AS_IT_IS_BITS * (shot.duration or 0)
    )


def _cleaned(source: IO[bytes], target: io.FileIO, shot: _Shot) -> Generator[Progress, None, Clip]:
    """Copy what is seen and heard, and nothing of what a phone adds to it: place, device, time.

    Raises _UnfitError where an edit list has cut something away, which copying would bring back.
    """
    run = _Run(shot)
    with _opened(source, Format.MP4) as clip, _making(target) as out:
        copies = {
            index: out.add_stream_from_template(clip.streams[index]) for index in shot.streams
        }
        began = False
        for packet in clip.demux([clip.streams[index] for index in shot.streams]):
            yield from run.at(packet)
            if packet.dts is None:
                continue
            index = packet.stream.index
            if index == shot.film and (packet.is_discard or not (began or packet.is_keyframe)):
                raise _UnfitError
            if packet.is_discard:
                continue
            began = began or index == shot.film
            packet.stream = copies[index]
            out.mux_one(packet)
    return run.done((shot.width, shot.height))


def _converted(
    source: IO[bytes], target: io.FileIO, shot: _Shot, kind: Format
) -> Generator[Progress, None, Clip]:
    """Decode the clip and encode it anew: upright, no larger and no faster than it is shown."""
    run = _Run(shot)
    with _opened(source, kind) as clip, _making(target) as out:
        film = _Film(out, shot, clip.streams.video[0])
        heard = next((each for each in clip.streams.audio if each.index == shot.sound), None)
        sound = _Sound(out, heard) if heard else None
        for packet in clip.demux([clip.streams[index] for index in shot.streams]):
            yield from run.at(packet)
            part = film if packet.stream.index == shot.film else sound
            assert part
            try:
                made = part.go_on(packet)
            except av.error.InvalidDataError as error:
                run.broke(error)
                continue
            for each in made:
                out.mux(each)
        for part in (film, sound):
            for each in part.end() if part else ():
                out.mux(each)
        if not film.pictures:
            raise RefusedError(Refusal.UNDECODABLE, "no picture was decoded")
    return run.done(shot.shown)


class _Run:
    """How far a clip is; the clock of its own packets, not what its header says, is believed."""

    def __init__(self, shot: _Shot) -> None:
        self._shot = shot
        self._seen = 0.0  # seconds
        self._broken = 0
        self._told = time.monotonic()
        self._percent = 0

    def at(self, packet: "Packet[Any]") -> Iterator[Progress]:
        """Note a packet; yield how far that is, now and then. Raises RefusedError."""
        if packet.pts is not None and packet.time_base is not None:
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            self._seen = max(self._seen, end - self._shot.start)
        if self._seen > LONGEST_CLIP:
            raise RefusedError(Refusal.TOO_LONG, f"{self._seen:.0f} s")
        if self._shot.duration:
            share = self._seen / self._shot.duration
        else:
            share = (packet.pos or 0) / max(1, self._shot.bytes)
        percent = min(99, int(100 * share))
        if percent > self._percent and time.monotonic() - self._told >= _EVERY:
            self._told, self._percent = time.monotonic(), percent
            yield Progress(percent)

    def broke(self, error: Exception) -> None:
        """Note a packet that cannot be decoded; raises RefusedError where they are too many."""
        self._broken += 1
        if self._broken > _BROKEN:
            raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error

    def done(self, size: tuple[int, int]) -> Clip:
        """Return the clip that was made; raises RefusedError where its end is missing."""
        if self._shot.duration and self._shot.duration - self._seen > _MISSING:
            raise RefusedError(
                Refusal.DAMAGED, f"{self._seen:.1f} s of {self._shot.duration:.1f} s"
            )
        return Clip(*size, round(self._seen, 2), self._shot.muted)


class _Film:
    """What is seen, from decoding to encoding."""

    def __init__(self, out: OutputContainer, shot: _Shot, source: VideoStream) -> None:
        source.codec_context.thread_count = 1
        self.pictures = 0
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
        """Return what a packet of the source becomes."""
        frames = packet.decode()
        return [made for frame in frames for made in self._shown(frame)]

    def end(self) -> list["Packet[Any]"]:
        """Return what is left."""
        made = self._drain(None)
        return made + self._stream.encode(None)

    def _shown(self, frame: VideoFrame) -> list["Packet[Any]"]:
        if frame.pts is None or (frame.time or 0) - self._shot.start > LONGEST_CLIP:
            return []  # a clock that jumps would be filled with copies of one picture
        made: list[Packet[Any]] = []
        like = (frame.width, frame.height, frame.format.name, frame.color_trc)
        if like != self._like:  # a browser changes the size while it records
            _must_fit(frame.width, frame.height)
            made = self._drain(None)
            assert frame.time_base
            self._graph = _graph(
                frame, self._shot, self._shot.shown, "yuv420p", frame.time_base, self._shot.rate
            )
            self._like = like
        return made + self._drain(frame)

    def _drain(self, frame: VideoFrame | None) -> list["Packet[Any]"]:
        """Push a picture, or the end, through the graph into the encoder."""
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
            self.pictures += 1
            if self.pictures > (LONGEST_CLIP + 1) * SHOWN_RATE:
                raise RefusedError(Refusal.TOO_LONG, f"{self.pictures} pictures")
            picture.pict_type = 0  # as the encoder likes, not as they were
            made += self._stream.encode(picture)


class _Sound:
    """What is heard: copied where it is AAC, else decoded and encoded."""

    def __init__(self, out: OutputContainer, source: AudioStream) -> None:
        self._copied = _codec(source) == "aac"
        if self._copied:
            self._stream = out.add_stream_from_template(source)
            return
        self._stream = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        self._stream.bit_rate = _SOUND_BITS

    def go_on(self, packet: "Packet[Any]") -> list["Packet[Any]"]:
        """Return what a packet of the source becomes."""
        if self._copied:
            if packet.dts is None or packet.is_discard:
                return []
            packet.stream = self._stream
            return [packet]
        return [made for frame in packet.decode() for made in self._stream.encode(frame)]  # type: ignore[arg-type]

    def end(self) -> list["Packet[Any]"]:
        """Return what is left."""
        return [] if self._copied else self._stream.encode(None)


@contextmanager
def _making(target: io.FileIO) -> Iterator[OutputContainer]:
    """Open an MP4 whose table stands at its beginning, so that it plays while it is fetched."""
    target.seek(0)
    target.truncate()
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    again = lambda *_: _Again(target.fileno())  # noqa: E731
    out = av.open(target, "w", format="mp4", container_options=options, io_open=again)
    try:
        yield out
    except BaseException:
        with suppress(Exception):
            out.close()
        raise
    out.close()


class _Again(io.RawIOBase):
    """The file that is being written, read at a place of its own, as moving the table needs."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._at = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be moved in."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read on."""
        data = os.pread(self._number, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._number).st_size}
        self._at = base[whence] + offset
        return self._at
