"""The museum's look: its logo and two colours, made legible on every page and on the wall."""

import re
from dataclasses import dataclass

from mixroom.core.errors import InvalidError

PAPER, INK = "#f4f1ea", "#121212"  # the grounds of pages in the light and the dark scheme
FOR_MARKS = 3.0  # least contrast of dots and bars with their ground (WCAG 2.2, 1.4.11)
FOR_TEXT = 7.0  # least contrast of text, which people also read from the back of a hall (1.4.6)
DARK = 0.04045  # a channel's value up to which sRGB is linear
STEPS = 50  # of mixing with black or white
Channels = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class MuseumLogo:
    """A processed logo: its file, its size in pixels, and whether it needs a dark ground."""

    file: str
    width: int
    height: int
    pale: bool


@dataclass(frozen=True, slots=True)
class Look:
    """The museum's look; `upload` is the file of a logo that is not processed yet.

    The colours are `#rrggbb`: `main` marks and calls, `second` fills. `refusal` says why the last
    upload could not be used.
    """

    main: str | None = None
    second: str | None = None
    logo: MuseumLogo | None = None
    upload: str | None = None
    refusal: str | None = None

    @property
    def stylesheet(self) -> str:
        """Return the style rule that brings the colours to pages and walls; empty without any."""
        uses = {}
        if main := self.main:
            uses["signal"] = _by_scheme(main, FOR_MARKS)
            uses["accent"] = _by_scheme(main, FOR_TEXT)
        if second := self.second:
            uses["citron"] = uses["call"] = legible(second, INK, FOR_TEXT)
        words = "".join(f"--{name}:{value};" for name, value in uses.items())
        return f":root{{{words}}}" if words else ""


PLAIN = Look()


def read_colour(text: str, field: str) -> str | None:
    """Read `#rgb` or `#rrggbb`, or nothing; raises InvalidError for the field."""
    typed = text.strip().lower().lstrip("#")
    if not typed:
        return None
    if re.fullmatch(r"[0-9a-f]{3}", typed):
        typed = "".join(2 * digit for digit in typed)
    if not re.fullmatch(r"[0-9a-f]{6}", typed):
        raise InvalidError(field, "malformed", example="#c8102e")
    return f"#{typed}"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def legible(colour: str, ground: str, least: float) -> str:
    """Return the colour, or the nearest mix of it with black or white that has this contrast."""
    goal = (255, 255, 255) if _luminance(ground) < _luminance("#777777") else (0, 0, 0)
    for step in range(STEPS + 1):
        mixed = _mixed(_channels(colour), goal, step / STEPS)
        if contrast(mixed, ground) >= least:
            return mixed
    return PAPER if goal[0] else INK


def _by_scheme(colour: str, least: float) -> str:
    return f"light-dark({legible(colour, PAPER, least)},{legible(colour, INK, least)})"


def _channels(colour: str) -> Channels:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _mixed(colour: Channels, other: Channels, part: float) -> str:
    mixed = (round(a + (b - a) * part) for a, b in zip(colour, other, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(each / 255) for each in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= DARK else ((channel + 0.055) / 1.055) ** 2.4
