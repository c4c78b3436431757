"""The state machine's own writes, as Step Functions would send them: DynamoDB takes each of them (C25)."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError
from jsonata import Jsonata

from functions.shared.policy import default
from functions.shared.registration import LAYERS, Registrations

ROOT = Path(__file__).resolve().parents[2]
STATES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "statemachine" / "verification.asl.yaml").read_text())[
    "States"
]
WRITES = sorted(name for name, state in STATES.items() if "aws-sdk:dynamodb" in state.get("Resource", ""))
VARIABLES = {
    **dict.fromkeys(("email", "nik", "dukcapil", "otp"), "passed"),
    **{f"{layer}_decided": {"at": "then", "by": "p"} for layer in LAYERS},
    "claim": "nik#1",
    "reason": "why",
    "reviewed": "nik",
}


def evaluated(part: Any, state: str, registration_id: str, table: str) -> Any:  # noqa: ANN401 (JSON)
    """A part of the definition with its expressions evaluated."""
    if isinstance(part, dict):
        return {key: evaluated(value, state, registration_id, table) for key, value in part.items()}
    if isinstance(part, list):
        return [evaluated(value, state, registration_id, table) for value in part]
    if not isinstance(part, str) or not part.startswith("{%"):
        return table if part == "${RegistrationsTable}" else part
    expression = Jsonata(part.removeprefix("{%").removesuffix("%}").replace("${RetentionDays}", "400"))
    frame = expression.create_frame()
    for name, value in VARIABLES.items():
        frame.bind(name, value)
    execution = {"Input": {"registration_id": registration_id, "policy": default().model_dump(mode="json")}}
    context = {
        "Execution": execution,
        "State": {"Name": state, "EnteredTime": "now", "RetryCount": 0},
        "Task": {"Token": "token"},
    }
    frame.bind("states", {"context": context})
    return expression.evaluate(None, frame)


def write(state: str, registration_id: str, registrations: Registrations) -> None:
    """Make the write of a state."""
    typed = boto3.client(
        "dynamodb", endpoint_url=registrations.client().meta.endpoint_url, region_name="ap-southeast-3"
    )
    arguments = evaluated(STATES[state]["Arguments"], state, registration_id, registrations.table)
    if "transactWriteItems" in STATES[state]["Resource"]:
        typed.transact_write_items(**arguments)
    else:
        typed.update_item(**arguments)
    typed.close()


def begun(registrations: Registrations, **more: Any) -> str:  # noqa: ANN401 (attributes)
    """A registration in the table."""
    registration_id = str(uuid4())
    layers = {layer: {"state": "pending"} for layer in LAYERS}
    item = {
        "id": registration_id,
        "status": "checking",
        "locale": "id",
        "layers": layers,
        "guesses": {"email": 0, "phone": 0},
        "sendings": {"email": 0, "phone": 0},
        "changes": {"email": 0, "phone": 0},
        "updated_at": int(time.time()),
    }
    assert registrations.create({**item, **more})
    return registration_id


@pytest.mark.parametrize("state", WRITES)
def test_dynamodb_takes_the_write_of_each_state(state: str, registrations: Registrations) -> None:
    """Syntax, reserved words and types are DynamoDB's to judge, not moto's."""
    registration_id = begun(registrations)
    write(state, registration_id, registrations)
    written = registrations.get(registration_id)
    assert written is not None
    assert written.status != "checking"


def test_given_an_expired_registration_then_it_can_be_read_and_nothing_of_the_person_is_in_it(
    registrations: Registrations,
) -> None:
    """Given somebody's data, when it expires, then what is left says how it went and not who it was."""
    data = {"email": "a@example.com", "phone": "+6281234567890", "details": {"nik": "3171011708859001"}}
    answer = {"entry_id": "VerifyEmail@now", "kind": "confirmed", "at": 1}
    more = {"claim": "nik#1", "preferred_channel": "sms", "answer": answer, "sessions": {"hash"}, "begun_with": "mac"}
    registration_id = begun(registrations, **data, **more)
    write("Expire", registration_id, registrations)
    item: dict[str, Any] = registrations.client().get_item(TableName=registrations.table, Key={"id": registration_id})[
        "Item"
    ]
    assert not item.keys() & {"phone", "details", "claim", "preferred_channel", "answer"}
    left = registrations.get(registration_id)
    assert left is not None
    # The address stays until its owner was told (functions/notifications).
    assert (left.status, left.reason, left.email) == ("expired", "why", "a@example.com")
    assert (left.sessions, left.begun_with) == (frozenset({"hash"}), "mac")


@pytest.mark.parametrize("state", WRITES)
@pytest.mark.parametrize("ended", ["withdrawn", "verified", "rejected", "expired"])
def test_no_state_writes_over_an_end(state: str, ended: str, registrations: Registrations) -> None:
    """Given an ended registration, when a late state writes, then it is refused, unless it is the same end again."""
    if {"Complete": "verified", "Reject": "rejected", "Expire": "expired"}.get(state) == ended:
        return
    registration_id = begun(registrations, status=ended)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        write(state, registration_id, registrations)
    left = registrations.get(registration_id)
    assert left is not None
    assert left.status == ended


def test_c25_a_second_registration_does_not_take_a_claim(registrations: Registrations) -> None:
    """Given a claim that is taken, when another completes with it, then neither its status nor the claim changes."""
    first, second = begun(registrations), begun(registrations)
    write("Complete", first, registrations)
    write("Complete", first, registrations)
    with pytest.raises(ClientError, match="TransactionCanceled"):
        write("Complete", second, registrations)
    claim: dict[str, Any] = registrations.client().get_item(TableName=registrations.table, Key={"id": "nik#1"})["Item"]
    assert claim["registration_id"] == first
