"""Opens a clip: chooses its streams and a still, and measures its size and length.

The first bytes decide on the only demuxer. The file is opened by a descriptor, never by a name, so
that a playlist cannot make it open other files.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from importlib import import_module
from pkgutil import walk_packages
from typing import IO, Any, cast

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mixroom.media.filetypes import CLIPS, Format, sniff
from mixroom.media.limits import (
    MAX_ASPECT,
    MAX_CLIP_LONG,
    MAX_CLIP_RATE,
    MAX_CLIP_SECONDS,
    MAX_CLIP_SHORT,
    MIN_SIDE,
    SHOWN_RATE,
    SHOWN_SIDE,
)
from mixroom.media.refusals import Refusal, RefusedError

_DEMUXERS = {Format.MP4: "mov", Format.AVI: "avi", Format.WEBM: "matroska"}
_VIDEO = {"h264", "hevc", "vp8", "vp9", "av1", "mjpeg", "mpeg4", "h263", "prores"}
_AUDIO = {"aac", "mp3", "mp2", "opus", "vorbis", "ac3", "eac3", "alac", "flac", "amr_nb", "amr_wb"}
_PLAIN_SOUND = ("pcm_", "adpcm_")  # as cameras record it
_DECODERS = (
    "h264,hevc,vp8,vp9,libdav1d,av1,mjpeg,mpeg4,h263,prores,"
    "aac,mp3float,mp3,mp2float,mp2,opus,vorbis,ac3,eac3,alac,flac,amrnb,amrwb,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,"
    "pcm_f64be,pcm_u8,pcm_s8,pcm_alaw,pcm_mulaw,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms"
)
_STILL_AT = 0.5  # seconds, as on the phone
_MAX_FRAMES = 90  # that are decoded for a still; the last one serves if none is late enough
HDR_TRANSFERS = {16, 18}  # PQ and HLG (ITU-T H.273)

av.logging.set_level(None)
for _module in walk_packages(av.__path__, "av."):
    if _module.name != "av.__main__":
        import_module(_module.name)  # now, as a child can open no file


@dataclass(frozen=True, slots=True)
class Shot:
    """The facts that decide how a clip is converted; `width` and `height` are upright."""

    film: int  # index of the stream
    sound: int | None
    width: int
    height: int
    turn: int  # clockwise quarter turns
    rate: Fraction  # frames per second of the converted clip
    start: float  # seconds
    duration: float | None  # seconds; unknown for a browser's recording
    bytes: int
    taken_at: datetime | None
    muted: bool = False

    @property
    def shown(self) -> tuple[int, int]:
        """Return the size of the converted clip: even, with a short side of at most SHOWN_SIDE."""
        scale = min(1.0, SHOWN_SIDE / min(self.width, self.height))
        return max(2, round(self.width * scale / 2) * 2), max(2, round(self.height * scale / 2) * 2)

    @property
    def streams(self) -> list[int]:
        """Return the indices of the streams to convert."""
        return [self.film] if self.sound is None else [self.film, self.sound]


def recognise(source: IO[bytes]) -> Format:
    """Return the container of a clip by its first bytes; raises RefusedError for other files."""
    source.seek(0)
    kind = sniff(source.read(64))
    source.seek(0)
    if kind is Refusal.EMPTY:
        raise RefusedError(Refusal.EMPTY)
    if kind not in CLIPS:
        raise RefusedError(Refusal.NOT_A_CLIP, str(kind))
    return cast(Format, kind)


def open_clip(source: IO[bytes], kind: Format) -> InputContainer:
    """Open the file with the demuxer for its format, and only the decoders above."""
    source.seek(0)
    options = {"codec_whitelist": _DECODERS}
    try:
        return av.open(source, "r", format=_DEMUXERS[kind], container_options=options)
    except (av.error.FFmpegError, ValueError) as error:
        raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error


def choose_streams(clip: InputContainer) -> tuple[VideoStream, AudioStream | None]:
    """Return the video and audio streams to convert; raises RefusedError beyond the limits."""
    films, sounds = clip.streams.video, clip.streams.audio
    if not films:
        raise RefusedError(Refusal.NOT_A_CLIP, "nothing to see")
    film = next(
        (each for each in films if codec_of(each) in _VIDEO and not _is_cover(each)), films[0]
    )
    sound = next((each for each in sounds if _is_supported(each)), None)
    if codec_of(film) not in _VIDEO:
        raise RefusedError(Refusal.CODEC, ", ".join([codec_of(film), *map(codec_of, sounds)]))
    must_fit(film.width, film.height, float(film.average_rate or 0))
    if clip.duration and clip.duration / av.time_base > MAX_CLIP_SECONDS:
        raise RefusedError(Refusal.TOO_LONG, f"{clip.duration / av.time_base:.0f} s")
    film.codec_context.thread_count = 1
    return film, sound


def _is_cover(film: VideoStream) -> bool:
    """Return whether the stream is only an attached picture, such as a cover."""
    return bool(film.disposition & Disposition.attached_pic)


def _is_supported(sound: AudioStream) -> bool:
    codec = codec_of(sound)
    return codec in _AUDIO or codec.startswith(_PLAIN_SOUND)


def codec_of(stream: Stream) -> str:
    """Return the canonical name of a stream's codec."""
    context = cast(Any, stream.codec_context)  # None for an unknown codec
    return context.codec.canonical_name if context else "unknown"


def must_fit(width: int, height: int, rate: float = 0) -> None:
    """Raise RefusedError if a picture of this size, at this rate, is beyond the limits."""
    long, short = max(width, height), min(width, height)
    if long > MAX_CLIP_LONG or short > MAX_CLIP_SHORT or rate > MAX_CLIP_RATE + 1:
        raise RefusedError(Refusal.TOO_MANY_PIXELS, f"{width} x {height}, {rate:.0f}/s")
    if short < MIN_SIDE or long > MAX_ASPECT * short:
        raise RefusedError(Refusal.BAD_DIMENSIONS, f"{width} x {height}")


def choose_still(clip: InputContainer, film: VideoStream) -> VideoFrame:
    """Return the frame that represents the clip; raises RefusedError if there is none."""
    start, found = _start(clip), None
    try:
        for number, frame in enumerate(clip.decode(film)):
            found = frame
            if (frame.time or 0) - start >= _STILL_AT or number >= _MAX_FRAMES:
                break
    except av.error.FFmpegError as error:
        if found is None:
            raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error
    if found is None:
        raise RefusedError(Refusal.DAMAGED, "no picture in it")
    must_fit(found.width, found.height)
    return found


def measure(
    clip: InputContainer, film: VideoStream, sound: AudioStream | None, still: VideoFrame
) -> Shot:
    """Return the facts that decide how the clip is converted."""
    turn = round(-still.rotation / 90) % 4
    stretch = min(4.0, max(0.25, float(film.sample_aspect_ratio or 1)))
    size = round(still.width * stretch), still.height
    width, height = size[::-1] if turn % 2 else size
    rate = min(max(film.average_rate or Fraction(SHOWN_RATE), Fraction(1)), Fraction(SHOWN_RATE))
    return Shot(
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


def _taken_at(metadata: dict[str, str]) -> datetime | None:
    """Return the time of the recording; a broken date never blocks a clip."""
    for name in ("com.apple.quicktime.creationdate", "creation_time"):
        with suppress(ValueError, KeyError):
            return datetime.fromisoformat(metadata[name])
    return None
