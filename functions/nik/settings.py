"""The settings of layer 2."""

from functions.shared.settings import Settings


class NikSettings(Settings):
    """Environment of the NIK function."""

    table_name: str
    claims_key_id: str
    """KMS HMAC key that makes the claims on NIKs."""
