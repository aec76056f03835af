"""The web process. The only file that names eventlet, whose end its maintainers have announced."""

import warnings

# Known, and the reason why it is named here only (docs/adr/0002).
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
from mixroom.settings import Settings  # noqa: E402
from mixroom.supervise import follow_parent, tell_parent_alive, tell_parent_ready  # noqa: E402

BACKLOG = 2048
MAX_CONNECTIONS = 10_000  # eventlet's own 1,024 freezes pages as well as sockets
IDLE = 30  # seconds a connection may keep silent, between two requests or within a body
HEAD = 10  # seconds in which the head of a request has to arrive
PACE = 2000  # bytes a second that a body has to arrive at, once IDLE seconds are over
SEND_BUFFER = 128 * 1024  # bytes the kernel holds for a reader that does not read
DRAIN = 10  # seconds that requests at hand have to end


def serve(settings: Settings, *, shared: bool, process: str) -> None:
    """Serve until SIGTERM; `shared` says that other processes listen on the same port."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    start.begin(settings)
    name = f"{os.uname().nodename}-{process}"
    app = create_app(settings, mode="eventlet", process=name, apart=eventlet.tpool.execute)
    if settings.redis_url:
        RedisBell(settings.redis_url).start()
    app.extensions["live"].start()
    for template in app.jinja_env.list_templates():
        app.jinja_env.get_template(template)  # compiled now, and not before the first visitor
    gc.collect()
    gc.freeze()  # what lives as long as the process is not looked through again and again
    listener = listen(settings.host, settings.port, shared=shared)
    if secret := tls.context(settings):
        # Hands are shaken in each connection's own green thread, see Secured: who connects and says
        # nothing keeps nobody waiting.
        listener = secret.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
    pool = eventlet.GreenPool(MAX_CONNECTIONS)
    server = eventlet.spawn(
        eventlet.wsgi.server,
        listener,
        app,
        protocol=Secured if secret else Connection,
        custom_pool=pool,
        socket_timeout=IDLE,
        log_output=False,
        debug=False,
    )
    stopping = eventlet.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.ready() or stopping.send(None))
    follow_parent(lambda: os._exit(0))
    tell_parent_ready()
    eventlet.spawn(forever, "sign of life", _live)
    stopping.wait()
    server.kill()
    listener.close()
    app.extensions["live"].goodbye()
    with eventlet.Timeout(DRAIN, exception=False):
        pool.waitall()
    os._exit(0)  # what is still open are sockets that will find their way back


def _live() -> None:
    tell_parent_alive()
    eventlet.sleep(1)


class Connection(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
    """A connection that has bounds: a request's time to arrive, and its turn beside others."""

    answered = False

    def handle_one_request(self) -> None:
        """Answer one request, after others have had their turn: a packet may hold sixty."""
        eventlet.sleep(0)
        super().handle_one_request()
        self.answered = True

    def parse_request(self) -> bool:
        """Read the head, within HEAD seconds however it drips."""
        with eventlet.Timeout(HEAD, exception=False):
            return bool(super().parse_request())
        self.close_connection = 1
        return False

    def get_environ(self) -> dict[str, Any]:
        """Return the request, its body bound to a pace."""
        environ: dict[str, Any] = super().get_environ()
        environ["eventlet.input"].__class__ = PacedInput
        return environ

    def _read_request_line(self) -> bytes:
        with eventlet.Timeout(IDLE if self.answered else HEAD, exception=False):
            return super()._read_request_line() or b""
        return b""


class BodyTooSlowError(TimeoutError):
    """A body that does not arrive at PACE."""


class PacedInput(eventlet.wsgi.Input):  # type: ignore[misc]
    """A body: each part that is read has so long to arrive as its size allows."""

    def _do_read(self, reader: Callable[..., bytes], length: int | None = None) -> bytes:
        left = self.content_length - self.position
        with self._within(left if length is None else min(length, left)):
            return super()._do_read(reader, length)  # type: ignore[no-any-return]

    def _chunked_read(
        self, rfile: Any, length: int | None = None, use_readline: bool = False
    ) -> Any:
        with self._within(length or PACE * IDLE):
            return super()._chunked_read(rfile, length, use_readline)

    @staticmethod
    def _within(size: int) -> eventlet.Timeout:
        return eventlet.Timeout(IDLE + size / PACE, BodyTooSlowError())


class Secured(Connection):
    """A connection that shakes hands first; who cannot is let go without a word in the log."""

    def handle(self) -> None:
        """Shake hands, then answer requests."""
        try:
            self.conn_state[1].do_handshake()
        except OSError:  # a port scanner, plain HTTP, a phone that does not trust the certificate
            return
        super().handle()


def listen(host: str, port: int, *, shared: bool) -> socket.socket:
    """Return the listening socket; exits with a plain sentence where the port is taken."""
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
