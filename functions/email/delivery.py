"""Delivery of a mail to SES, which either certainly did not take it, or took it or may have."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
)

from functions.email.message import Message
from functions.email.settings import EmailSettings
from functions.shared import aws
from functions.shared.errors import EmailUnavailable
from functions.shared.observability import logger, metrics

_OUR_FAULT = frozenset(
    {
        "AccessDeniedException",
        "AccountSuspendedException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "SendingPausedException",
        "UnrecognizedClientException",
        "MessageRejected",
    }
)
_NOT_CONNECTED = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)


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
        aws.sesv2().send_email(
            FromEmailAddress=settings.sender_address,
            Destination={"ToAddresses": [to]},
            Content={"Simple": content},  # type: ignore[typeddict-item] # two mappings of one shape
            **configuration,  # type: ignore[arg-type] # one optional string
        )
    except ClientError as refused:
        code = refused.response.get("Error", {}).get("Code", "unknown")
        raise EmailUnavailable(f"ses_{code}", our_fault=code in _OUR_FAULT) from None
    except _NOT_CONNECTED:
        raise EmailUnavailable("ses_connect") from None
    except BotoCoreError as broken:
        logger.warning("mail may have been sent", extra={"fault": type(broken).__name__})
        metrics.add_metric("EmailSendUnknown", "Count", 1)


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
