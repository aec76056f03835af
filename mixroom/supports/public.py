"""What people without an account get: the valid version of a support, and pages for partners."""

import re
import unicodedata

from flask import Blueprint, Response, render_template, request

from mixroom.supports import queries
from mixroom.supports.model import EXTENSIONS, PDF, Support, Version
from mixroom.supports.signing import page_of
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.stored import send_in_pieces

RATE = "600/minute"  # from one address: a museum shares one
# A picture runs nothing. Safari's reader of PDFs is a script, which gets an origin of its own, and
# a style: it may load nothing else.
NOTHING = "default-src 'none'; sandbox"
FOR_PDF = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-scripts"
INLINE = frozenset({PDF, "JPEG", "PNG", "WEBP", "GIF"})  # every browser shows these
REVALIDATE = "no-cache"  # the next version has the same address

public = Blueprint("supports_public", __name__)


@public.get("/s/<key>")
@limiter.limit(RATE)
def valid(key: str) -> Response:
    """Send the version that is valid now."""
    offered = queries.valid_at(key)
    return document(offered.support, offered.version, REVALIDATE)


@public.get("/s/<key>/preview")
@limiter.limit(RATE)
def preview(key: str) -> Response:
    """Send the picture of the first page of the version that is valid now."""
    offered = queries.valid_at(key)
    return picture(offered.support, offered.version.previews[0].file, REVALIDATE)


@public.get("/partners/<token>")
@limiter.limit(RATE)
def partners(token: str) -> Response:
    """Show the valid supports to those who were given this address."""
    shared = queries.shared(page_of(token, parts().settings.secret_key))
    page = render_template(
        "supports/partners.html", shared=shared, base=parts().settings.base_url.rstrip("/")
    )
    response = Response(page, mimetype="text/html")
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is a secret
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def document(support: Support, version: Version, cache: str) -> Response:
    """Answer with the file of a version: in the page if browsers show it, else to be saved."""
    response = send_in_pieces(parts().files, support.stored(version.file), version.mimetype)
    shown = version.type in INLINE and "download" not in request.args
    name = f"{slug(support)}-{version.number}.{EXTENSIONS[version.type]}"
    response.headers.set("Content-Disposition", "inline" if shown else "attachment", filename=name)
    response.headers["Content-Security-Policy"] = FOR_PDF if version.type == PDF else NOTHING
    return _safe(response, cache)


def picture(support: Support, file: str, cache: str) -> Response:
    """Answer with the picture of a page."""
    response = send_in_pieces(parts().files, support.stored(file), "image/jpeg")
    response.headers["Content-Security-Policy"] = NOTHING
    return _safe(response, cache)


def slug(support: Support) -> str:
    """Return a support's title and language as the name of a file."""
    title = support.title["fr" if support.lang == "both" else support.lang]
    plain = (
        unicodedata.normalize("NFKD", title.replace("’", " "))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return f"{words or 'support'}-{support.lang.replace('both', 'fr-en')}"


def _safe(response: Response, cache: str) -> Response:
    response.headers["Cache-Control"] = cache
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
