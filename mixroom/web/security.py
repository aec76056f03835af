"""Sessions, form tokens against forged requests, and the security headers of answers."""

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
Route = TypeVar("Route", bound=Callable[..., Any])
A_WEEK = 7 * 24 * 3600
RECHECK_AFTER = 1.0  # seconds after which a sign-in is looked up again
BAD = 400
DATES = frozenset({"HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"})
# Files that only pages load, without a policy of their own; a page loads forty of them. The scripts
# of workers are not among them: they need their own headers.
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
    "frame-src 'self'; frame-ancestors {ancestors}; object-src 'none'; "
    "require-trusted-types-for 'script'"
)


NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
NAMED = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


def init(app: Flask, settings: Settings, directory: Directory) -> None:
    """Identify the person of each request, refuse forged ones, and set security headers."""
    cookie = cookie_name(settings.secure)

    def identify_request() -> None:
        g.identity = None
        if _has_nul():
            raise RefusedError("not_found")  # PostgreSQL cannot store it
        _drop_impossible_dates(request.environ)
        if not (request.path.startswith(("/static/", "/healthz")) or is_preview()):
            g.identity = identify(request.environ, directory.signed_in, cookie)
            g.known_at = time.monotonic()

    app.before_request(identify_request)
    app.extensions["mixroom.directory"] = directory
    app.extensions["mixroom.check_origin"] = lambda: _refuse_forged(settings)
    public = urlsplit(settings.base_url).netloc
    app.after_request(lambda response: _set_headers(response, public, secure=settings.secure))


def is_preview() -> bool:
    """Return whether a page of ours frames the public page, as visitors see it."""
    return request.path == "/" and "preview" in request.args


def refuse_forged() -> None:
    """Refuse a change that another site makes this browser ask for; raises RefusedError."""
    current_app.extensions["mixroom.check_origin"]()


def changes_nothing(route: Route) -> Route:
    """Mark a POST route that changes nothing, so that it needs no form token."""
    route.changes_nothing = True  # type: ignore[attr-defined]
    return route


def person() -> Person:
    """Return the person of this request; raises RefusedError if nobody is signed in."""
    identity: Identity | None = g.get("identity")
    if identity is None:
        raise RefusedError("not_signed_in")
    return identity.person


def recheck_sign_in(*, at_once: bool = False) -> None:
    """Check again that the person is signed in, unless that was done within RECHECK_AFTER.

    For slow uploads: called for each portion, and with `at_once` before the upload is kept.
    Raises RefusedError `not_signed_in`.
    """
    identity: Identity | None = g.get("identity")
    if identity is None or not (at_once or time.monotonic() - g.known_at >= RECHECK_AFTER):
        return
    g.known_at = time.monotonic()
    directory: Directory = current_app.extensions["mixroom.directory"]
    if identity.device_id not in directory.still_in([identity.device_id]):
        g.identity = None
        raise RefusedError("not_signed_in")


def form_token(settings_key: str, secret: str) -> str:
    """Return a form token for a session, which looks different each time.

    Pages are compressed and may contain input of an attacker, who could guess a constant token from
    the sizes of pages (BREACH).
    """
    pad = secrets.token_bytes(hashlib.sha256().digest_size)
    return (pad + _masked(_digest(settings_key, secret), pad)).hex()


def sign_in(response: Response, secret: str, *, secure: bool) -> Response:
    """Set the session cookie."""
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
    """Delete the session cookie, and make the browser clear its cache and storage."""
    response.delete_cookie(
        cookie_name(secure), path="/", secure=secure, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def same_site(environ: dict[str, str], base_url: str) -> bool:
    """Return whether a request comes from one of our pages, or from no page."""
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
    headers = (value for name, value in request.environ.items() if name.startswith("HTTP_"))
    args = (part for pair in request.args.items(multi=True) for part in pair)
    return any("\0" in text for text in (request.path, *args, *headers))


def _drop_impossible_dates(environ: dict[str, Any]) -> None:
    """Drop date headers that cannot be compared with the dates of files."""
    for name in DATES & environ.keys():
        try:
            date = parse_date(environ[name])
            if date is not None:
                date.astimezone(UTC)
        except (OverflowError, ValueError):
            del environ[name]


def _refuse_forged(settings: Settings) -> None:
    if request.method in SAFE or _changes_nothing():
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


def _changes_nothing() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "changes_nothing")


def _set_headers(response: Response, public: str, *, secure: bool) -> Response:
    headers = response.headers
    if response.mimetype == "text/html":
        # The service worker tells our pages from those of a captive portal, and knows their person.
        identity: Identity | None = g.get("identity")
        headers["Mixroom-For"] = identity.person.id if identity else "nobody"
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.path.startswith(PARTS) and response.status_code < BAD:
        return response
    policy = POLICY.format(
        importmap=importmap_hash(g.get("importmap_entry", "")),
        sockets=_sockets(public, secure=secure),
        ancestors="'self'" if is_preview() else "'none'",
    )
    headers.setdefault("Content-Security-Policy", policy)
    for name, value in strict_headers(secure=secure):
        headers.setdefault(name, value)
    response.vary.add("Cookie")
    return response


def strict_headers(*, secure: bool) -> list[tuple[str, str]]:
    """Return the strictest security headers, for answers that are not pages."""
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
    """Return the policy's sources for sockets, for browsers that do not include them in 'self'.

    They are the host of the request and the public one, which a proxy may replace. A policy cannot
    name an IPv6 address; there 'self' has to do.
    """
    scheme = "wss" if secure or request.is_secure else "ws"
    hosts = sorted({request.environ.get("HTTP_HOST", ""), public})
    return "".join(f" {scheme}://{host}" for host in hosts if NAMED.fullmatch(host))
