"""A proxy before a database that can fall mute, as a dropped NAT entry or a failover does."""

import contextlib
import select
import socket
import threading


class Mutable:
    """Carries connections to `port`; its near end is `near`. What is muted stays open, silently."""

    def __init__(self, port: int) -> None:
        self._far = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._muted: set[socket.socket] = set()
        self._new_too = False
        self._over = False

    def __enter__(self) -> "Mutable":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.near: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._thread.join()
        for pair in self._pairs:
            for each in pair:
                each.close()
        self._listener.close()

    def mute(self, *, new_too: bool = False) -> None:
        """Carry nothing more on the connections there are, nor on new ones where asked."""
        self._new_too = new_too
        self._muted.update(each for pair in list(self._pairs) for each in pair)

    def unmute(self) -> None:
        """Carry what comes on new connections."""
        self._new_too = False

    def _carry(self) -> None:
        while not self._over:
            open_ = [each for pair in self._pairs for each in pair if each not in self._muted]
            for each in select.select([self._listener, *open_], [], [], 0.05)[0]:
                if each is self._listener:
                    self._accept()
                elif each not in self._muted:
                    self._pass_on(each)

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        pair = near, socket.create_connection(("127.0.0.1", self._far))
        self._pairs.append(pair)
        if self._new_too:
            self._muted.update(pair)

    def _pass_on(self, each: socket.socket) -> None:
        pair = next((pair for pair in self._pairs if each in pair), None)
        if pair is None:  # its other end has just been closed
            return
        other = pair[1] if each is pair[0] else pair[0]
        data = b""
        with contextlib.suppress(OSError):
            data = each.recv(1 << 16)
            if data:
                other.sendall(data)
        if not data:
            self._pairs.remove(pair)
            for end in pair:
                end.close()
