"""Ids and secrets: UUIDv7, random tokens, short codes, and their hashes."""

import hashlib
import os
import secrets
import uuid

from mixroom.core import clock

# Without letters that people misread; a typed O, I or L is read as 0, 1 or 1.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_latest = 0  # microseconds: the time in the last id


def new() -> str:
    """Return a UUIDv7 (RFC 9562, method 3): milliseconds, their fraction, then 62 random bits.

    Ids sort in the order in which this process makes them, even if the clock is set back.
    """
    global _latest
    _latest = max(_latest + 1, int(clock.now().timestamp() * 1_000_000))
    milliseconds, rest = divmod(_latest, 1000)
    fraction = rest * 4096 // 1000
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | int.from_bytes(os.urandom(8), "big")
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_id(text: str) -> bool:
    """Return whether a text is a UUID of any version in canonical form."""
    try:
        return str(uuid.UUID(text)) == text
    except (ValueError, AttributeError, TypeError):
        return False


def token() -> str:
    """Return a URL-safe secret of 192 random bits."""
    return secrets.token_urlsafe(24)


def code() -> str:
    """Return a secret of 40 random bits for people to type: eight letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def typed(text: str) -> str:
    """Normalize a typed code: case, spaces, hyphens and misread letters do not matter."""
    return "".join(text.upper().translate(_MISREAD).split()).replace("-", "")


def digest(secret: str) -> str:
    """Return the hash of a secret (SHA-256, hex), which the database keeps in its place."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
