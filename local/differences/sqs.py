"""SQS: a queue that does not become slow while many messages wait in it, hidden."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from moto.sqs import models
from moto.sqs.models import Message, SQSBackend


@contextmanager
def sqs() -> Iterator[None]:
    """Look through queues as fast as AWS does while the block runs.

    For each message that it hands out, moto counts all the others three times to learn how long the queue keeps messages,
    and makes two dates of each to learn what time it is: with 350 hidden messages a receive takes a second.
    """
    with (
        patch.object(models, "unix_time_millis", lambda: time.time() * 1000),
        patch.object(SQSBackend, "is_message_valid_based_on_retention_period", _is_kept),
    ):
        yield


def _is_kept(self: SQSBackend, queue_name: str, message: Message) -> bool:
    kept = int(self.get_queue(queue_name).message_retention_period)  # type: ignore[attr-defined]
    return message.sent_timestamp / 1000 + kept > time.time()  # type: ignore[operator]  # moto begins with None
