"""The secrets of WhatsApp Flows: a sender's key pair, and requests that only it opens.

Source: Meta's guide «Implementing Endpoint for Flows» (copy of May 2026): the AES key comes under RSA-OAEP with
SHA-256, the data under AES-128-GCM with its tag at the end; the answer goes under the same key, with every bit of the
vector turned.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, OLD_KEY, OLD_UNTIL = "flow_key", "flow_key_before", "flow_key_before_until"  # among a sender's sealed secrets
KEPT_FOR = timedelta(days=7)  # a telephone may hold the public key that it read last
BITS = 2048
AES_KEY_BYTES = (16, 24, 32)
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class CannotDecrypt(ValueError):
    """None of our keys opens the request: the platform reads our public key anew when it is told 421."""


@dataclass(frozen=True)
class Opened:
    """A request in plain words; `sender_id` is whose key opened it, the rest seals the answer."""

    payload: Mapping[str, Any]
    sender_id: int
    key: bytes
    vector: bytes

    def sealed(self, answer: Mapping[str, Any]) -> bytes:
        """The answer as it is sent: base64."""
        turned = bytes(byte ^ 0xFF for byte in self.vector)
        plain = json.dumps(answer, ensure_ascii=False).encode()
        return base64.b64encode(AESGCM(self.key).encrypt(turned, plain, None))


def with_new_key(secrets: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The secrets with a fresh key pair; the one before opens for a while what was sealed for it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, *form).decode()
    before = {OLD_KEY: secrets[KEY], OLD_UNTIL: (at + KEPT_FOR).isoformat()} if KEY in secrets else {}
    return {**secrets, **before, KEY: pem}


def public_key(secrets: Mapping[str, str]) -> str:
    """The public half as PEM, for the platform."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return _loaded(secrets[KEY]).public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def private_keys(secrets: Mapping[str, str], at: datetime) -> list[str]:
    """The keys that open requests at `at`, the one in force first."""
    keys = [secrets[KEY]] if KEY in secrets else []
    until = secrets.get(OLD_UNTIL, "")
    if until and OLD_KEY in secrets and at < datetime.fromisoformat(until):
        keys.append(secrets[OLD_KEY])
    return keys


def open_request(body: Mapping[str, Any], keys: Sequence[tuple[int, str]]) -> Opened:
    """The request, opened with the first of the keys (sender, PEM) that fits. Raises `CannotDecrypt`."""
    names = ("encrypted_flow_data", "encrypted_aes_key", "initial_vector")
    try:
        data, sealed_key, vector = (base64.b64decode(str(body[name]), validate=True) for name in names)
    except (KeyError, ValueError) as failure:
        raise CannotDecrypt(CannotDecrypt.__doc__) from failure
    for sender_id, pem in keys:
        try:
            key = _loaded(pem).decrypt(sealed_key, _OAEP)
            payload = json.loads(AESGCM(key).decrypt(vector, data, None)) if len(key) in AES_KEY_BYTES else None
        except (ValueError, InvalidTag):
            continue
        if isinstance(payload, dict):
            return Opened(payload, sender_id, key, vector)
    raise CannotDecrypt(CannotDecrypt.__doc__)


@lru_cache(maxsize=16)
def _loaded(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CannotDecrypt("the sender's key is no RSA key; make one with: sanad sender flow key")
    return key
