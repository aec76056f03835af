"""E-mail addresses and telephone numbers as people type them."""

import re

from mixroom.core.errors import InvalidError

MAX_EMAIL = 254  # characters, as of RFC 5321
MAX_LOCAL = 64  # characters before the @ (RFC 5321, 4.5.3.1.1)
MAX_TELEPHONE = 40
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@({_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
_TELEPHONE = re.compile(
    r"\+?[0-9(][0-9 ().·/-]{4,}([ ,]*(x|ext\.?|poste|p\.) ?[0-9]{1,6})?", re.IGNORECASE
)


def checked_email(text: str, field: str = "email") -> str:
    """Return an address as mail servers take it; raises InvalidError for `field`.

    A domain in other letters (`musée.ca`) is written in ASCII, as of IDNA.
    """
    text = text.strip()
    if not text:
        raise InvalidError(field, "missing")
    local, _, domain = text.rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    address = f"{local}@{domain}"
    if len(text) > MAX_EMAIL or len(address) > MAX_EMAIL or len(local) > MAX_LOCAL:
        raise InvalidError(field, "too_long", most=MAX_EMAIL)
    if not _ADDRESS.fullmatch(address):
        raise InvalidError(field, "not_an_email")
    return address


def checked_telephone(text: str, field: str = "telephone") -> str:
    """Return a telephone number with single spaces; raises InvalidError for `field`."""
    text = " ".join(text.split())
    if len(text) > MAX_TELEPHONE:
        raise InvalidError(field, "too_long", most=MAX_TELEPHONE)
    if not _TELEPHONE.fullmatch(text):
        raise InvalidError(field, "not_a_telephone")
    return text


def dialled(telephone: str) -> str:
    """Return a number for a `tel:` link: its digits, and the extension after a pause."""
    number, *extension = re.split(r"[ ,]*(?:x|ext\.?|poste|p\.) ?", telephone, flags=re.IGNORECASE)
    plus = "+" if number.startswith("+") else ""
    digits = plus + re.sub(r"\D", "", number)
    return f"{digits},{extension[0]}" if extension else digits
