"""Pollers that are stopped, killed and started again: nothing is lost, and what was not acknowledged comes again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import SQSBackend, sqs_backends

from local.lambdas import ACCOUNT, Answer
from local.partners.population import Resident
from local.pollers import Poller, QueuePoller, SchedulePoller, TablePoller
from local.registrant import Registrant
from local.stack import LocalStack, until
from local.template import EventSource, Schedule

WELL = Answer(b'{"batchItemFailures": []}')


class Function:
    """Takes batches; can be made to hold one until it is let go."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.held = Event()
        self.go_on = Event()
        self.go_on.set()

    def __call__(self, event: Mapping[str, Any]) -> Answer:
        """Remember what came: ids of items, or bodies of messages."""
        self.taken += [
            record["body"] if "body" in record else record["dynamodb"]["Keys"]["id"]["S"]
            for record in event.get("Records", [{"body": "run"}])
        ]
        self.held.set()
        self.go_on.wait(10)
        return WELL


def mapping(kind: str) -> EventSource:
    """A mapping that takes one record at a time."""
    return EventSource("test", "table" if kind == "table" else "queue", "S", "F", 1, (), 1, reports_failures=True)


@pytest.fixture
def function() -> Function:
    """A function of its own for each test."""
    return Function()


@contextmanager
def of_table(stack: LocalStack, function: Function) -> Iterator[tuple[Poller, Any]]:
    """A poller of a table, and what puts an item."""
    name = f"table-{uuid4()}"
    client = stack.client("dynamodb")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    shard = dynamodb_backends[ACCOUNT][stack.region].get_table(name).stream_shard
    assert shard is not None
    poller = TablePoller(mapping("table"), function, shard, stack._changed, stack.region)
    try:
        yield poller, lambda each: client.put_item(TableName=name, Item={"id": {"S": each}})
    finally:
        function.go_on.set()
        poller.stop()
        client.delete_table(TableName=name)


@contextmanager
def of_queue(stack: LocalStack, function: Function) -> Iterator[tuple[Poller, Any]]:
    """A poller of a queue, and what sends a message."""
    client = stack.client("sqs")
    url = client.create_queue(QueueName=f"queue-{uuid4()}", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    queue = sqs_backends[ACCOUNT][stack.region].get_queue(url.rpartition("/")[2])
    poller = QueuePoller(mapping("queue"), function, queue, client, url)
    try:
        yield poller, lambda each: client.send_message(QueueUrl=url, MessageBody=each)
    finally:
        function.go_on.set()
        poller.stop()
        client.delete_queue(QueueUrl=url)


SOURCES = pytest.mark.parametrize("source", [of_table, of_queue], ids=["table", "queue"])


@SOURCES
def test_given_a_stop_and_a_start_then_it_goes_on_where_it_was(
    stack: LocalStack,
    function: Function,
    source: Any,  # noqa: ANN401 (one of the two above)
) -> None:
    """What came meanwhile is taken, and what was done is not taken again."""
    with source(stack, function) as (poller, put):
        poller.start()
        put("1")
        assert until(lambda: function.taken == ["1"])
        poller.stop()
        poller.stop()
        put("2")
        assert not until(lambda: len(function.taken) > 1, seconds=0.2)
        poller.start()
        poller.start()
        assert until(lambda: function.taken == ["1", "2"])


@SOURCES
def test_given_it_is_killed_with_a_batch_at_hand_then_that_comes_again(
    stack: LocalStack,
    function: Function,
    source: Any,  # noqa: ANN401 (one of the two above)
) -> None:
    """The function has done it, and nobody heard of it; a queue's message does not wait for its timeout."""
    with source(stack, function) as (poller, put):
        poller.start()
        function.go_on.clear()
        put("1")
        assert function.held.wait(5)
        death = Thread(target=poller.kill)
        death.start()
        assert until(lambda: poller._run is None)
        function.go_on.set()
        death.join()
        assert function.taken == ["1"]
        poller.start()
        assert until(lambda: function.taken == ["1", "1"])


def test_given_moto_falls_over_when_a_queue_is_read_then_it_is_read_again(
    stack: LocalStack, function: Function
) -> None:
    """A thread that ended there would leave everybody waiting, and nobody would see why."""
    receive, fallen = SQSBackend.receive_message, list[str]()

    def falls(*given: Any, **named: Any) -> Any:  # noqa: ANN401 (moto's)
        if not fallen:
            fallen.append("once")
            raise RuntimeError
        return receive(*given, **named)

    with of_queue(stack, function) as (poller, put), patch.object(SQSBackend, "receive_message", falls):
        put("1")
        poller.start()
        assert until(lambda: function.taken == ["1"])
    assert fallen


@SOURCES
def test_given_a_delivery_twice_then_its_last_answer_counts(
    stack: LocalStack,
    function: Function,
    source: Any,  # noqa: ANN401 (one of the two above)
) -> None:
    """The hook of fault campaigns."""
    with source(stack, function) as (poller, put):
        poller.deliver = lambda event, call: (call(event), call(event))[1]
        poller.start()
        put("1")
        put("2")
        assert until(lambda: sorted(function.taken) == ["1", "1", "2", "2"])


def test_given_a_schedule_then_the_function_runs_until_it_is_stopped(function: Function) -> None:
    """And again when it is started again."""
    poller = SchedulePoller(Schedule("test", "F", 300), function, seconds=0.01)
    poller.start()
    assert until(lambda: len(function.taken) >= 2)
    poller.stop()
    runs = len(function.taken)
    poller.start()
    assert until(lambda: len(function.taken) > runs)
    poller.stop()


def test_given_the_template_then_every_mapping_and_schedule_has_its_worker(stack: LocalStack) -> None:
    """By the logical id, to be stopped and started from outside."""
    sources = {each.name for each in stack.expanded.event_sources} | {each.name for each in stack.expanded.schedules}
    assert stack.workers.keys() == sources
    (reconciler,) = stack.expanded.schedules
    assert (reconciler.function, reconciler.seconds) == ("ReconcilerFunction", 300)


def test_given_all_workers_killed_in_the_middle_then_the_registration_goes_on_after_the_start(
    stack: LocalStack, resident: Resident
) -> None:
    """On the same tables: nothing is lost, and nothing is sent twice."""
    registrant = Registrant(stack, resident)
    try:
        registrant.begin()
        for worker in stack.workers.values():
            worker.kill()
        assert registrant.see()["status"] in {"queued", "email_pending"}
        for worker in stack.workers.values():
            worker.start()
        registrant.await_that(expects="email_code")
        for worker in stack.workers.values():
            worker.kill()
        registrant.confirm_email()
        assert registrant.see()["status"] == "email_pending"
    finally:
        for worker in stack.workers.values():
            worker.start()
    registrant.finish()
    registrant.await_that(status="verified")
    assert until(lambda: stack.notified(registrant.id))
    # Two codes, and the mail that tells of it.
    assert [message.channel for message in registrant.messages()] == ["email", "sms", "email"]
