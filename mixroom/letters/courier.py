"""The courier: a program that hands letters to the mail server, and says what it answered.

The worker starts it, `python -m mixroom.letters.courier`, so that a server that never answers
delays nothing else. Both talk in JSON lines. The courier asks before it gives a letter away, and
the worker writes that down before it says yes: whatever dies at whatever moment, the database knows
which letter may have arrived.

    worker: {"server": …, "sender": …}         courier: {"step": "ready"}, or an end
    worker: {"id": …, "to": …, "text": …}      courier: {"step": "giving", "id": …}, or an outcome
    worker: {"id": …, "go": true}              courier: an outcome

It waits for nothing longer than ANSWERS, and ends when the worker closes the line, or once the
server is not to be reached. It imports no more than it needs: no database, and none of the server's
secrets but those of the mail server.
"""

import json
import smtplib
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

CONNECTS = 10.0  # seconds
ANSWERS = 30.0  # seconds for each answer of the server
TAKES = 60.0  # seconds for its answer to a whole letter
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
OK, GO_AHEAD, TEMPORARY, CLOSING, PERMANENT, UNKNOWN = 200, 354, 400, 421, 500, 600
Result = Literal["accepted", "refused", "put_off", "doubted"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, as the setting names it."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Return the server of a checked `MIXROOM_SMTP_URL`."""
        parts = urlsplit(url)
        return cls(
            parts.scheme,
            parts.hostname or "",
            parts.port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of a letter: `fault` is the name of a `Fault`, `reply` the server's words."""

    id: str
    result: Result
    fault: str = ""
    reply: str = ""


class UnreachableError(Exception):
    """The server is not to be reached, or does not let us in; `fault` is the name of a `Fault`."""

    def __init__(self, fault: str, reply: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.reply = reply


class AnswerError(Exception):
    """The server said no to a letter, for now or for good."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.code = code


# Which failure has which name; the first that fits.
FAULTS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    ((smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError), "sign_in"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    ((smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError), "broken"),
)


def signed_in(server: MailServer, name: str, context: ssl.SSLContext | None = None) -> smtplib.SMTP:
    """Connect to the server, by TLS as its scheme says, and sign in; raises UnreachableError.

    `name` is the host that we say we are.
    """
    secure = context or ssl.create_default_context()
    line: smtplib.SMTP | None = None
    try:
        if server.scheme == "smtps":
            line = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=CONNECTS, context=secure
            )
        else:
            line = smtplib.SMTP(server.host, server.port, name, timeout=CONNECTS)
        _set_patience(line, ANSWERS)
        line.ehlo_or_helo_if_needed()
        if server.scheme == "smtp+starttls":
            _encrypt(line, secure)
        if server.user:
            line.login(server.user, server.password)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        _hang_up(line)
        raise UnreachableError(_fault(error), _words(error)) from error
    return line


def _encrypt(line: smtplib.SMTP, secure: ssl.SSLContext) -> None:
    if not line.has_extn("starttls"):
        raise ssl.SSLError("STARTTLS is not offered")
    line.starttls(context=secure)
    line.ehlo_or_helo_if_needed()


def hand_over(
    line: smtplib.SMTP,
    sender: str,
    letter: Mapping[str, str],
    may_give: Callable[[], bool],
) -> tuple[Outcome | None, bool]:
    """Hand a letter over; return its fate, and whether the line still stands.

    `may_give` is asked once the server has agreed to all but the letter itself; if it says no, the
    fate is None.
    """
    key, gave = letter["id"], False
    try:
        line.rset()
        _expect(line.mail(sender))
        _expect(line.rcpt(letter["to"]))
        if not may_give():
            return None, False
        _expect(line.docmd("DATA"), GO_AHEAD)
        _set_patience(line, TAKES)
        line.send(_dotted(letter["text"]))
        gave = True  # the kernel has it all, with its end: from here on it may arrive
        words = _expect(line.getreply())
        _set_patience(line, ANSWERS)
    except AnswerError as error:
        for_good = error.code >= PERMANENT
        result: Result = "refused" if for_good else "put_off"
        outcome = Outcome(key, result, "refused" if for_good else "later", str(error))
        return outcome, error.code != CLOSING
    except (OSError, smtplib.SMTPException) as error:
        result = "doubted" if gave else "put_off"
        return Outcome(key, result, _fault(error), _words(error)), False
    return Outcome(key, "accepted", "", words), True


def _expect(answer: tuple[int, bytes], wanted: int = 0) -> str:
    """Return the words of an answer that says yes; raises AnswerError for one that says no."""
    code, words = answer[0], _decoded(answer[1])
    if not OK <= code < UNKNOWN:
        raise smtplib.SMTPServerDisconnected("this is no answer of a mail server")
    if code >= TEMPORARY or (wanted and code != wanted):
        raise AnswerError(code, words)
    return words


def _dotted(text: str) -> bytes:
    """Return a message as it goes over the line, with its end (RFC 5321, 4.5.2)."""
    lines = text.encode("ascii").split(b"\r\n")
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(b"." + each if each[:1] == b"." else each for each in lines) + b"\r\n.\r\n"


def _set_patience(line: smtplib.SMTP, seconds: float) -> None:
    if line.sock:
        line.sock.settimeout(seconds)


def _hang_up(line: smtplib.SMTP | None) -> None:
    if line:
        line.close()


def _fault(error: Exception) -> str:
    if isinstance(error.__context__, TimeoutError):  # smtplib calls that a broken line
        return "timeout"
    return next((name for kinds, name in FAULTS if isinstance(error, kinds)), "unreachable")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return "" if isinstance(error, smtplib.SMTPServerDisconnected) else str(error)


def _decoded(words: bytes | str) -> str:
    text = words if isinstance(words, str) else words.decode(errors="replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def main() -> None:
    """Hand over the letters that the worker gives, one after the other."""
    # A line that the worker closes ends the courier, wherever it is.
    asked: Iterator[dict[str, Any]] = map(json.loads, iter(sys.stdin.readline, ""))
    first = next(asked)
    try:
        line = signed_in(MailServer(**first["server"]), first["name"])
    except UnreachableError as error:
        _tell({"step": "unreachable", "fault": error.fault, "reply": error.reply})
        return
    _tell({"step": "ready"})
    for letter in asked:

        def may_give(key: str = letter["id"]) -> bool:
            _tell({"step": "giving", "id": key})
            return next(asked, {}) == {"id": key, "go": True}

        outcome, stands = hand_over(line, first["sender"], letter, may_give)
        if outcome:
            _tell({"step": "done", "stands": stands, "outcome": asdict(outcome)})
        if not stands:
            break
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        _hang_up(line)


def _tell(message: Mapping[str, object]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    socket.setdefaulttimeout(ANSWERS)
    main()
