"""Lambda entry of what SES says of mails afterwards: the address refuses them.

SES takes every mail, also to an address of its suppression list, and says later by an event what became of it. While the
code is awaited the registrant is told, so that he changes the address; nothing is decided by it, and a code that came all the
same can be typed.
"""

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from functions.email.settings import MailEventsSettings
from functions.shared.observability import count, logger, metrics
from functions.shared.registration import Registrations

REFUSED: Final = "email_refuses_mail"
FULL: Final = "mailbox_full"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Recipient(_Part):
    address: str = Field(alias="emailAddress")


class _Bounce(_Part):
    kind: str = Field(alias="bounceType")
    """`Permanent`, `Transient` or `Undetermined`; an address of the suppression list is `Permanent`."""
    recipients: list[_Recipient] = Field(alias="bouncedRecipients")


class _Complaint(_Part):
    recipients: list[_Recipient] = Field(alias="complainedRecipients")


class _Mail(_Part):
    tags: dict[str, list[str]] = {}


class MailEvent(_Part):
    """The detail of an event of SES, as far as it matters here.

    Source: Amazon SES, "Contents of event data that Amazon SES publishes to EventBridge".
    """

    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    reject: dict[str, str] | None = None
    """SES did not send it, because of what stands in it: our fault, not the address's."""

    @property
    def reason(self) -> str | None:
        """What the registrant is told; None for what says nothing of the address."""
        if self.complaint or (self.bounce and self.bounce.kind == "Permanent"):
            return REFUSED
        return FULL if self.bounce and self.bounce.kind == "Transient" else None

    @property
    def addresses(self) -> set[str]:
        """Whom it is about, in lower case."""
        told = self.bounce or self.complaint
        return {each.address.casefold() for each in told.recipients} if told else set()


class _Envelope(_Part):
    detail: MailEvent


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work a batch; what could not be written is reported back to the queue."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(dict(event), _react, processor, context))


def _react(record: SQSRecord) -> None:
    try:
        event = _Envelope.model_validate_json(record.body).detail
    except ValidationError:
        logger.error("mail event not understood", extra={"message_id": record.message_id})
        return
    if event.reject is not None:
        logger.error("mail rejected for its content")
        count("MailRefused", reason="content")
    registration_id = next(iter(event.mail.tags.get("registration_id", ())), None)
    if event.reason is None or registration_id is None:
        return
    registrations = Registrations(MailEventsSettings.load().table_name)
    registration = registrations.get(registration_id)
    if registration is None or registration.email is None or registration.email.casefold() not in event.addresses:
        return  # gone, or another address by now
    refused = event.reason == REFUSED
    told = registrations.update(
        registration_id,
        "SET reason = :reason" + (", challenge.delivery = :refused" if refused else ""),
        # While the code is awaited: whoever has typed it has shown that the address takes mail.
        condition="waiting.#state = :awaited AND email = :email AND challenge.delivery = :sent"
        " AND (attribute_not_exists(answer) OR answer.entry_id <> waiting.entry_id)",
        names={"#state": "state"},
        values={
            ":reason": "email_refuses_mail" if refused else "mailbox_full",
            ":awaited": "VerifyEmail",
            ":email": registration.email,
            ":sent": "sent",
        }
        | ({":refused": "refused"} if refused else {}),
    )
    if told:
        count("MailRefused", reason=event.reason)
