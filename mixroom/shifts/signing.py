"""The secret in the address of a personal calendar."""

import hashlib
import hmac


def calendar_token(calendar_id: str, secret_key: str) -> str:
    """Return the secret in the address of a personal calendar; the database has only its id."""
    mac = hmac.new(secret_key.encode(), f"shifts.ics {calendar_id}".encode(), hashlib.sha256)
    return f"{calendar_id.replace('-', '')}{mac.hexdigest()[:32]}"


def calendar_of(token: str, secret_key: str) -> str | None:
    """Return the id of the calendar that a token opens, or None."""
    digits = token[:32]
    calendar_id = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    right = calendar_token(calendar_id, secret_key)
    return calendar_id if hmac.compare_digest(right.encode(), token.encode()) else None
