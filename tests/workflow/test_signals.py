"""Table stream to workflow: idempotent, benign when late, held by throttling, not held by poison."""

import json
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock, patch
from uuid import uuid4

import pytest
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from boto3.dynamodb.types import TypeSerializer
from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from functions.shared import aws, policy_in_force
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until

FIRST, SECOND = "1001", "1002"


def record(sequence: str, new: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
    """A record of the table's stream, as Lambda gets it."""

    def image(item: dict[str, Any]) -> dict[str, Any]:
        return {name: TypeSerializer().serialize(value) for name, value in item.items()}

    change = {"SequenceNumber": sequence, "Keys": image({"id": new.get("id", "?")}), "NewImage": image(new)}
    if old is not None:
        change["OldImage"] = image(old)
    name = "INSERT" if old is None else "MODIFY"
    return {"eventID": sequence, "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


def signals(stack: LocalStack, *records: dict[str, Any]) -> list[str]:
    """Sequence numbers that the function wants to see again."""
    answer = stack.invoke("SignalsFunction", {"Records": list(records)}).value
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def laid_aside(stack: LocalStack) -> list[dict[str, Any]]:
    """What is in the dead-letter queue; takes it out."""
    queue = stack.physical_id("SignalsDeadLetters")
    sqs = stack.client("sqs")
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
def throttled() -> Iterator[None]:
    """Step Functions refuses starts while the test runs."""
    refusal = JsonRESTError("ThrottlingException", "Rate exceeded")
    with patch.object(StepFunctionsParserBackend, "start_execution", side_effect=refusal):
        yield


def test_given_a_start_delivered_twice_then_there_is_one_execution(stack: LocalStack, resident: Resident) -> None:
    """The execution's name is the registration's id, so the second start finds the first."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.newest_code(registrant.email)
    new = {"id": registrant.id, "kind": "registration", "status": "queued"}
    assert signals(stack, record(FIRST, new), record(SECOND, new)) == []
    assert len(registrant.messages()) == 1


@pytest.fixture(autouse=True)
def nothing_laid_aside(stack: LocalStack) -> None:
    """The queue of what was laid aside is the session's: what other tests left there is taken out."""
    laid_aside(stack)


@pytest.mark.usefixtures("throttled")
def test_given_throttling_then_the_record_comes_again(stack: LocalStack) -> None:
    """A throttled start goes back to the stream: backpressure, not loss."""
    new = {"id": str(uuid4()), "kind": "registration", "status": "queued"}
    assert signals(stack, record(FIRST, new)) == [FIRST]
    assert laid_aside(stack) == []


REFUSED = [
    ("ThrottlingException", [FIRST]),
    ("ServiceQuotaExceeded", [FIRST]),
    ("StateMachineDoesNotExist", [FIRST]),
    ("InvalidArn", [FIRST]),
    ("AccessDeniedException", [FIRST]),
    ("InvalidName", []),
    ("InvalidExecutionInput", []),
]


@pytest.mark.parametrize(("code", "again"), REFUSED)
def test_given_a_refusal_then_only_what_the_record_itself_is_to_blame_for_lays_it_aside(
    stack: LocalStack, code: str, again: list[str]
) -> None:
    """A wrong setting or right of ours would lay everybody aside."""
    new = {"id": str(uuid4()), "kind": "registration", "status": "queued"}
    with patch.object(StepFunctionsParserBackend, "start_execution", side_effect=JsonRESTError(code, "refused")):
        assert signals(stack, record(FIRST, new)) == again
    assert [each["why"] for each in laid_aside(stack)] == ([] if again else [code])


def test_given_a_record_to_be_tried_again_then_those_behind_it_are_not_tried_before(stack: LocalStack) -> None:
    """They come again with it: tried now, each would take its turn twice."""
    ids = [str(uuid4()) for _ in range(2)]
    refusal = JsonRESTError("ThrottlingException", "Rate exceeded")
    with patch.object(StepFunctionsParserBackend, "start_execution", side_effect=refusal) as start:
        records = [
            record(str(1001 + at), {"id": each, "kind": "registration", "status": "queued"})
            for at, each in enumerate(ids)
        ]
        assert signals(stack, *records) == [FIRST]
    assert all(ids[0] in str(call) for call in start.call_args_list)


def test_given_the_last_good_policy_in_force_when_it_is_read_again_then_it_stays_and_is_kept(stack: LocalStack) -> None:
    """An environment that began while SSM did not answer goes on when it does."""
    policy_in_force.forget_all()
    table = stack.physical_id("ControlTable")
    with patch.object(policy_in_force._provider(aws.ssm()), "get", side_effect=GetParameterError):
        before = policy_in_force.policy_in_force("/berlapis/policy", table)
    document = before.model_dump_json()
    with patch.object(policy_in_force._provider(aws.ssm()), "get", return_value=document):
        assert policy_in_force.policy_in_force("/berlapis/policy", table) == before
    assert "/berlapis/policy" in policy_in_force._kept_at
    policy_in_force.forget_all()


@pytest.mark.parametrize("operation", ["update_item", "put_item"])
def test_given_the_control_table_refuses_then_the_record_comes_again(stack: LocalStack, operation: str) -> None:
    """Without it nobody knows whose turn it is; nobody is started past it, and nobody is laid aside."""
    policy_in_force.forget_all()
    new = {"id": str(uuid4()), "kind": "registration", "status": "queued"}
    refusal = JsonRESTError("ProvisionedThroughputExceededException", "slow down")
    with patch(f"moto.dynamodb.models.DynamoDBBackend.{operation}", side_effect=refusal):
        assert signals(stack, record(FIRST, new)) == [FIRST]
    assert laid_aside(stack) == []
    assert stack.execution(new["id"]) is None


@pytest.fixture
def full(stack: LocalStack) -> Iterator[None]:
    """All turns of the next minute are taken."""
    key, table = {"id": {"S": "rate#starts"}}, stack.physical_id("ControlTable")
    taken = {"next_at": {"N": str(round(time.time() * 1_000_000) + 60_000_000)}}
    stack.client("dynamodb").put_item(TableName=table, Item=key | taken)
    yield
    stack.client("dynamodb").delete_item(TableName=table, Key=key)


@pytest.mark.usefixtures("full")
def test_given_too_many_beginnings_then_the_record_comes_again(stack: LocalStack) -> None:
    """Backpressure: the stream holds it until its turn comes."""
    new = {"id": str(uuid4()), "kind": "registration", "status": "queued"}
    assert signals(stack, record(FIRST, new)) == [FIRST]
    assert stack.execution(new["id"]) is None


@pytest.mark.usefixtures("full")
def test_given_too_many_beginnings_when_one_is_nudged_then_it_begins_at_once(stack: LocalStack) -> None:
    """The reconciler has waited for its turn; in the stream of people's answers nobody does."""
    old = {"id": str(uuid4()), "kind": "registration", "status": "queued"}
    assert signals(stack, record(FIRST, old | {"nudged_at": 1}, old)) == []
    assert stack.execution(str(old["id"])) is not None


def test_given_event_bridge_does_not_take_an_event_then_the_record_comes_again(stack: LocalStack) -> None:
    """It answers 200, and says in the answer that it did not."""
    old = {"id": str(uuid4()), "kind": "registration", "status": "checking", "updated_at": 1}
    refused = [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}]
    with patch("moto.events.models.EventsBackend.put_events", return_value=refused):
        assert signals(stack, record(FIRST, old | {"status": "in_review"}, old)) == [FIRST]
    assert signals(stack, record(FIRST, old | {"status": "in_review"}, old)) == []


def test_given_a_throttled_start_then_the_registration_begins_when_it_is_over(
    stack: LocalStack, resident: Resident
) -> None:
    """The person waits for the mail a little longer, and nothing is lost."""
    registrant = Registrant(stack, resident)
    refusal = JsonRESTError("ThrottlingException", "Rate exceeded")
    with patch.object(StepFunctionsParserBackend, "start_execution", side_effect=refusal) as start:
        registrant.begin()
        assert until(lambda: start.call_count >= 2)
        assert registrant.see()["status"] == "queued"
    registrant.confirm_email()
    registrant.await_that(expects="details")


def test_given_a_poison_record_then_it_is_laid_aside_and_those_behind_it_go_on(
    stack: LocalStack, resident: Resident
) -> None:
    """A record that can never work goes to the dead-letter queue by its id only."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    poison = {"kind": "registration", "email": resident.email}
    good = {"id": registrant.id, "kind": "registration", "status": "queued"}
    assert signals(stack, record(FIRST, poison), record(SECOND, good)) == []
    (aside,) = laid_aside(stack)
    assert aside["sequence_number"] == FIRST
    assert resident.email not in json.dumps(aside)


def test_given_an_answer_that_step_functions_cannot_take_then_it_is_laid_aside(
    stack: LocalStack, resident: Resident
) -> None:
    """A validation error of AWS is no reason to hold the stream."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    seen = registrant.await_that(expects="email_code")
    refusal = JsonRESTError("InvalidOutput", "Invalid output")
    item = stack.item(registrant.id) or {}
    old = {"id": registrant.id, "kind": "registration", "status": seen["status"]}
    new = {**old, "answer": {"entry_id": item["waiting"]["entry_id"], "kind": "confirmed"}}
    with patch.object(StepFunctionsParserBackend, "send_task_success", side_effect=refusal):
        assert signals(stack, record(FIRST, new, old)) == []
    (aside,) = laid_aside(stack)
    assert aside == {"registration_id": registrant.id, "sequence_number": FIRST, "why": "InvalidOutput"}


def test_given_an_answer_delivered_twice_then_the_second_is_benign(stack: LocalStack, resident: Resident) -> None:
    """The token of a wait that is over is no error."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    entry = (stack.item(registrant.id) or {})["waiting"]["entry_id"]
    registrant.confirm_email()
    registrant.await_that(expects="details")
    old = {"id": registrant.id, "kind": "registration", "status": "email_pending"}
    new = {**old, "answer": {"entry_id": entry, "kind": "confirmed"}}
    assert signals(stack, record(FIRST, new, old), record(SECOND, new, old)) == []
    assert registrant.see()["expects"] == "details"


def test_given_a_token_that_step_functions_no_longer_knows_then_it_is_benign(
    stack: LocalStack, resident: Resident
) -> None:
    """An answer that comes after its execution ended changes nothing and holds nothing."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    entry = (stack.item(registrant.id) or {})["waiting"]["entry_id"]
    registrant.call("DELETE")
    until(lambda: (execution := stack.execution(registrant.id)) and execution.status == "ABORTED")
    old = {"id": registrant.id, "kind": "registration", "status": "withdrawn"}
    new = {**old, "answer": {"entry_id": entry, "kind": "confirmed"}}
    assert signals(stack, record(FIRST, new, old)) == []


def test_given_a_new_status_then_an_event_is_published_without_anything_personal(
    stack: LocalStack, resident: Resident
) -> None:
    """EventBridge gets ids and codes, on the bus of the template."""
    with patch("moto.events.models.EventsBackend.put_events", return_value=[{"EventId": "1"}]) as put:
        registrant = Registrant(stack, resident)
        registrant.begin()
        registrant.confirm_email()
        registrant.await_that(expects="details")
        until(lambda: put.call_count >= 2)
    published = [event for call in put.call_args_list for event in call.args[0]]
    details = [json.loads(event["Detail"]) for event in published]
    assert [detail["status"] for detail in details] == ["email_pending", "details_pending"]
    assert {detail["registration_id"] for detail in details} == {registrant.id}
    assert {event["EventBusName"] for event in published} == {"berlapis-local"}
    assert resident.email not in json.dumps(published)


def _published(put: Mock, registrant: Registrant) -> list[dict[str, str]]:
    """The events about a registration; others of earlier tests may still come to their end."""
    events = [event for call in put.call_args_list for event in call.args[0]]
    return [event for event in events if registrant.id in event["Detail"]]


def test_c24_given_a_layer_run_twice_for_one_entry_then_one_mail_is_sent(stack: LocalStack, resident: Resident) -> None:
    """The same entry again, as after a crash behind the sending, keeps the new token and sends nothing."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.newest_code(registrant.email)
    waiting = (stack.item(registrant.id) or {})["waiting"]
    event = {
        "registration_id": registrant.id,
        "entry_id": waiting["entry_id"],
        "policy": stack.policy.model_dump(mode="json") if stack.policy else {},
        "task_token": "the token of the second try",
    }
    assert stack.invoke("EmailFunction", event).value == {}
    assert [message.channel for message in registrant.messages()] == ["email"]
    token = stack.item(f"wait#{registrant.id}") or {}
    assert token["task_token"] == "the token of the second try"


def test_c24_given_the_register_asked_twice_for_one_entry_then_it_is_called_once(
    stack: LocalStack, resident: Resident
) -> None:
    """The verdict of an entry is recorded, and read again by its retry."""
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_that(expects="phone_code")
    entry = (stack.item(registrant.id) or {})["layers"]["dukcapil"]["entry_id"]
    policy = stack.policy.model_dump(mode="json") if stack.policy else {}
    event = {"registration_id": registrant.id, "entry_id": entry, "policy": policy}
    assert stack.invoke("DukcapilFunction", event).value == {"verdict": "passed", "reason": None}
    assert stack.counts(registrant.id).register == 1


def test_given_a_payload_with_something_personal_then_no_error_quotes_it(stack: LocalStack) -> None:
    """What a Lambda raises ends up in the history: it names classes only."""
    answer = stack.invoke("EmailFunction", {"registration_id": "1", "email": "somebody@example.com"})
    assert answer.value["errorType"] == "LayerFault"
    assert "somebody" not in json.dumps(answer.value)


def _retry(stack: LocalStack, registrant: Registrant, state: str, **more: object) -> dict[str, object]:
    """The payload of the second try of the entry that a registration is in, with a token of its own."""
    waiting = (stack.item(registrant.id) or {})["waiting"]
    assert waiting["state"] == state
    policy = stack.policy.model_dump(mode="json") if stack.policy else {}
    return {
        "registration_id": registrant.id,
        "entry_id": waiting["entry_id"],
        "policy": policy,
        "task_token": "second",
        "attempt": 1,
        **more,
    }


def test_given_a_retry_after_the_answer_then_nothing_is_sent_and_the_answer_is_delivered_again(
    stack: LocalStack, resident: Resident
) -> None:
    """Step Functions lost the first try's answer; the second token gets what the registrant said meanwhile."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.newest_code(registrant.email)
    retry = _retry(stack, registrant, "VerifyEmail")
    with patch.object(StepFunctionsParserBackend, "send_task_success") as delivered:
        code = registrant.messages()[-1].code
        assert registrant.call("POST", "/email/confirmation", {"code": code})[0] == 200
        until(lambda: delivered.call_count == 1)
        stack.invoke("EmailFunction", retry)
        until(lambda: delivered.call_count == 2)
        tokens = [call.kwargs.get("task_token") or call.args[0] for call in delivered.call_args_list]
    assert tokens[1] == "second"
    assert len(registrant.messages()) == 1


def test_given_a_late_first_try_then_the_later_token_stays(stack: LocalStack, resident: Resident) -> None:
    """A try that Step Functions has given up does not take the wait away from the one that lives."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.newest_code(registrant.email)
    retry = _retry(stack, registrant, "VerifyEmail")
    stack.invoke("EmailFunction", retry)
    stack.invoke("EmailFunction", retry | {"task_token": "late first", "attempt": 0})
    assert (stack.item(f"wait#{registrant.id}") or {})["task_token"] == "second"


def test_given_a_backlog_message_whose_wait_is_over_then_it_changes_nothing(
    stack: LocalStack, resident: Resident
) -> None:
    """A message that stayed in the queue, or came twice, takes no wait away from where the registration is now."""
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_that(expects="phone_code")
    registrant.newest_code(resident.phone)
    before = (stack.item(registrant.id), stack.item(f"wait#{registrant.id}"))
    stale = _retry(stack, registrant, "VerifyPhone", entry_id="QueueDukcapil@2020-01-01T00:00:00.000Z")
    message = {
        "messageId": "1",
        "receiptHandle": "1",
        "body": json.dumps(stale),
        "attributes": {"ApproximateReceiveCount": "2"},
        "eventSource": "aws:sqs",
    }
    calls = stack.counts(registrant.id).register
    assert stack.invoke("BacklogFunction", {"Records": [message]}).value == {"batchItemFailures": []}
    assert (stack.item(registrant.id), stack.item(f"wait#{registrant.id}")) == before
    assert stack.counts(registrant.id).register == calls


def test_c24_given_the_nik_checked_twice_for_one_entry_then_it_is_not_taken_for_insistence(
    stack: LocalStack, residents: Iterator[Resident]
) -> None:
    """The second try of an entry gets the first one's verdict: please check, and not yet rejected."""
    owner = Registrant(stack, next(residents))
    owner.register()
    owner.await_that(status="verified")
    registrant = Registrant(stack, owner.resident, email=f"second.{owner.email}")
    registrant.apply()
    registrant.await_that(expects="details", reason="duplicate")
    entry = (stack.item(registrant.id) or {})["layers"]["nik"]["entry_id"]
    policy = stack.policy.model_dump(mode="json") if stack.policy else {}
    again = stack.invoke("NikFunction", {"registration_id": registrant.id, "entry_id": entry, "policy": policy})
    assert again.value["verdict"] == "correct"


def test_c23_given_an_outage_of_kms_then_a_guess_is_given_back(stack: LocalStack, resident: Resident) -> None:
    """What was not compared does not count."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    code = registrant.newest_code(registrant.email)
    refusal = JsonRESTError("KMSInternalException", "down")
    with patch("moto.kms.models.KmsBackend.verify_mac", side_effect=refusal):
        answers = [registrant.call("POST", "/email/confirmation", {"code": code})[0] for _ in range(7)]
    assert answers == [503] * 7
    assert registrant.see()["attempts_left"] == 5
    assert registrant.call("POST", "/email/confirmation", {"code": code})[0] == 200


def test_given_an_execution_of_another_release_then_its_payload_is_understood(
    stack: LocalStack, resident: Resident
) -> None:
    """A definition or a policy that knows more than the function is no fault."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.newest_code(registrant.email)
    retry = _retry(stack, registrant, "VerifyEmail", something="new")
    policy = retry["policy"]
    assert isinstance(policy, dict)
    policy["something"] = policy["email"]["something"] = "new"
    assert stack.invoke("EmailFunction", retry).value == {}
