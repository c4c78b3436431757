"""Addresses that refuse mail: what SES says afterwards reaches the registrant while he waits."""

from dataclasses import replace
from uuid import uuid4

import pytest

from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until


def begun_at(stack: LocalStack, resident: Resident, box: str) -> Registrant:
    """Somebody who has begun with an address of SES's mailbox simulator."""
    registrant = Registrant(stack, resident, email=f"{box}+{uuid4().hex[:8]}@simulator.amazonses.com")
    registrant.begin()
    return registrant


@pytest.mark.parametrize("box", ["bounce", "suppressionlist", "complaint"])
def test_given_an_address_that_refuses_mail_then_its_owner_changes_it_while_he_waits(
    box: str, stack: LocalStack, resident: Resident
) -> None:
    """He is told why nothing comes, and goes on with another address."""
    registrant = begun_at(stack, resident, box)
    told = registrant.await_that(reason="email_refuses_mail")
    assert told["expects"] == "email_code"
    status, changed = registrant.call("PUT", "/email", {"email": resident.email})
    assert status == 202, changed
    registrant.email = resident.email
    registrant.confirm_email()
    assert registrant.await_that(expects="details")["reason"] is None


def test_given_a_full_mailbox_then_it_is_said_and_the_code_still_works(stack: LocalStack, resident: Resident) -> None:
    """A transient bounce condemns no address."""
    registrant = begun_at(stack, resident, "mailboxfull")
    registrant.await_that(reason="mailbox_full")
    registrant.confirm_email()
    registrant.await_that(expects="details")


def test_given_an_address_that_refuses_mail_then_no_reminder_is_sent_to_it(
    stack: LocalStack, resident: Resident
) -> None:
    """Sending there again would cost the sender's reputation; the wait goes on, and the address can be changed."""
    registrant = begun_at(stack, resident, "bounce")
    registrant.await_that(reason="email_refuses_mail")
    registrant.await_state("RemindEmail")
    assert len(stack.inbox(registrant.email)) == 1
    assert until(lambda: registrant.call("PUT", "/email", {"email": resident.email})[0] == 202)
    registrant.email = resident.email
    registrant.confirm_email()
    registrant.await_that(expects="details")


def test_given_another_address_by_now_then_an_old_bounce_says_nothing(stack: LocalStack, resident: Resident) -> None:
    """What bounced is not what the registration has any more."""
    registrant = Registrant(stack, replace(resident), email=resident.email)
    registrant.begin()
    registrant.await_that(expects="email_code")
    detail = {
        "mail": {"tags": {"registration_id": [registrant.id]}},
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "other@example.com"}]},
    }
    assert not stack.deliver_mail_event(detail).failed
    assert registrant.see()["reason"] is None


def test_given_what_is_no_event_then_it_is_let_go(stack: LocalStack) -> None:
    """It would come back for ever, and holds nothing that anybody waits for."""
    answer = stack.deliver_mail_event({"mail": []})
    assert answer.value == {"batchItemFailures": []}
