"""The secret in the address of a page for partners."""

import hashlib
import hmac


def partner_token(page_id: str, secret_key: str) -> str:
    """Return the secret in the address of a page for partners; the database has only its id."""
    mac = hmac.new(secret_key.encode(), f"supports.partners {page_id}".encode(), hashlib.sha256)
    return f"{page_id.replace('-', '')}{mac.hexdigest()[:32]}"


def page_of(token: str, secret_key: str) -> str | None:
    """Return the id of the page that a token opens, or None."""
    digits = token[:32]
    page_id = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    right = partner_token(page_id, secret_key)
    same = hmac.compare_digest(right.encode(), token.encode(errors="surrogatepass"))
    return page_id if same else None
