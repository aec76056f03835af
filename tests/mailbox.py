"""A mail server on loopback, which keeps what it gets and fails as it is told."""

import asyncio
import email
import email.policy
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers import free_port

USER, PASSWORD = "mixroom", "s3cret"


@dataclass
class Mailbox:
    """A mail server: the letters it got, the addresses it refuses, the letter at which it dies.

    `refuses` and `defers` map an address to the answer. At the letter number `dies_at` it breaks
    every line; with `keeps_it` it takes that letter first, and nobody is told. While `hangs` is not
    set, it has taken a letter and does not answer.
    """

    port: int
    refuses: dict[str, str] = field(default_factory=dict)
    defers: dict[str, str] = field(default_factory=dict)
    dies_at: int = 0
    keeps_it: bool = False
    hangs: threading.Event | None = None
    got: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    dead: bool = False

    @property
    def url(self) -> str:
        """Return its address, as a setting."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def times(self) -> Counter[str]:
        """Return how many letters each address got."""
        return Counter(to for _, all_to in self.envelopes for to in all_to)

    def revive(self) -> None:
        """Let it answer again."""
        self.dead, self.dies_at = False, 0

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, _envelope: Any, host: str, answers: list[str]
    ) -> list[str]:
        """Break the line if it is dead."""
        session.host_name = host
        self._break(server)
        return answers

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take or refuse an address."""
        if self.dies_at == len(self.got) + 1 and not self.keeps_it:
            self.dead = True
        self._break(server)
        if answer := self.refuses.get(address) or self.defers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a letter, and die at it if it is that one."""
        text = envelope.content.decode("ascii")
        found = email.message_from_string(text, policy=email.policy.SMTP)
        assert isinstance(found, EmailMessage)
        self.got.append(found)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self.dies_at == len(self.got):
            self.dead = True
            self._break(server)
        if self.hangs:
            while not self.hangs.is_set():
                await asyncio.sleep(0.01)
        return "250 2.0.0 queued"

    def _break(self, server: Any) -> None:
        if self.dead:
            server.transport.abort()


def _signed_in(_server: Any, _session: Any, _envelope: Any, _how: str, sent: Any) -> AuthResult:
    good = isinstance(sent, LoginPassword) and (sent.login, sent.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=good, handled=False)


@contextmanager
def receiving(tls: ssl.SSLContext | None = None, *, implicit: bool = False) -> Iterator[Mailbox]:
    """Run a mail server; with `tls` it wants STARTTLS, or TLS at once, and a password."""
    box = Mailbox(free_port())
    more: dict[str, Any] = {}
    if tls:
        more = {"authenticator": _signed_in, "auth_required": True}
        if implicit:
            more |= {"ssl_context": tls, "auth_require_tls": False}
        else:
            more |= {"tls_context": tls, "require_starttls": True}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
