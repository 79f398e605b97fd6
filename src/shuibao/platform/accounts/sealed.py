"""Personal data sealed for the database: AES-256-GCM, one nonce for every value.

The key comes from SHUIBAO_FIELD_KEY. Without it a key is derived from SHUIBAO_SECRET_KEY by HKDF-SHA256:
good enough for a demo, but then a new secret key makes every sealed value unreadable.
"""

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from shuibao.science.errors import DomainError

METHOD = "aesgcm1:"  # stands before every sealed text, so that another cipher (SM4) can be told apart
NONCE_BYTES = 12


class Unreadable(DomainError):
    """A sealed value that none of the keys opens."""

    def __init__(self) -> None:
        super().__init__(
            "加密的个人信息解不开：SHUIBAO_FIELD_KEY（或 SHUIBAO_SECRET_KEY）与写入时不同。"
            "请把原来的密钥加在 SHUIBAO_FIELD_KEY 末尾，用逗号隔开。"
        )


def seal(text: str) -> str:
    """The text, sealed with the first key. An empty text stays empty."""
    if not text:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _ciphers(tuple(settings.FIELD_KEYS), settings.SECRET_KEY)[0].encrypt(nonce, text.encode(), None)
    return METHOD + base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed, with whichever key opens it. Raises Unreadable."""
    if not sealed:
        return ""
    if not sealed.startswith(METHOD):
        raise Unreadable
    whole = base64.b64decode(sealed.removeprefix(METHOD))
    for cipher in _ciphers(tuple(settings.FIELD_KEYS), settings.SECRET_KEY):
        try:
            return cipher.decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], None).decode()
        except InvalidTag:
            continue
    raise Unreadable


@lru_cache(maxsize=8)
def _ciphers(keys: tuple[str, ...], secret: str) -> tuple[AESGCM, ...]:
    """The ciphers of all keys, the one that seals first. The derived key opens what it sealed before."""
    return (*(AESGCM(_derived(key)) for key in keys), AESGCM(_derived(secret)))


def _derived(secret: str) -> bytes:
    """A key of 256 bits from a secret text."""
    return HKDF(SHA256(), 32, salt=None, info=b"shuibao field encryption").derive(secret.encode())
