"""A batch of a queue's messages, each by itself: what cannot be settled goes back to the queue, and leaves a line in the log.

Powertools reports a message that failed to the queue, and says why at level DEBUG to a logger that nobody hears. What is
not expected is counted by its worker, because Lambda counts no error of a function that reports failed messages.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, Protocol

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.observability import count, logger, place_of

type Worker = Literal["backlog", "backlog_dead_letters", "mail_events", "notifications"]
"""A function that a queue feeds."""


class HeldError(Exception):
    """The message stays in the queue, for a reason that is known: a code, which is logged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Message(Protocol):
    """What a worker reads out of a record's body."""

    @property
    def registration_id(self) -> str | None:
        """Whom it is about, for the log; None when it does not say."""


def work[M: Message](
    worker: Worker,
    event: Mapping[str, Any],
    context: LambdaContext,
    *,
    read: Callable[[SQSRecord], M | None],
    settle: Callable[[M, SQSRecord], None],
) -> dict[str, Any]:
    """Work a batch, and report what has to be tried again, as the queue takes it.

    Args:
        worker: who works it; what it did not expect is counted under this name.
        event: of the queue.
        context: of the invocation.
        read: the message in a record; None for one that is let go.
        settle: does what the message asks for. Like `read` it raises a `HeldError` to leave it in the queue.
    """

    def one(record: SQSRecord) -> None:
        with _seen(worker, message_id=record.message_id):
            message = read(record)
        if message is not None:
            with _seen(worker, registration_id=message.registration_id):
                settle(message, record)

    # A batch in which nothing could be settled is an outage of a partner, not of the function.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(dict(event), one, processor, context))


@contextmanager
def _seen(worker: Worker, **known: str | None) -> Iterator[None]:
    with logger.append_context_keys(**known):
        try:
            yield
        except HeldError as held:
            logger.info("message held", extra={"reason": held.reason})
            raise
        except Exception as unknown:  # noqa: BLE001 (its text may be personal; the queue brings the message again)
            why = {"fault": type(unknown).__name__, "where": place_of(unknown)}
            logger.error("message to be tried again", extra=why)
            count("MessageFailed", worker=worker)
            raise HeldError("unexpected") from None
