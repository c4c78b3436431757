"""SES: the registrants' mailboxes, and a switch for what goes wrong at a mail service.

| mode | means |
| --- | --- |
| `up` | takes the mail and says so |
| `down` | 503; not taken |
| `slow` | takes the mail at once, says so only after `slow_seconds`, when its sender may have left |
| `quota` | the sender is over its rate: 429; not taken |
| `wrong` | 200 with an answer that is no answer; the mail is lost |
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from time import time
from typing import Any, Final
from unittest.mock import patch
from uuid import uuid4

from botocore.exceptions import ReadTimeoutError
from moto.events.models import events_backends
from moto.sesv2.responses import SESV2Response

from functions.shared.aws import READ_TIMEOUT
from local.invocation import registration_of_this_call
from local.lambdas import invocation_of_this_call
from local.partners.standin import Faults

type _Answer = tuple[str, dict[str, str | int]]
"""Body and headers; moto takes the status from among these."""

_LINKED_CODE: Final = re.compile(r"(?<=&code=)[0-9]{6}(?![0-9])")  # before any six digits: an id may have some
_CODE: Final = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
_SIMULATOR: Final = "@simulator.amazonses.com"
_SIMULATED: Final[dict[str, Any]] = {
    "bounce": ("Permanent", "General"),
    "suppressionlist": ("Permanent", "OnAccountSuppressionList"),
    "mailboxfull": ("Transient", "MailboxFull"),  # not one of AWS's, which has none for it
    "complaint": "complaint",
}
_send_email: Final = SESV2Response.send_email


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in somebody's mailbox.

    Attributes:
        to: address, as it was written to.
        code: the six digits in it, an empty string when there are none.
        registration_id: whose it is, None when nothing says so.
        at: Unix time in seconds.
        run: number of the function's run that sent it, None when none did.
    """

    to: str
    subject: str
    text: str
    html: str
    code: str
    registration_id: str | None
    at: float
    run: int | None = None


class MailService:
    """The mails that SES took, and its switch (`mode`)."""

    def __init__(self, *, slow_seconds: float = 15.0) -> None:
        self._faults = Faults(slow_seconds=slow_seconds)
        self._mails: list[Mail] = []
        self._lost: list[Mail] = []
        self._arrivals: list[float] = []
        self._lock = Lock()

    @property
    def mode(self) -> str:
        """One of `MODES`; setting it to anything else raises `ValueError`."""
        return self._faults.mode

    @mode.setter
    def mode(self, value: str) -> None:
        self._faults.mode = value

    @property
    def mails(self) -> tuple[Mail, ...]:
        """The mails taken so far, oldest first."""
        with self._lock:
            return tuple(self._mails)

    @property
    def lost(self) -> tuple[Mail, ...]:
        """The mails that it said it took, in mode `wrong`, and that nobody has."""
        with self._lock:
            return tuple(self._lost)

    @property
    def arrivals(self) -> tuple[float, ...]:
        """Unix times at which mails were handed in, also those that were not taken."""
        with self._lock:
            return tuple(self._arrivals)

    def release(self) -> None:
        """Let held calls go at once."""
        self._faults.release()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer for moto's SES while the block runs."""

        def send_email(response: SESV2Response) -> Any:  # noqa: ANN401 (a response of moto)
            return self._send(response)

        with patch.object(SESV2Response, "send_email", send_email):
            yield

    def _send(self, response: SESV2Response) -> str | _Answer:
        mode = self.mode
        with self._lock:
            self._arrivals.append(time())
        if mode == "down":
            return _error(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailableException", "down")
        if mode == "quota":
            return _error(HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequestsException", "Maximum sending rate exceeded.")
        if mode == "wrong":
            self._deliver(json.loads(response.body), self._lost)
            return "<p>Selamat datang</p>", {"Content-Type": "text/html"}
        answer = _send_email(response)  # moto checks the addresses
        sent = json.loads(response.body)
        self._deliver(sent, self._mails)
        if event := _said_later(sent):
            rules = events_backends[response.current_account][response.region].event_buses["default"].rules
            for rule in list(rules.values()):
                if rule.event_pattern.matches_event(_as_moto_matches(event)):
                    for target in rule.targets:
                        rule._send_to_sqs_queue(target["Arn"].rpartition(":")[2], dict(event))
        if mode == "slow":
            self._hold()
        return answer

    def _hold(self) -> None:
        """The sender's read timeout does not reach moto, which answers in its process; so it is kept here."""
        if (
            not self._faults._released.wait(min(self._faults.slow_seconds, READ_TIMEOUT))
            and self._faults.slow_seconds > READ_TIMEOUT
        ):
            raise ReadTimeoutError(endpoint_url="https://email.amazonaws.com")

    def _deliver(self, sent: dict[str, Any], into: list[Mail]) -> None:
        content = sent["Content"].get("Simple", {})
        body = {kind: part.get("Data", "") for kind, part in content.get("Body", {}).items()}
        text, html = body.get("Text", ""), body.get("Html", "")
        invocation = invocation_of_this_call()
        found = _LINKED_CODE.search(text) or _CODE.search(text) or _CODE.search(html)
        for to in sent["Destination"].get("ToAddresses", ()):
            mail = Mail(
                to=to,
                subject=content.get("Subject", {}).get("Data", ""),
                text=text,
                html=html,
                code=found[0] if found else "",
                registration_id=_tagged(sent) or registration_of_this_call(),
                at=time(),
                run=invocation.number if invocation else None,
            )
            with self._lock:
                into.append(mail)


def _said_later(sent: dict[str, Any]) -> Any:  # noqa: ANN401 (an event of EventBridge)
    """What SES says afterwards of a mail to one of the addresses of its mailbox simulator; None for any other."""
    (to,) = sent["Destination"]["ToAddresses"]
    kind = _SIMULATED.get(to.partition("@")[0].partition("+")[0]) if to.endswith(_SIMULATOR) else None
    if kind is None:
        return None
    tags = {tag["Name"]: [tag["Value"]] for tag in sent.get("EmailTags") or ()}
    tags["ses:configuration-set"] = [sent.get("ConfigurationSetName", "")]
    about = [{"emailAddress": to}]
    detail: dict[str, Any] = {"mail": {"tags": tags, "destination": [to]}}
    if kind == "complaint":
        detail |= {"eventType": "Complaint", "complaint": {"complainedRecipients": about}}
    else:
        bounce = {"bounceType": kind[0], "bounceSubType": kind[1], "bouncedRecipients": about}
        detail |= {"eventType": "Bounce", "bounce": bounce}
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Email Complaint Received" if kind == "complaint" else "Email Bounced",
        "source": "aws.ses",
        "account": "123456789012",
        "time": time(),
        "region": "local",
        "resources": [],
        "detail": detail,
    }


def _as_moto_matches(event: Any) -> Any:  # noqa: ANN401 (an event of EventBridge)
    """AWS matches a list by any of its values; moto compares it as a whole, so each tag's only value stands by itself here."""
    mail = event["detail"]["mail"]
    tags = {name: values[0] for name, values in mail["tags"].items()}
    return event | {"detail": event["detail"] | {"mail": mail | {"tags": tags}}}


def _tagged(sent: dict[str, Any]) -> str | None:
    """The registration that a mail's tag names."""
    tags = sent.get("EmailTags") or ()
    return next((tag["Value"] for tag in tags if tag["Name"] == "registration_id"), None)


def _error(status: HTTPStatus, code: str, message: str) -> _Answer:
    headers: dict[str, str | int] = {
        "Content-Type": "application/json",
        "x-amzn-errortype": code,
        "status": int(status),
    }
    return json.dumps({"message": message}), headers
