"""Lambda entry of what SES says of mails afterwards: the address refuses them.

SES takes every mail, also to an address of its suppression list, and says later by an event what became of it. While the
code is awaited the registrant is told, so that he changes the address; nothing is decided by it, and a code that came all the
same can be typed. He is told only what SES knows: of most transient bounces it knows no cause, and counts among them the answers
of people who are out of office.
"""

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from functions.email.settings import MailEventsSettings
from functions.shared.batch import work
from functions.shared.observability import count, logger, metrics
from functions.shared.registration import Registrations

REFUSED: Final = "email_refuses_mail"
FULL: Final = "mailbox_full"
OUR_FAULT: Final = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected"})
"""Transient bounces because of what stands in the mail."""
MAILBOX_FULL: Final = ".2.2"
"""How the enhanced status code of a full mailbox ends, whatever its class is (RFC 3463, X.2.2)."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Recipient(_Part):
    address: str = Field(alias="emailAddress")
    status: str = ""
    """Enhanced status code, e.g. `4.2.2`; SES has one when the bounce had one."""


class _Bounce(_Part):
    kind: str = Field(alias="bounceType")
    """`Permanent`, `Transient` or `Undetermined`; an address of the suppression list is `Permanent`."""
    subtype: str = Field(alias="bounceSubType", default="")
    """Of `Transient`: `General`, `MailboxFull`, `CustomTimeoutExceeded` or one of `OUR_FAULT`."""
    recipients: list[_Recipient] = Field(alias="bouncedRecipients")

    @property
    def full(self) -> bool:
        """Whether the mailbox takes nothing more: the subtype says so, or the receiving server did."""
        said = any(each.status.endswith(MAILBOX_FULL) for each in self.recipients)
        return self.kind == "Transient" and (self.subtype == "MailboxFull" or said)


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
    """SES did not send it, because of what stands in it."""

    @property
    def registration_id(self) -> str | None:
        """Whose mail it was, by the tag that every mail of ours carries."""
        return next(iter(self.mail.tags.get("registration_id", ())), None)

    @property
    def reason(self) -> str | None:
        """What the registrant is told; None for what says nothing of the address."""
        if self.complaint or (self.bounce and self.bounce.kind == "Permanent"):
            return REFUSED
        return FULL if self.bounce and self.bounce.full else None

    @property
    def refused_for_its_content(self) -> bool:
        """SES or the receiving server took the mail for something that it should not be: our fault, not the address's."""
        return self.reject is not None or bool(self.bounce and self.bounce.subtype in OUR_FAULT)

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
    return work("mail_events", event, context, read=_read, settle=_react)


def _read(record: SQSRecord) -> MailEvent | None:
    try:
        return _Envelope.model_validate_json(record.body).detail
    except ValidationError:
        logger.error("mail event not understood")
        return None


def _react(event: MailEvent, _: SQSRecord) -> None:
    if event.refused_for_its_content:
        logger.error("mail rejected for its content")
        count("MailRefused", reason="content")
    registration_id = event.registration_id
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
