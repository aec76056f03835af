"""Logging of malformed packets: counted, and one line a minute without a traceback."""

import logging
import time
from pathlib import Path
from types import TracebackType

import prometheus_client

OURS = str(Path(__file__).resolve().parent.parent)
# Our functions that a malformed packet goes through: those of `packets.py`, `direct_socket.py`.
PARSERS = {"loads", "_read"}
LIBRARIES = ("engineio.server", "engineio.client", "socketio.server")
LOG_INTERVAL = 60.0  # seconds between two lines

_refused = prometheus_client.Counter("mixroom_malformed_packets", "Packets that made no sense")


class _Quiet(logging.Filter):
    """Keeps records of our own mistakes, and shortens those of malformed packets to one line."""

    def __init__(self) -> None:
        super().__init__()
        self._logged_at = -LOG_INTERVAL

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a record."""
        if not record.exc_info or _is_ours(record.exc_info[2]):
            return True
        _refused.inc()
        if time.monotonic() - self._logged_at < LOG_INTERVAL:
            return False
        self._logged_at = time.monotonic()
        record.msg, record.args = "a packet that makes no sense was refused", None
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def keep_quiet() -> None:
    """Make the socket libraries write no traceback for malformed packets."""
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Quiet) for each in logger.filters):
            logger.addFilter(_Quiet())


def _is_ours(trace: TracebackType | None) -> bool:
    """Return whether our own code failed, other than in parsing a packet."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(OURS) and code.co_name not in PARSERS:
            return True
        trace = trace.tb_next
    return False
