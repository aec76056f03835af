"""How a message travels: encrypted for one phone, signed by us. Needs the extra `push`."""

import base64
from functools import cache
from importlib.util import find_spec
from urllib.parse import urlsplit

from mixroom.core import clock
from mixroom.push.model import Message, Subscription

SIGNED_FOR = 12 * 3600  # seconds; services refuse signatures for more than a day
CONNECT, READ = 3, 7  # seconds; the worker has photos to develop too


def available() -> bool:
    """Say whether the extra is installed."""
    return find_spec("pywebpush") is not None


@cache
def public_key(private: str) -> str:
    """Return the key by which browsers know us (base64url)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _signer(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def send(
    phone: Subscription, message: Message, *, private: str, contact: str
) -> tuple[int, float | None]:
    """Hand the message to the phone's push service.

    Return the answer's status and the seconds it asks us to wait; 0 where nobody answers.
    """
    import requests
    from pywebpush import WebPusher

    keys = {"p256dh": phone.p256dh, "auth": phone.auth}
    pusher = WebPusher({"endpoint": phone.endpoint, "keys": keys})
    parts = urlsplit(phone.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(clock.now().timestamp()) + SIGNED_FOR,
        "sub": contact,
    }
    headers = {
        **_signer(private).sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(message.notice.lasts.total_seconds())),
        "Urgency": message.notice.urgency,
        "Topic": message.topic,
    }
    try:
        answer = requests.post(
            phone.endpoint,
            data=pusher.encode(message.written(phone.lang))["body"],
            headers=headers,
            timeout=(CONNECT, READ),
            allow_redirects=False,  # the address was looked at, where it would lead was not
        )
    except requests.RequestException:
        return 0, None
    return answer.status_code, _seconds(answer.headers.get("Retry-After", ""))


def _signer(private: str):  # type: ignore[no-untyped-def]
    from py_vapid import Vapid02

    return Vapid02.from_raw(private.encode())


def _seconds(text: str) -> float | None:
    return float(text) if text.isdecimal() else None
