"""Health checks and metrics, for supervisors and monitoring."""

from collections.abc import Callable, Iterator

import prometheus_client
import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, request
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

from mixroom.core import db, jobs, loops
from mixroom.core.errors import MixroomError
from mixroom.core.files import Store
from mixroom.core.materialized import PATIENCE, MaterializedViews
from mixroom.core.redis_bell import client
from mixroom.settings import Settings
from mixroom.web.problems import RefusedError

BEHIND = 5.0  # seconds without reading the journal after which the process is `behind`
STUCK = 30.0  # seconds without reading the journal after which it should be restarted
LOOPBACK = ("127.0.0.1", "::1", "[::1]", "localhost")
Check = Callable[[], str | None]  # returns a sentence if something is wrong, else None


def init(app: Flask, settings: Settings, files: Store, lists: MaterializedViews) -> None:
    """Answer /healthz, /readyz and /metrics."""
    checks = _checks(settings, files, lists)
    app.extensions["faults"] = lambda: {name: check() for name, check in checks.items()}

    @app.get("/healthz")
    def healthz() -> tuple[Response, int]:
        age = lists.age
        if lists.position is None or age < BEHIND:
            return jsonify({"status": "ok"}), 200
        body = {"status": "behind", "journal_read_seconds_ago": round(age, 1)}
        return jsonify(body), 200 if age < STUCK else 503

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        faults = app.extensions["faults"]()
        ready = not any(faults.values())
        body = {
            "status": "ok" if ready else "unavailable",
            "checks": {name: fault or "ok" for name, fault in faults.items()},
        }
        return jsonify(body), 200 if ready else 503

    @app.get("/metrics")
    def metrics() -> Response:
        # A proxy on this machine uses loopback too, but passes on the public name of the host.
        asked = request.host.rpartition(":")[0] or request.host
        near = request.remote_addr in LOOPBACK and asked in LOOPBACK
        if not near and g.identity is None:
            raise RefusedError("not_signed_in")
        return Response(
            prometheus_client.generate_latest(), content_type="text/plain; version=0.0.4"
        )


class LoopFailures(Collector):
    """The failed rounds of background loops, which are counted where no metrics are known."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield the counter of each loop."""
        counted = CounterMetricFamily(
            "mixroom_loop_failures", "Rounds of a background loop that failed", labels=["loop"]
        )
        for name, times in loops.failures.items():
            counted.add_metric([name], times)
        yield counted


prometheus_client.REGISTRY.register(LoopFailures())


def database_fault() -> str | None:
    """Return a sentence if the database does not answer or is not migrated, else None."""
    try:
        with db.reading(PATIENCE) as tx:
            tx.execute(sa.text("SELECT seq FROM journal_head")).one()
    except (MixroomError, sa.exc.SQLAlchemyError) as error:
        return f"The database does not answer or is not migrated ({type(error).__name__})."
    return None


def journal_fault(lists: MaterializedViews) -> str | None:
    """Return a sentence if this process cannot read the journal, else None."""
    try:
        lists.refresh()
    except (MixroomError, sa.exc.SQLAlchemyError):
        return f"The journal was last read {lists.age:.0f} seconds ago."
    return None


def worker_fault() -> str | None:
    """Return a sentence if no worker was seen lately, else None."""
    try:
        with db.reading(PATIENCE) as tx:
            alive = jobs.alive(tx)
    except (MixroomError, sa.exc.SQLAlchemyError):
        return "Not known: the database does not answer."
    return None if alive else "No worker has been seen for 30 seconds: start `mixroom work`."


def redis_fault(url: str) -> str | None:
    """Return a sentence if Redis does not answer, else None."""
    try:
        client(url).ping()
    except Exception as error:
        return f"Redis does not answer ({type(error).__name__})."
    return None


def _checks(settings: Settings, files: Store, lists: MaterializedViews) -> dict[str, Check]:
    checks: dict[str, Check] = {
        "database": database_fault,
        "journal": lambda: journal_fault(lists),
        "media": files.check,
        "worker": worker_fault,
    }
    if settings.redis_url:
        url = settings.redis_url
        checks["redis"] = lambda: redis_fault(url)
    return checks
