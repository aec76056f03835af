"""Receivers of webhooks on loopback, which answer as they are told."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Not as attributes of `http`: where eventlet was imported, these are its own green versions.
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Act = Callable[[BaseHTTPRequestHandler], None]


class Answer:
    """A receiver on loopback, which answers as it is told and keeps what it gets."""

    def __init__(self, act: Act) -> None:
        kept = self.got = list[tuple[str, dict[str, str], bytes]]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.append((self.path, dict(self.headers), body))
                act(self)

            def do_GET(self) -> None:
                raise AssertionError("a redirect was followed")

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]


@contextmanager
def answering(act: Act, tls: ssl.SSLContext | None = None) -> Iterator[Answer]:
    answer = Answer(act)
    if tls:
        answer.server.socket = tls.wrap_socket(answer.server.socket, server_side=True)
    thread = threading.Thread(target=answer.server.serve_forever, args=(0.01,))
    thread.start()
    yield answer
    answer.server.shutdown()
    answer.server.server_close()
    thread.join()


def says(status: int, text: bytes = b"", **headers: str) -> Act:
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    return act
