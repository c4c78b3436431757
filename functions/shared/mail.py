"""Mails: how they are written, as plain text and as HTML, how they link to the page, and how they are handed to SES.

Scanners open links before people do, so a link only opens a page, and whatever it says of the registration stands in
the fragment, which browsers do not send to servers. The HTML needs no picture, no font and nothing else from outside;
its colours have names, because programs that look for the code take any six digits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from functions.shared import aws
from functions.shared.errors import EmailUnavailable
from functions.shared.observability import logger, metrics
from functions.shared.sending import SendUnknown, aws_call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.shared.reasons import Language

DAY_HOURS = 24

NEVER_ASKED: Mapping[Language, str] = {
    "id": "Kami tidak pernah meminta uang, NIK, atau kode lewat email, telepon, atau chat.",
    "en": "We never ask for money, your NIK or your code by email, phone or chat.",
}
"""What every mail says, so that people know a false one."""

_HTML = """\
<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family: sans-serif; color: black; background-color: white">
{parts}
</body>
</html>
"""
_SPANS: Mapping[Language, tuple[str, str, str]] = {
    "id": ("1 jam", "{count} jam", "{count} hari"),
    "en": ("1 hour", "{count} hours", "{count} days"),
}


class Sender(Protocol):
    """The settings of whoever sends mails."""

    @property
    def sender_address(self) -> str:
        """Verified SES address that the mail comes from."""

    @property
    def ses_configuration_set(self) -> str:
        """Through which SES tells of bounces; empty for none."""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A mail without its addresses. Has no repr of its own, because all of it is secret."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, repr=False)
class Paragraph:
    """Some sentences."""

    text: str

    @property
    def html(self) -> str:
        """As HTML."""
        return f"<p>{escape(self.text)}</p>"


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """The code, to be read at a glance."""

    text: str

    @property
    def html(self) -> str:
        """As HTML."""
        return f'<p style="font-size: 2em; font-weight: bold">{escape(self.text)}</p>'


@dataclass(frozen=True, slots=True, repr=False)
class Link:
    """A link; in the plain text its address stands alone on a line."""

    text: str
    label: str

    @property
    def html(self) -> str:
        """As HTML."""
        return f'<p><a href="{escape(self.text)}">{escape(self.label)}</a></p>'


type Part = Paragraph | Code | Link


def written(language: Language, subject: str, parts: Sequence[Part]) -> Message:
    """Put a mail together."""
    return Message(
        subject=subject,
        text="\n\n".join(part.text for part in parts) + "\n",
        html=_HTML.format(language=language, subject=escape(subject), parts="\n".join(part.html for part in parts)),
    )


def confirmation_link(frontend_url: str, registration_id: str, code: str) -> str:
    """The page with the button. Everything about the registration is in the fragment.

    Args:
        frontend_url: the registration page, without a fragment of its own.
        registration_id: the registration that the code belongs to.
        code: the six digits.
    """
    return f"{frontend_url}#registration={quote(registration_id, safe='')}&code={quote(code, safe='')}"


def span(language: Language, hours: int) -> str:
    """A time as people say it, never longer than it is: "1 hour", "24 hours", "2 days"."""
    one, some, days = _SPANS[language]
    if hours == 1:
        return one
    if hours < 2 * DAY_HOURS:
        return some.format(count=hours)
    return days.format(count=hours // DAY_HOURS)


def deliver(message: Message, *, to: str, settings: Sender, registration_id: str | None = None) -> None:
    """Hand a mail to SES, once.

    When the connection breaks after the mail was handed over, nobody knows whether SES took it. That counts as sent:
    nothing is sent twice, and the registrant can ask for another.

    Args:
        message: what is sent.
        to: address.
        settings: who sends it.
        registration_id: goes along as a tag, so that what SES tells of the mail later names its registration.

    Raises:
        EmailUnavailable: SES certainly did not take it.
    """
    content = {"Subject": _utf8(message.subject), "Body": {"Text": _utf8(message.text), "Html": _utf8(message.html)}}
    configuration = {"ConfigurationSetName": settings.ses_configuration_set} if settings.ses_configuration_set else {}
    tags = [{"Name": "registration_id", "Value": registration_id}] if registration_id else []
    try:
        with aws_call(EmailUnavailable):
            aws.sesv2().send_email(
                FromEmailAddress=settings.sender_address,
                Destination={"ToAddresses": [to]},
                Content={"Simple": content},  # type: ignore[typeddict-item] # two mappings of one shape
                EmailTags=tags,  # type: ignore[arg-type] # plain mappings
                **configuration,  # type: ignore[arg-type] # one optional string
            )
    except SendUnknown as unknown:
        logger.warning("send unknown", extra={"channel": "email", "reason": unknown.reason})
        metrics.add_metric("SendUnknown", "Count", 1)


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
