"""The settings of the HTTP API."""

from typing import Annotated

from pydantic import Field

from functions.shared.settings import Settings


class RegistrationSettings(Settings):
    """Environment of the registration function."""

    table_name: str
    codes_key_id: str
    """KMS HMAC key that verifies the MACs of codes."""
    sessions_key_id: str
    """KMS HMAC key that ids and session secrets are derived with."""
    frontend_origin: str
    """The only origin that browsers may call from."""
    retention_days: Annotated[int, Field(ge=1)]
    """How long a registration is kept after it began, or after its rejection was disputed."""
