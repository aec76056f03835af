"""How Socket.IO reads and writes JSON here, and which events a client may name."""

import json
from collections.abc import Collection
from typing import Any

from mixroom.core.materialized import Encoded


class Packets:
    """A `json` for Socket.IO that leaves alone what is already encoded."""

    @staticmethod
    def dumps(data: Any, **_: Any) -> str:
        """Encode a packet: a list of an event's name and its arguments, or of an answer."""
        if isinstance(data, list):
            return f"[{','.join(map(_encoded, data))}]"
        return _encoded(data)

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        """Decode a packet."""
        return json.loads(text)


def admit_only(server: Any, names: Collection[str]) -> None:
    """Ignore every event that a client names and that is not one of these.

    Socket.IO dispatches a client's event by its name alone, so that one called `connect` or
    `disconnect` would reach the handlers of the connection itself.
    """
    dispatch = server._handle_event

    def admitted(eio_sid: str, namespace: str, number: int | None, data: Any) -> None:
        if isinstance(data, list) and data and isinstance(data[0], str) and data[0] in names:
            dispatch(eio_sid, namespace, number, data)

    server._handle_event = admitted


def _encoded(value: Any) -> str:
    return value if isinstance(value, Encoded) else json.dumps(value, separators=(",", ":"))
