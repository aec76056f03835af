"""Texts travel packed: brotli where a browser takes it (over HTTPS), else gzip."""

import re
import time
import zlib

import brotli
from flask import Flask, Response, request

ONCE, EACH_TIME = 11, 5  # how hard to pack what is packed once, and what changes often
PIECE = 32 * 1024  # bytes packed at a stretch, between which others have their turn
MIN_BYTES = 1000  # bytes; less fits into one packet anyway
PAGE = "text/html"
# A comment of a script that has its lines to itself.
COMMENT = re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)$", re.MULTILINE)
ANY_COMMENT = re.compile(rb"[ \t]*/\*(?:[^*]|\*(?!/))*\*/")
AFTER_MARK = re.compile(rb"([{};])\s*\n\s*")
LINE_END = re.compile(rb"\s*\n\s*")


def init(app: Flask) -> None:
    """Pack the pages; what the API answers is small, and files are packed where they are served."""

    @app.after_request
    def packed(response: Response) -> Response:
        if (
            response.mimetype != PAGE
            or response.is_streamed
            or "Content-Encoding" in response.headers
        ):
            return response
        response.vary.add("Accept-Encoding")
        how = wanted()
        if how and len(response.get_data()) >= MIN_BYTES:
            response.set_data(pack(response.get_data(), how))
            response.headers["Content-Encoding"] = how
        return response


def wanted() -> str:
    """Return the best way of packing that this request's browser understands, or nothing."""
    if request.range:
        return ""
    taken = request.accept_encodings
    return next((how for how in ("br", "gzip") if taken[how] > 0), "")


def without_comments(data: bytes) -> bytes:
    """Leave out the comments of a script; each line keeps its number."""
    return COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), data)


def compact(style: bytes) -> bytes:
    """Leave out what only people read of a style sheet: comments, indents, the ends of lines."""
    style = ANY_COMMENT.sub(b"", style)
    return LINE_END.sub(b" ", AFTER_MARK.sub(rb"\1", style)).strip()


def pack(data: bytes, how: str, effort: int = EACH_TIME) -> bytes:
    """Pack bytes, a piece at a time."""
    if how == "br":
        packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=effort)
        feed, end = packer.process, packer.finish
    else:
        gzip = zlib.compressobj(min(effort, 9), wbits=zlib.MAX_WBITS | 16)  # with gzip's header
        feed, end = gzip.compress, gzip.flush
    packed = []
    for at in range(0, len(data), PIECE):
        packed.append(feed(data[at : at + PIECE]))
        time.sleep(0)
    return b"".join([*packed, end()])
