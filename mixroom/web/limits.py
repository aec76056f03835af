"""How often one may ask: counted by person where there is one; a museum shares one address."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, request
from flask_limiter import Limiter

from mixroom.settings import Settings
from mixroom.web import visitors

View = TypeVar("View", bound=Callable[..., Any])
OF_ONE = "20/minute"  # of wrong codes, from one browser
OF_A_CODE = "20/minute"  # of one wrong code, from anywhere
OF_AN_ADDRESS = "600/minute"  # of wrong codes: forty bits stand ten days of that, and more

limiter = Limiter(
    lambda: f"person:{g.identity.person.id}" if g.identity else f"address:{request.remote_addr}",
    strategy="moving-window",
    in_memory_fallback_enabled=True,
    swallow_errors=True,
)


def init(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, else in this process."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    if settings.redis_url:
        bounds = {"socket_timeout": 1, "socket_connect_timeout": 1}
        app.config["RATELIMIT_STORAGE_OPTIONS"] = bounds
    app.config["MIXROOM_SUBMIT_RATE"] = settings.submit_rate
    limiter.init_app(app)


def guesses(
    code: Callable[[], str], exempt_when: Callable[[], bool] = lambda: False
) -> Callable[[View], View]:
    """Limit how often codes are guessed at a route: only wrong ones count, each three times.

    By browser, by code and by address: whoever guesses cannot keep the others of a museum out,
    who share the address and type codes that are right.
    """

    def limit(view: View) -> View:
        for most, key, exempt in (
            (OF_AN_ADDRESS, visitors.address, exempt_when),
            (OF_A_CODE, lambda: f"code:{code()}", exempt_when),
            (OF_ONE, visitors.whoever, lambda: exempt_when() or visitors.browser() is None),
        ):
            counted = limiter.limit(most, key_func=key, deduct_when=_wrong, exempt_when=exempt)
            view = cast(View, counted(view))
        return view

    return limit


def _wrong(response: Response) -> bool:
    return response.status_code in (404, 410, 422)
