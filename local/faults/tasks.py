"""The tasks of the state machine, as its definition says them, and what can go wrong between it and AWS."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import yaml
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import (
    StateTaskServiceSqs,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DEFINITION: Final = ROOT / "statemachine" / "verification.asl.yaml"
UNKNOWN: Final = "Error.OfAKindThatNobodyKnows"
TIMEOUT: Final = "States.Timeout"

_SERVICES: Final = (StateTaskServiceLambda, StateTaskServiceAwsSdk, StateTaskServiceSqs)
_OF_AWS: Final = ("Lambda.", "Sandbox.", "Runtime.", "DynamoDb.", "Sqs.", "SQS.")
_LOST: Final = {
    "DynamoDb": "DynamoDb.SdkClientException",
    "Sqs": "Sqs.SdkClientException",
    "SQS": "SQS.SdkClientException",
}


@dataclass(frozen=True, slots=True)
class Task:
    """A task of one execution, about to be called.

    Attributes:
        function: it calls a function.
        transient: errors of AWS that its own Retry names.
    """

    state: str
    registration_id: str
    function: bool
    transient: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """The call itself.

    Attributes:
        call: makes it.
        parameters: of the call of AWS.
    """

    environment: Any
    call: Callable[[], None]
    parameters: Mapping[str, Any]
    region: str
    credentials: Any
    resource: str
    kind: str


@cache
def definition() -> Mapping[str, Any]:
    """The states of the definition, as it stands in the repository."""
    states: Mapping[str, Any] = yaml.safe_load(DEFINITION.read_text())["States"]
    return states


def errors_of(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Every class of error that a task can meet: those that it names, a timeout, and one that nobody knows."""
    named = [
        name
        for part in ("Retry", "Catch")
        for rule in state.get(part, ())
        for name in rule["ErrorEquals"]
        if name != "States.ALL"
    ]
    return tuple(dict.fromkeys([*named, TIMEOUT, UNKNOWN]))


def transient_of(state: Mapping[str, Any]) -> tuple[str, ...]:
    """The errors of AWS that a task names in its Retry."""
    named = [name for rule in state.get("Retry", ()) for name in rule["ErrorEquals"] if name.startswith(_OF_AWS)]
    return tuple(dict.fromkeys(named))


def says_nothing_happened(error: str) -> bool:
    """Whether the error cannot come after the effect: our own errors say so, and AWS's that it refused."""
    return not error.startswith(("Lambda.", "Sandbox.", "Runtime.", "States.")) and not error.endswith(
        ("SdkClientException", "InternalServerErrorException", "DynamoDbException", "AmazonSQSException", UNKNOWN)
    )


def error_of(error: str, *, after: bool) -> str:
    """The error itself, or, where it would say that nothing has happened, the one of an answer that was lost."""
    return _LOST.get(error.partition(".")[0], error) if after and says_nothing_happened(error) else error


@contextmanager
def tasks(decide: Callable[[Task, Running], None]) -> Iterator[None]:
    """Let `decide` make, or not make, every call of a task while the block runs."""
    with ExitStack() as replaced:
        for service in _SERVICES:
            replaced.enter_context(patch.object(service, "_eval_service_task", _deciding(service, decide)))
        yield


def _deciding(service: type, decide: Callable[[Task, Running], None]) -> Any:  # noqa: ANN401 (a method of moto)
    original: Any = service._eval_service_task  # type: ignore[attr-defined]

    def evaluate(
        self: Any,  # noqa: ANN401
        env: Any,  # noqa: ANN401
        resource_runtime_part: Any,  # noqa: ANN401
        normalised_parameters: dict[str, Any],
        state_credentials: Any,  # noqa: ANN401
    ) -> None:
        context = env.states.context_object.context_object_data
        name = context["State"]["Name"]
        state = definition().get(name, {})
        registration_id = context["Execution"]["Input"]["registration_id"]
        decide(
            Task(name, registration_id, service is StateTaskServiceLambda, transient_of(state)),
            Running(
                environment=env,
                call=lambda: original(self, env, resource_runtime_part, normalised_parameters, state_credentials),
                parameters=normalised_parameters,
                region=resource_runtime_part.region,
                credentials=state_credentials,
                resource=self._get_sfn_resource(),
                kind=self._get_sfn_resource_type(),
            ),
        )

    return evaluate


def raise_as(running: Running, error: str) -> None:
    """Fail the task with an error of this name, as the interpreter would.

    Raises:
        FailureEventException: always.
    """
    timeout = error == TIMEOUT
    name = StatesErrorName(typ=StatesErrorNameType.StatesTimeout) if timeout else CustomErrorName(error)
    raise FailureEventException(
        FailureEvent(
            env=running.environment,
            error_name=name,
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(  # type: ignore[typeddict-item] # one of the many, as everywhere in moto
                taskFailedEventDetails=TaskFailedEventDetails(
                    error=error, cause="injected", resource=running.resource, resourceType=running.kind
                )
            ),
        )
    )
