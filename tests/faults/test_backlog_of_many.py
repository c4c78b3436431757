"""Many people who wait for the register: nothing is spent on waiting, and it is not brought down again."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from math import ceil
from random import Random
from statistics import correlation

import pytest

from functions.dukcapil.line import Lately, Line, in_line
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
    """Without an operator, and without a transition spent while waiting.

    In which order is not asserted here: the circuit may close in the middle of a round, and while rounds grow longer those who
    came late may be in an earlier one. What holds within a round is asserted below.
    """

    def park(resident: Resident) -> Registrant:
        registrant = Registrant(own_stack, resident)
        registrant.register()
        return registrant

    with ThreadPoolExecutor(8) as crowd:
        parked = list(crowd.map(park, islice(residents, MANY)))
    for registrant in parked:
        registrant.await_state("QueueDukcapil")
    # The state is entered first; the message is in the queue some events later.
    assert until(lambda: all(own_stack.history(each.id)[-1]["type"] == "TaskSubmitted" for each in parked), seconds=60)
    before = {each.id: len(own_stack.history(each.id)) for each in parked}
    time.sleep(5)
    assert {each.id: len(own_stack.history(each.id)) for each in parked} == before
    asked = len(own_stack.register.calls)
    own_stack.set_faults({"dukcapil": "up"})
    ids = {each.id for each in parked}

    def statuses() -> set[str]:
        return {item["status"] for item in own_stack.items() if item["id"] in ids}

    # Looked at now and then: who reads the whole table all the time leaves the others no time for it.
    end = time.monotonic() + MANY * 0.6 + 60
    while statuses() != {"verified"} and time.monotonic() < end:
        time.sleep(2)
    assert statuses() == {"verified"}
    calls = own_stack.register.calls[asked:]
    assert peak([call.arrived for call in calls]) <= LIMIT
    assert sum(call.answer == "00" for call in calls) == MANY


@pytest.mark.parametrize("many", [40, 500])
@pytest.mark.parametrize("seed", range(5))
def test_given_a_round_then_those_who_are_parked_come_oldest_first(many: int, seed: int) -> None:
    """Chance is 0.05 of a line's length, youth 0.95: who is older by more than a nineteenth of the span is never behind."""
    chance, now, lately = Random(seed), 10_000.0, Lately()  # noqa: S311 (to be repeatable)
    parked = sorted(now - chance.uniform(0, 600) for _ in range(many))
    for sent_at in chance.sample(parked, many):  # a queue hands them out in any order
        lately.youth(sent_at, now, memory=60)
    youths = [lately.youth(sent_at, now, memory=60) for sent_at in parked]
    # As SQS hides them: for whole seconds.
    turns = [ceil(in_line(Line(many / LIMIT, youth, 600.0), chance.random)) for youth in youths]
    overtaken = [
        (one, other)
        for one in range(many)
        for other in range(one + 1, many)
        if youths[other] - youths[one] > 1 / 19 and turns[other] < turns[one]
    ]
    assert overtaken == []
    # Evenly parked, noise of 0.05 of the line leaves 0.998, and the whole seconds of a line of eight seconds no less than 0.98.
    assert correlation(parked, turns, method="ranked") > 0.95
