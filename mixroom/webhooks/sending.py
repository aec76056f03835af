"""The worker's long job: a courier sends what is due, while photos are developed."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import mixroom
from mixroom.core import clock
from mixroom.core.jobs import Job
from mixroom.webhooks import queries, results
from mixroom.webhooks.courier import LASTS, Outcome, Parcel
from mixroom.webhooks.model import Delivery, Webhook
from mixroom.webhooks.signing import signature

GRACE = 5.0  # seconds after which a courier that should have ended is killed
CODE = Path(mixroom.__file__).resolve().parent.parent
# All that a courier inherits: none of the server's settings and secrets.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Sending:
    """The due messages on their way; the worker calls `go_on` now and then."""

    def __init__(self, job: Job, allowed: Collection[str]) -> None:
        """Start a courier; `over` is True at once if nothing is due."""
        self.job = job
        self.over = False
        now = clock.now()
        parcels = [parcel(*each, allowed, now) for each in queries.due(now)]
        self._left = {each.id for each in parcels}
        self._text = b""
        self._courier: subprocess.Popen[bytes] | None = None
        if parcels:
            self._courier = _start(parcels)
            self._deadline = time.monotonic() + LASTS + GRACE
        else:
            self._end()

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the courier has sent something."""
        assert self._courier
        assert self._courier.stdout
        return self._courier.stdout.fileno()

    def go_on(self) -> None:
        """Save the outcomes that the courier has sent."""
        assert self._courier
        if time.monotonic() > self._deadline:
            self._courier.kill()
        while (data := self._read()) is not None:
            if not data:
                self._finish()
                return
            *lines, self._text = (self._text + data).split(b"\n")
            for line in lines:
                outcome = Outcome(**json.loads(line))
                results.tried(outcome)
                self._left.discard(outcome.id)

    def stop(self) -> None:
        """Stop the courier; what it has not told is sent again, with the same id."""
        self.over = True
        if self._courier:
            self._courier.kill()
            self._close()

    def _finish(self) -> None:
        self._close()
        for each in sorted(self._left):  # the courier was killed
            results.tried(Outcome(each, 0, 0, fault="broken"))
        self._end()

    def _end(self) -> None:
        self.over = True
        results.settle(self.job)

    def _read(self) -> bytes | None:
        """Return what the courier has written, b"" at the end, None while there is nothing."""
        try:
            return os.read(self.fileno(), 65536)
        except BlockingIOError:
            return None

    def _close(self) -> None:
        assert self._courier
        assert self._courier.stdout
        self._courier.stdout.close()
        self._courier.wait()


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


def _start(parcels: list[Parcel]) -> subprocess.Popen[bytes]:
    with tempfile.TemporaryFile() as file:
        file.write("".join(f"{json.dumps(asdict(each))}\n" for each in parcels).encode())
        file.seek(0)
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        courier = subprocess.Popen(
            [sys.executable, "-m", "mixroom.webhooks.courier"],
            stdin=file,
            stdout=subprocess.PIPE,
            env=env | {"PYTHONPATH": str(CODE), "PYTHONUTF8": "1"},
        )
    assert courier.stdout
    os.set_blocking(courier.stdout.fileno(), False)
    return courier
