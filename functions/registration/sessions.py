"""Who may see and change a registration: whoever holds a session secret of it.

Secrets have 256 bits and are stored as SHA-256. With an `Idempotency-Key`, id and secret are derived from it with a KMS
key, so that the same key gives the same answer although the secret is stored nowhere.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from functions.registration.problems import Problem
from functions.shared import aws
from functions.shared.sessions import as_secret, derived, secret_of, stored

if TYPE_CHECKING:
    from functions.shared.registration import Registration

__all__ = ["Identity", "holds_session", "identity", "owned", "secret_of", "stored"]

_NOBODY = sha256(b"nobody").hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Id and first session secret of a registration that is being begun, and the MAC of what it was begun with."""

    registration_id: str
    session_secret: str
    request: str


def identity(idempotency_key: str | None, request: bytes, key_id: str) -> Identity:
    """Make the identity of a new registration: the same one for the same key, a random one without a key."""
    if idempotency_key is None:
        seed = secrets.token_bytes(32)
    else:
        message = f"beginning\n{idempotency_key}".encode()
        seed = aws.kms().generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=message)["Mac"]
    return Identity(
        registration_id=str(UUID(bytes=derived(seed, b"id")[:16], version=4)),
        session_secret=as_secret(seed),
        request=hmac.digest(derived(seed, b"request"), request, "sha256").hex(),
    )


def holds_session(registration: Registration | None, authorization: str | None) -> bool:
    """Whether `Authorization: Bearer …` carries one of the registration's secrets. Compares in constant time."""
    scheme, _, secret = (authorization or "").partition(" ")
    given = stored(secret.strip()) if scheme.lower() == "bearer" else ""
    known = registration.sessions if registration else frozenset({_NOBODY})
    # No short cut: every secret is compared.
    return sum(hmac.compare_digest(given, each) for each in known) > 0


def owned(registration: Registration | None, authorization: str | None) -> Registration:
    """The registration, if the caller holds a session of it.

    Raises:
        Problem: the same for an unknown id, a foreign one and a wrong secret.
    """
    if not holds_session(registration, authorization) or registration is None:
        raise Problem(HTTPStatus.NOT_FOUND, "registration_not_found")
    return registration
