"""A queue's batch: what fails goes back to the queue, and is seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from functions.shared import batch
from functions.shared.batch import HeldError, work
from functions.shared.observability import logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

PERSONAL = "3171010101900001"
RECORDS = [{"eventSource": "aws:sqs", "messageId": each, "body": each} for each in ("a", "b", "c")]


class Seen:
    """What was logged and counted."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []
        self.counted: list[tuple[str, dict[str, str]]] = []

    def line(self, text: str, extra: dict[str, Any]) -> None:
        """Note a line, with what every line of the message has: the local stack, when it runs, keeps it by threads."""
        context = logger.get_current_keys() | logger.thread_safe_get_current_keys()
        self.lines.append((text, context | extra))

    def count(self, name: str, **dimensions: str) -> None:
        """Note a metric."""
        self.counted.append((name, dimensions))


@pytest.fixture
def seen() -> Iterator[Seen]:
    """In place of log and metrics."""
    found = Seen()
    with (
        patch.object(logger, "info", found.line),
        patch.object(logger, "error", found.line),
        patch.object(batch, "count", found.count),
    ):
        yield found


def read(record: SQSRecord) -> Any:  # noqa: ANN401 (a message)
    """A message about somebody."""
    return SimpleNamespace(registration_id=f"registration-{record.body}")


def test_given_one_that_fails_then_the_others_are_settled_and_it_is_logged_without_its_text(seen: Seen) -> None:
    """By class and place, under its registration, and counted for its worker."""
    settled: list[str] = []

    def settle(message: Any, record: SQSRecord) -> None:  # noqa: ANN401 (a message)
        if record.body == "b":
            raise LookupError(PERSONAL)
        settled.append(message.registration_id)

    answer = work("backlog", {"Records": RECORDS}, Any, read=read, settle=settle)  # type: ignore[arg-type] # no context is needed
    assert answer == {"batchItemFailures": [{"itemIdentifier": "b"}]}
    assert settled == ["registration-a", "registration-c"]
    ((text, said),) = seen.lines
    assert text == "message to be tried again"
    assert said["registration_id"] == "registration-b"
    assert said["fault"] == "LookupError"
    assert "settle" in said["where"]
    assert PERSONAL not in str(seen.lines)
    assert seen.counted == [("MessageFailed", {"worker": "backlog"})]


def test_given_one_that_is_held_then_its_reason_is_logged_and_nothing_counted(seen: Seen) -> None:
    """An outage is no failure of the worker, also when it holds the whole batch."""

    def settle(*_: Any) -> None:  # noqa: ANN401 (whatever is given)
        raise HeldError("timeout")

    answer = work("notifications", {"Records": RECORDS}, Any, read=read, settle=settle)  # type: ignore[arg-type] # see above
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["a", "b", "c"]
    assert {text for text, _ in seen.lines} == {"message held"}
    assert [said["reason"] for _, said in seen.lines] == ["timeout"] * 3
    assert [said["registration_id"] for _, said in seen.lines] == [f"registration-{each}" for each in "abc"]
    assert seen.counted == []


def test_given_one_that_cannot_be_read_then_it_is_let_go_held_or_counted_as_its_worker_says(seen: Seen) -> None:
    """Whoever it is about is not known yet, so the line has the message's own id."""

    def unreadable(record: SQSRecord) -> None:
        if record.body == "b":
            raise HeldError("malformed")
        if record.body == "c":
            raise ValueError(PERSONAL)

    def never(*_: Any) -> None:  # noqa: ANN401 (whatever is given)
        pytest.fail("there is nothing to settle")

    answer = work("mail_events", {"Records": RECORDS}, Any, read=unreadable, settle=never)  # type: ignore[arg-type] # see above
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["b", "c"]
    assert [(text, said["message_id"]) for text, said in seen.lines] == [
        ("message held", "b"),
        ("message to be tried again", "c"),
    ]
    assert seen.counted == [("MessageFailed", {"worker": "mail_events"})]
