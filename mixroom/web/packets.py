"""JSON for Socket.IO packets, and a filter for the events that a client may send."""

import json
from collections.abc import Collection
from typing import Any

from mixroom.core.live_list import Encoded


class Packets:
    """A `json` module for Socket.IO that does not encode encoded values again."""

    @staticmethod
    def dumps(data: Any, **_: Any) -> str:
        """Encode a packet: a list of an event's name and arguments, or of an answer."""
        if isinstance(data, list):
            return f"[{','.join(map(_encoded, data))}]"
        return _encoded(data)

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        """Decode a packet."""
        return json.loads(text)


def admit_only(server: Any, names: Collection[str]) -> None:
    """Ignore events from clients other than these.

    Socket.IO dispatches events by name alone, so an event that a client calls `connect` or
    `disconnect` would reach the handlers of the connection itself.
    """
    dispatch = server._handle_event

    def admitted(eio_sid: str, namespace: str, number: int | None, data: Any) -> None:
        if isinstance(data, list) and data and isinstance(data[0], str) and data[0] in names:
            dispatch(eio_sid, namespace, number, data)

    server._handle_event = admitted


def _encoded(value: Any) -> str:
    return value if isinstance(value, Encoded) else json.dumps(value, separators=(",", ":"))
