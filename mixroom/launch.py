"""`mixroom serve`: preparations, starting the processes, supervising them.

The supervisor lives as long as the server and only waits, so it stays small: what needs the
database is done in processes of their own, which end. They are forked while there is nothing yet
that two processes must not share: no thread, no connection.
"""

import os
import socket
import sys
from collections.abc import Callable

from mixroom import alone
from mixroom.settings import Settings
from mixroom.supervise import Supervisor


def launch(settings: Settings, *, worker: bool) -> int:
    """Check the installation, start the processes, supervise them; return the exit code."""
    supervisor = Supervisor()
    if not settings.redis_url:  # then the web process looks no name up, and needs no resolver
        os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    shared = ["--shared"] if settings.processes > 1 else []
    webs = [  # they load while everything is prepared, and wait before they begin
        supervisor.start("web", "--process", str(n), *shared) for n in range(settings.processes)
    ]
    _apart(lambda: _prepare(settings))
    alone.must_be_alone(settings, "server")
    _must_be_free(settings)
    supervisor.prepared()
    if settings.embedded and worker:
        supervisor.start("work")
    if not all(web.wait_ready() for web in webs):
        supervisor.end()
        return 1
    _apart(lambda: _greet(settings))
    return supervisor.run()


def _apart(step: Callable[[], None]) -> None:
    """Do a step in a process of its own; if it fails, exit as it did."""
    pid = os.fork()
    if pid == 0:
        step()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status:
        sys.exit(os.waitstatus_to_exitcode(status))


def _prepare(settings: Settings) -> None:
    from mixroom import start, tls

    tls.context(settings)  # a wrong certificate stops the start, not the first visitor
    start.begin(settings)
    start.must_have_folders(settings)
    if exposed := start.keep_private(settings):
        print(f"mixroom: {exposed}", file=sys.stderr)


def _greet(settings: Settings) -> None:
    from mixroom import installation, welcome

    installation.connect(settings)
    welcome.greet(settings)


def _must_be_free(settings: Settings) -> None:
    """Exit if another program listens on the port: two servers would share the clients."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            sys.exit(f"mixroom: {where}: {error.strerror}. Choose another with --port.")
