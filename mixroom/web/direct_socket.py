"""An Engine.IO socket that hands each frame to the kernel at once.

The library's socket has a queue, and a green thread that waits on it with a time limit, writes each
packet and waits again. Here the sender writes; what the kernel does not take waits, in order, and
one green thread writes it on and ends. Reads go through a buffer, which eventlet's WebSocket lacks.
"""

import socket as sockets
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from errno import ENOTCONN
from posix import write  # that of `os` becomes one of eventlet, which waits
from struct import pack
from typing import Any

from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.packet import CLOSE, Packet
from engineio.socket import Socket

SHORT, MEDIUM = 126, 1 << 16  # lengths from which a frame's header has two and eight bytes more
TEXT = 0x81  # a whole text message; frames of servers have no mask, so all clients get the same
PONG = "3"
PONG_SIZE = 7  # bytes of the frame, with its mask
READ = 4096  # bytes read at once

Frame = bytes | memoryview


def framed(text: str) -> bytes:
    """Return a message as a WebSocket frame."""
    data = text.encode()
    size = len(data)
    if size < SHORT:
        return pack("!BB", TEXT, size) + data
    if size < MEDIUM:
        return pack("!BBH", TEXT, SHORT, size) + data
    return pack("!BBQ", TEXT, SHORT + 1, size) + data


PING = framed("2")


class DirectSocket(Socket):  # type: ignore[misc]
    """A socket of a client, over eventlet's WebSocket."""

    closed: bool
    closing: bool

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self.queue = Waiting()
        self.last_ping: float | None = None  # when the ping was sent that is not yet answered
        self._ws: Any = None
        self._kernel: int | None = None  # the descriptor; None over TLS, which may have to read
        self._direct: int | None = None  # the same while nothing waits
        self._writer: Any = None

    def send(self, pkt: Packet) -> None:
        """Send a packet. Raises SocketIsClosedError."""
        if self.check_ping_timeout():
            self.transmit(framed(pkt.encode()))

    def transmit(self, frame: Frame) -> None:
        """Send a frame: to the kernel, or after the frames that wait."""
        if self._direct is None:
            self._hold(frame)
            return
        try:
            sent = write(self._direct, frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the reader meets the same error and ends the connection
        if sent < len(frame):
            self._hold(memoryview(frame)[sent:])

    def ping(self) -> None:
        """Ask the client for a sign of life."""
        if self.last_ping is None and not self.closing:
            self.last_ping = time.time()
            self.transmit(PING)

    def schedule_ping(self) -> None:
        """Note the answer to a ping; one loop pings all sockets."""
        self.last_ping = None

    def close(self, wait: bool = False, abort: bool = False, reason: str | None = None) -> None:
        """End the connection; with `abort`, without a word and without what waits.

        It never waits for the client, whatever `wait` is.
        """
        del wait
        if self.closed or self.closing:
            return
        self.closing = True
        why = reason or self.server.reason.SERVER_DISCONNECT
        self.server._trigger_event("disconnect", self.sid, why, run_async=False)
        if not abort:
            self.send(Packet(CLOSE))
        self.closed, self._direct = True, None
        if abort:
            self.queue.clear()
            if self._writer:  # it may wait for a client that does not read
                self._ws.socket.interrupt()
        self._start_writer()

    def _websocket_handler(self, ws: Any) -> list[bytes]:
        self.connected = self.upgraded = True
        self._ws, ws.socket = ws, BufferedReads(ws.socket, self._forget_descriptor)
        ws.socket.settimeout(None)  # pings find the clients that are gone
        ws._send, ws._apply_mask = self.transmit, unmasked
        self._direct = self._kernel = ws.socket.descriptor
        self._start_writer()
        try:
            self._read()
        finally:
            self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            if self._writer:
                self._writer.join()
        return []

    def _read(self) -> None:
        reads = self._ws.socket
        while True:
            try:
                if reads.take_pong():  # most of what clients say
                    self.last_ping = None
                    continue
                text = self._ws.wait()
            except Exception:  # the connection is gone, or its bytes make no sense
                return
            if text is None or len(text) > self.server.max_http_buffer_size:
                return
            try:
                self.receive(Packet(encoded_packet=text))
            except UnknownPacketError:
                continue
            except SocketIsClosedError:
                return
            except Exception:
                self.server.logger.exception("Unknown receive error")
                return

    def _hold(self, frame: Frame) -> None:
        """Keep a frame until the kernel takes it."""
        if not self.closed:
            self._direct = None
            self.queue.append(frame)
            self._start_writer()

    def _start_writer(self) -> None:
        if self._ws and not self._writer and (self.queue or self.closed):
            self._writer = self.server.start_background_task(self._write)

    def _write(self) -> None:
        """Write what waits, in order; then close the connection, or let senders write again."""
        line = self._ws.socket
        line.settimeout(self.server.ping_interval + self.server.ping_timeout)
        try:
            while self.queue:
                line.sendall(self.queue[0])
                self.queue.popleft()
        except Exception:  # the client is gone, or has not read for too long
            self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)
        if self.closed:
            if not line.closed:
                self._ws._send = line.sendall
                self._ws.close()
            return
        line.settimeout(None)
        self._direct, self._writer = self._kernel, None

    def _forget_descriptor(self) -> None:
        """Write no more: the number may soon be that of another connection."""
        self._direct = self._kernel = None


class Waiting(deque[Frame]):
    """Frames that wait for a client; counted by the name that the library's queue has for it."""

    def qsize(self) -> int:
        """Return how many wait."""
        return len(self)


class BufferedReads:
    """A green socket with a buffer, so that the pieces of a frame cost one read of the kernel."""

    def __init__(self, green: Any, on_close: Callable[[], None]) -> None:
        self._green = green
        self._on_close = on_close
        self.closed = False
        self._buffer = b""
        self.sendall, self.settimeout = green.sendall, green.settimeout
        secured = hasattr(green, "do_handshake")
        self.descriptor: int | None = None if secured else green.fileno()

    def recv(self, size: int) -> bytes:
        """Return some bytes, at most `size`; none at the end."""
        if not self._buffer:
            self._buffer = self._green.recv(READ)
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def take_pong(self) -> bool:
        """Wait for bytes at the beginning of a frame; take them if they are a pong and no more."""
        if not self._buffer:
            self._buffer = self._green.recv(READ)
        read = self._buffer
        if len(read) != PONG_SIZE or read[:2] != b"\x81\x81" or read[2] ^ read[6] != ord(PONG):
            return False
        self._buffer = b""
        return True

    def close(self) -> None:
        """Close the connection."""
        self.closed = True
        self._on_close()
        self._green.close()

    def shutdown(self, how: int) -> None:
        """Shut it down; once closed, with the only error that eventlet does not log."""
        if self.closed:
            raise OSError(ENOTCONN, "closed")
        self._green.shutdown(how)

    def interrupt(self) -> None:
        """End every read and write that waits."""
        with suppress(OSError):  # it has ended
            self.shutdown(sockets.SHUT_RDWR)


def unmasked(data: bytes, mask: tuple[int, ...], length: int, offset: int) -> bytes:
    """Take the client's mask off a piece of a frame that begins at `offset`."""
    key = bytes(mask[(offset + each) % 4] for each in range(4))
    repeated = (key * (length // 4 + 1))[:length]
    return (int.from_bytes(data) ^ int.from_bytes(repeated)).to_bytes(length)
