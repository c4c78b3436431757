"""Session secrets that mailed codes are worth, and how secrets stand in the table.

Who holds a session is checked by `functions.registration.sessions` alone.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


def secret_of(code: str, registration_id: str, entry_id: str, *, key_id: str, kms: KMSClient) -> str:
    """The session secret that a mailed code is worth: the same whenever it is typed, and nothing without KMS.

    So whoever confirms again because the answer got lost, or goes on from another device, gets what the first one got.
    """
    message = f"confirmed\n{registration_id}\n{entry_id}\n{code}".encode()
    seed = kms.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=message)["Mac"]
    return as_secret(seed)


def as_secret(seed: bytes) -> str:
    """A session secret of 256 bits."""
    return urlsafe_b64encode(derived(seed, b"session")).rstrip(b"=").decode()


def derived(seed: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose."""
    return hmac.digest(seed, purpose, "sha256")


def stored(secret: str) -> str:
    """A secret as it stands in the table."""
    return sha256(secret.encode()).hexdigest()
