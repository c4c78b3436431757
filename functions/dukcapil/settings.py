"""What the Dukcapil layer is told by its environment."""

from typing import Annotated

from pydantic import Field

from functions.shared.settings import Settings

Timeout = Annotated[float, Field(gt=0, le=60)]


class DukcapilSettings(Settings):
    """The register's address, how to recognise it, and how long it may take."""

    table_name: str
    control_table_name: str
    """Where all environments share the rate and the circuit breaker."""
    dukcapil_url: Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+/?$")]
    """Scheme, host and port."""
    dukcapil_institution: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    """Our institution's name in the register's paths."""
    dukcapil_secret_arn: str
    """Secrets Manager secret with JSON `{"user_id", "password", "ip_user"}`."""
    dukcapil_certificate: str = ""
    """The register's own certificate, PEM; needed for HTTPS, because it is self-signed and addressed by IP."""
    dukcapil_connect_timeout: Timeout = 3.0
    """Seconds for the connection, and as many again for the TLS handshake."""
    dukcapil_read_timeout: Timeout = 10.0
    """Seconds for the whole call, from its start to the last byte of the answer."""


class BacklogSettings(DukcapilSettings):
    """The same, for the backlog's worker."""

    backlog_queue_url: str
    """The queue that the worker is fed from; it hides messages there."""
    policy_parameter: str = ""
    """Name of the SSM parameter with the verification policy; empty for the committed one."""


class DeadLettersSettings(Settings):
    """The same, for what empties the backlog's dead letters."""

    table_name: str
