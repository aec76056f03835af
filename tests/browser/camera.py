"""Films a page as it is drawn, for what is to be said of its light."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from tests.browser.flashes import Picture

GRID = (24, 18)  # cells: eight by six are a region
SMALL = {"maxWidth": 480, "maxHeight": 480}  # pixels: each cell is the mean of some hundreds
LIGHT = (0.2126, 0.7152, 0.0722, 0)  # of red, green and blue; WCAG's relative luminance


@contextmanager
def filmed(page: Page) -> Iterator[list[Picture]]:
    """Film a page while the block lasts; its pictures are in the list when the block is over."""
    session = page.context.new_cdp_session(page)
    frames: list[dict[str, Any]] = []
    film: list[Picture] = []

    def take(frame: dict[str, Any]) -> None:
        frames.append(frame)
        session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    session.on("Page.screencastFrame", take)
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 90, **SMALL})
    yield film
    session.send("Page.stopScreencast")
    film += [_picture(each["metadata"]["timestamp"], each["data"]) for each in frames]


def _picture(at: float, data: str) -> Picture:
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        bands = image.convert("RGB").point([_linear(value) for value in range(256)] * 3)
    cells = list(bands.convert("L", LIGHT).resize(GRID, Image.Resampling.BOX).tobytes())
    width, height = GRID
    rows = [cells[y * width : (y + 1) * width] for y in range(height)]
    return Picture(at, [[value / 255 for value in row] for row in rows])


def _linear(value: int) -> int:
    part = value / 255
    return round(255 * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4))
