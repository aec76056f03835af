"""A program of our own that the worker starts beside itself, and talks to in lines.

It ends with the worker: its standard input is a pipe that closes then, or a file that it has read.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import mixroom

CODE = Path(mixroom.__file__).resolve().parent.parent
# All that a courier to others' servers inherits: none of the server's settings and secrets.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")


def bare_environment() -> Mapping[str, str]:
    """Return the environment of a program that may know none of the server's secrets."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


class LineProgram:
    """A running program, read without waiting; `ended` once all that it said has been read."""

    def __init__(
        self, *words: str, environment: Mapping[str, str], given: IO[bytes] | None = None
    ) -> None:
        """Start `python -m` with these words; its input is the file `given`, or what we say."""
        self.ended = False
        self._rest = b""
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", *words],
            stdin=given or subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CODE,
            env={**environment, "PYTHONPATH": str(CODE), "PYTHONUTF8": "1"},
        )
        os.set_blocking(self.fileno(), False)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when it has said something, or ended."""
        assert self._process.stdout
        return self._process.stdout.fileno()

    def lines(self) -> list[bytes]:
        """Return the whole lines that it has said since; `ended` is True after its last ones."""
        while not self.ended:
            try:
                data = os.read(self.fileno(), 65536)
            except BlockingIOError:
                break
            self.ended = not data
            self._rest += data
        *found, self._rest = self._rest.split(b"\n")
        return found

    def wait_for_word(self, seconds: float) -> bool:
        """Wait until it says something or ends; return False if it has not by then."""
        return bool(select.select([self], [], [], seconds)[0])

    def say(self, message: Mapping[str, object]) -> None:
        """Write a line of JSON to it; if it has ended, its end is read next."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return

    def say_no_more(self) -> None:
        """Close its input."""
        if self._process.stdin:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                return

    def kill(self) -> None:
        """End it at once; what it has said can still be read."""
        self._process.kill()

    def close(self) -> None:
        """Close both ends, and wait for its end."""
        self.say_no_more()
        assert self._process.stdout
        self._process.stdout.close()
        self._process.wait()
