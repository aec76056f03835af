"""The worker's long job: a courier sends what is due, while photos are developed."""

import json
import tempfile
import time
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import mixroom
from mixroom.core import clock
from mixroom.core.jobs import Job
from mixroom.core.line_program import LineProgram, bare_environment
from mixroom.webhooks import queries, results
from mixroom.webhooks.courier import LASTS, Outcome, Parcel
from mixroom.webhooks.model import Delivery, Webhook
from mixroom.webhooks.signing import signature

GRACE = 5.0  # seconds after which a courier that should have ended is killed


class Sending:
    """The due messages on their way; the worker calls `go_on` now and then."""

    def __init__(self, job: Job, allowed: Collection[str]) -> None:
        """Start a courier; `over` is True at once if nothing is due."""
        self.job = job
        self.over = False
        now = clock.now()
        parcels = [parcel(*each, allowed, now) for each in queries.due(now)]
        self._left = {each.id for each in parcels}
        self._program: LineProgram | None = None
        if parcels:
            self._program = _start(parcels)
            self._deadline = time.monotonic() + LASTS + GRACE
        else:
            self._end()

    @property
    def _courier(self) -> LineProgram:
        assert self._program, "nothing is due"
        return self._program

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the courier has sent something."""
        return self._courier.fileno()

    def go_on(self) -> None:
        """Save the outcomes that the courier has sent."""
        if time.monotonic() > self._deadline:
            self._courier.kill()
        for line in self._courier.lines():
            outcome = Outcome(**json.loads(line))
            results.tried(outcome)
            self._left.discard(outcome.id)
        if self._courier.ended:
            self._finish()

    def stop(self) -> None:
        """Stop the courier; what it has not told is sent again, with the same id."""
        self.over = True
        if self._program:
            self._program.kill()
            self._program.close()

    def _finish(self) -> None:
        self._courier.close()
        for each in sorted(self._left):  # the courier was killed
            results.tried(Outcome(each, 0, 0, fault="broken"))
        self._end()

    def _end(self) -> None:
        self.over = True
        results.settle(self.job)


def parcel(webhook: Webhook, delivery: Delivery, allowed: Collection[str], now: datetime) -> Parcel:
    """Return a message as it is sent now, signed."""
    at = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Mixroom/{mixroom.__version__}",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(webhook.secrets(now), delivery.id, at, delivery.payload),
    }
    return Parcel(delivery.id, webhook.url, delivery.payload, headers, tuple(allowed))


def _start(parcels: list[Parcel]) -> LineProgram:
    with tempfile.TemporaryFile() as file:
        file.write("".join(f"{json.dumps(asdict(each))}\n" for each in parcels).encode())
        file.seek(0)
        return LineProgram("mixroom.webhooks.courier", environment=bare_environment(), given=file)
