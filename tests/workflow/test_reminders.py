"""Reminders before the wait for the email code ends, and what an expired registration keeps."""

from typing import Any

from functions.shared.policy import Policy
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until


def with_reminders(policy: Policy, *reminders: int, wait_seconds: int, **more: Any) -> Policy:  # noqa: ANN401 (JSON)
    """The policy with other waits for the email code."""
    email = policy.email.model_copy(update={"reminders": reminders, "wait_seconds": wait_seconds, **more})
    return policy.model_copy(update={"email": email, "policy_version": "reminding"})


def begun(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody who has just begun, and has the first mail."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    return registrant


def test_given_nobody_answers_then_reminded_with_a_new_code_and_expired_with_nothing_kept(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Two reminders, each its own code; after the last wait the registration is over and holds nothing personal."""
    stack.set_policy(with_reminders(fast_policy, 2, 2, wait_seconds=2))
    registrant = begun(stack, resident)
    ended = registrant.await_that(status="expired")
    assert ended["reason"] == "email_not_confirmed"
    subjects = [message.subject for message in registrant.messages()]
    assert len(subjects) == 3
    assert subjects[0] != subjects[1] == subjects[2]
    assert len({message.code for message in registrant.messages()}) == 3
    # The address is kept until it is settled whether to tell it of the end.
    assert until(lambda: "email" not in (stack.item(registrant.id) or {"email": ""}))
    item = stack.item(registrant.id)
    assert item
    assert not {"email", "phone", "details", "claim", "preferred_channel", "answer"} & item.keys()


def test_given_a_reminder_when_its_code_is_typed_then_it_goes_on_and_the_old_code_was_dead(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given two codes in the mailbox, then the older is told to be so and costs no attempt, and the newer works."""
    stack.set_policy(with_reminders(fast_policy, 3, wait_seconds=30))
    registrant = begun(stack, resident)
    old = registrant.newest_code(registrant.email)
    new = registrant.newest_code(registrant.email)
    left = registrant.await_that(expects="email_code")["attempts_left"]
    status, problem = registrant.call("POST", "/email/confirmation", {"code": old})
    assert (status, problem["code"]) == (422, "code_superseded")
    assert registrant.see()["attempts_left"] == left
    status, confirmed = registrant.call("POST", "/email/confirmation", {"code": new})
    assert status == 200
    registrant.secret = confirmed["session_secret"]
    registrant.await_that(expects="details")
    assert len(registrant.messages()) == 2


def test_given_an_answer_that_came_too_late_for_its_task_then_nobody_is_reminded(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given a confirmed address whose answer was not delivered in time, then it is handed on and no mail is sent."""
    stack.set_policy(with_reminders(fast_policy, 3, wait_seconds=30))
    registrant = begun(stack, resident)
    # Signals finds no task to wake, as when Step Functions has throttled it past the grace.
    token = {"id": {"S": f"wait#{registrant.id}"}}
    stack.client("dynamodb").delete_item(TableName=stack.physical_id("RegistrationsTable"), Key=token)
    registrant.confirm_email()
    registrant.await_that(expects="details")
    assert len(registrant.messages()) == 1
    execution = stack.execution(registrant.id)
    assert execution
    assert execution.states[:4] == ("VerifyEmail", "RemindEmail", "VerifyEmail", "RouteEmail")


def test_given_no_mail_can_be_sent_when_a_reminder_is_due_then_it_is_held_and_sent_once(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given an outage of the mail service, when it is over, then the reminder comes, as a reminder."""
    stack.set_policy(with_reminders(fast_policy, 2, wait_seconds=30))
    registrant = begun(stack, resident)
    stack.set_faults({"email": "down"})
    registrant.await_state("HoldEmail")
    stack.set_faults({"email": "up"})
    registrant.newest_code(registrant.email)
    registrant.confirm_email()
    registrant.await_that(expects="details")
    first, reminder = registrant.messages()
    assert first.subject != reminder.subject


def test_given_a_deferred_mail_when_it_is_settled_then_it_is_reminded_of_too(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given an address that is confirmed last, when nobody answers, then a reminder comes before it is over."""
    stack.set_policy(with_reminders(fast_policy, 2, wait_seconds=30, on_unavailable="defer"))
    stack.set_faults({"email": "down"})
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.submit()
    stack.set_faults({"email": "up"})
    registrant.confirm_phone()
    first = registrant.newest_code(registrant.email)
    second = registrant.newest_code(registrant.email)
    assert first != second
    registrant.await_that(expects="email_code")
    assert registrant.call("POST", "/email/confirmation", {"code": second})[0] == 200
