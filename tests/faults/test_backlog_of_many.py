"""Many people who wait for the register: nothing is spent on waiting, and it is not brought down again."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest

from functions.shared.policy import Policy, parse
from local.faults.auditor import peak
from local.faults.campaign import POLICY_FILE
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until

MANY = 500 if os.environ.get("FAULT_MATRIX") == "whole" else 40
LIMIT = 5


@pytest.fixture
def patient() -> Policy:
    """A policy whose waits outlast the time that a laptop takes for so many."""
    document = parse(POLICY_FILE.read_bytes()).model_dump(mode="json")
    document["email"] |= {"reminders": [], "wait_seconds": 3600, "code_seconds": 3600}
    document["details"]["wait_seconds"] = 3600
    document["otp"] |= {"wait_seconds": 3600, "code_seconds": 600}
    document["dukcapil"] |= {
        "calls_per_second": LIMIT,
        "queue_seconds": 1700,
        # Nearly as deployed: five hundred that are tried every second or two are all that a laptop can do.
        "breaker": {"failures": 5, "seconds": 10},
        "hold": {"seconds": 5, "max_seconds": 30},
    }
    return Policy.model_validate(document)


@pytest.fixture
def own_stack(session_stack: LocalStack, patient: Policy) -> Iterator[LocalStack]:
    """The session's stack (there is one AWS in a process) with the register down."""
    before = session_stack.policy
    session_stack.set_policy(patient)
    session_stack.set_faults({"dukcapil": "down"})
    yield session_stack
    session_stack.set_faults({"dukcapil": "up"})
    if before is not None:
        session_stack.set_policy(before)


@pytest.mark.timeout(1500)
def test_given_the_register_is_back_then_all_are_settled_within_its_rate(
    own_stack: LocalStack, residents: Iterator[Resident]
) -> None:
    """Without an operator, without a transition spent while waiting, oldest first as far as a queue has an order."""

    def park(resident: Resident) -> Registrant:
        registrant = Registrant(own_stack, resident)
        registrant.register()
        return registrant

    with ThreadPoolExecutor(8) as crowd:
        parked = list(crowd.map(park, islice(residents, MANY)))
    for registrant in parked:
        registrant.await_state("QueueDukcapil")
    before = {each.id: len(own_stack.history(each.id)) for each in parked}
    time.sleep(5)
    assert {each.id: len(own_stack.history(each.id)) for each in parked} == before
    asked = len(own_stack.register.calls)
    own_stack.set_faults({"dukcapil": "up"})
    ids = {each.id for each in parked}

    def statuses() -> set[str]:
        return {item["status"] for item in own_stack.items() if item["id"] in ids}

    assert until(lambda: statuses() == {"verified"}, seconds=MANY * 0.6 + 60), statuses()
    calls = own_stack.register.calls[asked:]
    assert peak([call.arrived for call in calls]) <= LIMIT
    assert sum(call.answer == "00" for call in calls) == MANY
