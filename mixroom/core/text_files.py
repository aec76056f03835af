"""Text files as people have them: in UTF-8, in UTF-16, or in an old encoding of their machine."""

import codecs

from mixroom.core.errors import InvalidError

MAX_BYTES = 1_000_000
OLD = ["cp1252", "mac_roman", "cp850"]  # of Western Europe, of which Windows has the first
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def decoded(data: bytes, field: str) -> str:
    """Return the text of a file; raises InvalidError for `field` if it is no text."""
    if len(data) > MAX_BYTES:
        raise InvalidError(field, "file_too_large", most=MAX_BYTES // 1_000_000)
    if data.startswith((b"PK", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise InvalidError(field, "not_text")
    marked = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        return _plain(data.decode(marked))
    except UnicodeDecodeError:
        return _plain(_guessed(data, field))


def _guessed(data: bytes, field: str) -> str:
    from charset_normalizer import from_bytes

    found = from_bytes(data, cp_isolation=OLD).best()
    # Of a few words nothing can be guessed: then it is what most machines write.
    text = str(found) if found else data.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise InvalidError(field, "not_text")
    return text


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").removeprefix("\ufeff")
