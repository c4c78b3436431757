"""Two tries of one entry at once: Step Functions gave up on the first, which still runs, and makes the second.

Whatever comes of the first one's sending, somebody sleeps on a token that lives, and the registrant is not forgotten.
"""

from functions.email.confirmation import EmailEntry
from functions.shared.challenge import Opening, mark_undelivered, open_challenge
from functions.shared.policy import default
from functions.shared.registration import Registration
from tests.api.conftest import Bench


def a_try(registration: Registration, attempt: int) -> EmailEntry:
    """A try of the one entry, with a token of its own."""
    return EmailEntry.model_validate(
        {
            "registration_id": registration.id,
            "entry_id": "VerifyEmail@2026-11-24T00:00:00.000Z",
            "policy": default(),
            "task_token": f"token of {attempt}",
            "attempt": attempt,
        }
    )


def opened(bench: Bench, registration: Registration, attempt: int) -> str | None:
    """The code that a try is to send, which has read the registration as it is given."""
    return open_challenge(
        bench.steps.registrations,
        bench.key,
        entry=a_try(registration, attempt),
        registration=registration,
        opening=Opening("email", "email_pending", registration.email or "", layers={}),
        policy=default().email,
    )


def test_given_a_later_try_that_sleeps_when_the_first_one_fails_to_send_then_it_is_woken_to_send(bench: Bench) -> None:
    """It believed that the first had sent; the answer `resend` makes the workflow enter anew, and costs nothing."""
    begun = bench.put(None)
    assert opened(bench, begun, 0)
    assert opened(bench, bench.get(begun.id), 1) is None
    before = bench.get(begun.id).sendings["email"]
    mark_undelivered(bench.steps.registrations, a_try(begun, 0), "email")
    after = bench.get(begun.id)
    assert after.answered == a_try(begun, 0).entry_id
    assert (
        bench.client.get_item(TableName=bench.steps.registrations.table, Key={"id": begun.id})["Item"]["answer"]["kind"]
        == "resend"
    )
    assert after.sendings["email"] == before - 1
    assert bench.steps.registrations.task_token(begun.id, a_try(begun, 1).entry_id) == "token of 1"


def test_given_a_first_try_that_fails_while_the_later_one_looks_then_the_later_one_sends(bench: Bench) -> None:
    """What it has read says "sent", and is no longer so."""
    begun = bench.put(None)
    assert opened(bench, begun, 0)
    as_read = bench.get(begun.id)
    mark_undelivered(bench.steps.registrations, a_try(begun, 0), "email")
    assert opened(bench, as_read, 1)
    waiting = bench.get(begun.id).waiting
    assert waiting is not None
    assert bench.steps.registrations.task_token(begun.id, waiting.entry_id) == "token of 1"


def test_given_no_later_try_when_sending_fails_then_the_registrant_is_told(bench: Bench) -> None:
    """As always: nothing is expected of him, and the same entry may be tried again."""
    begun = bench.put(None)
    assert opened(bench, begun, 0)
    mark_undelivered(bench.steps.registrations, a_try(begun, 0), "email")
    after = bench.get(begun.id)
    assert (after.waiting, after.answered, after.reason) == (None, None, "email_unavailable")
    assert opened(bench, after, 1)


def test_given_a_twin_that_comes_late_then_it_neither_sends_nor_takes_the_token(bench: Bench) -> None:
    """Its token died with the try."""
    begun = bench.put(None)
    assert opened(bench, begun, 1)
    assert opened(bench, begun, 0) is None
    assert bench.steps.registrations.task_token(begun.id, a_try(begun, 1).entry_id) == "token of 1"
