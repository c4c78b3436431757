"""SMS through AWS End User Messaging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from functions.shared import aws
from functions.shared.errors import NOT_CONFIGURED, PhoneUnavailable
from functions.shared.sending import SendUnknown, aws_call

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2.type_defs import SendTextMessageRequestTypeDef

    from functions.otp.settings import OtpSettings

_SHORTEST_LIFE: Final = 5
"""Seconds; AWS takes no less."""


def send(settings: OtpSettings, *, to: str, text: str, valid_seconds: int = 600) -> None:
    """Send one message, to be delivered while its code is valid: AWS would go on trying for three days.

    Raises:
        PhoneUnavailable: it was certainly not accepted.
        SendUnknown: it may or may not have been accepted.
    """
    if not settings.has("sms"):
        raise PhoneUnavailable(NOT_CONFIGURED)
    message: SendTextMessageRequestTypeDef = {
        "DestinationPhoneNumber": to,
        "OriginationIdentity": settings.sms_origination_identity,
        "MessageBody": text,
        "MessageType": "TRANSACTIONAL",
        "TimeToLive": max(_SHORTEST_LIFE, valid_seconds),
    }
    if settings.sms_configuration_set:
        message["ConfigurationSetName"] = settings.sms_configuration_set
    client = aws.sms_voice()
    with aws_call(PhoneUnavailable):
        answer = client.send_text_message(**message)
    if not answer.get("MessageId"):
        raise SendUnknown("answer_malformed")
