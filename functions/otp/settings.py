"""The settings of layer 4: who sends the code, and by which carriers.

A channel without settings is no error: sending on it is refused as `not_configured`, and the next one is taken. A
gateway that was chosen but is set up only in part is an error, found when the settings are loaded.
"""

import json
import re
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationInfo, field_validator
from urllib3.util import parse_url

from functions.otp.message import check_settings
from functions.shared.policy import Channel
from functions.shared.settings import Settings

PLACEHOLDER: Final = re.compile(r"\{\{(to|text|id|seconds)\}\}")
LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]", "localhost"})

Seconds = Annotated[float, Field(gt=0, le=30)]
OfGateway = Annotated[str, Field(validate_default=True)]


class OtpSettings(Settings):
    """Environment of the OTP function."""

    table_name: str
    control_table_name: str
    """Where all environments share how many messages may be sent."""
    codes_key_id: str
    """KMS HMAC key that makes the MACs of codes."""
    sender_name: str
    """The programme's name, as the text message calls it."""
    otp_domain: str
    """Domain of the registration page, on the last line of the text, so that browsers fill the code in there only."""

    sms_provider: Literal["aws", "gateway"] = "aws"
    sms_origination_identity: str = ""
    """AWS: registered sender ID, phone number or pool, by id or ARN."""
    sms_configuration_set: str = ""
    """AWS: where delivery events go."""
    sms_gateway_url: OfGateway = ""
    """HTTPS address that messages are posted to; plain HTTP to this machine only."""
    sms_gateway_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")] = "Authorization"
    """Name of the header that authenticates us."""
    sms_gateway_secret_arn: OfGateway = ""
    """Secrets Manager secret whose string is that header's whole value, such as `Bearer …`."""
    sms_gateway_body: str = '{"to": "{{to}}", "text": "{{text}}", "id": "{{id}}"}'
    """JSON with the placeholders `{{to}}` (E.164), `{{text}}` and `{{id}}` inside quotes, and `{{seconds}}`, after which the code is
    dead and the gateway should not deliver the message any more, with or without."""
    sms_gateway_connect_seconds: Seconds = 3.0
    sms_gateway_read_seconds: Seconds = 8.0
    sms_gateway_deadline_seconds: Seconds = 12.0
    """For the whole call, connecting included, however slowly an answer trickles in."""

    whatsapp_phone_number_id: str = ""
    """AWS End User Messaging Social: id or ARN of the sending number."""
    whatsapp_template: str = ""
    """Name of an approved authentication template with a copy-code button, in Indonesian and in English."""
    whatsapp_api_version: Annotated[str, Field(pattern=r"^v\d+\.\d+$")] = "v20.0"
    """Version of Meta's API; each is retired about two years after its release."""

    def has(self, channel: Channel) -> bool:
        """Whether the deployment can send on a channel."""
        if channel == "whatsapp":
            return bool(self.whatsapp_phone_number_id and self.whatsapp_template)
        return self.sms_provider == "gateway" or bool(self.sms_origination_identity)

    @field_validator("sender_name", "otp_domain")
    @classmethod
    def _text_fits(cls, value: str, info: ValidationInfo) -> str:
        if info.field_name == "sender_name":
            check_settings(domain="a.id", program=value)
        else:
            check_settings(domain=value, program=info.data.get("sender_name", "B"))
        return value

    @field_validator("sms_gateway_url", "sms_gateway_secret_arn")
    @classmethod
    def _gateway_is_complete(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("sms_provider") == "gateway":
            raise ValueError("needed by the gateway")
        return value

    @field_validator("sms_gateway_url")
    @classmethod
    def _gateway_is_private(cls, value: str) -> str:
        url = parse_url(value)
        if value and not (url.host and (url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK))):
            raise ValueError("must be https")
        if url.auth:
            raise ValueError("credentials belong into the secret")
        return value

    @field_validator("sms_gateway_body")
    @classmethod
    def _body_is_a_template(cls, value: str) -> str:
        if not {"to", "text"} <= set(PLACEHOLDER.findall(value)):
            raise ValueError("must have the placeholders to and text")
        # An x outside quotes is no JSON; a number is.
        json.loads(PLACEHOLDER.sub(lambda found: "1" if found[1] == "seconds" else "x", value))
        return value
