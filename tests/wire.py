"""One raw WebSocket to a server, for those who count bytes or keep no rules."""

import base64
import os
import socket
from urllib.parse import urlsplit


class Wire:
    """A connection that says what it is told and tells what it hears; it answers pings."""

    def __init__(self, url: str, token: str) -> None:
        """Connect; raises ConnectionError where the server does not let us in."""
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), 60)
        self._held = bytearray()
        self._shake_hands(parts.netloc, token)
        self.send("40")

    def send(self, text: str) -> None:
        """Send a short text frame, masked as clients must."""
        data = text.encode()
        assert len(data) < 126
        self.socket.sendall(bytes([0x81, 0x80 | len(data)]) + b"\0\0\0\0" + data)

    def heard(self) -> list[str]:
        """Return the messages that have come; waits for some. Raises ConnectionError at the end."""
        arrived = self.socket.recv(1 << 20)
        if not arrived:
            raise ConnectionResetError
        self._held += arrived
        texts = []
        while (text := self._next()) is not None:
            if text == "2":
                self.send("3")
            texts.append(text)
        return texts

    def _shake_hands(self, host: str, token: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.socket.recv(1)
            if not piece:
                break
            head += piece
        if b" 101 " not in head:
            self.socket.close()
            raise ConnectionRefusedError(head.partition(b"\r\n")[0].decode())

    def _next(self) -> str | None:
        if len(self._held) < 2:
            return None
        kind, size, start = self._held[0] & 0x0F, self._held[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self._held[2:start], "big")
        if len(self._held) < start + size:
            return None
        if kind == 8:
            raise ConnectionResetError
        text = self._held[start : start + size].decode()
        del self._held[: start + size]
        return text
