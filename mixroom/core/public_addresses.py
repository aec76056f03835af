"""Which addresses may be asked: https, by a public name, at a public address, and nothing else.

Whoever may name an address must not make the server ask for something inside its own network.
"""

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

MAX_URL = 500  # characters
HTTPS, HTTP = 443, 80
# A name with a dot that ends in letters: no address in figures, however it is spelled.
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"({_LABEL}\.)+([a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})")
_INSIDE = re.compile(r"(.*\.)?(localhost|local|internal|intranet|lan|home|corp|home\.arpa|onion)")
_V4_INSIDE = (
    IPv4Network("192.0.0.0/24"),  # of the protocols themselves; a cloud has its metadata there
    IPv4Network("168.63.129.16/32"),  # a public address by which a cloud answers its own machines
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
)
_V6_OUTSIDE = IPv6Network("2000::/3")  # all that has been given out so far, but for
_V6_INSIDE = (IPv6Network("2001::/23"), IPv6Network("3fff::/20"))  # protocols and documentation
_V4_IN_V6 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))  # the last 32 bits are IPv4


class Target(NamedTuple):
    """The parts of an address: `path` has the query too; `allowed` is one that a setting names."""

    scheme: str
    host: str
    port: int
    path: str
    allowed: bool


def target_of(url: str, allowed: Collection[str] = ()) -> Target | None:
    """Return the parts of an address that may be asked, or None for any other text.

    `allowed` are origins (`http://127.0.0.1:9000`) that may be asked whatever they are.
    """
    if len(url) > MAX_URL or not re.fullmatch(r"https?://[!-~]+", url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or parts.fragment or not parts.hostname:
        return None
    literal = f"{parts.scheme}://{parts.netloc}" in allowed
    if not literal and not (parts.scheme == "https" and _is_public_name(parts.hostname)):
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = HTTPS if parts.scheme == "https" else HTTP
    return Target(parts.scheme, parts.hostname, port or usual, path, literal)


def is_public(text: str) -> bool:
    """Return whether an IP address is on the public internet; a zone (`%eth0`) makes it local."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _v4_is_public(address)
    return _v6_is_public(address)


def _v4_is_public(address: IPv4Address) -> bool:
    inside = any(address in network for network in _V4_INSIDE)
    return address.is_global and not address.is_multicast and not inside


def _v6_is_public(address: IPv6Address) -> bool:
    if address.scope_id or address.is_multicast or address.is_site_local or address.teredo:
        return False
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and any(address in network for network in _V4_IN_V6):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return _v4_is_public(inner)
    inside = any(address in network for network in _V6_INSIDE)
    return address in _V6_OUTSIDE and address.is_global and not inside


def _is_public_name(host: str) -> bool:
    return bool(_NAME.fullmatch(host)) and not _INSIDE.fullmatch(host)
