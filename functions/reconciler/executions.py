"""How executions stand. Step Functions answers ten such questions a second, for the whole account."""

from __future__ import annotations

from functions.reconciler.diagnosis import Execution
from functions.shared import aws


def standing(state_machine_arn: str, name: str) -> Execution:
    """How the execution of this name stands."""
    client = aws.stepfunctions()
    arn = f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
    try:
        found = client.describe_execution(executionArn=arn)
    except client.exceptions.ExecutionDoesNotExist:
        return Execution.MISSING
    # One that is about to be redriven runs on in the name that it has.
    return Execution.RUNNING if found["status"] in {"RUNNING", "PENDING_REDRIVE"} else Execution.ENDED
