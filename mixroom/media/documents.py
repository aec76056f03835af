"""Draws the first pages of a PDF, in the sandbox's child process."""

from collections.abc import Iterator
from itertools import islice

import pypdfium2

from mixroom.media.findings import Document, Print
from mixroom.media.jpeg import Gain, encode_jpeg
from mixroom.media.limits import (
    MAX_PAGE_POINTS,
    MAX_PAGES,
    MIN_PAGE_POINTS,
    PAGE,
    PAGE_ASPECT,
    PAGES_DRAWN,
)
from mixroom.media.refusals import Refusal, RefusedError

_STEP = 0.52  # of the JPEG; less is finer


def draw_pages(data: bytes) -> Iterator[Document | Print]:
    """Yield the facts of a PDF, then its first pages as pictures.

    Raises RefusedError, and any error of the reader, which the sandbox turns into a refusal.
    """
    document = _opened(data)
    pages = len(document)
    if not 0 < pages <= MAX_PAGES:
        raise RefusedError(Refusal.DAMAGED, f"{pages} pages")
    yield Document(pages)
    for number, page in enumerate(islice(document, PAGES_DRAWN), 1):
        long, short = max(page.get_size()), min(page.get_size())
        if not MIN_PAGE_POINTS <= short <= long <= MAX_PAGE_POINTS or long > PAGE_ASPECT * short:
            raise RefusedError(Refusal.BAD_DIMENSIONS, f"{long} x {short} points")
        picture = page.render(scale=PAGE / long, may_draw_forms=False).to_pil().convert("RGB")
        made = encode_jpeg(picture, _STEP, Gain.NONE)
        yield Print(f"page-{number}", picture.width, picture.height, made)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise RefusedError(Refusal.LOCKED) from error
        raise RefusedError(Refusal.DAMAGED, str(error)[:200]) from error
