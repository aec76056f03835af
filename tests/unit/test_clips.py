"""The cutting room: what comes out plays everywhere and tells nothing; what must not come in."""

import io
import itertools
import os
import signal
import struct
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import av
import pytest
from PIL import Image

from mixroom.media.child import Limits
from mixroom.media.filetypes import Format
from mixroom.media.findings import Clip, Photo, Print, Progress, Refused
from mixroom.media.limits import MAX_CLIP_SECONDS
from mixroom.media.messages import ClipFinding
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import FOR_CLIPS, Conversion
from tests import photos
from tests.clips import SECRETS, clip
from tests.fresh import said_by
from tests.sandboxed import conversion

PLAIN = clip()
GREEDY = """
import os
import sys
from mixroom.media.child import Limits
from mixroom.media.sandbox import FOR_CLIPS, Conversion

little = Limits(memory=24 << 20, written=FOR_CLIPS.written)
target = os.open(sys.argv[2], os.O_RDWR | os.O_CREAT)
conversion, last = Conversion(open(sys.argv[1], "rb"), target, little), None
while not conversion.done:
    *_, last = [last, *conversion.receive(1)]
conversion.end()
print(type(last).__name__)
"""


class Converted:
    """The result of a conversion."""

    def __init__(
        self, data: bytes, folder: Path, limits: Limits = FOR_CLIPS, **more: Callable[[], object]
    ) -> None:
        source, target = folder / "source", folder / "target"
        source.write_bytes(data)
        with target.open("w+b") as made:
            self.words = list(spoken(conversion(source, made.fileno(), limits, **more)))
        self.data = target.read_bytes()

    @property
    def photo(self) -> Photo:
        return next(word for word in self.words if isinstance(word, Photo))

    @property
    def pictures(self) -> dict[str, Image.Image]:
        prints = (word for word in self.words if isinstance(word, Print))
        return {each.name: Image.open(io.BytesIO(each.data)) for each in prints}

    @property
    def clip(self) -> Clip:
        made = self.words[-1]
        assert isinstance(made, Clip), made
        return made

    @property
    def refused(self) -> Refused:
        why = self.words[-1]
        assert isinstance(why, Refused), why
        return why


def spoken(conversion: Conversion) -> Iterator[ClipFinding]:
    while not conversion.done:
        yield from conversion.receive(1)
    conversion.end()


def played(data: bytes) -> tuple[list[Image.Image], list[str]]:
    """Return a clip's pictures as they are seen, and the codecs of its streams."""
    with av.open(io.BytesIO(data)) as file:
        codecs = [stream.codec_context.name for stream in file.streams]
        frames = list(file.decode(video=0))
        turn = round(frames[0].rotation)
        return [frame.to_image().rotate(turn, expand=True) for frame in frames], codecs


@pytest.fixture
def data(request: pytest.FixtureRequest) -> bytes:
    """The bytes to convert; a generated clip is made when its test begins."""
    given: bytes | Callable[[], bytes] = request.param
    return given if isinstance(given, bytes) else given()


@pytest.mark.parametrize(
    ("data", "kind", "copied"),
    [
        (PLAIN, Format.MP4, True),
        (partial(clip, audio=None), Format.MP4, True),
        (partial(clip, kind="mov"), Format.MP4, True),
        (partial(clip, 1, (1920, 1080)), Format.MP4, False),
        (partial(clip, 1, rate=90), Format.MP4, False),
        (partial(clip, audio="libmp3lame"), Format.MP4, False),
        (partial(clip, 1, pixels="yuv444p"), Format.MP4, False),
        (partial(clip, 1, video="libx265", pixels="yuv420p10le"), Format.MP4, False),
        (partial(clip, 1, video="libvpx", audio="libopus", kind="webm"), Format.WEBM, False),
        (partial(clip, 1, video="libvpx-vp9", audio=None, kind="webm"), Format.WEBM, False),
        (partial(clip, 1, video="libsvtav1"), Format.MP4, False),
    ],
    indirect=["data"],
    ids=["plain", "mute", "mov", "1080p", "fast", "mp3", "444", "hevc10", "vp8", "vp9", "av1"],
)
def test_what_comes_out_plays_in_every_browser(
    data: bytes, kind: Format, *, copied: bool, tmp_path: Path
) -> None:
    made = Converted(data, tmp_path)
    with av.open(io.BytesIO(data)) as before, av.open(io.BytesIO(made.data)) as after:
        seen, film = before.streams.video[0], after.streams.video[0]
        assert film.codec_context.name == "h264"
        assert film.codec_context.pix_fmt == "yuv420p"
        assert [each.codec_context.name for each in after.streams.audio] in ([], ["aac"])
        assert len(after.streams.audio) == len(before.streams.audio)
        assert min(film.width, film.height) <= 720
        assert (film.average_rate or 0) <= (60 if copied else 30)
        lasts = after.duration / 1e6
        assert lasts == pytest.approx(before.duration / 1e6, abs=0.1)
        assert (made.photo.width, made.photo.height) == (seen.width, seen.height)
    assert made.photo.format is kind
    assert made.clip.duration == pytest.approx(lasts, abs=0.1)
    assert made.data.index(b"moov") < made.data.index(b"mdat"), "it does not play while it comes"
    assert (payload(data) == payload(made.data)) is copied


def payload(data: bytes) -> list[bytes]:
    """Return what the video is made of, packet by packet."""
    with av.open(io.BytesIO(data)) as file:
        return [bytes(packet) for packet in file.demux(video=0) if packet.size]


@pytest.mark.parametrize("size", [(320, 180), (1600, 900)], ids=["copied", "converted"])
def test_nothing_of_the_place_or_the_device_stays(size: tuple[int, int], tmp_path: Path) -> None:
    data = clip(1, size)
    assert all(secret in data for secret in SECRETS), "the test's clip has none of it itself"
    made = Converted(data, tmp_path)
    assert not [secret for secret in SECRETS if secret in made.data]


@pytest.mark.parametrize("turned", [0, 90, 180, -90])
@pytest.mark.parametrize("size", [(320, 180), (1600, 900)], ids=["copied", "converted"])
def test_a_clip_is_upright_however_the_phone_was_held(
    size: tuple[int, int], turned: int, tmp_path: Path
) -> None:
    """Colour bars say which way is up; pictures and clip agree with what the phone meant."""
    data = clip(1, size, turned=turned, picture="smptebars")
    meant = corners(played(data)[0][20])
    made = Converted(data, tmp_path)
    pictures, _ = played(made.data)
    upright = size if turned in (0, 180) else size[::-1]
    assert (made.photo.width, made.photo.height) == upright
    assert pictures[20].size == (made.clip.width, made.clip.height)
    for seen in (pictures[20], made.pictures["card"]):
        assert (seen.width > seen.height) == (upright[0] > upright[1])
        for here, there in zip(corners(seen), meant, strict=True):
            assert max(abs(a - b) for a, b in zip(here, there, strict=True)) < 40


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    small = picture.convert("RGB").resize((16, 16), Image.Resampling.BOX)
    return [small.getpixel((x, y)) for x in (1, 14) for y in (1, 14)]


def test_the_phone_held_upright_means_a_quarter_to_the_right(tmp_path: Path) -> None:
    """As FFmpeg and the browsers read a display matrix: turned by -90 is a quarter clockwise."""
    flat = played(clip(1, picture="smptebars"))[0][20]
    made = Converted(clip(1, picture="smptebars", turned=-90), tmp_path)
    for here, there in zip(
        corners(made.pictures["card"]), corners(flat.rotate(-90, expand=True)), strict=True
    ):
        assert max(abs(a - b) for a, b in zip(here, there, strict=True)) < 40


@pytest.mark.parametrize(
    ("light", "video", "pixels"),
    [(18, "libx265", "yuv420p10le"), (16, "libx264", "yuv420p")],
    ids=["HLG", "PQ"],
)
def test_what_was_filmed_in_hdr_has_the_light_and_the_colours_of_a_screen(
    light: int, video: str, pixels: str, tmp_path: Path
) -> None:
    """Three quarters of the signal are as bright as paper; unconverted it would be grey."""
    data = clip(1, video=video, pixels=pixels, picture="smptebars", light=light)
    made = Converted(data, tmp_path)
    with av.open(io.BytesIO(made.data)) as file:
        assert file.streams.video[0].codec_context.color_trc == 1  # BT.709
    for seen in (played(made.data)[0][20], made.pictures["card"]):
        bars = seen.convert("RGB").resize((7, 3), Image.Resampling.BOX)
        grey, yellow, _, green, _, red, blue = (bars.getpixel((x, 0)) for x in range(7))
        assert min(grey) > 240
        assert min(yellow[:2]) > 180
        assert yellow[2] < 100
        assert (green.index(max(green)), red.index(max(red)), blue.index(max(blue))) == (1, 0, 2)


def test_progress_grows_and_is_told_with_reserve(tmp_path: Path) -> None:
    begun = time.monotonic()
    made = Converted(clip(12, (1296, 736), options={"preset": "ultrafast"}), tmp_path)
    told = [word.percent for word in made.words if isinstance(word, Progress)]
    assert told == sorted(set(told))
    assert all(0 < percent < 100 for percent in told)
    assert len(told) <= time.monotonic() - begun


CAMERAS = [
    ("plain sound", partial(clip, audio="pcm_s16le", kind="mov"), True),
    ("plain sound, the other way round", partial(clip, audio="pcm_s24be", kind="mov"), True),
    ("Dolby", partial(clip, audio="ac3"), True),
    (
        "MPEG-4 with sound as cameras write it",
        partial(clip, video="mpeg4", audio="pcm_u8", kind="mov"),
        True,
    ),
    (
        "motion JPEG",
        partial(clip, video="mjpeg", pixels="yuvj420p", audio="pcm_s16le", kind="mov"),
        True,
    ),
    (
        "motion JPEG in AVI",
        partial(clip, video="mjpeg", pixels="yuvj420p", audio=None, kind="avi"),
        False,
    ),
    ("an old phone's", partial(clip, 0.5, (176, 144), video="h263", audio=None, kind="3gp"), False),
    ("QuickTime of before 2005", lambda: clip(kind="mov").replace(b"ftyp", b"wide", 1), True),
    ("odd sizes", partial(clip, 1, (322, 178), audio=None, video="libvpx-vp9", kind="webm"), False),
]


@pytest.mark.parametrize(
    ("data", "heard"),
    [each[1:] for each in CAMERAS],
    indirect=["data"],
    ids=[each[0] for each in CAMERAS],
)
def test_what_cameras_and_old_phones_film_plays(data: bytes, heard: bool, tmp_path: Path) -> None:
    made = Converted(data, tmp_path)
    assert not made.clip.muted
    _, codecs = played(made.data)
    assert codecs == ["h264", *(["aac"] if heard else [])]


def test_a_sound_that_nothing_opens_is_left_out_and_said(tmp_path: Path) -> None:
    unknown = clip(audio="ac3").replace(b"ac-3", b"zz-3")
    made = Converted(unknown, tmp_path)
    assert made.clip.muted
    assert played(made.data)[1] == ["h264"]


LIES = [
    ("nothing at all", b"", Refusal.EMPTY),
    ("a playlist", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", Refusal.NOT_A_CLIP),
    ("a list of files", b"ffconcat version 1.0\nfile /etc/passwd\n", Refusal.NOT_A_CLIP),
    ("a photo", photos.phone("coffee", 1, (640, 480)).data, Refusal.NOT_A_CLIP),
    ("only its name", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(1000), Refusal.DAMAGED),
    ("noise", b"\x1aE\xdf\xa3" + bytes(range(256)) * 40, Refusal.DAMAGED),
    ("half of it", PLAIN[: len(PLAIN) // 2], Refusal.DAMAGED),
    ("only sound", partial(clip, video=""), Refusal.NOT_A_CLIP),
    ("an old codec", partial(clip, video="mpeg2video"), Refusal.CODEC),
    ("ten minutes", partial(clip, 600, (64, 64), rate=1, audio=None), Refusal.TOO_LONG),
    ("five thousand pixels", partial(clip, 0.2, (5120, 160), audio=None), Refusal.TOO_MANY_PIXELS),
    ("240 a second", partial(clip, 0.5, (64, 64), rate=240, audio=None), Refusal.TOO_MANY_PIXELS),
    ("a line", partial(clip, 0.2, (1280, 32), audio=None), Refusal.BAD_DIMENSIONS),
]


@pytest.mark.parametrize(
    ("data", "why"),
    [lie[1:] for lie in LIES],
    indirect=["data"],
    ids=[lie[0] for lie in LIES],
)
def test_what_is_no_clip_for_us_is_refused_for_what_it_is(
    data: bytes, why: Refusal, tmp_path: Path
) -> None:
    begun = time.monotonic()
    assert Converted(data, tmp_path).refused.reason is why
    assert time.monotonic() - begun < 10


def test_a_clip_cut_off_behind_its_table_is_damaged(tmp_path: Path) -> None:
    whole = Converted(clip(5), tmp_path).data
    assert whole.index(b"moov") < len(whole) // 2
    assert Converted(whole[: len(whole) // 2], tmp_path).refused.reason is Refusal.DAMAGED


def test_a_header_that_lies_about_the_length_is_found_out(tmp_path: Path) -> None:
    """A file that says two seconds and holds ten minutes costs no more than three of them."""
    data = clip(600, (64, 64), rate=1, audio=None)
    lie = bytearray(data)
    for box, at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        where = lie.index(box) + at
        lie[where : where + 4] = struct.pack(">I", 2)
    elst = lie.find(b"elst")
    if elst > 0:
        lie[elst - 4 + 4 : elst + 4] = b"free"
    assert Converted(bytes(lie), tmp_path).refused.reason is Refusal.TOO_LONG


def test_huge_dimensions_in_the_header_alone_are_refused(tmp_path: Path) -> None:
    lie = bytearray(PLAIN)
    where = lie.index(b"avc1", lie.index(b"stsd")) + 28
    lie[where : where + 4] = struct.pack(">HH", 65_000, 65_000)
    begun = time.monotonic()
    answer = Converted(bytes(lie), tmp_path).words[-1]
    assert time.monotonic() - begun < 5
    assert isinstance(answer, Refused) or max(answer.width, answer.height) <= 1280


def test_mutants_never_get_out(tmp_path: Path) -> None:
    for number in range(40):
        data = bytearray(PLAIN)
        for step in range(1 + number % 20):
            data[(number * 7919 + step * 104_729) % len(data)] ^= 1 << (step + number) % 8
        begun = time.monotonic()
        answer = Converted(bytes(data), tmp_path).words[-1]
        assert isinstance(answer, Clip | Refused), answer
        assert time.monotonic() - begun < 20, number


@pytest.mark.parametrize("fatal", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_is_a_refusal(fatal: signal.Signals, tmp_path: Path) -> None:
    made = Converted(PLAIN, tmp_path, sabotage=lambda: os.kill(os.getpid(), fatal))
    assert made.refused == Refused(Refusal.UNDECODABLE, fatal.name, again=True)


def test_too_much_computing_memory_or_time_is_a_refusal(tmp_path: Path) -> None:
    def compute() -> None:
        for _ in itertools.count():
            pass

    busy = Converted(PLAIN, tmp_path, Limits(cpu=1), sabotage=compute)
    slow = Converted(PLAIN, tmp_path, Limits(deadline=0.2), sabotage=partial(time.sleep, 60))
    assert busy.refused == Refused(Refusal.TOO_COMPLEX, "SIGXCPU")
    assert slow.refused == Refused(Refusal.TOO_COMPLEX, "deadline", again=True)
    large = tmp_path / "large"
    large.write_bytes(clip(0.2, (3840, 2160), audio=None))
    assert said_by(GREEDY, large, tmp_path / "made") == "Refused\n"


def test_nonsense_from_a_child_is_not_believed(tmp_path: Path) -> None:
    for lie in (
        b'{"kind":"clip","width":9,"height":9,"duration":1e9}',
        b'{"kind":"clip","width":0,"height":9,"duration":1}',
        b'{"kind":"progress"}',
        b"[]",
        b"\xff",
    ):
        message = struct.pack(">II", len(lie), 0) + lie
        made = Converted(PLAIN, tmp_path, sabotage=lambda message=message: written(message))
        assert made.refused.detail.startswith("garbled"), lie


def written(message: bytes) -> None:
    """Write into the pipe, which is the one descriptor that is not a file."""
    for number in range(3, 64):
        try:
            os.lseek(number, 0, os.SEEK_CUR)
        except OSError as error:
            if error.errno == 29:  # ESPIPE
                os.write(number, message)


def test_no_child_and_no_descriptor_is_left_behind(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd"))
    Converted(PLAIN, tmp_path)
    with (tmp_path / "target").open("w+b") as made:
        abandoned = conversion(tmp_path / "source", made.fileno())
        abandoned.receive(0.1)
        abandoned.end()
        abandoned.end()
    assert len(os.listdir("/dev/fd")) == before
    assert MAX_CLIP_SECONDS == 185
