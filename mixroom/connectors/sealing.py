"""The tokens of accounts as the database keeps them: sealed with a key made from SECRET_KEY.

Whoever has a copy of the database alone cannot read them. After a change of SECRET_KEY nobody can:
the accounts are connected again. The library takes six megabytes, once there is an account.
"""

import base64
import os

KEY, NONCE = 32, 12  # bytes
PURPOSE = b"mixroom: the tokens of connectors, 1"


class SealedError(Exception):
    """The token was sealed with another key, or for another account."""


def seal(secret_key: str, account_id: str, token: str) -> str:
    """Return the token, sealed for this account."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE)
    sealed = AESGCM(_key(secret_key)).encrypt(nonce, token.encode(), account_id.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(secret_key: str, account_id: str, sealed: str) -> str:
    """Return the token of this account; raises SealedError."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    data = base64.urlsafe_b64decode(sealed)
    try:
        opened = AESGCM(_key(secret_key)).decrypt(data[:NONCE], data[NONCE:], account_id.encode())
    except InvalidTag as error:
        raise SealedError(account_id) from error
    return opened.decode()


def _key(secret_key: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY, salt=None, info=PURPOSE).derive(secret_key.encode())
