"""TLS without a proxy: loads and checks the certificate before the start."""

import ssl
from pathlib import Path

from mixroom.settings import SettingError, Settings


def context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context of the listening socket, or None for plain HTTP.

    Raises SettingError if the files cannot be read or do not belong together.
    """
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    _must_be_read("MIXROOM_TLS_CERT", settings.tls_cert)
    _must_be_read("MIXROOM_TLS_KEY", settings.tls_key)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # TLS 1.2 at least, since Python 3.10
    made.set_alpn_protocols(["http/1.1"])
    try:
        made.load_cert_chain(settings.tls_cert, settings.tls_key, lambda: b"")
    except (ssl.SSLError, ValueError) as error:
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            fr, en = "n’est pas la clé du certificat", "is not the key of the certificate"
            raise _wrong("MIXROOM_TLS_KEY", settings.tls_key, fr, en) from error
        fr = "et sa clé ne sont pas des fichiers PEM sans mot de passe"
        en = "and its key are not PEM files without a password"
        raise _wrong("MIXROOM_TLS_CERT", settings.tls_cert, fr, en) from error
    return made


def _must_be_read(variable: str, path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise _wrong(variable, path, "ne peut pas être lu", "cannot be read") from error


def _wrong(variable: str, path: Path, fr: str, en: str) -> SettingError:
    return SettingError(variable, str(path), fr, en, f"/etc/mixroom/{path.name}")
