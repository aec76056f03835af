"""Makes a clean logo: cuts off its margins, keeps its transparency, measures its ink."""

from PIL import Image, ImageChops, ImageStat

from mixroom.media.colours import in_srgb
from mixroom.media.containers import Bare, bare
from mixroom.media.decoding import guarded, open_picture, read_exif, recognise
from mixroom.media.filetypes import LOGOS
from mixroom.media.findings import Mark
from mixroom.media.limits import LOGO, LOGO_ASPECT
from mixroom.media.refusals import Refusal, RefusedError
from mixroom.media.resizing import BOX, LANCZOS, encode, fit, is_longer


def trim(data: bytes) -> Mark:
    """Return a logo without its margins, with its transparency and its measured ink.

    Raises RefusedError, and any error of a decoder, which the sandbox turns into a refusal.
    """
    kind = recognise(data)
    if kind not in LOGOS:
        raise RefusedError(Refusal.NOT_AN_IMAGE, kind.value)
    with guarded():
        file = bare(data, kind)
        source = open_picture(file, kind)
        turn, _ = read_exif(source)
        picture = _decode_transparent(source, file)
    if turn is not None:
        picture = picture.transpose(turn)
    clear = picture.getchannel("A").histogram()[0] > 0
    ink = _ink(picture)
    box = ink.getbbox()
    if box is None:
        raise RefusedError(Refusal.BAD_DIMENSIONS, "nothing is drawn")
    picture, ink = picture.crop(box), ink.crop(box)
    if max(picture.size) > LOGO_ASPECT * min(picture.size):
        raise RefusedError(Refusal.BAD_DIMENSIONS, f"{picture.width} x {picture.height}")
    if is_longer(picture, LOGO):
        size = fit(picture.size, LOGO)
        # premultiplied, else the colour of transparent pixels bleeds into the edges
        picture = picture.convert("RGBa").resize(size, LANCZOS).convert("RGBA")
        ink = ink.resize(size, BOX)
    covered = ImageStat.Stat(ink).mean[0] / 255
    luminance = ImageStat.Stat(picture.convert("L"), ink).mean[0]
    pale = clear and luminance > _PALE
    return Mark(*picture.size, round(covered, 4), pale, encode(picture, "PNG", optimize=1))


_FAINT = 12  # of 255: compression artefacts around a logo
_PALE = 170  # of 255: mean luminance of the ink; a lighter logo needs a dark ground


def _decode_transparent(source: Image.Image, file: Bare) -> Image.Image:
    """Return a logo's pixels: RGBA, in sRGB."""
    profile = source.info.get("icc_profile")
    try:
        source.load()
        clear = source.convert("RGBA") if source.mode != "RGBA" else source
        alpha = clear.getchannel("A")
        flat = source if source.mode in ("CMYK", "L") else clear.convert("RGB")
        picture = in_srgb(flat, profile, file.colours)
    except MemoryError:
        raise
    except Exception as error:  # decoders raise many kinds of exceptions
        raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error
    picture.putalpha(alpha)
    return picture


def _ink(picture: Image.Image) -> Image.Image:
    """Return a mask of the ink: opaque pixels that differ from the colour of the corner."""
    alpha = picture.getchannel("A")
    if picture.getpixel((0, 0))[3] < 255:  # type: ignore[index]  # noqa: PLR2004
        return alpha.point(lambda value: value if value > _FAINT else 0)
    ground = Image.new("RGB", picture.size, picture.convert("RGB").getpixel((0, 0)))
    apart = ImageChops.difference(picture.convert("RGB"), ground)
    most = ImageChops.lighter(ImageChops.lighter(*apart.split()[:2]), apart.getchannel("B"))
    drawn = most.point(lambda value: min(255, 4 * value) if value > _FAINT else 0)
    return ImageChops.multiply(drawn, alpha)
