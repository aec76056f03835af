"""A browser that nobody has signed in with: known again by a cookie, so that it is counted alone.

A museum's visitors share one address. The cookie says nothing of anyone, and ends with the browser.
"""

import hashlib
import hmac
import re
import secrets

from flask import Flask, Response, current_app, g, request

from mixroom.settings import Settings

KEY = "mixroom.visitors"


def init(app: Flask, settings: Settings) -> None:
    """Name the cookie, and know the key by which addresses are told apart and not kept."""
    name = "__Host-visit" if settings.secure else "visit"
    app.extensions[KEY] = (name, settings.secret_key, settings.secure)


def browser() -> str | None:
    """Return a name for the browser that asks; None where it has no cookie of ours."""
    name, _, _ = current_app.extensions[KEY]
    said = request.cookies.get(name, "")
    return f"browser:{_digest(said)}" if re.fullmatch(r"[\w-]{22}", said, re.ASCII) else None


def address() -> str:
    """Return a name for the address that asks, from which the address cannot be told."""
    return f"address:{_digest(request.remote_addr or '')}"


def whoever() -> str:
    """Return a name for who asks: a person, else a browser, else an address."""
    if g.get("identity"):
        return f"person:{g.identity.person.id}"
    return browser() or address()


def known_again(response: Response) -> Response:
    """Give a browser that has none its cookie."""
    name, _, secure = current_app.extensions[KEY]
    if browser() is None:
        response.set_cookie(
            name, secrets.token_urlsafe(16), httponly=True, secure=secure, samesite="Lax", path="/"
        )
    return response


def _digest(text: str) -> str:
    _, key, _ = current_app.extensions[KEY]
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]
