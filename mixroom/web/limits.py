"""Rate limits, counted by person if someone is signed in: a museum shares one address."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, request
from flask_limiter import Limiter

from mixroom.settings import Settings
from mixroom.web import visitors

Route = TypeVar("Route", bound=Callable[..., Any])
BROWSER_RATE = "20/minute"  # of wrong codes from one browser
CODE_RATE = "20/minute"  # of one wrong code from anywhere
ADDRESS_RATE = "600/minute"  # of wrong codes from one address: 40 random bits withstand that

limiter = Limiter(
    lambda: f"person:{g.identity.person.id}" if g.identity else f"address:{request.remote_addr}",
    strategy="moving-window",
    in_memory_fallback_enabled=True,
    swallow_errors=True,
)


def init(app: Flask, settings: Settings) -> None:
    """Count in Redis if there is one, else in this process."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    if settings.redis_url:
        bounds = {"socket_timeout": 1, "socket_connect_timeout": 1}
        app.config["RATELIMIT_STORAGE_OPTIONS"] = bounds
    app.config["MIXROOM_SUBMIT_RATE"] = settings.submit_rate
    limiter.init_app(app)


def limit_guesses(
    code: Callable[[], str], exempt_when: Callable[[], bool] = lambda: False
) -> Callable[[Route], Route]:
    """Limit the guesses of codes at a route: by browser, by code and by address.

    Only wrong codes count, so a guesser cannot lock out others who share the museum's address and
    type correct codes.
    """

    def limit(route: Route) -> Route:
        for most, key, exempt in (
            (ADDRESS_RATE, visitors.address, exempt_when),
            (CODE_RATE, lambda: f"code:{code()}", exempt_when),
            (BROWSER_RATE, visitors.requester, lambda: exempt_when() or visitors.browser() is None),
        ):
            counted = limiter.limit(most, key_func=key, deduct_when=_wrong, exempt_when=exempt)
            route = cast(Route, counted(route))
        return route

    return limit


def _wrong(response: Response) -> bool:
    return response.status_code in (404, 410, 422)
