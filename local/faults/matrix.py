"""Each class of error in each task of the definition: a new state is covered without being named.

What a task can fail with is read from the definition: what its Retry and Catch name, a timeout, and an error that nobody
knows. It is raised in moto's interpreter, where AWS would report it: once or until the task's retries are used up, before
the task does anything; and once more after it did everything, where the error leaves that open.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal

from functions.shared.registration import ENDED
from local.faults.auditor import doubles
from local.faults.mailroom import Mailroom
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
from local.faults.tries import Tries
from local.operator import Operator
from local.registrant import Registrant, StuckError
from local.scenarios import CATALOGUE, Scenario
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.partners.population import Resident
    from local.stack import LocalStack

# What is raised only on a way that tests of the reconciler walk: in an execution that takes over.
ELSEWHERE: Final = frozenset({"AlreadyConfirmed"})

EXPIRES: Final[Mapping[tuple[str, str], str]] = {
    ("AwaitDetails", TIMEOUT): "details_not_submitted",
    ("VerifyPhone", TIMEOUT): "phone_not_confirmed",
}
"""State and error, and the reason that an honest registration expires with.

These errors say themselves that nobody answered in all the time that the policy gives, so nobody did anything wrong. (After
`VerifyEmail`'s a reminder is sent.)
"""
_REFUSED: Final = 300
"""HTTP's answers that are no success begin here."""
_OPERATOR_AND_ALL: Final = 90.0
"""Seconds that somebody persists whom an error led elsewhere."""


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
        executions = map(self.stack.execution, walked(scenario, self.stack, next(self.residents)).begun)
        return {state for execution in executions if execution for state in execution.states}


@dataclass(slots=True)
class Walk:
    """A path that was walked.

    Attributes:
        begun: by registration id, who began on it; last whose path it is.
        stuck: an error led elsewhere than the path says.
        tries: for which entry what was sent.
    """

    scenario: Scenario
    begun: dict[str, Registrant] = field(default_factory=dict)
    stuck: bool = False
    tries: Tries = field(default_factory=Tries)

    @property
    def honest(self) -> list[Registrant]:
        """Who does his part: all, but for him whose path is to be turned away."""
        everybody = list(self.begun.values())
        return everybody if self.scenario.ends == "verified" or self.stuck else everybody[:-1]


def walked(scenario: Scenario, stack: LocalStack, resident: Resident) -> Walk:
    """Walk a path as far as it goes, and then, wherever an error led to, do what is expected there until the end."""
    walk, people = Walk(scenario), list[Registrant]()

    class Walker(Registrant):
        def __post_init__(self) -> None:
            super().__post_init__()
            people.append(self)

    stack.set_faults(dict.fromkeys(stack.faults, "up"))
    policy = stack.policy
    with walk.tries.noted():
        try:
            scenario.walk(stack, resident, Walker)
        except (StuckError, KeyError):
            walk.stuck = True
        finally:
            stack.set_faults(dict.fromkeys(stack.faults, "up"))
            if policy is not None and stack.policy != policy:
                stack.set_policy(policy)
        walk.begun = {each.id: each for each in people if each.id}
        for registrant in walk.honest:
            until(lambda person=registrant: _persisted(stack, person), seconds=_OPERATOR_AND_ALL)  # type: ignore[misc]
        until(lambda: all(settled(stack, each) for each in walk.begun), seconds=60)
    return walk


def _persisted(stack: LocalStack, registrant: Registrant) -> bool:
    """Do the one thing that is expected now, as somebody does who wants to come in; whether he has come to an end.

    An operator gives every case back: nobody is approved here. Whoever is rejected does not dispute it.
    """
    try:
        seen = registrant.see()
    except StuckError:
        return False
    if seen["status"] == "in_review":
        Operator(stack).decide(registrant.id, "correct")
    match seen["expects"]:
        case "email_code":
            _type_or_ask(registrant, "/email", registrant.email, seen)
        case "details":
            registrant.submit()
        case "phone_code":
            _type_or_ask(registrant, "/phone", registrant.resident.phone, seen)
    return seen["status"] in ENDED


def _type_or_ask(registrant: Registrant, path: str, to: str, seen: Mapping[str, Any]) -> None:
    """Type the newest code, or ask for another when that was read before, and did not help."""
    if code := registrant.unread_code(to):
        registrant.read.add(code)
        status, confirmed = registrant.call("POST", f"{path}/confirmation", {"code": code})
        if status < _REFUSED:
            registrant.secret = confirmed.get("session_secret", registrant.secret)
    elif seen["resend_available_in"] == 0:
        registrant.call("POST", f"{path}/resend")


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


def violations(stack: LocalStack, walk: Walk, case: Case) -> list[str]:
    """What must not have become of those who began, whatever failed."""
    tries = walk.tries.by_run
    found = list(doubles((each for each in Mailroom(stack).letters() if each.run in tries), tries))
    for registration_id, registrant in walk.begun.items():
        wrong = [*_technical(stack, registration_id), *_end(stack, registration_id, walk, case, registrant)]
        found += [f"{registration_id}: {each}" for each in wrong]
    return found


def _end(stack: LocalStack, registration_id: str, walk: Walk, case: Case, registrant: Registrant) -> Iterator[str]:
    """How it ended, if that is neither verified nor what the path, or the error itself, is about."""
    item = stack.item(registration_id) or {}
    end = (item.get("status"), item.get("reason"))
    may_be: set[tuple[str | None, str | None]] = {("verified", None)}
    if reason := EXPIRES.get((case.state, case.error)):
        may_be |= {("expired", reason)}
    if walk.scenario.ends != "verified" and registrant is list(walk.begun.values())[-1]:
        # An operator may have to look at whom the workflow could not turn away.
        may_be |= {(walk.scenario.ends, walk.scenario.reason), ("in_review", item.get("reason"))}
    if end not in may_be:
        yield f"ended {end[0]} ({end[1]}), not verified"


def _technical(stack: LocalStack, registration_id: str) -> list[str]:
    # Counted first: a mail may go out while we look, and what it is for is written before.
    counts, execution = stack.counts(registration_id), stack.execution(registration_id)
    item = stack.item(registration_id) or {}
    found = []
    if execution is None or execution.status not in {"SUCCEEDED", "RUNNING"}:
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
