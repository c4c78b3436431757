"""Each class of error in each task of the definition: a new state is covered without being named.

What a task can fail with is read from the definition: what its Retry and Catch name, a timeout, and an error that nobody
knows. It is raised in moto's interpreter, where AWS would report it: once or until the task's retries are used up, before
the task does anything; and once more after it did everything, where the error leaves that open.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

from functions.shared.registration import ENDED
from local.faults.tasks import (
    TIMEOUT,
    UNKNOWN,
    Running,
    Task,
    definition,
    error_of,
    errors_of,
    raise_as,
    tasks,
)
from local.registrant import Registrant, StuckError
from local.scenarios import CATALOGUE, Scenario
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.partners.population import Resident
    from local.stack import LocalStack

# What is raised only on a way that tests of the reconciler walk: in an execution that takes over.
ELSEWHERE: Final = frozenset({"AlreadyConfirmed"})


@dataclass(frozen=True, slots=True)
class Case:
    """One error in one task, on its first try or on all tries of its first entry."""

    state: str
    error: str
    tries: Literal["once", "exhausted", "lost"]

    @property
    def name(self) -> str:
        """As tests and reports call it."""
        return f"{self.state}-{self.error}-{self.tries}"


def cases() -> list[Case]:
    """Every case that the definition has."""
    found = []
    for state, body in definition().items():
        if body["Type"] == "Task":
            for error in sorted(set(errors_of(body)) - ELSEWHERE):
                found += [Case(state, error, "once"), Case(state, error, "exhausted")]
                if error not in {TIMEOUT, UNKNOWN} and error_of(error, after=True) == error:
                    found.append(Case(state, error, "lost"))
    return found


@contextmanager
def injected(case: Case) -> Iterator[list[str]]:
    """Raise the error in the first execution that enters the state; the executions in which it was raised."""
    retries = [each for each in definition()[case.state].get("Retry", ()) if case.error in each["ErrorEquals"]]
    most = 1 + max((each["MaxAttempts"] for each in retries), default=0) if case.tries == "exhausted" else 1
    raised: list[str] = []
    lock = Lock()

    def decide(task: Task, running: Running) -> None:
        with lock:
            hit = task.state == case.state and len(raised) < most and raised.count(task.registration_id) == len(raised)
            if hit:
                raised.append(task.registration_id)
        if not hit:
            running.call()
            return
        if case.tries == "lost":
            running.call()
            running.environment.stack.pop()
        raise_as(running, case.error)

    with tasks(decide):
        yield raised


class Paths:
    """Which path of the catalogue enters a state; found by walking them."""

    def __init__(self, stack: LocalStack, residents: Iterator[Resident]) -> None:
        self.stack = stack
        self.residents = residents
        self._entered: dict[str, set[str]] = {}

    def into(self, state: str) -> Scenario:
        """The first path that enters the state.

        Raises:
            LookupError: none does. A new state wants a path of the catalogue.
        """
        # What ends otherwise goes furthest; a mistake that is caught at once goes where others go, too.
        for scenario in sorted(CATALOGUE, key=lambda each: (each.caught, each.ends == "verified")):
            if scenario.name not in self._entered:
                self._entered[scenario.name] = self._walked(scenario)
            if state in self._entered[scenario.name]:
                return scenario
        raise LookupError(f"no path of the catalogue enters {state}")

    def _walked(self, scenario: Scenario) -> set[str]:
        executions = map(self.stack.execution, walked(scenario, self.stack, next(self.residents)))
        return {state for execution in executions if execution for state in execution.states}


def walked(scenario: Scenario, stack: LocalStack, resident: Resident) -> set[str]:
    """Walk a path as far as it goes; the registrations that were begun on it."""
    before = registrations(stack)
    stack.set_faults(dict.fromkeys(stack.faults, "up"))
    policy = stack.policy
    try:
        scenario.walk(stack, resident, Registrant)
    except (StuckError, KeyError):
        pass  # an error may lead elsewhere; where it led to is looked at by the caller
    finally:
        stack.set_faults(dict.fromkeys(stack.faults, "up"))
        if policy is not None and stack.policy != policy:
            stack.set_policy(policy)
    begun = registrations(stack) - before
    until(lambda: all(settled(stack, each) for each in begun), seconds=60)
    return begun


def registrations(stack: LocalStack) -> set[str]:
    """Ids of all registrations."""
    return {item["id"] for item in stack.items() if item.get("kind") == "registration"}


def resting(stack: LocalStack, registration_id: str) -> bool:
    """Whether it has ended, or waits for a person."""
    item, execution = stack.item(registration_id) or {}, stack.execution(registration_id)
    if item.get("status") in ENDED:
        return execution is not None and execution.status != "RUNNING"
    return execution is not None and execution.status == "RUNNING" and bool(item.get("waiting"))


def settled(stack: LocalStack, registration_id: str) -> bool:
    """Whether it rests, and will not go on when nobody does anything."""
    status = (stack.item(registration_id) or {}).get("status")
    return (status in ENDED or status == "in_review") and resting(stack, registration_id)


def violations(stack: LocalStack, registration_id: str) -> list[str]:
    """What must not have become of a registration, whatever failed."""
    # Counted first: a mail may go out while we look, and what it is for is written before.
    counts, execution = stack.counts(registration_id), stack.execution(registration_id)
    item = stack.item(registration_id) or {}
    found = []
    if execution is None or execution.status not in {"SUCCEEDED", "RUNNING", "ABORTED"}:
        found.append(f"execution {execution and execution.status}")
    elif item.get("status") not in ENDED and execution.status != "RUNNING":
        found.append(f"{item.get('status')}, but the execution is {execution.status}")
    if not resting(stack, registration_id):
        found.append(f"neither ended nor waiting: {item.get('status')}")
    entered = list(execution.states) if execution else []
    if counts.emails > entered.count("VerifyEmail") + len(item.get("notices", ())):
        found.append(f"{counts.emails} mails")
    if counts.sms + counts.whatsapp > entered.count("VerifyPhone"):
        found.append(f"{counts.sms + counts.whatsapp} messages")
    return found
