"""The local stack: the template deploys on it, and it does what AWS does where moto alone would not."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from flask.testing import FlaskClient
from moto.dynamodb.models import dynamodb_backends
from urllib3 import PoolManager

from functions.shared.policy import default
from functions.shared.settings import environment
from local.__main__ import main
from local.api import Api
from local.invocation import registration_in, registration_of_this_call
from local.lambdas import ACCOUNT, Answer, Context, Function, Lambdas
from local.partners.carrier import GATEWAY_SECRET
from local.partners.standin import MODES
from local.pollers import TablePoller
from local.ports import address, listen
from local.server import create_app
from local.stack import SENDER, LocalStack, until
from local.template import LEFT_OUT, EventSource

PATIENCE = 30.0
"""Seconds for what has to come, on a machine that stalls; what comes late has failed nothing."""

PROBE = """
import time
from threading import Event

from functions.shared.settings import environment


def echo(event, context):
    return {"event": event, "name": context.function_name, "environment": dict(environment())}


def fail(event, context):
    raise KeyError("what")


def sleep(event, context):
    time.sleep(event["seconds"])
    return context.get_remaining_time_in_millis()


released = Event()


def hold(event, context):
    released.wait(60)


def unspeakable(event, context):
    return object()
"""


@pytest.fixture(scope="module")
def stack(session_stack: LocalStack) -> LocalStack:
    """The session's stack, for tests that leave it as it was."""
    return session_stack


@pytest.fixture
def table(stack: LocalStack) -> str:
    """A table of the test's own, with a stream."""
    name = f"test-{uuid4()}"
    stack.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return name


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Function]:
    """Makes functions of the handlers in `PROBE`."""
    module = f"probe_{uuid4().hex}"
    (tmp_path / f"{module}.py").write_text(PROBE)
    monkeypatch.syspath_prepend(tmp_path)

    def make(handler: str, timeout: float = 30.0, **values: str) -> Function:
        return Function(f"probe-{handler}", f"{module}.{handler}", values, timeout, 128, "ap-southeast-3")

    return make


def records(stack: LocalStack, table: str) -> list[tuple[str, Any, Any]]:
    """What a table's stream says: event, old and new image."""
    shard = dynamodb_backends[ACCOUNT][stack.region].get_table(table).stream_shard
    assert shard is not None
    found = [(each.record["eventName"], each.record["dynamodb"]) for each in shard.items]
    return [(name, change.get("OldImage"), change.get("NewImage")) for name, change in found]


class TestTemplate:
    """`template.yaml` on moto."""

    def test_every_resource_is_deployed_or_left_out_for_a_reason(self, stack: LocalStack) -> None:
        """Nothing of the template is lost silently."""
        deployed = set(stack.expanded.body["Resources"])
        assert deployed.isdisjoint(stack.expanded.left_out)
        assert all(stack.expanded.left_out.values())
        assert all(stack.physical_id(name) for name in deployed)

    def test_reasons_are_for_kinds_that_are_not_deployed(self, stack: LocalStack) -> None:
        """The list of what is left out is the only place that leaves out."""
        assert not {each["Type"] for each in stack.expanded.body["Resources"].values()} & LEFT_OUT.keys()

    @pytest.mark.parametrize("name", ["CodesKey", "ClaimsKey", "SessionsKey"])
    def test_keys_for_macs_make_macs(self, stack: LocalStack, name: str) -> None:
        """A key that the template wants for MACs makes and verifies them."""
        kms, key = stack.client("kms"), stack.physical_id(name)
        made = kms.generate_mac(KeyId=key, Message=b"1", MacAlgorithm="HMAC_SHA_256")
        checked = kms.verify_mac(KeyId=key, Message=b"1", Mac=made["Mac"], MacAlgorithm="HMAC_SHA_256")
        assert checked["MacValid"]

    def test_environment_of_functions_is_resolved(self, stack: LocalStack) -> None:
        """Every variable is text, and references name what was deployed."""
        resources = stack.expanded.body["Resources"]
        functions = [name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Function"]
        assert functions
        for function in functions:
            variables = Lambdas(stack.region).deployed(stack.physical_id(function)).environment
            assert variables["TABLE_NAME"] == stack.physical_id("RegistrationsTable")
            assert {type(value) for value in variables.values()} == {str}
            assert not [value for value in variables.values() if "${" in value or "<" in value]

    def test_signals_knows_machine_bus_and_policy(self, stack: LocalStack) -> None:
        """References that moto resolves otherwise name the same things as on AWS."""
        name = stack.physical_id("SignalsFunction")
        variables = stack.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        assert variables["STATE_MACHINE_ARN"] == f"{stack.physical_id('VerificationStateMachine')}:live"
        assert stack.client("events").describe_event_bus(Name=variables["EVENT_BUS_NAME"])["Arn"]
        kept = stack.client("ssm").get_parameter(Name=variables["POLICY_PARAMETER"])["Parameter"]["Value"]
        assert json.loads(kept) == (stack.policy or default()).model_dump(mode="json")

    def test_definition_calls_the_deployed_functions(self, stack: LocalStack) -> None:
        """The machine is the committed definition, with every substitution filled in."""
        machine = stack.physical_id("VerificationStateMachine")
        text = stack.client("stepfunctions").describe_state_machine(stateMachineArn=machine)["definition"]
        states = json.loads(text)["States"]
        assert "${" not in text
        called = states["CheckNik"]["Arguments"]["FunctionName"]
        assert called.endswith(f":function:{stack.physical_id('NikFunction')}:live")
        assert states["CheckNik"]["Retry"][0]["IntervalSeconds"] == 1

    def test_event_sources_are_read_out(self, stack: LocalStack) -> None:
        """What is polled is what the template's mappings say."""
        found = {source.name: source for source in stack.expanded.event_sources}
        answers, backlog = found["SignalsFunctionAnswers"], found["BacklogFunctionBacklog"]
        assert (answers.kind, answers.source, answers.function) == ("table", "RegistrationsTable", "SignalsFunction")
        assert (answers.batch_size, answers.lanes, answers.reports_failures) == (10, 4, True)
        assert (backlog.kind, backlog.source, backlog.batch_size, backlog.lanes) == ("queue", "DukcapilBacklog", 1, 10)


class TestDynamoDB:
    """Writes, transactions and streams."""

    def test_a_condition_holds_under_a_race(self, stack: LocalStack, table: str) -> None:
        """Of sixteen threads that count up while the count is below five, five succeed."""
        dynamodb = stack.client("dynamodb")
        dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}, "n": {"N": "0"}})
        # botocore makes these classes when one is first asked for; threads that ask at once get one each.
        refused = dynamodb.exceptions.ConditionalCheckFailedException

        def count(_: int) -> bool:
            try:
                dynamodb.update_item(
                    TableName=table,
                    Key={"id": {"S": "a"}},
                    UpdateExpression="SET n = n + :one",
                    ConditionExpression="n < :most",
                    ExpressionAttributeValues={":one": {"N": "1"}, ":most": {"N": "5"}},
                )
            except refused:
                return False
            return True

        with ThreadPoolExecutor(16) as threads:
            assert sum(threads.map(count, range(64))) == 5
        assert dynamodb.get_item(TableName=table, Key={"id": {"S": "a"}})["Item"]["n"] == {"N": "5"}

    def test_a_cancelled_transaction_leaves_no_trace(self, stack: LocalStack, table: str) -> None:
        """One failed condition cancels all writes, says which it was, and the stream stays silent."""
        dynamodb = stack.client("dynamodb")
        dynamodb.put_item(TableName=table, Item={"id": {"S": "taken"}, "by": {"S": "me"}})
        before = records(stack, table)
        taken = {
            "TableName": table,
            "Item": {"id": {"S": "taken"}, "by": {"S": "you"}},
            "ConditionExpression": "attribute_not_exists(id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
            dynamodb.transact_write_items(
                TransactItems=[{"Put": {"TableName": table, "Item": {"id": {"S": "new"}}}}, {"Put": taken}]
            )
        reasons = cancelled.value.response["CancellationReasons"]
        assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
        assert reasons[1]["Item"] == {"id": {"S": "taken"}, "by": {"S": "me"}}
        assert [item["id"] for item in dynamodb.scan(TableName=table)["Items"]] == [{"S": "taken"}]
        assert records(stack, table) == before

    def test_a_transaction_that_fails_half_way_is_undone(self, stack: LocalStack, table: str) -> None:
        """An update that cannot be made takes the writes before it back."""
        dynamodb = stack.client("dynamodb")
        dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}})
        before = records(stack, table)
        impossible = {
            "TableName": table,
            "Key": {"id": {"S": "a"}},
            "UpdateExpression": "SET missing.part = :x",
            "ExpressionAttributeValues": {":x": {"S": "x"}},
        }
        with pytest.raises(ClientError):
            dynamodb.transact_write_items(
                TransactItems=[{"Put": {"TableName": table, "Item": {"id": {"S": "b"}}}}, {"Update": impossible}]
            )
        assert dynamodb.scan(TableName=table)["Items"] == [{"id": {"S": "a"}}]
        assert records(stack, table) == before

    def test_a_transaction_writes_each_change_to_the_stream_once(self, stack: LocalStack, table: str) -> None:
        """Each item of a transaction is one record, whole, in order."""
        update = {
            "TableName": table,
            "Key": {"id": {"S": "a"}},
            "UpdateExpression": "SET n = :n",
            "ExpressionAttributeValues": {":n": {"N": "1"}},
        }
        stack.client("dynamodb").transact_write_items(
            TransactItems=[{"Update": update}, {"Put": {"TableName": table, "Item": {"id": {"S": "b"}}}}]
        )
        assert records(stack, table) == [
            ("INSERT", None, {"id": {"S": "a"}, "n": {"N": "1"}}),
            ("INSERT", None, {"id": {"S": "b"}}),
        ]

    def test_a_write_that_changes_nothing_is_not_in_the_stream(self, stack: LocalStack, table: str) -> None:
        """As on AWS, a put or an update to the same value makes no record."""
        dynamodb = stack.client("dynamodb")
        item = {"id": {"S": "a"}, "n": {"N": "1"}}
        dynamodb.put_item(TableName=table, Item=item)
        dynamodb.put_item(TableName=table, Item=item)
        dynamodb.update_item(
            TableName=table,
            Key={"id": {"S": "a"}},
            UpdateExpression="SET n = :n",
            ExpressionAttributeValues={":n": {"N": "1"}},
        )
        assert records(stack, table) == [("INSERT", None, item)]

    def test_attributes_of_every_kind_come_back(self, stack: LocalStack, table: str) -> None:
        """What is answered without moto's serialiser is what was written; what is not, is too."""
        item = {
            "id": {"S": 'a"b'},
            "number": {"N": "1.5"},
            "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"M": {}}]}}},
            "set": {"SS": ["x"]},
            "bytes": {"B": b"\x00\xff"},
        }
        dynamodb = stack.client("dynamodb")
        dynamodb.put_item(TableName=table, Item=item)
        assert dynamodb.get_item(TableName=table, Key={"id": item["id"]})["Item"] == item


class TestTablePoller:
    """Streams and functions."""

    @contextmanager
    def _polling(
        self,
        stack: LocalStack,
        table: str,
        call: Callable[[Mapping[str, Any]], Answer],
        **changed: Any,  # noqa: ANN401 (fields of EventSource)
    ) -> Iterator[None]:
        source = EventSource(
            **{
                "name": "test",
                "kind": "table",
                "source": "T",
                "function": "F",
                "batch_size": 3,
                "filters": (),
                "lanes": 1,
                "reports_failures": True,
                **changed,
            }
        )
        shard = dynamodb_backends[ACCOUNT][stack.region].get_table(table).stream_shard
        assert shard is not None
        poller = TablePoller(source, call, shard, stack._changed, stack.region)
        poller.start()
        try:
            yield
        finally:
            poller.stop()

    def _put(self, stack: LocalStack, table: str, *numbers: int, kind: str = "registration") -> None:
        for number in numbers:
            item = {"id": {"S": str(number)}, "kind": {"S": kind}}
            stack.client("dynamodb").put_item(TableName=table, Item=item)

    def test_the_first_failure_is_the_checkpoint(self, stack: LocalStack, table: str) -> None:
        """What comes before it is done; it and what comes after are tried again, in order."""
        batches: list[list[str]] = []

        def call(event: Mapping[str, Any]) -> Answer:
            batches.append([record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]])
            failed = [each for each in event["Records"] if each["dynamodb"]["Keys"]["id"]["S"] == "1"]
            numbers = [each["dynamodb"]["SequenceNumber"] for each in failed] if len(batches) < 3 else []
            failures = [{"itemIdentifier": number} for number in numbers]
            return Answer(json.dumps({"batchItemFailures": failures}).encode())

        self._put(stack, table, 0, 1, 2, 3)
        with self._polling(stack, table, call):
            until(lambda: len(batches) == 3, seconds=PATIENCE)
            until(lambda: len(batches) > 3, seconds=0.2)
        assert batches == [["0", "1", "2"], ["1", "2", "3"], ["1", "2", "3"]]

    def test_a_function_that_raises_is_called_again_with_the_whole_batch(self, stack: LocalStack, table: str) -> None:
        """No record is lost to an error."""
        batches: list[int] = []

        def call(event: Mapping[str, Any]) -> Answer:
            batches.append(len(event["Records"]))
            return Answer(b"null", failed=len(batches) == 1)

        self._put(stack, table, 0, 1)
        with self._polling(stack, table, call):
            until(lambda: len(batches) == 2, seconds=PATIENCE)
        assert batches == [2, 2]

    @pytest.mark.parametrize(("kind", "passes"), [("registration", True), ("token", False)])
    def test_filters_of_the_template_let_registrations_through(
        self, stack: LocalStack, table: str, kind: str, *, passes: bool
    ) -> None:
        """A new registration is a beginning and no answer; a task token is neither."""
        sources = {source.name: source for source in stack.expanded.event_sources}
        seen: dict[str, list[str]] = {"Beginnings": [], "Answers": []}

        def called(name: str) -> Callable[[Mapping[str, Any]], Answer]:
            def call(event: Mapping[str, Any]) -> Answer:
                seen[name].extend(record["eventName"] for record in event["Records"])
                return Answer(b"{}")

            return call

        beginnings, answers = (sources[f"SignalsFunction{name}"].filters for name in seen)
        with (
            self._polling(stack, table, called("Beginnings"), filters=beginnings),
            self._polling(stack, table, called("Answers"), filters=answers, lanes=4),
        ):
            self._put(stack, table, 7, kind=kind)
            stack.client("dynamodb").update_item(
                TableName=table,
                Key={"id": {"S": "7"}},
                UpdateExpression="SET n = :n",
                ExpressionAttributeValues={":n": {"N": "1"}},
            )
            until(lambda: all(seen.values()), seconds=PATIENCE if passes else 0.3)
        assert seen == (
            {"Beginnings": ["INSERT"], "Answers": ["MODIFY"]} if passes else {"Beginnings": [], "Answers": []}
        )

    def test_records_look_as_lambda_gets_them(self, stack: LocalStack, table: str) -> None:
        """JSON all through, with the time in seconds and the stream's ARN."""
        got: list[Any] = []

        def call(event: Mapping[str, Any]) -> Answer:
            got.extend(event["Records"])
            return Answer(b"{}")

        with self._polling(stack, table, call):
            self._put(stack, table, 1)
            until(lambda: bool(got), seconds=PATIENCE)
        assert json.loads(json.dumps(got)) == got
        assert abs(got[0]["dynamodb"]["ApproximateCreationDateTime"] - time.time()) < 60
        assert (got[0]["awsRegion"], got[0]["eventSourceARN"].split("/")[:2]) == (
            stack.region,
            [f"arn:aws:dynamodb:{stack.region}:{ACCOUNT}:table", table],
        )

    def test_lanes_share_the_keys_and_keep_their_order(self, stack: LocalStack, table: str) -> None:
        """Each record is worked once, and those of one key in their order."""
        got: list[tuple[str, int]] = []

        def call(event: Mapping[str, Any]) -> Answer:
            got.extend(
                (record["dynamodb"]["Keys"]["id"]["S"], int(record["dynamodb"]["NewImage"]["n"]["N"]))
                for record in event["Records"]
            )
            return Answer(b"{}")

        with self._polling(stack, table, call, lanes=4):
            for n in range(5):
                for key in "abcdef":
                    item = {"id": {"S": key}, "n": {"N": str(n)}}
                    stack.client("dynamodb").put_item(TableName=table, Item=item)
            until(lambda: len(got) == 30, seconds=PATIENCE)
        assert {key: [n for other, n in got if other == key] for key in "abcdef"} == {
            key: [0, 1, 2, 3, 4] for key in "abcdef"
        }


class TestQueue:
    """The backlog's queue, as it is polled."""

    def test_what_is_worked_is_deleted(self, stack: LocalStack) -> None:
        """A message for nobody is received, worked by the deployed function, and gone."""
        sqs, url = stack.client("sqs"), stack.physical_id("DukcapilBacklog")
        entry = {
            "registration_id": "nobody",
            "entry_id": "QueueDukcapil@1",
            "policy": default().model_dump(mode="json"),
            "task_token": "t",
        }
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(entry))

        def left() -> int:
            counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            return int(counted["ApproximateNumberOfMessages"]) + int(counted["ApproximateNumberOfMessagesNotVisible"])

        assert until(lambda: left() == 0, seconds=PATIENCE)


class TestLambda:
    """Functions in this process."""

    def test_each_function_has_its_own_environment(self, probe: Callable[..., Function]) -> None:
        """Functions that run at the same time do not see each other's variables."""
        lambdas = Lambdas("ap-southeast-3")
        functions = [probe("echo", NAME=str(number)) for number in range(8)]
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda function: lambdas.run(function, "{}").value, functions))
        assert [answer["environment"] for answer in answers] == [{"NAME": str(number)} for number in range(8)]
        assert environment() is not functions[0].environment

    def test_an_exception_is_an_error_as_lambda_says_it(self, probe: Callable[..., Function]) -> None:
        """Class, text and stack, which begins in the handler."""
        answer = Lambdas("ap-southeast-3").run(probe("fail"), "{}")
        assert answer.failed
        assert (answer.value["errorType"], answer.value["errorMessage"]) == ("KeyError", "'what'")
        assert "in fail" in answer.value["stackTrace"][0]

    def test_a_function_that_takes_too_long_times_out(self, probe: Callable[..., Function]) -> None:
        """Its caller is told so at its timeout, not when it ends."""
        lambdas, function = Lambdas("ap-southeast-3"), probe("hold", timeout=0.1)
        began = time.monotonic()
        answer = lambdas.run(function, "{}")
        assert 0.1 <= time.monotonic() - began < 10
        assert answer.value["errorType"] == "Sandbox.Timedout"
        assert answer.value["errorMessage"].endswith("Error: Task timed out after 0.10 seconds")
        assert len(lambdas.join(0)) == 1
        import_module(function.handler.rpartition(".")[0]).released.set()
        assert lambdas.join(20) == []

    def test_the_context_counts_down(self, probe: Callable[..., Function]) -> None:
        """A handler can see how long it has."""
        left = Lambdas("ap-southeast-3").run(probe("sleep", timeout=60.0), '{"seconds": 0.1}').value
        assert 30_000 < left < 59_950

    @pytest.mark.parametrize(
        ("handler", "kind"), [("unspeakable", "Runtime.MarshalError"), ("nowhere", "Runtime.ImportModuleError")]
    )
    def test_what_cannot_be_run_is_an_error(self, probe: Callable[..., Function], handler: str, kind: str) -> None:
        """An answer that is no JSON, or a handler that is not there."""
        assert Lambdas("ap-southeast-3").run(probe(handler), "{}").value["errorType"] == kind

    def test_invoked_over_the_api_an_error_is_marked(self, stack: LocalStack) -> None:
        """`FunctionError` is set, as Step Functions looks for it; aliases are invoked by their ARN."""
        arn = stack.client("lambda").get_function(FunctionName=stack.physical_id("NikFunction"))
        arn = f"{arn['Configuration']['FunctionArn'].removesuffix(':$LATEST')}:live"
        answered = stack.client("lambda").invoke(FunctionName=arn, Payload=b"{}")
        assert answered["FunctionError"] == "Unhandled"
        assert json.loads(answered["Payload"].read())["errorType"] == "LayerFault"

    @pytest.mark.parametrize(
        "event",
        [
            {"registration_id": "r"},
            {"pathParameters": {"registration_id": "r"}},
            {"Records": [{"body": '{"registration_id": "r"}'}]},
        ],
    )
    def test_an_event_names_its_registration(self, event: dict[str, Any]) -> None:
        """Layers, the API and the backlog work for one registration each."""
        assert registration_in(event) == "r"

    @pytest.mark.parametrize("event", [None, {}, {"Records": [{"body": "x"}]}, {"pathParameters": None}])
    def test_an_event_may_name_none(self, event: object) -> None:
        """Nobody's event is nobody's."""
        assert registration_in(event) is None
        assert registration_of_this_call() is None


class TestStepFunctions:
    """The interpreter."""

    def _run(self, stack: LocalStack, states: dict[str, Any], given: object = None, *, wait: bool = True) -> Any:  # noqa: ANN401 (as boto3 describes it)
        client = stack.client("stepfunctions")
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
        machine = client.create_state_machine(
            name=f"test-{uuid4()}", definition=json.dumps(definition), roleArn=f"arn:aws:iam::{ACCOUNT}:role/test"
        )["stateMachineArn"]
        started = client.start_execution(
            stateMachineArn=f"{machine}:live", name=str(uuid4()), input=json.dumps(given or {})
        )

        def look() -> dict[str, Any] | None:
            described: dict[str, Any] = client.describe_execution(executionArn=started["executionArn"])
            return described if not wait or described["status"] != "RUNNING" else None

        return until(look, seconds=PATIENCE)

    @pytest.mark.parametrize("text", ['say "yes"', "it's", "back\\slash", "line\nline", "$states.context", "😀"])
    def test_text_of_any_kind_passes_through(self, stack: LocalStack, text: str) -> None:
        """Quotes in an answer break nothing, in variables and in `$states`."""
        states = {
            "A": {"Type": "Pass", "Assign": {"kept": "{% $states.input.text %}"}, "Next": "B"},
            "B": {"Type": "Pass", "Output": {"kept": "{% $kept %}", "joined": "{% $kept & '!' %}"}, "End": True},
        }
        done = self._run(stack, states, {"text": text})
        assert json.loads(done["output"]) == {"kept": text, "joined": f"{text}!"}

    def test_null_is_a_value_and_undefined_is_not(self, stack: LocalStack) -> None:
        """A variable may be null; an expression without value is an error, as on AWS."""
        kept = {"A": {"Type": "Pass", "Assign": {"n": None}, "Output": "{% $states.input %}", "Next": "B"}}
        shown = {"B": {"Type": "Pass", "Output": {"is": "{% $type($n) %}", "n": "{% $n %}"}, "End": True}}
        assert json.loads(self._run(stack, kept | shown)["output"]) == {"is": "null", "n": None}
        failed = self._run(stack, {"A": {"Type": "Pass", "Output": "{% $states.input.nothing %}", "End": True}})
        assert (failed["status"], failed["error"]) == ("FAILED", "States.QueryEvaluationError")

    def test_time_goes_on_within_an_execution(self, stack: LocalStack) -> None:
        """`$millis()` is the time of the state, though expressions are compiled once."""
        states = {
            "A": {"Type": "Pass", "Assign": {"first": "{% $millis() %}"}, "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 1, "Next": "B"},
            "B": {"Type": "Pass", "Output": "{% $millis() - $first %}", "End": True},
        }
        assert 900 < json.loads(self._run(stack, states)["output"]) < 30_000

    def test_a_token_takes_one_answer(self, stack: LocalStack, table: str) -> None:
        """A second answer to the same wait is refused."""
        client = stack.client("stepfunctions")
        self._run(stack, self._waiting(table), wait=False)
        token = self._token(stack, table)
        client.send_task_success(taskToken=token, output='{"answer": "yes"}')
        with pytest.raises((client.exceptions.TaskTimedOut, client.exceptions.InvalidToken)):
            client.send_task_success(taskToken=token, output='{"answer": "no"}')

    def test_a_stopped_execution_ends_at_once(self, stack: LocalStack, table: str) -> None:
        """It is aborted, not failed, and its token is dead."""
        client = stack.client("stepfunctions")
        execution = self._run(stack, self._waiting(table), wait=False)["executionArn"]
        token = self._token(stack, table)
        client.stop_execution(executionArn=execution)
        assert until(lambda: client.describe_execution(executionArn=execution)["status"] == "ABORTED", seconds=PATIENCE)
        with pytest.raises((client.exceptions.TaskTimedOut, client.exceptions.InvalidToken)):
            client.send_task_success(taskToken=token, output="{}")

    def _waiting(self, table: str) -> dict[str, Any]:
        item = {"id": {"S": "wait"}, "token": {"S": "{% $states.context.Task.Token %}"}}
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken",
            "TimeoutSeconds": 600,
            "Arguments": {"TableName": table, "Item": item},
            "End": True,
        }
        return {"A": task}

    def _token(self, stack: LocalStack, table: str) -> str:
        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = stack.client("dynamodb").get_item(TableName=table, Key={"id": {"S": "wait"}})
            return found.get("Item")

        item = until(look, seconds=PATIENCE)
        assert item is not None
        return str(item["token"]["S"])


class TestMail:
    """SES and its switch."""

    @pytest.fixture(autouse=True)
    def _up_again(self, stack: LocalStack) -> Iterator[None]:
        yield
        stack.set_faults({"email": "up"})

    def _send(self, stack: LocalStack, to: str, subject: str = "Kode 123456") -> str | None:
        body = {"Text": {"Data": "Kode: 654321"}, "Html": {"Data": "<b>654321</b>"}}
        content = {"Simple": {"Subject": {"Data": subject}, "Body": body}}
        client = stack.client("sesv2")
        sent = client.send_email(FromEmailAddress=SENDER, Destination={"ToAddresses": [to]}, Content=content)
        message_id: str | None = sent.get("MessageId")
        return message_id

    def test_a_mail_arrives_with_both_its_parts(self, stack: LocalStack) -> None:
        """The inbox shows text, HTML and the code, to the address in any case."""
        self._send(stack, "Tari@Example.com")
        (mail,) = stack.inbox("tari@example.COM")
        assert (mail.channel, mail.text, mail.html, mail.code) == ("email", "Kode: 654321", "<b>654321</b>", "654321")
        assert mail.sent_at.endswith("Z")
        assert "." not in mail.sent_at

    @pytest.mark.parametrize(
        ("mode", "code"), [("down", "ServiceUnavailableException"), ("quota", "TooManyRequestsException")]
    )
    def test_a_mail_is_refused(self, stack: LocalStack, mode: str, code: str) -> None:
        """Down and over quota are errors of SES, and nothing arrives."""
        stack.set_faults({"email": mode})
        with pytest.raises(ClientError) as refused:
            self._send(stack, f"{mode}@example.com")
        assert refused.value.response["Error"]["Code"] == code
        assert stack.inbox(f"{mode}@example.com") == ()

    def test_a_slow_mail_arrives(self, stack: LocalStack) -> None:
        """Slow is slow, and nothing else."""
        stack.set_faults({"email": "slow"})
        began = time.monotonic()
        self._send(stack, "slow@example.com")
        assert time.monotonic() - began >= 0.2
        assert len(stack.inbox("slow@example.com")) == 1

    def test_a_wrong_answer_is_no_answer(self, stack: LocalStack) -> None:
        """The client finds no id in it, and the mail is lost."""
        stack.set_faults({"email": "wrong"})
        assert self._send(stack, "wrong@example.com") is None
        assert stack.inbox("wrong@example.com") == ()


class TestFaults:
    """The partners' switches."""

    def test_each_partner_can_be_switched(self, stack: LocalStack) -> None:
        """All of them know all modes."""
        for mode in (*MODES[1:], "up"):
            stack.set_faults(dict.fromkeys(stack.faults, mode))
            assert stack.faults == dict.fromkeys(("email", "dukcapil", "sms", "whatsapp"), mode)

    @pytest.mark.parametrize("modes", [{"email": "down", "sms": "gone"}, {"email": "down", "post": "up"}])
    def test_a_bad_switch_changes_nothing(self, stack: LocalStack, modes: dict[str, str]) -> None:
        """One bad value, and the good ones are not taken either."""
        with pytest.raises(ValueError, match="not one of"):
            stack.set_faults(modes)
        assert stack.faults["email"] == "up"


class TestApi:
    """The API's own answers and the requests it passes on."""

    def test_an_unknown_route_is_answered_as_the_template_says(self, stack: LocalStack) -> None:
        """404 with a problem, not API Gateway's own 403."""
        answer = stack.http("GET", "/v1/nothing")
        assert (answer.status, answer.json()["code"]) == (404, "route_not_found")
        assert answer.header("access-control-allow-origin") == "http://127.0.0.1:8080"

    def test_a_browser_may_ask_first(self, stack: LocalStack) -> None:
        """The preflight names the page's origin only."""
        answer = stack.http("OPTIONS", "/v1/registrations")
        assert (answer.status, answer.header("Access-Control-Allow-Origin")) == (200, "http://127.0.0.1:8080")

    def test_a_function_that_fails_is_a_disruption(self, stack: LocalStack) -> None:
        """What is no answer to a request becomes the template's 503."""
        for answer in (Answer(b"{}", failed=True), Answer(b'{"body": "x"}'), Answer(b"null")):
            api = Api(stack.expanded.api, lambda _function, _event, given=answer: given, "local")  # type: ignore[misc]
            answered = api.handle("POST", "/v1/registrations", [], b"{}")
            assert (answered.status, answered.json()["code"]) == (503, "unavailable")

    def test_a_body_that_is_too_large_is_refused(self, stack: LocalStack) -> None:
        """At API Gateway's limit, before any function runs."""
        assert stack.http("POST", "/v1/registrations", body=b" " * 10_485_761).status == 413

    def test_a_request_is_passed_on_as_api_gateway_does(self, stack: LocalStack) -> None:
        """Parameters are decoded, repeated headers kept, the body is text."""
        seen: list[tuple[str, Any]] = []

        def invoke(function: str, event: Mapping[str, Any]) -> Answer:
            seen.append((function, event))
            return Answer(b'{"statusCode": 204, "multiValueHeaders": {"Set": ["a", "b"]}}')

        headers = [("Accept", "a"), ("Accept", "b")]
        answered = Api(stack.expanded.api, invoke, "local").handle(
            "PUT", "/v1/registrations/a%20b/details?x=1&x=2", headers, "é".encode()
        )
        ((function, event),) = seen
        assert function == "RegistrationFunction"
        assert (event["resource"], event["path"]) == (
            "/v1/registrations/{registration_id}/details",
            "/v1/registrations/a%20b/details",
        )
        assert event["pathParameters"] == {"registration_id": "a b"}
        assert (event["headers"], event["multiValueHeaders"]) == ({"Accept": "b"}, {"Accept": ["a", "b"]})
        assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
        assert (event["body"], event["isBase64Encoded"]) == ("é", False)
        assert answered.status == 204
        assert [text for name, text in answered.headers if name == "Set"] == ["a", "b"]


class TestServer:
    """What exists only locally."""

    @pytest.fixture
    def browser(self, stack: LocalStack) -> FlaskClient:
        """Calls the server as a browser does."""
        return create_app(stack).test_client()

    def test_people_can_be_used_as_details(self, browser: FlaskClient) -> None:
        """Each has all that a registration asks for."""
        person = browser.get("/_local/people").get_json()[0]
        assert set(person) == {
            "nik", "kk_number", "full_name", "birth_date", "sex", "phone", "email", "record",
        }  # fmt: skip
        assert person["birth_date"] == date.fromisoformat(person["birth_date"]).isoformat()

    @pytest.mark.parametrize("to", ["+628120000901", "628120000901", "08120000901", " 628120000901", "0812-0000-901"])
    def test_an_inbox_is_found_by_any_spelling_of_a_number(
        self, stack: LocalStack, browser: FlaskClient, to: str
    ) -> None:
        """A plus sign that was not encoded arrives as a space."""
        stack.carrier.clear()
        message = json.dumps({"to": "+628120000901", "text": "Kode 135790", "id": "1"}).encode()
        headers = {"Authorization": GATEWAY_SECRET, "Content-Type": "application/json"}
        assert (
            PoolManager().request("POST", f"{stack.carrier.sms.url}/sms", body=message, headers=headers).status == 200
        )
        (found,) = browser.get("/_local/inbox", query_string=f"to={to}").get_json()
        assert (found["channel"], found["to"], found["code"]) == ("sms", "+628120000901", "135790")
        assert re.findall(r"(?<![0-9])[0-9]{6}(?![0-9])", json.dumps(found)) == ["135790", "135790"]

    def test_an_inbox_is_found_by_address(self, stack: LocalStack, browser: FlaskClient) -> None:
        """In any case, and with a plus sign in it."""
        content = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "Kode 246802"}}}}
        to = {"ToAddresses": ["Tari+kerja@example.com"]}
        stack.client("sesv2").send_email(FromEmailAddress=SENDER, Destination=to, Content=content)
        (found,) = browser.get("/_local/inbox?to=tari+KERJA@example.com").get_json()
        assert found["code"] == "246802"
        assert browser.get("/_local/inbox?to=nobody@example.com").get_json() == []

    @pytest.mark.parametrize("body", ["", "[]", '{"email": "gone"}', '{"email": null}', '{"post": "down"}'])
    def test_a_bad_switch_is_refused(self, browser: FlaskClient, body: str) -> None:
        """With a problem, and nothing is switched."""
        answer = browser.put("/_local/faults", data=body)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert set(browser.get("/_local/faults").get_json().values()) == {"up"}

    def test_partners_are_switched(self, browser: FlaskClient) -> None:
        """Those that are named, and the answer shows all."""
        try:
            switched = browser.put("/_local/faults", json={"sms": "quota"}).get_json()
            assert switched == {"email": "up", "dukcapil": "up", "sms": "quota", "whatsapp": "up"}
        finally:
            browser.put("/_local/faults", json={"sms": "up"})

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("/_local/executions/unknown", "execution_not_found"),
            ("/_local/nothing", "route_not_found"),
            ("/nothing", "route_not_found"),
            ("/v1/nothing", "route_not_found"),
        ],
    )
    def test_what_is_not_there_is_a_problem(self, browser: FlaskClient, path: str, code: str) -> None:
        """404 with a code, wherever it is."""
        answer = browser.get(path)
        assert answer.status_code == 404
        assert json.loads(answer.text)["code"] == code


class TestLife:
    """Looking, and starting what cannot be started."""

    def test_there_is_one_stack_at_a_time(self, stack: LocalStack) -> None:
        """A second one is refused, and the first goes on."""
        with pytest.raises(RuntimeError, match="another local stack"):
            LocalStack().start()
        assert stack.http("GET", "/v1/nothing").status == 404

    def test_nothing_is_known_of_an_unknown_registration(self, stack: LocalStack) -> None:
        """Looking for it is no error."""
        assert stack.execution("unknown") is None
        assert stack.history("unknown") == []
        assert stack.counts("unknown").emails == 0

    def test_a_port_in_use_is_said_in_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Before anything is started."""
        with listen(0) as taken:
            port = address(taken).rpartition(":")[2]
            assert main(["serve", "--port", port]) == 2
            assert main(["serve", "--port", "0", "--aws-port", port]) == 2
        assert capsys.readouterr().err.count("\n") == 2

    @pytest.mark.parametrize("content", [None, "{", '{"policy_version": "x"}'])
    def test_a_policy_that_cannot_be_used_is_said_in_one_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
    ) -> None:
        """Missing, no JSON, or not a policy."""
        file = tmp_path / "policy.json"
        if content is not None:
            file.write_text(content)
        assert main(["serve", "--port", "0", "--policy", str(file)]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert str(file) in said


def test_context_says_what_lambda_says() -> None:
    """The names that Powertools reads are there."""
    context = Context("f", "arn", 128, "id", "logs", time.monotonic() + 1)
    assert (context.function_name, context.memory_limit_in_mb, context.aws_request_id) == ("f", 128, "id")
    assert context.get_remaining_time_in_millis() <= 1000
