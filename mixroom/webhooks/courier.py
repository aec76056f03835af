"""The courier: a program that sends messages to receivers, and says what they answered.

The worker starts it, `python -m mixroom.webhooks.courier`, so that a receiver that never answers
delays nothing else. It reads parcels as JSON lines, sends them all at once, writes the outcome of
each as a JSON line, and ends after LASTS, whatever its receivers do. It imports no more than it
needs: no database, and none of the server's secrets.

A name is looked up once, and the connection goes to exactly the address that was checked. TLS is
verified for the name. A redirect is an answer like any other, and is not followed.
"""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mixroom.webhooks.addresses import HTTPS, Target, is_public, target_of

LASTS = 15.0  # seconds for everything: the look-up, the connection, the answer
CONNECTS, ANSWERS = 5.0, 12.0  # seconds
MAX_ANSWER = 4000  # bytes that are read
SHOWN = 200  # characters that are kept
Resolve = Callable[[str, int], list[str]]
Connect = Callable[[tuple[str, int], float], socket.socket]


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


class PrivateError(OSError):
    """The name leads to an address that is not public."""


# Which failure has which name; the first that fits.
FAULTS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (PrivateError, "private"),
    ((socket.gaierror, UnicodeError), "unknown_name"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    ((ConnectionResetError, BrokenPipeError, http.client.HTTPException), "broken"),
)


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def deliver(
    parcel: Parcel,
    *,
    resolve: Resolve = resolve,
    connect: Connect = socket.create_connection,
    context: ssl.SSLContext | None = None,
) -> Outcome:
    """Send a parcel once; whatever goes wrong is an outcome."""
    began = time.monotonic()
    target = target_of(parcel.url, parcel.allowed)
    said: dict[str, Any] = {"status": 0, "fault": "private"}
    try:
        if target is not None:
            address = _checked(resolve(target.host, target.port), anyone=target.allowed)
            with contextlib.closing(connect((address, target.port), CONNECTS)) as line:
                said = _ask(line, target, parcel, context)
    except (OSError, ValueError, http.client.HTTPException) as error:
        fault = next((name for kinds, name in FAULTS if isinstance(error, kinds)), "unreachable")
        said = {"status": 0, "fault": fault}
    return Outcome(parcel.id, milliseconds=round(1000 * (time.monotonic() - began)), **said)


def _checked(addresses: list[str], *, anyone: bool) -> str:
    """Return the address to connect to; raises PrivateError if one of them is not public."""
    if not addresses:
        raise socket.gaierror("no address")
    if not anyone and not all(map(is_public, addresses)):
        raise PrivateError
    return addresses[0]


def _ask(
    line: socket.socket, target: Target, parcel: Parcel, context: ssl.SSLContext | None
) -> dict[str, Any]:
    line.settimeout(ANSWERS)
    asked = http.client.HTTPConnection(target.host, target.port)
    asked.sock = line
    if target.scheme == "https":
        asked.default_port = HTTPS  # so that the header Host names no usual port
        secure = context or ssl.create_default_context()
        asked.sock = secure.wrap_socket(line, server_hostname=target.host)
    asked.request("POST", target.path, parcel.body.encode(), dict(parcel.headers))
    with contextlib.closing(asked.getresponse()) as answer:
        text = answer.read(MAX_ANSWER).decode(errors="replace")
        wait = answer.headers.get("Retry-After", "")
    asked.close()
    return {
        "status": answer.status,
        "answer": "".join(sign if sign.isprintable() else " " for sign in text)[:SHOWN],
        "wait": int(wait) if re.fullmatch("[0-9]{1,5}", wait) else None,
    }


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
