"""The web process. The only file that names eventlet, since its maintainers will retire it."""

import warnings

# Known, and the reason to name it only here (docs/adr/0002).
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import errno  # noqa: E402
import gc  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
import eventlet.wsgi  # noqa: E402

from mixroom import start, tls  # noqa: E402
from mixroom.app import create_app  # noqa: E402
from mixroom.core.loops import forever  # noqa: E402
from mixroom.core.redis_bell import RedisBell  # noqa: E402
from mixroom.core.speech import translations  # noqa: E402
from mixroom.core.text import LANGS  # noqa: E402
from mixroom.settings import Settings  # noqa: E402
from mixroom.supervise import follow_parent, tell_parent_alive, tell_parent_ready  # noqa: E402

BACKLOG = 2048
MAX_CONNECTIONS = 10_000  # with eventlet's default of 1,024, full sockets would block pages too
MAX_IDLE = 30  # seconds of silence between two requests or within a body
MAX_HEAD = 10  # seconds for the head of a request to arrive
MIN_PACE = 2000  # bytes per second of a body that takes longer than MAX_IDLE
SEND_BUFFER = 128 * 1024  # bytes that the kernel holds for a client that does not read
DRAIN = 10  # seconds for running requests to end


def serve(settings: Settings, *, shared: bool, process: str) -> None:
    """Serve until SIGTERM; with `shared`, other processes listen on the same port."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    start.begin(settings)
    name = f"{os.uname().nodename}-{process}"
    app = create_app(settings, mode="eventlet", process=name, apart=eventlet.tpool.execute)
    if settings.redis_url:
        RedisBell(settings.redis_url).start()
    app.extensions["live"].start()
    # Read and compile now, not while the first visitor waits and nobody else is served.
    for lang in LANGS:
        translations(lang)
    for template in app.jinja_env.list_templates():
        app.jinja_env.get_template(template)
    gc.collect()
    gc.freeze()  # the garbage collector skips what lives as long as the process
    listener = listen(settings.host, settings.port, shared=shared)
    if secret := tls.context(settings):
        # `Secured` does the handshake in the green thread of each connection, so that a silent
        # client holds up nobody.
        listener = secret.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
    pool = eventlet.GreenPool(MAX_CONNECTIONS)
    server = eventlet.spawn(
        eventlet.wsgi.server,
        listener,
        app,
        protocol=Secured if secret else Connection,
        custom_pool=pool,
        socket_timeout=MAX_IDLE,
        log_output=False,
        capitalize_response_headers=False,  # ours are as they should be; it costs a tenth
        debug=False,
    )
    stopping = eventlet.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.ready() or stopping.send(None))
    follow_parent(lambda: os._exit(0))
    tell_parent_ready()
    eventlet.spawn(forever, "sign of life", _send_sign_of_life)
    stopping.wait()
    server.kill()
    listener.close()
    app.extensions["live"].goodbye()
    with eventlet.Timeout(DRAIN, exception=False):
        pool.waitall()
    os._exit(0)  # clients of sockets that are still open connect again


def _send_sign_of_life() -> None:
    tell_parent_alive()
    eventlet.sleep(1)


class Connection(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
    """A connection with time limits for each request, which gives other connections their turn."""

    answered = False

    def handle_one_request(self) -> None:
        """Answer one request after giving others their turn: a packet may contain sixty."""
        eventlet.sleep(0)
        super().handle_one_request()
        self.answered = True

    def parse_request(self) -> bool:
        """Read the head of a request within MAX_HEAD seconds, however slowly its bytes come."""
        with eventlet.Timeout(MAX_HEAD, exception=False):
            return bool(super().parse_request())
        self.close_connection = 1
        return False

    def get_environ(self) -> dict[str, Any]:
        """Return the WSGI environment, with a limit for the pace of the body."""
        environ: dict[str, Any] = super().get_environ()
        environ["eventlet.input"].__class__ = PacedInput
        return environ

    def _read_request_line(self) -> bytes:
        with eventlet.Timeout(MAX_IDLE if self.answered else MAX_HEAD, exception=False):
            return super()._read_request_line() or b""
        return b""


class BodyTooSlowError(TimeoutError):
    """A body arrives more slowly than MIN_PACE."""


class PacedInput(eventlet.wsgi.Input):  # type: ignore[misc]
    """A body with a time limit for each read, which depends on its size."""

    def _do_read(self, reader: Callable[..., bytes], length: int | None = None) -> bytes:
        left = self.content_length - self.position
        with self._within(left if length is None else min(length, left)):
            return super()._do_read(reader, length)  # type: ignore[no-any-return]

    def _chunked_read(
        self, rfile: Any, length: int | None = None, use_readline: bool = False
    ) -> Any:
        with self._within(length or MIN_PACE * MAX_IDLE):
            return super()._chunked_read(rfile, length, use_readline)

    @staticmethod
    def _within(size: int) -> eventlet.Timeout:
        return eventlet.Timeout(MAX_IDLE + size / MIN_PACE, BodyTooSlowError())


class Secured(Connection):
    """A TLS connection; a failed handshake ends it without an entry in the log."""

    def handle(self) -> None:
        """Do the handshake, then answer requests."""
        try:
            self.conn_state[1].do_handshake()
        except OSError:  # a port scanner, plain HTTP, a phone that does not trust the certificate
            return
        super().handle()


def listen(host: str, port: int, *, shared: bool) -> socket.socket:
    """Return the listening socket; exit with a sentence if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener: socket.socket = eventlet.listen(
            (host, port), family, BACKLOG, reuse_addr=True, reuse_port=shared
        )
    except OSError as error:
        why = "is taken by another program" if error.errno == errno.EADDRINUSE else error.strerror
        sys.exit(f"mixroom: {host}:{port} {why}. Choose another with --port.")
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return listener
