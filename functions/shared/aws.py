"""AWS clients: made once per environment on first use, with timeouts of their own.

Retries belong to the state machine: a client tries twice at most, and once where a second try could send a second
message.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from functions.shared.settings import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_socialmessaging import EndUserMessagingSocialClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 5.0

_making = Lock()  # boto3's default session is not safe to make clients from in two threads at once


@cache
def _client(service: str, region: str | None, endpoint: str | None, attempts: int, plain_values: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 (one maker for all clients; the functions below are typed)
    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    make: Callable[..., Any] = boto3.resource if plain_values else boto3.client
    with _making:
        return make(service, region_name=region, endpoint_url=endpoint, config=config)


def _of_environment(service: str, attempts: int = 2, *, plain_values: bool = False) -> Any:  # noqa: ANN401 (see _client)
    present = environment()
    # The SDKs' own variable for another address of one service, e.g. AWS_ENDPOINT_URL_SOCIALMESSAGING.
    endpoint = present.get(f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}")
    return _client(service, present.get("AWS_REGION"), endpoint, attempts, plain_values)


def dynamodb() -> DynamoDBClient:
    """DynamoDB with plain Python values for attributes (the client of boto3's resource)."""
    client: DynamoDBClient = _of_environment("dynamodb", plain_values=True).meta.client
    return client


def dynamodb_typed() -> DynamoDBClient:
    """DynamoDB with attributes as the API has them (`{"S": …}`), for libraries that write them so."""
    client: DynamoDBClient = _of_environment("dynamodb")
    return client


def events() -> EventBridgeClient:
    """EventBridge."""
    client: EventBridgeClient = _of_environment("events")
    return client


def kms() -> KMSClient:
    """KMS."""
    client: KMSClient = _of_environment("kms")
    return client


def secretsmanager() -> SecretsManagerClient:
    """Secrets Manager."""
    client: SecretsManagerClient = _of_environment("secretsmanager")
    return client


def sqs() -> SQSClient:
    """SQS."""
    client: SQSClient = _of_environment("sqs")
    return client


def ssm() -> SSMClient:
    """SSM parameters."""
    client: SSMClient = _of_environment("ssm")
    return client


def stepfunctions() -> SFNClient:
    """Step Functions; one attempt, because a second would come out of its turn: the stream tries again, in its own."""
    client: SFNClient = _of_environment("stepfunctions", attempts=1)
    return client


def sesv2() -> SESV2Client:
    """SES; one attempt, because a second could be a second mail."""
    client: SESV2Client = _of_environment("sesv2", attempts=1)
    return client


def sms_voice() -> PinpointSMSVoiceV2Client:
    """AWS End User Messaging, SMS; one attempt, because a second could be a second message."""
    client: PinpointSMSVoiceV2Client = _of_environment("pinpoint-sms-voice-v2", attempts=1)
    return client


def social_messaging() -> EndUserMessagingSocialClient:
    """AWS End User Messaging, WhatsApp; one attempt, because a second could be a second message."""
    client: EndUserMessagingSocialClient = _of_environment("socialmessaging", attempts=1)
    return client
