"""Converts the colours of a file to sRGB, those of an ordinary screen.

Little CMS applies profiles, and tables that of most phones (`display_p3`). Codes (H.273, in AVIF,
HEIC and PNG) and a PNG's gamma are applied by a table that is made here. HDR light (PQ, HLG) is
mapped by the curve that Chromium uses, so that a phone's preview and the server's rendition look
the same.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import suppress

from PIL import Image, ImageCms, ImageFilter

from mixroom.media.containers import Colours
from mixroom.media.display_p3 import is_display_p3, to_srgb
from mixroom.media.limits import MAX_ICC_BYTES

Triple = tuple[float, float, float]


def in_srgb(
    picture: Image.Image, profile: bytes | None, colours: Colours | None = None
) -> Image.Image:
    """Convert a picture to sRGB in place and return it; ignore a broken or unsuitable profile."""
    declared = colours if colours and not _is_srgb(colours) else None
    if profile and len(profile) <= MAX_ICC_BYTES and not (colours and colours.first):
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError, KeyError):
            opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            name = ImageCms.getProfileDescription(opened).strip()
            if picture.mode != "RGB" or name not in _ALREADY_SRGB:
                return _transformed(picture, opened)
            return picture
    picture = picture if picture.mode == "RGB" else picture.convert("RGB")
    return picture.filter(_table(declared)) if declared else picture


_SRGB = ImageCms.createProfile("sRGB")
_ALREADY_SRGB = {"sRGB", "sRGB IEC61966-2.1", "sRGB built-in", "sRGB2014"}


def _transformed(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    transform = ImageCms.buildTransform(
        profile,
        _SRGB,
        picture.mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.NOCACHE,  # photos seldom repeat a colour, so the cache only costs
    )
    in_place = picture.mode == "RGB"
    if in_place and is_display_p3(transform):
        return to_srgb(picture)
    return ImageCms.applyTransform(picture, transform, inPlace=in_place) or picture


_NODES = 33  # of the table, along each colour
_WHITE = 203  # candela per square metre: paper white in HDR (ITU-R BT.2408)
_PEAK = 1000 / _WHITE  # the brightest light that is kept apart, in paper whites
_PAPER, _SLOPE = 0.5, 0.34  # the value of paper white, and the slope of the curve there
_PQ, _HLG = 16, 18
_D65 = (0.3127, 0.3290)
_BT709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, *_D65)
_SMPTE_C = (0.63, 0.34, 0.31, 0.595, 0.155, 0.07, *_D65)
_BT2020 = (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, *_D65)
_PLACES = {  # chromaticities of red, green, blue and white (CIE 1931)
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *_D65),
    6: _SMPTE_C,
    7: _SMPTE_C,
    9: _BT2020,
    11: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351),
    12: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, *_D65),
    22: (0.63, 0.34, 0.295, 0.605, 0.155, 0.077, *_D65),
}
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}
_LIKE_SRGB = 2.2  # a PNG's gamma of 1/2.2 means sRGB


def _is_srgb(colours: Colours) -> bool:
    """Return whether the colours need no conversion: unspecified, or shown as sRGB by browsers."""
    placed = colours.places or _PLACES.get(colours.primaries, _BT709)
    near = all(abs(a - b) < 0.002 for a, b in zip(placed, _BT709, strict=True))  # noqa: PLR2004
    if colours.gamma:
        return near and abs(1 / colours.gamma - _LIKE_SRGB) < 0.02  # noqa: PLR2004
    return near and colours.transfer not in {_PQ, _HLG, *_GAMMAS}


def _table(colours: Colours) -> ImageFilter.Color3DLUT:
    """Return a lookup table for all colours: to light, tone-mapped, to our primaries, to sRGB."""
    decode = _decoder(colours)
    steps = {n: decode(n / (_NODES - 1)) for n in range(_NODES)}
    bright = colours.transfer in (_PQ, _HLG)
    places = colours.places or _PLACES.get(colours.primaries, _BT709)
    to_srgb = _product(_inverse(_to_xyz(_BT709)), _to_xyz(places))
    luma = _to_xyz(places)[1]

    def colour(r: float, g: float, b: float) -> Triple:
        red, green, blue = (steps[round(each * (_NODES - 1))] for each in (r, g, b))
        light: Sequence[float] = (red, green, blue)
        if colours.transfer == _HLG:  # from the scene's light to a screen's of a thousand candela
            bent = max(0.0, sum(map(float.__mul__, luma, light))) ** 0.2 * _PEAK
            light = [each * bent for each in light]
        if bright:
            light = _dimmed(light)
        red, green, blue = (_encoded(sum(map(float.__mul__, row, light))) for row in to_srgb)
        return red, green, blue

    return ImageFilter.Color3DLUT.generate(_NODES, colour)


def _dimmed(light: Sequence[float]) -> Sequence[float]:
    """Map the light of an HDR picture to a screen with nothing brighter than paper white.

    Light up to paper white is halved. Brighter light shares the other half, along a cubic curve
    that is flat at the peak. The curve was measured in Chromium.
    """
    light = [min(each, _PEAK) for each in light]
    most = max(light)
    if most <= 1:
        scale = _PAPER
    else:
        t, run = (most - 1) / (_PEAK - 1), _PEAK - 1
        eased = t * t * (3 - 2 * t)
        scale = (_PAPER + (1 - _PAPER) * eased + _SLOPE * run * t * (1 - t) ** 2) / most
    return [each * scale for each in light]


def _decoder(colours: Colours) -> Callable[[float], float]:
    """Return the function from a code value to light: 1 is white; HDR goes beyond."""
    if colours.transfer == _PQ:
        return _from_pq
    if colours.transfer == _HLG:
        return _from_hlg
    gamma = 1 / colours.gamma if colours.gamma else _GAMMAS.get(colours.transfer)
    if gamma and not (colours.gamma and abs(gamma - _LIKE_SRGB) < 0.02):  # noqa: PLR2004
        return lambda value: value**gamma
    return _from_srgb


def _from_srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _encoded(light: float) -> float:
    light = min(1.0, max(0.0, light))
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055  # noqa: PLR2004


def _from_pq(value: float) -> float:
    """Decode the PQ curve (SMPTE ST 2084)."""
    power = value ** (1 / 78.84375)
    base = max(0.0, power - 0.8359375) / (18.8515625 - 18.6875 * power)
    return float(base ** (1 / 0.1593017578125)) * 10_000 / _WHITE


def _from_hlg(value: float) -> float:
    """Decode the HLG curve (ARIB STD-B67) to the scene's light, from 0 to 1."""
    if value <= 0.5:  # noqa: PLR2004
        return value * value / 3
    return float(2.718281828459045 ** ((value - 0.55991073) / 0.17883277) + 0.28466892) / 12


Matrix = tuple[Triple, Triple, Triple]


def _to_xyz(places: Sequence[float]) -> Matrix:
    """Return the matrix from these primaries and their white point to XYZ."""
    columns = [
        (x / y, 1.0, (1 - x - y) / y) for x, y in zip(places[::2], places[1::2], strict=True)
    ]
    *primaries, white = columns
    rows = (
        tuple(each[0] for each in primaries),
        tuple(each[1] for each in primaries),
        tuple(each[2] for each in primaries),
    )
    shares = [sum(map(float.__mul__, row, white)) for row in _inverse(rows)]  # type: ignore[arg-type]
    return tuple(tuple(map(float.__mul__, row, shares)) for row in rows)  # type: ignore[return-value]


def _product(a: Matrix, b: Matrix) -> Matrix:
    columns = tuple(zip(*b, strict=True))
    return tuple(  # type: ignore[return-value]
        tuple(sum(map(float.__mul__, row, column)) for column in columns) for row in a
    )


def _inverse(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / whole, (c * h - b * i) / whole, (b * f - c * e) / whole),
        ((f * g - d * i) / whole, (a * i - c * g) / whole, (c * d - a * f) / whole),
        ((d * h - e * g) / whole, (b * g - a * h) / whole, (a * e - b * d) / whole),
    )
