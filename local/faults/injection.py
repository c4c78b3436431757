"""Faults at the boundary: of AWS and of the partners, never in our own code.

| where | what happens there |
| --- | --- |
| a function's call of AWS | throttled; answer lost, so that the SDK calls again or gives up; the function crashes before or after it |
| a function's call of a partner | answer lost; the function crashes before or after it |
| a task of the state machine | an error of those that its integration raises, before or after its effect; a late twin with a stale token |
| a delivery of a stream, queue or schedule | twice, late, or with its answer lost |

Whether the n-th call of one kind for one person fails is decided by the seed alone, whatever the threads do meanwhile.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPResponse
from random import Random
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for

from local.faults.tasks import Task, error_of, raise_as, tasks
from local.lambdas import ProcessEndedError, invocation_of_this_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.faults.tasks import Running
    from local.lambdas import Answer, Invocation
    from local.pollers import Call, Poller

_CRASHES: Final = ("Runtime.ExitError", "Sandbox.Timedout")
_THROTTLED: Final[dict[str, tuple[str, ...]]] = {
    "dynamodb": (
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
    ),
    "stepfunctions": ("ThrottlingException",),
    "sqs": ("RequestThrottled",),
    "sesv2": ("TooManyRequestsException",),
    "kms": ("ThrottlingException", "KMSInternalException"),
    "ssm": ("ThrottlingException",),
    "events": ("ThrottlingException", "FailedEntryCount"),
    "secretsmanager": ("InternalServiceError",),
    "socialmessaging": ("ThrottledRequestException",),
}
_ONE_ATTEMPT: Final = frozenset({"sesv2", "socialmessaging"})
"""Services that our clients call once, because a second call could be a second message."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How probable each fault is, of one call, task or delivery."""

    crash_before: float = 0.004
    crash_after: float = 0.004
    throttle: float = 0.015
    lost: float = 0.008
    partner_crash: float = 0.02
    partner_lost: float = 0.02
    task_before: float = 0.02
    task_after: float = 0.015
    late_twin: float = 0.015
    delivered_twice: float = 0.06
    delivered_late: float = 0.05
    delivery_lost: float = 0.03
    replayed_late: float = 0.03

    def times(self, factor: float) -> Rates:
        """The same, all more or less probable."""
        return Rates(**{name: factor * rate for name, rate in asdict(self).items()})


@dataclass(frozen=True, slots=True)
class _Call:
    """A function's call of AWS, and what makes it."""

    invocation: Invocation
    service: str
    operation: str
    parameters: Any
    client: Any
    original: Any


@dataclass(slots=True)
class Injection:
    """Injects while it is active, and remembers what it did.

    Args:
        seed: of the decisions.
        rates: how often each thing fails.
        name_of: who a registration is, by its id: the same in every run with this seed, as ids are not.
        observe: shown every call of AWS that came to its end: the run of the function, service, operation, parameters,
            and whether it was refused.
        hit: told the number of each run of a function in which a call failed, or which crashed.

    Attributes:
        counts: faults by kind.
    """

    seed: int
    rates: Rates = field(default_factory=Rates)
    name_of: Callable[[str], str] = lambda _: "-"
    observe: Callable[[Invocation, str, str, Mapping[str, Any], Exception | None], None] | None = None
    hit: Callable[[int], None] = lambda _: None
    counts: Counter[str] = field(default_factory=Counter)
    active: Event = field(default_factory=Event)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    _late: list[Thread] = field(default_factory=list)
    _earlier: dict[str, list[Any]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Stand at the boundary while the block runs. To be entered after the stack was started."""
        with ExitStack() as replaced:
            replaced.enter_context(patch.object(BaseClient, "_make_api_call", self._aws(_api_call(BaseClient))))
            sent, answered = HTTPConnection.putrequest, HTTPConnection.getresponse
            replaced.enter_context(patch.object(HTTPConnection, "putrequest", self._sending(sent)))
            replaced.enter_context(patch.object(HTTPConnection, "getresponse", self._answered(answered)))
            replaced.enter_context(tasks(self._task))
            yield
            for thread in self._late:
                thread.join(10)

    def at(self, poller: Poller) -> None:
        """Stand between an event source and its function, too."""
        poller.deliver = lambda event, call: self._deliver(poller, event, call)

    # -------------------------------------------------------------------------------------------------------- deciding

    def _chance(self, registration_id: str | None, what: str) -> Random:
        who = self.name_of(registration_id) if registration_id else "-"
        with self._lock:
            number = self._seen[who, what]
            self._seen[who, what] += 1
        return Random(f"{self.seed}|{who}|{what}|{number}")  # noqa: S311 (to be repeatable)

    def _did(self, kind: str, run: Invocation | None = None) -> None:
        """Count a fault, and tell the run that it hit."""
        with self._lock:
            self.counts[kind] += 1
        if run is not None:
            self.hit(run.number)

    def _end(self, invocation: Invocation, kind: str, chance: Random) -> None:
        self._did(kind, invocation)
        invocation.ended = chance.choice(_CRASHES)
        raise ProcessEndedError(invocation.ended)

    # ----------------------------------------------------------------------------------------- a function's calls of AWS

    def _aws(self, original: Any) -> Any:  # noqa: ANN401 (a method of botocore)
        def make_api_call(client: Any, operation: str, parameters: Any) -> Any:  # noqa: ANN401 (as in botocore)
            invocation = invocation_of_this_call()
            if invocation is None:
                return original(client, operation, parameters)
            if invocation.ended:
                raise ProcessEndedError(invocation.ended)
            service = client.meta.service_model.service_name
            call = _Call(invocation, service, operation, parameters, client, original)
            return self._called(call) if self.active.is_set() else self._observed(call)

        return make_api_call

    def _called(self, call: _Call) -> Any:  # noqa: ANN401 (an answer of AWS)
        invocation, rates = call.invocation, self.rates
        whose, function = invocation.registration_id, invocation.function
        chance = self._chance(whose, f"{function}/{call.operation}")
        drawn = chance.random()
        if (drawn := drawn - rates.crash_before) < 0:
            self._end(invocation, "crash_before", chance)
        if (drawn := drawn - rates.throttle) < 0 and call.service in _THROTTLED:
            self._did(f"throttled_{call.service}", invocation)
            return _throttled(call, chance)
        answer = self._observed(call)
        if (drawn := drawn - rates.crash_after) < 0:
            self._end(invocation, "crash_after", chance)
        if drawn - rates.lost < 0:
            self._did("answer_lost", invocation if call.service in _ONE_ATTEMPT else None)
            if call.service in _ONE_ATTEMPT:
                raise ReadTimeoutError(endpoint_url=f"https://{call.service}.amazonaws.com")
            # The SDK calls again; a transaction carries the token by which AWS knows it again, and answers as before.
            if call.operation != "TransactWriteItems":
                return self._observed(call)
        return answer

    def _observed(self, call: _Call) -> Any:  # noqa: ANN401 (an answer of AWS)
        try:
            answer = call.original(call.client, call.operation, call.parameters)
        except Exception as refused:
            if self.observe:
                self.observe(call.invocation, call.service, call.operation, call.parameters, refused)
            raise
        if self.observe:
            self.observe(call.invocation, call.service, call.operation, call.parameters, None)
        return answer

    # -------------------------------------------------------------------------------------- a function's calls of partners

    def _sending(self, original: Any) -> Any:  # noqa: ANN401 (a method of the standard library)
        def putrequest(connection: HTTPConnection, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
            invocation = invocation_of_this_call()
            if invocation is not None:
                if invocation.ended:
                    raise ProcessEndedError(invocation.ended)
                if self.active.is_set():
                    chance = self._chance(invocation.registration_id, f"{invocation.function}/send")
                    if chance.random() < self.rates.partner_crash:
                        self._end(invocation, "crash_before_partner", chance)
            original(connection, *arguments, **named)

        return putrequest

    def _answered(self, original: Any) -> Any:  # noqa: ANN401 (a method of the standard library)
        def getresponse(connection: HTTPConnection) -> HTTPResponse:
            answer: HTTPResponse = original(connection)
            invocation = invocation_of_this_call()
            if invocation is not None and self.active.is_set():
                chance = self._chance(invocation.registration_id, f"{invocation.function}/answer")
                drawn = chance.random()
                if (drawn := drawn - self.rates.partner_crash) < 0:
                    self._end(invocation, "crash_after_partner", chance)
                if drawn < self.rates.partner_lost:
                    self._did("partner_answer_lost", invocation)
                    answer.close()
                    raise TimeoutError
            return answer

        return getresponse

    # ---------------------------------------------------------------------------------------------------------- tasks

    def _task(self, task: Task, running: Running) -> None:
        if not self.active.is_set():
            running.call()
            return
        chance = self._chance(task.registration_id, task.state)
        drawn, rates = chance.random(), self.rates
        error = chance.choice(task.transient) if task.transient else None
        if error and (drawn := drawn - rates.task_before) < 0:
            self._did("task_before")
            raise_as(running, error)
        if error and (drawn := drawn - rates.late_twin) < 0 and task.function:
            self._did("late_twin")
            self._late_twin(running, chance.uniform(0.2, 2.0))
            raise_as(running, "Lambda.SdkClientException")
        running.call()
        if error and drawn - rates.task_after < 0:
            self._did("task_after")
            running.environment.stack.pop()
            raise_as(running, error_of(error, after=True))

    def _late_twin(self, running: Running, seconds: float) -> None:
        """Lambda runs the function when Step Functions has given up on the call, which then has a token that is stale."""
        client: Any = boto_client_for(service="lambda", region=running.region, state_credentials=running.credentials)
        parameters = dict(running.parameters)

        def later() -> None:
            time.sleep(seconds)
            client.invoke(**parameters)

        thread = Thread(target=later, name="late twin", daemon=True)
        self._late.append(thread)
        thread.start()

    # ------------------------------------------------------------------------------------------------------ deliveries

    def _deliver(self, poller: Poller, event: Mapping[str, Any], call: Call) -> Answer:
        if not self.active.is_set():
            return call(event)
        chance = self._chance(None, poller.name)
        drawn, rates = chance.random(), self.rates
        queue = bool(event.get("Records")) and "body" in event["Records"][0]
        if (drawn := drawn - rates.delivered_late) < 0:
            self._did("delivered_late")
            time.sleep(chance.uniform(0.1, 1.0))
        answer = call(event)
        if (drawn := drawn - rates.delivered_twice) < 0:
            self._did("delivered_twice")
            answer = call(event)
        elif (drawn := drawn - rates.delivery_lost) < 0:
            self._did("delivery_lost")
            return type(answer)(
                json.dumps({"errorMessage": "lost", "errorType": "Runtime.ExitError"}).encode(), failed=True
            )
        if queue:
            # A queue may deliver a message long after it was worked; a stream does not.
            earlier = self._earlier.setdefault(poller.name, [])
            earlier.append(event)
            if drawn - rates.replayed_late < 0:
                self._did("replayed_late")
                call(chance.choice(earlier))
        return answer


def _api_call(owner: Any) -> Any:  # noqa: ANN401 (botocore's types leave its own methods out)
    return owner._make_api_call


def _throttled(call: _Call, chance: Random) -> Any:  # noqa: ANN401 (an answer of AWS)
    code = chance.choice(_THROTTLED[call.service])
    if code == "FailedEntryCount":
        entries = [
            {"ErrorCode": "ThrottlingException", "ErrorMessage": "throttled"} for _ in call.parameters["Entries"]
        ]
        return {"FailedEntryCount": len(entries), "Entries": entries}
    response: dict[str, Any] = {
        "Error": {"Code": code, "Message": "Rate exceeded"},
        "ResponseMetadata": {"HTTPStatusCode": 429 if call.service == "sesv2" else 400, "RequestId": "injected"},
    }
    if call.operation == "TransactWriteItems" and chance.random() < 0.5:  # noqa: PLR2004 (half of them)
        code = response["Error"]["Code"] = "TransactionCanceledException"
        reasons = [{"Code": "None"} for _ in call.parameters["TransactItems"]]
        reasons[0] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
        response["CancellationReasons"] = reasons
    raise call.client.exceptions.from_code(code)(response, call.operation)
