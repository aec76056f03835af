"""The courier: a program that sends messages to receivers, and says what they answered.

The worker starts it, `python -m mixroom.webhooks.courier`, so that a receiver that never answers
delays nothing else. It reads parcels as JSON lines, sends them all at once, writes the outcome of
each as a JSON line, and ends after LASTS, whatever its receivers do. It imports no more than it
needs: no database, and none of the server's secrets.
"""

import json
import os
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mixroom.core.public_http import FAILURES, Connect, Request, Resolve, ask, fault_of, resolve

LASTS = 15.0  # seconds for everything: the look-up, the connection, the answer
SHOWN = 200  # characters that are kept


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message for a receiver; `allowed` are the origins that may be asked whatever they are."""

    id: str
    url: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a parcel: its `status`, 0 for none, and then `fault` says why.

    `answer` is its beginning, `wait` the seconds of its Retry-After header.
    """

    id: str
    status: int
    milliseconds: int
    answer: str = ""
    fault: str = ""
    wait: int | None = None


def deliver(
    parcel: Parcel,
    *,
    resolve: Resolve = resolve,
    connect: Connect = socket.create_connection,
    context: ssl.SSLContext | None = None,
) -> Outcome:
    """Send a parcel once; whatever goes wrong is an outcome."""
    began = time.monotonic()
    request = Request(parcel.url, parcel.body.encode(), parcel.headers, allowed=parcel.allowed)
    try:
        answer = ask(request, resolve=resolve, connect=connect, context=context)
    except FAILURES as error:
        said: dict[str, Any] = {"status": 0, "fault": fault_of(error)}
    else:
        text = answer.body.decode(errors="replace")
        wait = answer.headers.get("retry-after", "")
        said = {
            "status": answer.status,
            "answer": "".join(sign if sign.isprintable() else " " for sign in text)[:SHOWN],
            "wait": int(wait) if re.fullmatch("[0-9]{1,5}", wait) else None,
        }
    return Outcome(parcel.id, milliseconds=round(1000 * (time.monotonic() - began)), **said)


def main() -> None:
    """Send the parcels of the standard input."""
    parcels = [Parcel(**json.loads(line)) for line in sys.stdin]
    deadline = time.monotonic() + LASTS
    writing = threading.Lock()
    left = {each.id for each in parcels}

    def tell(outcome: Outcome) -> None:
        with writing:
            if outcome.id in left:
                left.discard(outcome.id)
                print(json.dumps(asdict(outcome)), flush=True)

    threads = [
        threading.Thread(target=lambda parcel=each: tell(deliver(parcel)), daemon=True)
        for each in parcels
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    for each in sorted(left):  # slow to look a name up, or to answer byte by byte
        tell(Outcome(each, 0, round(1000 * LASTS), fault="timeout"))
    os._exit(0)  # threads that still wait for a receiver do not keep the program


if __name__ == "__main__":
    main()
