"""The calls of the workflow and of EventBridge, each safe to make twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.shared import aws
from functions.shared.observability import count, logger, metrics
from functions.shared.policy_in_force import policy_in_force
from functions.shared.rate import STARTS, Rate
from functions.shared.registration import Registrations
from functions.signals.change import Deliver, Publish, Signal, Start, Stop

if TYPE_CHECKING:
    from functions.signals.settings import SignalsSettings

EVENT_SOURCE = "berlapis.registration"


class NotAdmittedError(Exception):
    """No more registrations may begin at the moment; the record is tried again."""


class EventNotTakenError(Exception):
    """EventBridge did not take the event; the record is tried again."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """The workflow, as one function's settings name it.

    Args:
        patience: seconds that a beginning may wait until it is admitted.
    """

    settings: SignalsSettings
    patience: float

    def follow(self, registration_id: str, signal: Signal) -> None:
        """Do what a change asks for.

        Raises:
            NotAdmittedError: too many begin at the moment.
            EventNotTakenError: EventBridge did not take it.
            ClientError: AWS refused it.
        """
        match signal:
            case Start():
                self._start(registration_id, signal)
            case Deliver():
                self._deliver(registration_id, signal)
            case Stop():
                self._stop(registration_id, signal)
            case Publish():
                self._publish(signal)

    def _start(self, registration_id: str, start: Start) -> None:
        client, settings = aws.stepfunctions(), self.settings
        policy = policy_in_force(settings.policy_parameter, settings.control_table_name)
        execution_input: dict[str, Any] = {"registration_id": registration_id, "policy": policy.model_dump(mode="json")}
        if start.resume is not None:
            execution_input["resume"] = start.resume.as_input(policy)
        elif not start.nudged:  # the reconciler has waited for its turn; one that takes over was admitted before
            rate = Rate(settings.control_table_name, STARTS, policy.starts_per_second)
            if not rate.take(self.patience):
                raise NotAdmittedError
        try:
            client.start_execution(
                stateMachineArn=settings.state_machine_arn, name=start.execution, input=json.dumps(execution_input)
            )
        except client.exceptions.ExecutionAlreadyExists:
            # Delivered twice, and the first one has ended or began with another version of the policy.
            logger.info("execution exists", extra={"registration_id": registration_id})

    def _deliver(self, registration_id: str, answer: Deliver) -> None:
        """Wake the execution that waits for this answer. One that waits no longer is no error."""
        token = Registrations(self.settings.table_name).task_token(registration_id, answer.entry_id)
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

    def _stop(self, registration_id: str, stop: Stop) -> None:
        """End the execution of a registration that was withdrawn."""
        client = aws.stepfunctions()
        # arn:…:stateMachine:NAME:ALIAS → arn:…:execution:NAME:EXECUTION
        machine = self.settings.state_machine_arn.rpartition(":")[0]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{stop.execution}"
        try:
            client.stop_execution(executionArn=execution, error="Withdrawn")
        except client.exceptions.ExecutionDoesNotExist:
            logger.info("nothing to stop", extra={"registration_id": registration_id})

    def _publish(self, publish: Publish) -> None:
        """Tell the account of a registration's status. Ids and codes only."""
        event = {
            "Source": EVENT_SOURCE,
            "DetailType": "RegistrationStatusChanged",
            "Detail": json.dumps(publish.detail),
            "EventBusName": self.settings.event_bus_name,
        }
        if aws.events().put_events(Entries=[event])["FailedEntryCount"]:  # type: ignore[list-item] # a plain mapping
            raise EventNotTakenError
        if publish.changed:
            count("StatusChanged", status=publish.detail["status"], reason=publish.detail["reason"] or "none")


def laid_aside(registration_id: object, sequence_number: str | None, why: str, settings: SignalsSettings) -> None:
    """Put a change that can never become a call into the dead-letter queue, by its id only."""
    logger.error("change laid aside", extra={"sequence_number": sequence_number, "why": why})
    metrics.add_metric("SignalsLaidAside", "Count", 1)
    body = {"registration_id": registration_id, "sequence_number": sequence_number, "why": why}
    aws.sqs().send_message(QueueUrl=settings.dead_letter_queue_url, MessageBody=json.dumps(body, default=str))
