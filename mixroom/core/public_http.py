"""HTTP requests of our own to others' servers, which never reach a private address.

A name is looked up once, each of its addresses is checked, and the connection goes to exactly one
of them. TLS is verified for the name. A redirect is an answer like any other, and is not followed.
"""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from mixroom.core.public_addresses import HTTPS, Target, is_public, target_of

CONNECTS, ANSWERS = 5.0, 12.0  # seconds
MAX_ANSWER = 4000  # bytes that are read of an answer
Resolve = Callable[[str, int], list[str]]
Connect = Callable[[tuple[str, int], float], socket.socket]


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `allowed` are the origins that may be asked whatever they are."""

    url: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    allowed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request, with the beginning of its body; the names of headers are in small
    letters.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class PrivateError(OSError):
    """The name leads to an address that is not public, or the address may not be asked."""


# Which failure has which name; the first that fits.
FAULTS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (PrivateError, "private"),
    ((socket.gaierror, UnicodeError), "unknown_name"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    ((ConnectionResetError, BrokenPipeError, http.client.HTTPException), "broken"),
)
FAILURES = (OSError, ValueError, http.client.HTTPException)  # all that `ask` raises


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def ask(
    request: Request,
    *,
    answers: float = ANSWERS,
    most: int = MAX_ANSWER,
    resolve: Resolve = resolve,
    connect: Connect = socket.create_connection,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Send a request and return the answer, with up to `most` bytes of its body.

    Each step of the answer may take `answers` seconds. Raises one of FAILURES.
    """
    target = target_of(request.url, request.allowed)
    if target is None:
        raise PrivateError(request.url)
    address = _checked(resolve(target.host, target.port), anyone=target.allowed)
    with contextlib.closing(connect((address, target.port), CONNECTS)) as line:
        line.settimeout(answers)
        return _ask(line, target, request, most, context)


def fault_of(error: Exception) -> str:
    """Return the name of a failure of `ask`."""
    return next((name for kinds, name in FAULTS if isinstance(error, kinds)), "unreachable")


def _checked(addresses: list[str], *, anyone: bool) -> str:
    """Return the address to connect to; raises PrivateError if one of them is not public."""
    if not addresses:
        raise socket.gaierror("no address")
    if not anyone and not all(map(is_public, addresses)):
        raise PrivateError
    return addresses[0]


def _ask(
    line: socket.socket,
    target: Target,
    request: Request,
    most: int,
    context: ssl.SSLContext | None,
) -> Answer:
    asked = http.client.HTTPConnection(target.host, target.port)
    asked.sock = line
    if target.scheme == "https":
        asked.default_port = HTTPS  # so that the header Host names no usual port
        secure = context or ssl.create_default_context()
        asked.sock = secure.wrap_socket(line, server_hostname=target.host)
    asked.request(request.method, target.path, request.body, dict(request.headers))
    with contextlib.closing(asked.getresponse()) as answer:
        body = answer.read(most)
        headers = {name.lower(): value for name, value in answer.headers.items()}
    asked.close()
    return Answer(answer.status, headers, body)
