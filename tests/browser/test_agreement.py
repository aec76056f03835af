"""A phone's preview and the server agree on what a file looks like, whatever kind it is."""

import base64
import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from mixroom.media.findings import Photo
from mixroom.media.imaging import develop
from tests import photos
from tests.browser.conftest import LAPTOP, OpenPage
from tests.servers import Server

# It is about the page, not about the database.
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)

MAKE = """async (data) => {
  const { preview } = await import("/static/js/lib/preview.js")
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
  const made = await preview(new Blob([bytes]), { edge: 1280, qualities: [0.72], enough: Infinity })
  if (!made) return null
  const seen = new Uint8Array(await made.blob.arrayBuffer())
  return btoa(Array.from(seen, (byte) => String.fromCharCode(byte)).join(""))
}"""


def saved(kind: str, picture: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (picture or photos.raster("coffee", (1200, 900)).convert("RGB")).save(out, kind, **options)
    return out.getvalue()


def sticker() -> Image.Image:
    picture = Image.new("RGBA", (900, 900), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((150, 150, 750, 750), (200, 30, 60, 255), (0, 0, 0, 120), 40)
    return picture


def scene() -> Image.Image:
    """Return a picture whose numbers mean light of up to a thousand candela in PQ."""
    picture = photos.raster("coffee", (1200, 900)).convert("RGB")
    return picture.point([round(n * 0.72) for n in range(256)] * 3)


def coded(primaries: int, transfer: int) -> bytes:
    """Return a PNG that says its colours by codes."""
    data = saved("PNG", scene())
    body = b"cICP" + bytes([primaries, transfer, 0, 1])
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + chunk + data[33:]


def nclx(transfer: int) -> bytes:
    """Return an AVIF whose colours are BT.2020's and of this transfer, without a profile."""
    data = saved("AVIF", scene(), quality=90)
    at = data.index(b"nclx") + 4
    return data[:at] + bytes([0, 9, 0, transfer]) + data[at + 4 :]


def grey() -> Image.Image:
    """Return a picture of 16 bits of grey, which Pillow cannot make of others."""
    rows = photos.raster("coffee", (800, 600)).convert("L").tobytes()
    deep = b"".join(bytes([0, level]) for level in rows)
    return Image.frombytes("I;16", (800, 600), deep)


KINDS: dict[str, Callable[[], bytes]] = {
    "a sticker in PNG": lambda: saved("PNG", sticker()),
    "a sticker in WebP": lambda: saved("WEBP", sticker(), lossless=True),
    "a palette with a hole": lambda: saved("GIF", sticker()),
    "Display P3, on its side": lambda: photos.phone("chelsea", 6, (1200, 900)).data,
    "a screenshot in Display P3": lambda: saved("PNG", icc_profile=photos.display_p3()),
    "with a film behind it": lambda: photos.phone("rocket", 1, (1200, 900)).data + bytes(99_999),
    "P3 by codes": lambda: coded(12, 13),
    "PQ by codes, PNG": lambda: coded(9, 16),
    "HLG by codes, PNG": lambda: coded(9, 18),
    "PQ by codes, AVIF": lambda: nclx(16),
    "HLG by codes, AVIF": lambda: nclx(18),
    "16 bits of grey": lambda: saved("PNG", grey()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_made_in_a_browser_is_the_same_picture(
    kind: str, open_page: OpenPage, server: Server
) -> None:
    page = open_page(LAPTOP)
    page.goto(f"{server.url}/")
    data = KINDS[kind]()
    made = page.evaluate(MAKE, base64.b64encode(data).decode())
    assert made, "Chromium opens all of these"
    learnt = next(develop(data, shown=base64.b64decode(made)))
    assert isinstance(learnt, Photo)
    assert not learnt.differs
