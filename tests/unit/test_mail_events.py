"""What an event of SES says of an address: never more than SES knows."""

from typing import Any

import pytest

from functions.email.events import FULL, REFUSED, MailEvent


def bounced(kind: str, subtype: str | None, status: str | None = None) -> MailEvent:
    """A mail that bounced; SES leaves out the status of a bounce that had none."""
    about: dict[str, Any] = {"emailAddress": "siti@example.com"} | ({"status": status} if status else {})
    bounce: dict[str, Any] = {"bounceType": kind, "bouncedRecipients": [about]}
    if subtype:
        bounce["bounceSubType"] = subtype
    return MailEvent.model_validate({"mail": {"tags": {}}, "bounce": bounce})


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (bounced("Transient", "MailboxFull"), FULL),
        (bounced("Transient", "General", "4.2.2"), FULL),
        (bounced("Transient", "General", "5.2.2"), FULL),
        (bounced("Transient", "General"), None),
        (bounced("Transient", "General", "4.4.7"), None),
        (bounced("Transient", "General", "4.2.1"), None),
        (bounced("Transient", None), None),
        (bounced("Transient", "CustomTimeoutExceeded"), None),
        (bounced("Transient", "MessageTooLarge", "5.3.4"), None),
        (bounced("Transient", "ContentRejected"), None),
        (bounced("Transient", "AttachmentRejected"), None),
        (bounced("Undetermined", "Undetermined"), None),
        (bounced("Permanent", "General"), REFUSED),
        (bounced("Permanent", "OnAccountSuppressionList"), REFUSED),
        (bounced("Permanent", "General", "5.2.2"), REFUSED),
    ],
)
def test_given_a_bounce_then_the_registrant_is_told_what_is_true(event: MailEvent, reason: str | None) -> None:
    """A full mailbox is said where SES or the receiving server says it; of an unknown cause nothing is."""
    assert event.reason == reason


@pytest.mark.parametrize(
    ("subtype", "ours"),
    [
        ("ContentRejected", True),
        ("AttachmentRejected", True),
        ("MessageTooLarge", True),
        ("General", False),
        ("MailboxFull", False),
    ],
)
def test_given_a_mail_refused_for_what_stands_in_it_then_it_is_our_fault(subtype: str, *, ours: bool) -> None:
    """It is counted as a rejection by SES itself is, and the registrant is not told that his address were wrong."""
    assert bounced("Transient", subtype).refused_for_its_content is ours


def test_given_a_complaint_then_the_address_refuses_mail() -> None:
    """Who calls our mail spam is not sent more of it."""
    about = {"complainedRecipients": [{"emailAddress": "siti@example.com"}]}
    assert MailEvent.model_validate({"mail": {}, "complaint": about}).reason == REFUSED


def test_given_a_mail_that_ses_rejects_then_nothing_is_said_of_the_address() -> None:
    """SES found something in it: it was never sent."""
    event = MailEvent.model_validate({"mail": {}, "reject": {"reason": "Bad content"}})
    assert event.refused_for_its_content
    assert event.reason is None
