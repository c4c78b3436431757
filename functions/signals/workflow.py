"""The calls of the workflow and of EventBridge, each safe to make twice."""

import json
from dataclasses import dataclass
from typing import Any

from functions.shared import aws
from functions.shared.observability import logger
from functions.shared.registration import Registrations
from functions.signals.policy_in_force import policy_in_force
from functions.signals.settings import SignalsSettings

EVENT_SOURCE = "berlapis.registration"


class EventNotTakenError(Exception):
    """EventBridge did not take the event; the record is tried again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one wait, as the API, an operator or the backlog recorded it."""

    entry_id: str
    output: dict[str, Any]


def start(registration_id: str, settings: SignalsSettings) -> None:
    """Start the execution that has the registration's id for its name."""
    client = aws.stepfunctions()
    policy = policy_in_force(settings.policy_parameter)
    execution_input = {"registration_id": registration_id, "policy": policy.model_dump(mode="json")}
    try:
        client.start_execution(
            stateMachineArn=settings.state_machine_arn, name=registration_id, input=json.dumps(execution_input)
        )
    except client.exceptions.ExecutionAlreadyExists:
        # Delivered twice, and the first one has ended or began with another version of the policy.
        logger.info("execution exists", extra={"registration_id": registration_id})


def deliver(registration_id: str, answer: Answer, settings: SignalsSettings) -> None:
    """Wake the execution that waits for this answer. One that waits no longer is no error."""
    token = Registrations(settings.table_name).task_token(registration_id, answer.entry_id)
    if token is None:
        logger.info("answer to a wait that is over", extra={"registration_id": registration_id})
        return
    client = aws.stepfunctions()
    try:
        client.send_task_success(taskToken=token, output=json.dumps(answer.output))
    except (
        client.exceptions.TaskTimedOut,
        client.exceptions.TaskDoesNotExist,
        client.exceptions.InvalidToken,
    ) as stale:
        logger.info("stale token", extra={"registration_id": registration_id, "kind": type(stale).__name__})


def stop(registration_id: str, settings: SignalsSettings) -> None:
    """End the execution of a registration that was withdrawn."""
    client = aws.stepfunctions()
    # arn:…:stateMachine:NAME:ALIAS → arn:…:execution:NAME:EXECUTION
    machine = settings.state_machine_arn.rpartition(":")[0]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{registration_id}"
    try:
        client.stop_execution(executionArn=execution, error="Withdrawn")
    except client.exceptions.ExecutionDoesNotExist:
        logger.info("nothing to stop", extra={"registration_id": registration_id})


def publish(detail: dict[str, Any], settings: SignalsSettings) -> None:
    """Tell the account that a registration's status changed. `detail` holds ids and codes only.

    Raises:
        EventNotTakenError: EventBridge did not take it.
    """
    event = {
        "Source": EVENT_SOURCE,
        "DetailType": "RegistrationStatusChanged",
        "Detail": json.dumps(detail),
        "EventBusName": settings.event_bus_name,
    }
    if aws.events().put_events(Entries=[event])["FailedEntryCount"]:  # type: ignore[list-item] # a plain mapping
        raise EventNotTakenError
