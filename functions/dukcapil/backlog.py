"""Lambda entry of the backlog: asks the register for those who are parked in it.

A message that the register gives no verdict on stays in the queue and is hidden for longer each time. A verdict is
written to the table as the answer that the parked execution waits for; `functions.signals` delivers it.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from functions.dukcapil.match import enquire, recorded
from functions.dukcapil.settings import BacklogSettings
from functions.shared import aws
from functions.shared.entry import WaitingEntry
from functions.shared.errors import DukcapilUnavailable
from functions.shared.observability import logger, metrics
from functions.shared.outcome import Outcome
from functions.shared.policy import BacklogHold
from functions.shared.registration import Registrations, layer_item


class StillParkedError(Exception):
    """The message stays in the queue. Carries a reason code only."""


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work a batch; what could not be settled is reported back to the queue."""
    # A batch in which nobody could be settled is an outage of the register, not of this function.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(dict(event), _settle, processor, context))


def _settle(record: SQSRecord) -> None:
    settings = BacklogSettings.load()
    try:
        entry = WaitingEntry.model_validate_json(record.body)
    except ValidationError:
        logger.error("backlog message not understood", extra={"message_id": record.message_id})
        raise StillParkedError("malformed") from None
    registrations = Registrations(settings.table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or registration.ended or not registration.details:
        return  # withdrawn or erased meanwhile: there is nobody to ask about
    if registration.entered_at > entry.entered_at:
        return  # the registration has gone on: what this message waits for is over
    if registration.answered == entry.entry_id:
        # Sent or delivered twice. The execution may wait with the token of this message, so the answer is delivered again.
        registrations.keep_token(entry)
        return
    try:
        outcome = recorded(registration, entry) or enquire(registration, entry, settings)
    except DukcapilUnavailable as unavailable:
        _hide(record, entry.policy.dukcapil.hold, settings.backlog_queue_url)
        raise StillParkedError(unavailable.reason) from None
    _answer(registrations, entry, outcome)


def _answer(registrations: Registrations, entry: WaitingEntry, outcome: Outcome) -> None:
    now = registrations.now()
    registrations.update(
        entry.registration_id,
        "SET layers.dukcapil = :layer, waiting = :waiting, answer = :answer, entered_at = :entered_at",
        condition="attribute_not_exists(entered_at) OR entered_at <= :entered_at",
        values={
            ":layer": layer_item(entry.entry_id, outcome),
            ":waiting": {"state": entry.state, "entry_id": entry.entry_id, "ends_at": now, "attempt": entry.attempt},
            ":entered_at": entry.entered_at,
            ":answer": {"entry_id": entry.entry_id, "kind": "decided", "at": now, **outcome.as_dict()},
        },
        also=(registrations.put_token(entry),),
    )


def _hide(record: SQSRecord, hold: BacklogHold, queue_url: str) -> None:
    received = int(record.attributes.approximate_receive_count)
    seconds = min(hold.seconds * 2 ** min(received - 1, 20), hold.max_seconds)
    aws.sqs().change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=seconds
    )
