"""Sends a message by Web Push, encrypted for one phone and signed by the server (VAPID).

Needs the extra `push`.
"""

import base64
from functools import cache
from importlib.util import find_spec
from urllib.parse import urlsplit

from mixroom.core import clock
from mixroom.push.model import Message, Subscription

SIGNATURE_LASTS = 12 * 3600  # seconds; services refuse more than a day
CONNECT_TIMEOUT, READ_TIMEOUT = 3, 7  # seconds; photos wait for the worker meanwhile


def available() -> bool:
    """Return whether the extra is installed."""
    return find_spec("pywebpush") is not None


@cache
def public_key(private: str) -> str:
    """Return the server's public key for browsers (base64url)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _signer(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def send(
    phone: Subscription, message: Message, *, private: str, contact: str
) -> tuple[int, float | None]:
    """Send the message to the phone's push service.

    Return the status of the answer, 0 for no answer, and the seconds of its Retry-After header.
    """
    import requests
    from pywebpush import WebPusher

    keys = {"p256dh": phone.p256dh, "auth": phone.auth}
    pusher = WebPusher({"endpoint": phone.endpoint, "keys": keys})
    parts = urlsplit(phone.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(clock.now().timestamp()) + SIGNATURE_LASTS,
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
            data=pusher.encode(message.encoded(phone.lang))["body"],
            headers=headers,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,  # only this address has been checked
        )
    except requests.RequestException:
        return 0, None
    return answer.status_code, _seconds(answer.headers.get("Retry-After", ""))


def _signer(private: str):  # type: ignore[no-untyped-def]
    from py_vapid import Vapid02

    return Vapid02.from_raw(private.encode())


def _seconds(text: str) -> float | None:
    return float(text) if text.isdecimal() else None
