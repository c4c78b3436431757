"""Our account at the register, kept in Secrets Manager so that it can be rotated while running."""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError, TransformParameterError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from functions.shared.aws import secretsmanager
from functions.shared.errors import DukcapilUnavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MAX_AGE: Final = 300
"""Seconds after which a rotated secret is in use at the latest."""

_lock = Lock()  # one fetch for all threads, and none reads the cache while it is emptied


class Credentials(BaseModel):
    """What identifies us to the register, in every request's body."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    user_id: Annotated[str, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    ip_user: Annotated[str, Field(min_length=1)]
    """The address we are registered with; the register compares it with the connection's."""


@cache
def _provider(client: "SecretsManagerClient") -> SecretsProvider:
    return SecretsProvider(boto3_client=client)


def fetch(secret_arn: str) -> Credentials:
    """The credentials, at most `MAX_AGE` seconds old.

    Raises:
        DukcapilUnavailable: the secret cannot be read, or is not what it should be.
    """
    try:
        with _lock:
            secret = _provider(secretsmanager()).get(secret_arn, transform="json", max_age=MAX_AGE)
        return Credentials.model_validate(secret)
    except (GetParameterError, TransformParameterError, ValidationError):
        raise DukcapilUnavailable("credentials", our_fault=True) from None


def forget() -> None:
    """Fetch afresh next time: the register refused what we have, so it may have been rotated."""
    with _lock:
        _provider(secretsmanager()).clear_cache()  # type: ignore[no-untyped-call]
