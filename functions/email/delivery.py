"""Delivery of a mail to SES, which either certainly did not take it, or took it or may have."""

from functions.email.message import Message
from functions.email.settings import EmailSettings
from functions.shared import aws
from functions.shared.errors import EmailUnavailable
from functions.shared.observability import logger, metrics
from functions.shared.sending import SendUnknown, aws_call


def deliver(message: Message, *, to: str, settings: EmailSettings) -> None:
    """Hand a mail to SES, once.

    When the connection breaks after the mail was handed over, nobody knows whether SES took it. That counts as sent:
    nothing is sent twice, and the registrant can ask for another.

    Raises:
        EmailUnavailable: SES certainly did not take it.
    """
    content = {"Subject": _utf8(message.subject), "Body": {"Text": _utf8(message.text), "Html": _utf8(message.html)}}
    configuration = {"ConfigurationSetName": settings.ses_configuration_set} if settings.ses_configuration_set else {}
    try:
        with aws_call(EmailUnavailable):
            aws.sesv2().send_email(
                FromEmailAddress=settings.sender_address,
                Destination={"ToAddresses": [to]},
                Content={"Simple": content},  # type: ignore[typeddict-item] # two mappings of one shape
                **configuration,  # type: ignore[arg-type] # one optional string
            )
    except SendUnknown as unknown:
        logger.warning("send unknown", extra={"channel": "email", "reason": unknown.reason})
        metrics.add_metric("send_unknown", "Count", 1)


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
