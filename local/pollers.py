"""Event source mappings and schedules: read a table's stream or a queue, and call the function, as Lambda's pollers do.

Each mapping of the template is served by its own threads, with the filters, batch size and concurrency that it says. It
can be stopped, killed and started again at any time without losing a record.
"""

import json
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from logging import getLogger
from threading import BoundedSemaphore, Condition, Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final, cast

from moto.dynamodb.models.table import StreamShard
from moto.events.models import EventPattern
from moto.sqs.models import Queue

from local.lambdas import Answer
from local.template import EventSource, Schedule

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

type Call = Callable[[Mapping[str, Any]], Answer]
"""Invoke the mapping's function with an event."""

_log: Final = getLogger(__name__)
_IDLE: Final = 0.02
_FIRST_BACKOFF: Final = 0.05
_LONGEST_BACKOFF: Final = 1.0


class _Run:
    """One life of a poller, from a start to the stop: its threads, and how it is to end."""

    def __init__(self) -> None:
        self.stopping = Event()
        self.killed = False
        self.threads: list[Thread] = []


class Poller(ABC):
    """Serves one event source until it is stopped, and goes on from there when it is started again.

    Attributes:
        name: logical id of the mapping or schedule.
        deliver: hands an event to the function; replaced where deliveries are to come twice or late.
    """

    def __init__(self, name: str, call: Call) -> None:
        self.name = name
        self.deliver: Callable[[Mapping[str, Any], Call], Answer] = lambda event, call: call(event)
        self._call = call
        self._run: _Run | None = None
        self._switching = Lock()

    def start(self) -> None:
        """Begin to poll, or go on. Does nothing while it polls."""
        with self._switching:
            if self._run is not None:
                return
            self._run = run = _Run()
            for lane in range(self._lanes):
                thread = Thread(target=self._serve, args=(lane, run), name=f"poller {self.name} {lane}", daemon=True)
                run.threads.append(thread)
                thread.start()

    def stop(self) -> None:
        """End after the batch at hand. Does nothing while it does not poll."""
        self._end(killed=False)

    def kill(self) -> None:
        """End as a process that dies: the function runs to its end, but its answer is lost, and the batch comes again."""
        self._end(killed=True)

    def _end(self, *, killed: bool) -> None:
        with self._switching:
            run, self._run = self._run, None
            if run is None:
                return
            run.killed = killed
            run.stopping.set()
            self._wake()
            for thread in run.threads:
                thread.join()

    def _serve(self, lane: int, run: _Run) -> None:
        """Poll, and again when moto falls over, which is not safe to be read in one thread and written in another."""
        while not run.stopping.is_set():
            try:
                self._poll(lane, run)
            except Exception:  # noqa: BLE001 (whatever moto raises)
                _log.exception("%s polls again", self.name)
                run.stopping.wait(_FIRST_BACKOFF)

    @property
    @abstractmethod
    def _lanes(self) -> int: ...

    @abstractmethod
    def _poll(self, lane: int, run: _Run) -> None: ...

    def _wake(self) -> None:  # noqa: B027 (only one kind has to)
        """Wake threads that wait for something to come."""


class MappingPoller(Poller):
    """Serves an event source mapping."""

    def __init__(self, source: EventSource, call: Call) -> None:
        super().__init__(source.name, call)
        self.source = source
        self._patterns = [EventPattern.load(each) for each in source.filters]

    def _wanted(self, record: Mapping[str, Any]) -> bool:
        return not self._patterns or any(pattern.matches_event(cast("Any", record)) for pattern in self._patterns)

    def _failed(self, records: Iterable[Mapping[str, Any]], identifiers: list[str]) -> set[str] | None:
        """Which records of a batch the function could not work; None for all of them."""
        answer = self.deliver({"Records": list(records)}, self._call)
        if answer.failed:
            return None
        if not self.source.reports_failures:
            return set()
        failures = (answer.value or {}).get("batchItemFailures") or []
        failed = {each.get("itemIdentifier", "") for each in failures}
        # Lambda takes an identifier that it does not know for the failure of everything.
        return failed if failed <= set(identifiers) else None


class TablePoller(MappingPoller):
    """Reads a table's stream. Records of one key come in order, one after another; a failure holds up those behind it.

    Args:
        shard: moto's stream; it has one shard that never ends.
        changed: notified when the shard has a new record.
    """

    def __init__(self, source: EventSource, call: Call, shard: StreamShard, changed: Condition, region: str) -> None:
        super().__init__(source, call)
        self._shard = shard
        self._changed = changed
        self._region = region
        self._positions = dict.fromkeys(range(source.lanes), 0)
        """By lane, how many records are done. Kept across lives of the threads, as Lambda keeps its checkpoints."""

    @property
    def _lanes(self) -> int:
        return self.source.lanes

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _poll(self, lane: int, run: _Run) -> None:
        backoff = _FIRST_BACKOFF
        while not run.stopping.is_set():
            position = self._positions[lane]
            batch, after = self._next(position, lane)
            if not batch:
                self._positions[lane] = after
                with self._changed:
                    self._changed.wait_for(lambda: len(self._shard.items) > after or run.stopping.is_set())  # noqa: B023 (called at once)
                continue
            numbers = [record["dynamodb"]["SequenceNumber"] for _, record in batch]
            failed = self._failed([record for _, record in batch], numbers)
            if run.killed:
                return
            if failed == set():
                self._positions[lane], backoff = after, _FIRST_BACKOFF
                continue
            # What comes before the first failure is done; from there on all is tried again, for ever.
            first = next((at for at, number in enumerate(numbers) if number in failed), 0) if failed else 0
            if batch[first][0] > position:
                backoff = _FIRST_BACKOFF
            self._positions[lane] = batch[first][0]
            run.stopping.wait(backoff)
            backoff = min(backoff * 2, _LONGEST_BACKOFF)

    def _next(self, position: int, lane: int) -> tuple[list[tuple[int, dict[str, Any]]], int]:
        """The next batch, each record with its position, and the position after it."""
        batch: list[tuple[int, dict[str, Any]]] = []
        end = len(self._shard.items)
        while position < end and len(batch) < self.source.batch_size:
            found = self._shard.items[position].to_json()
            if self._lane_of(found) == lane:
                record = self._as_event(found)
                if self._wanted(record):
                    batch.append((position, record))
            position += 1
        return batch, position

    def _lane_of(self, record: Mapping[str, Any]) -> int:
        if self.source.lanes == 1:
            return 0
        return zlib.crc32(json.dumps(record["dynamodb"]["Keys"], sort_keys=True).encode()) % self.source.lanes

    def _as_event(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record as Lambda hands it over: times in seconds, nothing shared with the table."""
        as_event: dict[str, Any] = json.loads(json.dumps(record, default=_seconds))
        as_event["awsRegion"] = self._region
        as_event["eventSourceARN"] = f"{self._shard.table.table_arn}/stream/{self._shard.table.latest_stream_label}"
        return as_event


def _seconds(value: object) -> float:
    if isinstance(value, datetime):
        return float(int(value.replace(tzinfo=value.tzinfo or UTC).timestamp()))  # moto's are UTC without saying so
    raise TypeError(type(value).__name__)


class QueuePoller(MappingPoller):
    """Receives from a queue, and deletes what was worked. What was not becomes visible again after its timeout."""

    def __init__(self, source: EventSource, call: Call, queue: Queue, sqs: "SQSClient", url: str) -> None:
        super().__init__(source, call)
        self._url = url
        self._queue = queue
        self._sqs = sqs
        self._free = BoundedSemaphore(source.lanes)

    @property
    def _lanes(self) -> int:
        return 1  # moto's queue is not safe to receive from in two threads; the batches are worked in several

    def _poll(self, lane: int, run: _Run) -> None:
        del lane
        with ThreadPoolExecutor(self.source.lanes, thread_name_prefix=f"poller {self.source.name}") as workers:
            while not run.stopping.is_set():
                if not self._visible():
                    run.stopping.wait(_IDLE)
                elif self._free.acquire(timeout=_IDLE):
                    messages: list[Any] = []
                    try:
                        messages = self._receive()
                    finally:
                        if messages:
                            workers.submit(self._work, messages, run)
                        else:
                            self._free.release()

    def _visible(self) -> bool:
        return any(message.visible and not message.delayed for message in list(self._queue._messages))

    def _receive(self) -> list[Any]:
        received = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(self.source.batch_size, 10),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(received.get("Messages", ()))

    def _work(self, messages: list[Any], run: _Run) -> None:
        try:
            records = [self._as_event(message) for message in messages]
            wanted = [record for record in records if self._wanted(record)]
            failed = self._failed(wanted, [record["messageId"] for record in wanted]) if wanted else set()
            if run.killed:
                self._give_back(records)
                return
            if failed is None:
                failed = {record["messageId"] for record in wanted}
            for record in records:  # Lambda deletes what its filters refuse, too
                if record["messageId"] not in failed:
                    self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=record["receiptHandle"])
        finally:
            self._free.release()

    def _give_back(self, records: list[dict[str, Any]]) -> None:
        """They would be visible again after their timeout; here at once."""
        for record in records:
            with suppress(self._sqs.exceptions.ClientError):  # the function has deleted it, perhaps
                self._sqs.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
                )

    def _as_event(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": dict(message.get("Attributes", {})),
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._queue.queue_arn,
            "awsRegion": self._queue.region,
        }


class SchedulePoller(Poller):
    """Invokes a function again and again, as EventBridge Scheduler does: a run that failed is not repeated.

    Args:
        seconds: from the beginning of one run to the next; a run that takes longer delays the next.
    """

    def __init__(self, schedule: Schedule, call: Call, seconds: float) -> None:
        super().__init__(schedule.name, call)
        self._seconds = seconds

    @property
    def _lanes(self) -> int:
        return 1

    def _poll(self, lane: int, run: _Run) -> None:
        del lane
        while not run.stopping.wait(self._seconds):
            self.deliver({"detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": "{}"}, self._call)
