"""A line as phones have it: slow, far away, silent for a while, and losing answers that were given.

It stands between a client and a server as a proxy on loopback. Its width is shared by all its
connections, as that of an uplink is.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

PIECE = 2048  # bytes that travel together: 16 ms at 1 Mbit/s
REQUESTS = (b"GET ", b"HEAD ", b"POST ", b"PATCH ", b"PUT ", b"DELETE ")


@dataclass(frozen=True)
class Kind:
    """How wide a line is, in bits per second each way, and how far: seconds there and back."""

    up: float = 0.0  # 0: as wide as can be
    down: float = 0.0
    round_trip: float = 0.0


class Line:
    """A line to the server at `port`; its near end is at `url`."""

    def __init__(self, port: int, kind: Kind = Kind()) -> None:
        self._far = port
        self._kind = kind
        self._lost: list[bytes] = []
        self.lost = 0
        self._holding: tuple[bytes, ...] = ()
        self._held = threading.Event()
        self._up, self._down = _Width(kind.up), _Width(kind.down)

    def __enter__(self) -> "Line":
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._given = asyncio.Event()
        self._open.set()
        self._given.set()
        self._links: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        near = socket.socket()
        # Segments of the size that travels outside: the system's own buffers grow with it.
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)  # the bytes wait in the phone
        near.bind(("127.0.0.1", 0))
        self.port = near.getsockname()[1]
        self._server = self._do(asyncio.start_server(self._link, sock=near, limit=PIECE))
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """Return the address of the near end."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Let nothing through any more, without a word to either end."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def mend(self) -> None:
        """Let through what waits, and what comes."""
        self._loop.call_soon_threadsafe(self._open.set)

    def lose_answer(self, *requests: bytes) -> None:
        """Drop the answer to the next request that begins so, once the server has given it."""
        self._lost.extend(requests)

    @contextlib.contextmanager
    def held_answers(self, *requests: bytes) -> Iterator[None]:
        """Hold back the answers to requests that begin so."""
        self._holding = requests
        self._held.clear()
        self._loop.call_soon_threadsafe(self._given.clear)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._given.set)
            self._holding = ()

    def until_held(self, patience: float = 20) -> None:
        """Wait until an answer is being held back: the server has done what it was asked."""
        assert self._held.wait(patience), "no answer came that could be held back"

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        far = None
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.sleep(self._kind.round_trip)  # the handshake
            await self._open.wait()
            far = await asyncio.open_connection("127.0.0.1", self._far, limit=PIECE)
            asked = _Asked()
            await _together(
                self._carry(reader, far[1], self._up, asked.hear),
                self._carry(far[0], writer, self._down, lambda _: self._may_pass(asked)),
            )
        self._links.discard(task)
        writer.transport.abort()
        if far:
            far[1].transport.abort()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        width: "_Width",
        hear: Callable[[bytes], Coroutine[Any, Any, None]],
    ) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(512)

        async def depart() -> None:
            while True:
                data = await reader.read(PIECE)
                await self._open.wait()
                await width.take(len(data))
                await under_way.put((self._loop.time() + self._kind.round_trip / 2, data))
                if not data:
                    return

        async def arrive() -> None:
            while True:
                at, data = await under_way.get()
                await asyncio.sleep(at - self._loop.time())
                await self._open.wait()
                if not data:
                    writer.write_eof()
                    return
                await hear(data)
                writer.write(data)
                await writer.drain()

        await _together(depart(), arrive())

    async def _may_pass(self, asked: "_Asked") -> None:
        """Lose the answer with its connection, or hold it."""
        for request in self._lost:
            if asked.last.startswith(request):
                self._lost.remove(request)
                self.lost += 1
                raise ConnectionResetError
        if self._holding and asked.last.startswith(self._holding):
            self._held.set()
            await self._given.wait()

    async def _close(self) -> None:
        self._server.close()
        for task in [*self._links]:
            task.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


async def _together(*ways: Coroutine[Any, Any, None]) -> None:
    """Run until all have ended or one has failed; leave none behind."""
    running = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.gather(*running)
    finally:
        for each in running:
            each.cancel()


class _Asked:
    """The last request of a connection: browsers send one request after the other."""

    last = b""

    async def hear(self, data: bytes) -> None:
        """Hear bytes on their way to the server."""
        if data.startswith(REQUESTS):
            self.last = data[:200]


class _Width:
    """Lets so many bits through in a second, for all connections together."""

    def __init__(self, bits: float) -> None:
        self._bits = bits
        self._free = 0.0

    async def take(self, size: int) -> None:
        """Wait until `size` bytes have gone through."""
        if not self._bits:
            return
        now = asyncio.get_running_loop().time()
        self._free = max(now, self._free) + size * 8 / self._bits
        await asyncio.sleep(self._free - now)
