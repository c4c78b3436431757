"""Lambda entry of the notices: from the queue of changed statuses, which EventBridge fills.

What cannot be mailed yet stays in the queue and is hidden for longer each time, for up to 14 days.
"""

from collections.abc import Mapping
from random import SystemRandom
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, ValidationError

from functions.notifications.notice import NotYetError, StatusChanged, settle
from functions.notifications.settings import NotificationsSettings
from functions.shared import aws
from functions.shared.observability import logger, metrics, place_of
from functions.shared.policy import Hold, Policy
from functions.shared.policy_in_force import policy_in_force

RESERVE = 12.0
"""Seconds that one notice may take; with fewer left, it is not begun."""
MANY = 100
"""Tries of one message after which the next ones keep to `SPARING`."""
SPARING = 1350
"""Seconds between two tries so that the queue's 1,000 last for the 14 days that it keeps a message."""
LONGEST = 43_200
"""SQS hides a message for 12 hours at most."""
_jitter = SystemRandom()  # not the module's own generator, which is shared with whatever else runs in the process


class Envelope(BaseModel):
    """An event as EventBridge wraps it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    detail: StatusChanged


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Settle a batch; what could not be settled is reported back to the queue."""
    settings = NotificationsSettings.load()
    policy = policy_in_force(settings.policy_parameter, settings.control_table_name)

    def settle_in_time(record: SQSRecord) -> None:
        if context.get_remaining_time_in_millis() < RESERVE * 1000:
            raise NotYetError("no_time_left")
        _settle(record, settings, policy)

    # A batch in which nothing could be mailed is an outage of the mail service, not of this function.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(dict(event), settle_in_time, processor, context))


def _settle(record: SQSRecord, settings: NotificationsSettings, policy: Policy) -> None:
    try:
        change = Envelope.model_validate_json(record.body).detail
    except ValidationError:
        logger.error("change of status not understood", extra={"message_id": record.message_id})
        raise NotYetError("malformed") from None
    with logger.append_context_keys(registration_id=change.registration_id):
        try:
            settle(change, settings, policy)
        except NotYetError as held:
            logger.info("notice held", extra={"reason": held.reason})
            _hide(record, held, policy.email.hold, settings.notifications_queue_url)
            raise
        except Exception as unknown:  # noqa: BLE001 (its text may be personal; the queue brings the event again)
            why = {"fault": type(unknown).__name__, "where": place_of(unknown)}
            logger.error("notice to be tried again", extra=why)
            raise NotYetError("unexpected") from None


def _hide(record: SQSRecord, held: NotYetError, hold: Hold, queue_url: str) -> None:
    """Hide a message until its next try, not at the same moment as all others that the outage holds."""
    received = int(record.attributes.approximate_receive_count)
    doublings = min(received - 1, 20) if held.outage else 0
    seconds = min(hold.seconds * 2**doublings, hold.max_seconds)
    if received > MANY:
        seconds = max(seconds, SPARING)
    scattered = min(LONGEST, max(1, round(_jitter.uniform(0.75, 1.25) * seconds)))
    aws.sqs().change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=scattered
    )
