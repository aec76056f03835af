"""Packets that are none: counted, told once a minute in one line, and never with a traceback."""

import logging
import time
from pathlib import Path
from types import TracebackType

import prometheus_client

OURS = str(Path(__file__).resolve().parent.parent)
READS = "loads"  # in `packets.py`: what reads a packet is ours, what it says is not
LIBRARIES = ("engineio.server", "engineio.client", "socketio.server")
EVERY = 60.0  # seconds between two lines

_refused = prometheus_client.Counter("mixroom_malformed_packets", "Packets that made no sense")


class _Quiet(logging.Filter):
    """Lets a mistake of ours through as it is; what a library could not read becomes one line."""

    def __init__(self) -> None:
        super().__init__()
        self._told = -EVERY

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is to be written."""
        if not record.exc_info or _is_ours(record.exc_info[2]):
            return True
        _refused.inc()
        if time.monotonic() - self._told < EVERY:
            return False
        self._told = time.monotonic()
        record.msg, record.args = "a packet that makes no sense was refused", None
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def keep_quiet() -> None:
    """Have the socket libraries write no traceback for what a stranger has sent."""
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Quiet) for each in logger.filters):
            logger.addFilter(_Quiet())


def _is_ours(trace: TracebackType | None) -> bool:
    """Say whether our own code was running when it failed, and not on what a packet holds."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(OURS) and code.co_name != READS:
            return True
        trace = trace.tb_next
    return False
