"""PDFs for the tests: one that is fine, and those that a reader should be spared."""

import io

from PIL import Image

EXECUTABLE = b"MZ\x90\x00\x03" + b"\x00" * 300  # a program, whatever it is called


def pdf(pages: int = 1, size: tuple[int, int] = (620, 877)) -> bytes:
    """Return a PDF with so many pages of paper."""
    page = Image.new("RGB", size, (244, 241, 234))
    out = io.BytesIO()
    page.save(out, "PDF", save_all=True, append_images=[page] * (pages - 1))
    return out.getvalue()


def endless_pdf(depth: int = 9, times: int = 12) -> bytes:
    """Return a small PDF that draws a form which draws a form …: 12⁸ of them in the end."""
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</X 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/X Do\nendstream",
    ]
    for level in range(depth):
        last = level == depth - 1
        drawn = b"0 0 595 842 re f\n" if last else b"/X Do\n" * times
        more = b"" if last else b"/Resources<</XObject<</X %d 0 R>>>>" % (6 + level)
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]%s/Length %d>>" % (more, len(drawn))
        bodies.append(head + b"stream\n" + drawn + b"endstream")
    numbered = [b"%d 0 obj%s\nendobj\n" % pair for pair in enumerate(bodies, 1)]
    return b"%PDF-1.4\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n"
