"""The web process. The only file that names eventlet, whose end its maintainers have announced."""

import warnings

# Known, and the reason why it is named here only (docs/adr/0002).
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import errno  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402

import eventlet.tpool  # noqa: E402
import eventlet.wsgi  # noqa: E402

from mixroom import start, tls  # noqa: E402
from mixroom.app import create_app  # noqa: E402
from mixroom.core.redis_bell import RedisBell  # noqa: E402
from mixroom.settings import Settings  # noqa: E402
from mixroom.supervise import follow_parent, tell_parent_ready  # noqa: E402

BACKLOG = 2048
MOST_CONNECTIONS = 10_000  # eventlet's own 1,024 freezes pages as well as sockets
IDLE = 30  # seconds a connection may keep silent before it has asked for anything
SEND_BUFFER = 128 * 1024  # bytes the kernel holds for a reader that does not read
DRAIN = 10  # seconds that requests at hand have to end


def serve(settings: Settings, *, shared: bool, process: str) -> None:
    """Serve until SIGTERM; `shared` says that other processes listen on the same port."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    _green_postgres()
    start.begin(settings)
    name = f"{os.uname().nodename}-{process}"
    app = create_app(settings, mode="eventlet", process=name, apart=eventlet.tpool.execute)
    if settings.redis_url:
        RedisBell(settings.redis_url).start()
    app.extensions["live"].start()
    listener = listen(settings.host, settings.port, shared=shared)
    if secret := tls.context(settings):
        # Hands are shaken in each connection's own green thread, see Secured: who connects and says
        # nothing keeps nobody waiting.
        listener = secret.wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
    pool = eventlet.GreenPool(MOST_CONNECTIONS)
    server = eventlet.spawn(
        eventlet.wsgi.server,
        listener,
        app,
        protocol=Secured if secret else eventlet.wsgi.HttpProtocol,
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
    stopping.wait()
    server.kill()
    listener.close()
    app.extensions["live"].goodbye()
    with eventlet.Timeout(DRAIN, exception=False):
        pool.waitall()
    os._exit(0)  # what is still open are sockets that will find their way back


class Secured(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
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


def _green_postgres() -> None:
    """Have psycopg wait by `select`, which is patched, and not in C, where it stops everyone."""
    try:
        import psycopg.waiting
    except ImportError:
        return
    psycopg.waiting.wait = psycopg.waiting.wait_selector
