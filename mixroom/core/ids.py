"""Names for things and secrets for people: UUIDv7 ids, random tokens, short codes, their hashes."""

import hashlib
import os
import secrets
import uuid

from mixroom.core import clock

# Without the letters that people misread; O, I and L are understood as 0, 1 and 1.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_latest = 0  # microseconds: the moment that the last id says


def new() -> str:
    """Return a UUIDv7 (RFC 9562, method 3): milliseconds, their fraction, then 62 random bits.

    What is made one after the other sorts in that order, also where the clock is set back.
    """
    global _latest
    _latest = max(_latest + 1, int(clock.now().timestamp() * 1_000_000))
    milliseconds, rest = divmod(_latest, 1000)
    fraction = rest * 4096 // 1000
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | int.from_bytes(os.urandom(8), "big")
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_id(text: str) -> bool:
    """Say whether `text` is a canonical UUID, of whatever version the client makes."""
    try:
        return str(uuid.UUID(text)) == text
    except (ValueError, AttributeError, TypeError):
        return False


def token() -> str:
    """Return a secret of 192 random bits that fits into a URL."""
    return secrets.token_urlsafe(24)


def code() -> str:
    """Return a secret of 40 random bits that a person can type: eight letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def typed(text: str) -> str:
    """Return a code as it was meant, whatever case, spaces or misread letters it was typed with."""
    return "".join(text.upper().translate(_MISREAD).split()).replace("-", "")


def digest(secret: str) -> str:
    """Return what the database keeps of a secret (SHA-256, hex): enough to know it again."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
