"""How often one may ask: counted by person where there is one; a museum shares one address."""

from flask import Flask, g, request
from flask_limiter import Limiter

from mixroom.settings import Settings

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
