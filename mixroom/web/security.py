"""Who may ask: the session, form tokens against other sites, the headers that bind a browser."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.http import parse_date

from mixroom.settings import Settings
from mixroom.web.assets import importmap_hash
from mixroom.web.identity import Directory, Identity, Person, cookie_name, identify
from mixroom.web.problems import RefusedError

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])
A_WEEK = 7 * 24 * 3600
LOOK_AGAIN = 1.0  # seconds for which it is believed that someone is still signed in
BAD = 400
DATES = frozenset({"HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"})
# What only pages load, and never runs by itself; a header of theirs travels forty times. A worker's
# script is not among them: it is bound by its own headers.
PARTS = (
    "/static/css/",
    "/static/fonts/",
    "/static/vendor/",
    *map("/static/js/{}/".format, ("elements", "lib", "screens", "wall")),
)
POLICY = (
    "default-src 'none'; script-src 'self' '{importmap}'; style-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'{sockets}; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'"
)


NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
NAMED = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


def init(app: Flask, settings: Settings, directory: Directory) -> None:
    """Know the person of each request, refuse forged ones, and send the headers."""
    cookie = cookie_name(settings.secure)

    def know() -> None:
        g.identity = None
        if _has_nul():
            raise RefusedError("not_found")  # no name of ours has one, and databases choke on it
        _forget_wild_dates(request.environ)
        if not request.path.startswith(("/static/", "/healthz")):
            g.identity = identify(request.environ, directory, cookie)
            g.known_at = time.monotonic()

    app.before_request(know)
    app.extensions["mixroom.directory"] = directory
    app.extensions["mixroom.check_origin"] = lambda: _refuse_forged(settings)
    public = urlsplit(settings.base_url).netloc
    app.after_request(lambda response: _bind(response, public, secure=settings.secure))


def refuse_forged() -> None:
    """Refuse a change that another site asks for in this browser's name."""
    current_app.extensions["mixroom.check_origin"]()


def changes_nothing(view: View) -> View:
    """Mark a route that answers POST and changes nothing: it needs no form token."""
    view.changes_nothing = True  # type: ignore[attr-defined]
    return view


def person() -> Person:
    """Return who is asking.

    Raises RefusedError `not_signed_in` for a stranger.
    """
    identity: Identity | None = g.get("identity")
    if identity is None:
        raise RefusedError("not_signed_in")
    return identity.person


def must_still_be_in(*, at_once: bool = False) -> None:
    """Look again whether who asks is signed in, where that was not done a moment ago.

    For what takes long to arrive: asked at each portion, and `at_once` before it is kept.
    Raises RefusedError `not_signed_in`.
    """
    identity: Identity | None = g.get("identity")
    if identity is None or not (at_once or time.monotonic() - g.known_at >= LOOK_AGAIN):
        return
    g.known_at = time.monotonic()
    directory: Directory = current_app.extensions["mixroom.directory"]
    if identity.device_id not in directory.still_in([identity.device_id]):
        g.identity = None
        raise RefusedError("not_signed_in")


def form_token(settings_key: str, secret: str) -> str:
    """Return a token for a form of this session: it looks different each time.

    Pages travel packed and can repeat what was asked for; a constant token in them could be guessed
    from how long they are.
    """
    pad = secrets.token_bytes(hashlib.sha256().digest_size)
    return (pad + _masked(_digest(settings_key, secret), pad)).hex()


def sign_in(response: Response, secret: str, *, secure: bool) -> Response:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(secure),
        secret,
        max_age=5 * A_WEEK,
        httponly=True,
        secure=secure,
        samesite="Lax",
        path="/",
    )
    return response


def sign_out(response: Response, *, secure: bool) -> Response:
    """Take the session back, and what the browser kept of it."""
    response.delete_cookie(
        cookie_name(secure), path="/", secure=secure, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def same_site(environ: dict[str, str], base_url: str) -> bool:
    """Say whether a request comes from our own pages, or from no page at all."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site in ("same-origin", "none")
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return True
    try:
        theirs = urlsplit(origin).netloc
    except ValueError:
        return False
    return theirs in (environ.get("HTTP_HOST"), urlsplit(base_url).netloc)


def _has_nul() -> bool:
    said = (value for name, value in request.environ.items() if name.startswith("HTTP_"))
    args = (part for pair in request.args.items(multi=True) for part in pair)
    return any("\0" in text for text in (request.path, *args, *said))


def _forget_wild_dates(environ: dict[str, Any]) -> None:
    """Drop a date that no calendar has: what compares it with ours would fail."""
    for name in DATES & environ.keys():
        try:
            said = parse_date(environ[name])
            if said is not None:
                said.astimezone(UTC)
        except (OverflowError, ValueError):
            del environ[name]


def _refuse_forged(settings: Settings) -> None:
    if request.method in SAFE or _is_harmless():
        return
    if not same_site(request.environ, settings.base_url):
        raise RefusedError("cross_site")
    identity: Identity | None = g.identity
    if identity is None or not identity.by_cookie:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not _is_form_token(sent, _digest(settings.secret_key, identity.secret)):
        raise RefusedError("form_expired")


def _is_form_token(sent: str, digest: bytes) -> bool:
    try:
        raw = bytes.fromhex(sent)
    except ValueError:
        return False
    pad, masked = raw[: len(digest)], raw[len(digest) :]
    return len(masked) == len(digest) and hmac.compare_digest(_masked(masked, pad), digest)


def _digest(settings_key: str, secret: str) -> bytes:
    return hmac.new(settings_key.encode(), secret.encode(), hashlib.sha256).digest()


def _masked(data: bytes, pad: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(data, pad, strict=True))


def _is_harmless() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "changes_nothing")


def _bind(response: Response, public: str, *, secure: bool) -> Response:
    headers = response.headers
    if response.mimetype == "text/html":
        # How the service worker knows our pages from a captive portal's, and whose they are.
        identity: Identity | None = g.get("identity")
        headers["Mixroom-For"] = identity.person.id if identity else "nobody"
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.path.startswith(PARTS) and response.status_code < BAD:
        return response
    policy = POLICY.format(importmap=importmap_hash(), sockets=_sockets(public, secure=secure))
    headers.setdefault("Content-Security-Policy", policy)
    for name, value in bare(secure=secure):
        headers.setdefault(name, value)
    response.vary.add("Cookie")
    return response


def bare(*, secure: bool) -> list[tuple[str, str]]:
    """Return the headers that bind a browser whatever it is answered, also where no page is."""
    headers = [
        ("Content-Security-Policy", NOTHING),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)"),
        ("Cache-Control", "no-store"),
    ]
    return [*headers, ("Strict-Transport-Security", "max-age=31536000")] if secure else headers


def _sockets(public: str, *, secure: bool) -> str:
    """Return where the page's sockets go, for browsers whose 'self' has none: its host, no other.

    That is the host which was asked for, and the public one where a proxy has named another. A
    policy cannot name an IPv6 address; there 'self' has to do.
    """
    scheme = "wss" if secure or request.is_secure else "ws"
    hosts = sorted({request.environ.get("HTTP_HOST", ""), public})
    return "".join(f" {scheme}://{host}" for host in hosts if NAMED.fullmatch(host))
