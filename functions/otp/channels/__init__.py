"""The channels that a one-time password is sent on.

A message costs money and a second one confuses its reader, so nothing is ever tried twice here, and a channel is given
up for the next one only when it certainly did not take the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit

from functions.otp.channels import sms_aws, sms_gateway, whatsapp
from functions.otp.phone import normalise
from functions.shared.observability import logger, metrics
from functions.shared.sending import SendUnknown

if TYPE_CHECKING:
    from functions.otp.settings import OtpSettings
    from functions.shared.policy import Channel
    from functions.shared.reasons import Language


def send(  # noqa: PLR0913 (what one sending is; all but the first two by name)
    channel: Channel,
    settings: OtpSettings,
    *,
    to: str,
    code: str,
    text: str,
    locale: Language,
    idempotency_key: str,
    valid_seconds: int = 600,
) -> None:
    """Send one code once.

    Returns when the message was accepted, and also when that cannot be known (counted as `SendUnknown`): the
    registrant, who alone sees whether it came, can ask for another.

    Args:
        channel: where to send.
        settings: which carriers, and how they are reached.
        to: Indonesian mobile number, E.164.
        code: the digits; WhatsApp puts them into its approved template.
        text: the whole SMS, code included.
        locale: language of the WhatsApp template.
        valid_seconds: life of the code, after which the carrier should not deliver it any more. WhatsApp's is set in its
            template.
        idempotency_key: names this sending to carriers that can drop doubles; nothing personal.

    Raises:
        PhoneUnavailable: the message was certainly not accepted.
        ValueError: `to` is no Indonesian mobile number.
    """
    # The last gate before money is spent: whatever a caller got wrong, no premium or foreign number is sent to.
    if normalise(to) != to:
        raise ValueError("not in E.164")
    try:
        if channel == "whatsapp":
            whatsapp.send(settings, to=to, code=code, locale=locale)
        elif settings.sms_provider == "gateway":
            sms_gateway.send(settings, to=to, text=text, idempotency_key=idempotency_key, valid_seconds=valid_seconds)
        else:
            sms_aws.send(settings, to=to, text=text, valid_seconds=valid_seconds)
    except SendUnknown as unknown:
        logger.warning("send unknown", extra={"channel": channel, "reason": unknown.reason})
        metrics.add_metric(name="SendUnknown", unit=MetricUnit.Count, value=1)
