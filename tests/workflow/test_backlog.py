"""The backlog of the register: its circuit breaker, its rate, its dead letters."""

import json
from collections.abc import Iterator
from itertools import islice
from time import time

from functions.dukcapil import limits
from functions.shared.policy import Policy
from local.faults.auditor import peak
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until
from tests.workflow.test_outages import changed, with_details


def metrics(stack: LocalStack, name: str, since: int) -> list[str]:
    """Lines in which a metric was counted."""
    return [line for line in stack.log.lines[since:] if f'"{name}"' in line]


def parked(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody who has done everything, and waits for the register."""
    registrant = with_details(stack, resident)
    registrant.confirm_phone()
    registrant.await_that(status="settling")
    return registrant


def test_given_failures_in_a_row_then_the_register_is_left_alone_and_tried_by_one(
    stack: LocalStack, residents: Iterator[Resident], fast_policy: Policy
) -> None:
    """While the circuit is open nobody asks; each transition is counted; the people are settled when it closes."""
    stack.set_policy(changed(fast_policy, "dukcapil", breaker={"failures": 2, "seconds": 3}))
    logged = len(stack.log.lines)
    stack.set_faults({"dukcapil": "down"})
    people = [parked(stack, resident) for resident in islice(residents, 3)]
    assert until(lambda: any('"Open"' in line for line in metrics(stack, "DukcapilBreaker", logged)))
    asked = len(stack.register.calls)
    until(lambda: False, seconds=4)
    # Two probes at most in that time, whoever waits.
    assert len(stack.register.calls) - asked <= 2
    stack.set_faults({"dukcapil": "up"})
    for registrant in people:
        registrant.await_that(status="verified")
    states = "".join(metrics(stack, "DukcapilBreaker", logged))
    assert '"HalfOpen"' in states
    assert '"Closed"' in states


def test_given_a_used_up_quota_then_nobody_asks_before_it_is_renewed(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """One answer is enough, and the circuit's item is kept for longer than the night; at any hour, midnight included."""
    breaker, began = fast_policy.dukcapil.breaker, time()
    asked = len(stack.register.calls)
    stack.set_faults({"dukcapil": "quota"})
    registrant = parked(stack, resident)
    stack.set_faults({"dukcapil": "up"})
    item = stack.client("dynamodb").get_item(
        TableName=stack.physical_id("ControlTable"), Key={"id": {"S": limits.CIRCUIT}}
    )["Item"]
    assert item["state"]["S"] == "OPEN"
    renewed = int(item["opened_at"]["N"]) + breaker.seconds
    assert limits.renewed_at(began, breaker) <= renewed <= limits.renewed_at(time(), breaker)
    assert int(item["expiration"]["N"]) > renewed
    until(lambda: False, seconds=3)
    assert registrant.see()["status"] == "settling"
    quota = [call for call in stack.register.calls[asked:] if call.answer == "05"]
    assert 1 <= len(quota) <= 2
    stack.midnight()
    registrant.await_that(status="verified")


def test_given_many_who_wait_then_they_are_drained_within_the_rate_and_without_a_transition(
    stack: LocalStack, residents: Iterator[Resident], fast_policy: Policy
) -> None:
    """Waiting is free, and a register that has just come back is not brought down again."""
    stack.set_policy(changed(fast_policy, "dukcapil", calls_per_second=4, queue_seconds=300))
    stack.set_faults({"dukcapil": "down"})
    people = [parked(stack, resident) for resident in islice(residents, 12)]
    for registrant in people:
        registrant.await_state("QueueDukcapil")
    # The state is entered first; the message is in the queue some events later.
    assert until(lambda: all(stack.history(each.id)[-1]["type"] == "TaskSubmitted" for each in people))
    before = {each.id: len(stack.history(each.id)) for each in people}
    until(lambda: False, seconds=3)
    assert {each.id: len(stack.history(each.id)) for each in people} == before
    asked = len(stack.register.calls)
    stack.set_faults({"dukcapil": "up"})
    for registrant in people:
        registrant.await_that(status="verified")
    arrivals = [call.arrived for call in stack.register.calls[asked:]]
    assert sum(call.answer == "00" for call in stack.register.calls[asked:]) == len(people)
    assert peak(arrivals) <= 4


def test_given_a_dead_letter_then_its_owner_goes_to_an_operator(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Whom the queue gives up nobody forgets."""
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"dukcapil": "down"})
    registrant = with_details(stack, resident)
    registrant.await_state("QueueDukcapil")
    sqs, backlog = stack.client("sqs"), stack.physical_id("DukcapilBacklog")
    dead = stack.physical_id("DukcapilBacklogDeadLetters")
    worker = next(each for name, each in stack.workers.items() if name.startswith("BacklogFunction"))
    worker.stop()
    try:
        body = until(lambda: _received(sqs, backlog, registrant.id))
        assert body
        sqs.send_message(QueueUrl=dead, MessageBody=body)
        sqs.send_message(QueueUrl=dead, MessageBody="{}")
        reviewed = registrant.await_that(status="in_review")
    finally:
        worker.start()
    assert reviewed["reason"] == "dukcapil_unavailable"
    assert reviewed["layers"]["dukcapil"]["state"] != "declined"


def _received(sqs: object, queue: str, registration_id: str) -> str:
    """The body of the message of a registration, when it is visible."""
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])  # type: ignore[attr-defined] # a boto3 client
    bodies = [str(message["Body"]) for message in received]
    return next((body for body in bodies if json.loads(body).get("registration_id") == registration_id), "")
