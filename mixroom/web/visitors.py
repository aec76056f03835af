"""A session cookie for browsers that nobody is signed in on, so that limits count them one by one.

The visitors of a museum share one address. The cookie is random and contains nothing about anyone.
"""

import hashlib
import hmac
import re
import secrets

from flask import Flask, Response, current_app, g, request

from mixroom.settings import Settings

KEY = "mixroom.visitors"


def init(app: Flask, settings: Settings) -> None:
    """Set the name of the cookie, and the key for hashing addresses."""
    name = "__Host-visit" if settings.secure else "visit"
    app.extensions[KEY] = (name, settings.secret_key, settings.secure)


def browser() -> str | None:
    """Return a name for the browser of this request, from its cookie; None without one."""
    name, _, _ = current_app.extensions[KEY]
    cookie = request.cookies.get(name, "")
    return f"browser:{_digest(cookie)}" if re.fullmatch(r"[\w-]{22}", cookie, re.ASCII) else None


def address() -> str:
    """Return a name for the address of this request, which does not reveal the address."""
    return f"address:{_digest(request.remote_addr or '')}"


def requester() -> str:
    """Return a name for the person of this request, else for the browser, else for the address."""
    if g.get("identity"):
        return f"person:{g.identity.person.id}"
    return browser() or address()


def with_cookie(response: Response) -> Response:
    """Set the cookie unless the browser has one."""
    name, _, secure = current_app.extensions[KEY]
    if browser() is None:
        response.set_cookie(
            name, secrets.token_urlsafe(16), httponly=True, secure=secure, samesite="Lax", path="/"
        )
    return response


def _digest(text: str) -> str:
    _, key, _ = current_app.extensions[KEY]
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]
