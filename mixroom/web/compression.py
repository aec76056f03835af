"""Compression of texts: brotli if the browser accepts it (over HTTPS), else gzip."""

import re
import time
import zlib
from functools import lru_cache

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

MAX_EFFORT, PAGE_EFFORT = 11, 5  # for files, which are compressed once, and for pages
PIECE = 32 * 1024  # bytes to compress before other threads get their turn
MIN_BYTES = 1000  # a smaller answer fits into one packet anyway
PAGE, JSON = "text/html", "application/json"
# A comment in a script that fills its lines.
COMMENT = re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)$", re.MULTILINE)
ANY_COMMENT = re.compile(rb"[ \t]*/\*(?:[^*]|\*(?!/))*\*/")
AFTER_MARK = re.compile(rb"([{};])\s*\n\s*")
LINE_END = re.compile(rb"\s*\n\s*")


def init(app: Flask) -> None:
    """Compress pages and answers of the API; `assets` compresses files."""

    @app.after_request
    def compressed(response: Response) -> Response:
        if (
            response.mimetype not in {PAGE, JSON}
            or response.is_streamed
            or "Content-Encoding" in response.headers
        ):
            return response
        response.vary.add("Accept-Encoding")
        how = accepted()
        if how and len(response.get_data()) >= MIN_BYTES:
            response.set_data(compress(response.get_data(), how))
            response.headers["Content-Encoding"] = how
        return response


def accepted() -> str:
    """Return the best encoding of this request, `br` or `gzip`, or an empty text."""
    return "" if request.range else best(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=500)
def best(header: str) -> str:
    """Return the best encoding that a browser accepts by its header Accept-Encoding."""
    encodings = parse_accept_header(header, Accept)
    return next((how for how in ("br", "gzip") if encodings[how] > 0), "")


def without_comments(data: bytes) -> bytes:
    """Remove the comments of a script; line numbers stay."""
    return COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), data)


def minified(style: bytes) -> bytes:
    """Remove comments, indents and line ends of a style sheet."""
    style = ANY_COMMENT.sub(b"", style)
    return LINE_END.sub(b" ", AFTER_MARK.sub(rb"\1", style)).strip()


def compress(data: bytes, how: str, effort: int = PAGE_EFFORT) -> bytes:
    """Compress bytes by `br` or `gzip`, giving other threads their turn between pieces."""
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
