"""WhatsApp through AWS End User Messaging Social.

Codes may be sent only in an approved template of the category "authentication", whose text is Meta's own; the code
goes in twice, as the text's parameter and as that of the copy-code button, which the API calls a button of type `url`.
Source: Meta, WhatsApp Business Platform, "Authentication templates".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from functions.shared import aws
from functions.shared.errors import NOT_CONFIGURED, PhoneUnavailable
from functions.shared.sending import SendUnknown, aws_call

if TYPE_CHECKING:
    from functions.otp.settings import OtpSettings
    from functions.shared.reasons import Language


def send(settings: OtpSettings, *, to: str, code: str, locale: Language) -> None:
    """Send one message.

    Raises:
        PhoneUnavailable: it was certainly not accepted.
        SendUnknown: it may or may not have been accepted.
    """
    if not settings.has("whatsapp"):
        raise PhoneUnavailable(NOT_CONFIGURED)
    client = aws.social_messaging()
    with aws_call(PhoneUnavailable):
        answer = client.send_whatsapp_message(
            originationPhoneNumberId=settings.whatsapp_phone_number_id,
            metaApiVersion=settings.whatsapp_api_version,
            message=_message(settings.whatsapp_template, to, code, locale),
        )
    if not answer.get("messageId"):
        raise SendUnknown("answer_malformed")


def _message(template: str, to: str, code: str, locale: Language) -> bytes:
    parameters = [{"type": "text", "text": code}]
    message = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        "type": "template",
        "template": {
            "name": template,
            "language": {"code": locale},
            "components": [
                {"type": "body", "parameters": parameters},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": parameters},
            ],
        },
    }
    return json.dumps(message).encode()
