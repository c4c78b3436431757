"""The state machine's definition, held against the rules that every path must keep (C27, C28). What its paths do is in test_paths.py."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import yaml
from samcli.yamlhelper import yaml_parse

from functions.dukcapil.settings import DukcapilSettings
from functions.email.confirmation import EmailEntry
from functions.otp.password import PhoneEntry
from functions.shared import errors
from functions.shared.entry import Entry, LayerFault, WaitingEntry
from functions.shared.policy import Policy, default
from functions.shared.reasons import REGISTRATION
from functions.shared.registration import Registration, Registrations, Status

ROOT = Path(__file__).resolve().parents[2]
DEFINITION: dict[str, Any] = yaml.safe_load((ROOT / "statemachine" / "verification.asl.yaml").read_text())
TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
LAMBDA_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
AWS_ERRORS = re.compile(r"(States|Lambda|Sandbox|Runtime|DynamoDb|Sqs|SQS)\.[A-Za-z]+")
MODELS: dict[str, type[Entry]] = {
    "VerifyEmail": EmailEntry,
    "CheckNik": Entry,
    "MatchDukcapil": Entry,
    "QueueDukcapil": WaitingEntry,
    "VerifyPhone": PhoneEntry,
}


def targets(state: dict[str, Any]) -> Iterator[str]:
    """Names of the states that one leads to."""
    for key in ("Next", "Default"):
        if key in state:
            yield state[key]
    for branch in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield branch["Next"]


def strings(part: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """Every string of a part of the definition."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)


def reachable(start: str, without: frozenset[str] = frozenset()) -> set[str]:
    """States that can be entered from `start` without entering any of `without`."""
    seen: set[str] = set()
    open_states = [start]
    while open_states:
        name = open_states.pop()
        if name not in seen and name not in without:
            seen.add(name)
            open_states.extend(targets(STATES[name]))
    return seen


def test_c27_every_target_exists_and_every_state_is_reached() -> None:
    """No state leads nowhere, and none stands beside the paths."""
    assert {target for state in STATES.values() for target in targets(state)} <= STATES.keys()
    assert reachable(DEFINITION["StartAt"]) == STATES.keys()


@pytest.mark.parametrize("name", STATES)
def test_c27_every_path_ends(name: str) -> None:
    """From every state an end can be reached, and no business answer ends in Fail."""
    ends = {each for each, state in STATES.items() if state.get("End") or state["Type"] == "Succeed"}
    assert reachable(name) & ends
    assert STATES[name]["Type"] != "Fail"


@pytest.mark.parametrize("name", STATES)
def test_every_state_says_why_it_is_there(name: str) -> None:
    """One comment per state."""
    assert len(STATES[name]["Comment"]) > 20


@pytest.mark.parametrize("name", TASKS)
def test_c27_every_task_has_a_timeout_a_bounded_retry_and_a_catch_for_the_rest(name: str) -> None:
    """Retries are exponential with full jitter and bounds, never for States.ALL; whatever is left is caught."""
    task = TASKS[name]
    assert task["TimeoutSeconds"]
    for retry in task["Retry"]:
        assert not {"States.ALL", "States.TaskFailed"} & set(retry["ErrorEquals"])
        assert retry["JitterStrategy"] == "FULL"
        assert 1 <= retry["MaxAttempts"] <= 6
        assert retry["BackoffRate"] > 1
        assert {"IntervalSeconds", "MaxDelaySeconds"} <= retry.keys()
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    if "lambda:invoke" in task["Resource"]:
        assert set(task["Retry"][0]["ErrorEquals"]) >= LAMBDA_ERRORS


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if "waitForTaskToken" in task["Resource"]])
def test_c27_every_callback_passes_its_token_and_takes_its_timeout_from_the_policy(name: str) -> None:
    """A wait without a token would never be answered; one whose timeout is not data could not be tested."""
    assert any("$states.context.Task.Token" in text for text in strings(TASKS[name]["Arguments"]))
    assert "$states.context.Execution.Input.policy." in TASKS[name]["TimeoutSeconds"]
    assert "grace_seconds" in TASKS[name]["TimeoutSeconds"]


def test_c27_error_names_are_classes_of_ours_or_aws_s() -> None:
    """A misspelt error name would silently never match."""
    ours = {name for name, each in vars(errors).items() if isinstance(each, type)} | {LayerFault.__name__}
    named = {
        error
        for task in TASKS.values()
        for handler in (*task["Retry"], *task["Catch"])
        for error in handler["ErrorEquals"]
    }
    assert {error for error in named if not AWS_ERRORS.fullmatch(error)} <= ours


def test_c27_substitutions_match_both_ways() -> None:
    """What the definition needs is what the template gives."""
    needed = {name for text in strings(DEFINITION) for name in re.findall(r"\$\{(\w+)\}", text)}
    needed |= set(re.findall(r"\$\{(\w+)\}", (ROOT / "statemachine" / "verification.asl.yaml").read_text()))
    given = TEMPLATE["Resources"]["VerificationStateMachine"]["Properties"]["DefinitionSubstitutions"]
    assert needed == given.keys()


@pytest.mark.parametrize("name", MODELS)
def test_c27_payload_keys_match_the_handler_s_model(name: str) -> None:
    """A key too many is refused by the model, a required one too few as well."""
    arguments = TASKS[name]["Arguments"]
    payload = arguments.get("Payload") or arguments["MessageBody"]
    model = MODELS[name]
    assert payload.keys() == model.model_fields.keys()


def test_given_a_payload_of_before_there_were_reminders_then_the_mail_is_the_first_and_waits_as_then() -> None:
    """Executions outlive a deployment: what the older definition sends is understood, whatever its policy has."""
    entry = EmailEntry(registration_id="r", entry_id="VerifyEmail@then", policy=default(), task_token="t")
    assert not entry.reminding
    assert entry.wait_seconds == default().email.wait_seconds


def test_given_nobody_answers_then_a_reminder_and_nothing_else_comes_of_the_timeout() -> None:
    """Only the end of a wait leads to a reminder: no answer does, and no outage."""
    assert {name for name, state in STATES.items() if "RemindEmail" in targets(state)} == {"VerifyEmail"}
    (to_remind,) = [catch for catch in TASKS["VerifyEmail"]["Catch"] if catch["Next"] == "RemindEmail"]
    assert to_remind["ErrorEquals"] == ["States.Timeout"]


def test_given_an_expired_registration_then_nothing_of_the_person_is_kept() -> None:
    """What a withdrawal erases; what says how it went, and what recognises a session or a repetition, stays."""
    client = MagicMock()
    somebody = Registration(id="r", status=Status.CHECKING, locale="id", email="a@example.com")
    Registrations("registrations", client=lambda: client).erase(somebody)
    withdrawal = client.transact_write_items.call_args.kwargs["TransactItems"][0]["Update"]["UpdateExpression"]
    expiry = TASKS["Expire"]["Arguments"]["UpdateExpression"]
    erased, kept = (set(re.findall(r"\w+", each.partition(" REMOVE ")[2])) for each in (withdrawal, expiry))
    assert {"email", "phone", "details", "answer"} <= erased
    # The address is kept until its owner was told, and then taken out with the shard (functions/notifications).
    assert erased - kept == {"layers", "consent", "begun_with", "email", "shard", "notices"}
    assert kept <= erased


def test_c27_policy_paths_exist_in_the_policy() -> None:
    """Every value that the definition reads from the policy is one that the policy model has."""
    document = default().model_dump(mode="json")
    paths = {
        path for text in strings(DEFINITION) for path in re.findall(r"Execution\.Input\.policy\.([a-z_.]+[a-z_])", text)
    }
    assert len(paths) > 10
    for path in paths:
        value: Any = document
        for key in path.split("."):
            assert key in value, path
            value = value[key]


def test_c27_variables_are_assigned_somewhere() -> None:
    """A variable that nobody assigns is a misspelling."""
    assigned = {name for part in _parts_with_assign() for name in part["Assign"]}
    used = {name for text in strings(DEFINITION) for name in re.findall(r"\$([a-z_]+)\b(?!\()", text)}
    assert used - {"states"} <= assigned
    assert assigned <= used


def _parts_with_assign() -> Iterator[dict[str, Any]]:
    for state in STATES.values():
        for part in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            if "Assign" in part:
                yield part


def test_nothing_is_complete_before_every_layer() -> None:
    """Complete is entered only by the two choices that look at every layer that could be open, and again by itself."""
    into = {name for name, state in STATES.items() if "Complete" in targets(state)} - {"HoldComplete"}
    assert into == {"RoutePhone", "SettleDeferred"}
    assert {name for name, state in STATES.items() if "HoldComplete" in targets(state)} == {"CompleteRefused"}
    assert {name for name, state in STATES.items() if "CompleteRefused" in targets(state)} == {"Complete"}
    for name in into:
        condition = next(each["Condition"] for each in STATES[name]["Choices"] if each["Next"] == "Complete")
        assert "$email in ['passed', 'skipped', 'approved']" in condition
        assert "$dukcapil in ['passed', 'skipped', 'approved']" in condition
        assert "$answer = 'confirmed'" in condition or "$otp in ['passed', 'skipped', 'approved']" in condition


def test_happy_path_has_ten_states() -> None:
    """At most ten billed transitions (design: quota and cost)."""
    happy = ["VerifyEmail", "RouteEmail", "AwaitDetails", "CheckNik", "RouteNik", "MatchDukcapil", "RouteDukcapil"]
    happy += ["VerifyPhone", "RoutePhone", "Complete"]
    for state, following in pairwise(happy):
        assert following in targets(STATES[state])
    assert len(happy) == 10


def test_c28_a_partner_s_time_fits_into_lambda_s_and_lambda_s_into_the_state_s() -> None:
    """Otherwise the outer clock would cut off a call whose result is then unknown."""
    functions = {
        name: resource["Properties"]
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    usual = TEMPLATE["Globals"]["Function"]["Timeout"]
    call = DukcapilSettings.model_fields["dukcapil_read_timeout"].default
    for name in ("DukcapilFunction", "BacklogFunction"):
        assert call * 1.5 < functions[name]["Timeout"]
    for name in ("CheckNik", "MatchDukcapil"):
        function = re.sub(r"\W", "", TASKS[name]["Arguments"]["FunctionName"])
        assert functions[function].get("Timeout", usual) < TASKS[name]["TimeoutSeconds"]


def test_c28_the_queue_hides_a_message_for_six_times_the_worker_s_timeout() -> None:
    """AWS asks for it, so that a message that is worked on does not appear again."""
    resources = TEMPLATE["Resources"]
    timeout = resources["BacklogFunction"]["Properties"]["Timeout"]
    assert resources["DukcapilBacklog"]["Properties"]["VisibilityTimeout"] >= 6 * timeout


def test_c28_every_wait_of_the_default_policy_fits_into_the_machine_s_timeout() -> None:
    """The machine's own timeout is never reached by a person's waits."""
    policy = default()
    longest = (
        policy.email.rest_after(0)
        + (policy.email.resends + policy.email.changes) * max(policy.email.wait_seconds, *policy.email.reminders)
        + (policy.details.corrections + 1) * (policy.details.wait_seconds + policy.dukcapil.queue_seconds)
        + (policy.otp.resends + policy.otp.changes + 1) * policy.otp.wait_seconds
        + policy.review.wait_seconds
        + policy.email.hold.rounds * policy.email.hold.max_seconds
        + policy.otp.hold.rounds * policy.otp.hold.max_seconds
    )
    assert longest < DEFINITION["TimeoutSeconds"]
    assert policy.dukcapil.queue_seconds + policy.grace_seconds < 14 * 86_400
    retention = TEMPLATE["Parameters"]["RetentionDays"]["MinValue"] * 86_400
    assert longest < retention


def test_every_reason_that_the_definition_gives_has_texts() -> None:
    """A registrant is never shown a code that nobody can explain."""
    assigned = {part["Assign"]["reason"] for part in _parts_with_assign() if "reason" in part["Assign"]}
    given = {reason for reason in assigned if not reason.startswith("{%")}
    given |= {found for text in strings(DEFINITION) for found in re.findall(r"\$reason : '(\w+)'", text)}
    assert {"fault", "corrections_used_up"} <= given
    assert given <= REGISTRATION.keys()


def test_only_signals_calls_step_functions_and_eventbridge() -> None:
    """No other file of the functions names those clients."""
    users = set()
    for file in (ROOT / "functions").rglob("*.py"):
        called = {node.attr for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)}
        if {"stepfunctions", "events"} & called:
            users.add(file.parent.name)
    # The reconciler asks whether an execution still runs, and calls nothing else (see its role).
    assert users == {"signals", "reconciler"}


def test_policy_model_is_what_the_default_document_says() -> None:
    """The committed policy is complete: nothing of it comes from a default that nobody sees."""
    assert Policy.model_validate_json((ROOT / "functions/shared/default_policy.json").read_bytes()) == default()
    document = json.loads((ROOT / "functions/shared/default_policy.json").read_bytes())
    assert document.keys() == Policy.model_fields.keys()
    for section in ("email", "details", "dukcapil", "otp", "review"):
        assert document[section].keys() == getattr(default(), section).model_dump().keys()
