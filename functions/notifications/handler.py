"""Lambda entry of the notices: from the queue of changed statuses, which EventBridge fills.

What cannot be mailed yet stays in the queue and is hidden for longer each time, for ten days.
"""

from collections.abc import Mapping
from random import SystemRandom
from time import time
from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, ValidationError

from functions.notifications.notice import NotYetError, StatusChanged, settle
from functions.notifications.settings import NotificationsSettings
from functions.shared import aws
from functions.shared.batch import HeldError, work
from functions.shared.observability import logger, metrics
from functions.shared.policy import Hold
from functions.shared.policy_in_force import policy_in_force

RESERVE: Final = 12.0
"""Seconds that one notice may take; with fewer left, it is not begun."""
MANY: Final = 100
"""Tries of one message after which the next ones are spread over the time that is left to it."""
RECEIVES: Final = 1000
"""Tries of one message before the queue lays it aside (its `maxReceiveCount`)."""
TRIED: Final = 10 * 86_400
"""Seconds for which a message is tried.

SQS deletes it 14 days after it was sent, wherever it is by then, and laying it aside begins no new time. So it has to be laid
aside before, with time for somebody to move it back.
"""
LONGEST: Final = 43_200
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

    def settle_in_time(change: StatusChanged, record: SQSRecord) -> None:
        if context.get_remaining_time_in_millis() < RESERVE * 1000:
            raise HeldError("no_time_left")
        try:
            settle(change, settings, policy)
        except NotYetError as held:
            _hide(record, held, policy.email.hold, settings.notifications_queue_url)
            raise

    return work("notifications", event, context, read=_read, settle=settle_in_time)


def _read(record: SQSRecord) -> StatusChanged:
    try:
        return Envelope.model_validate_json(record.body).detail
    except ValidationError:
        logger.error("change of status not understood")
        raise HeldError("malformed") from None


def _hide(record: SQSRecord, held: NotYetError, hold: Hold, queue_url: str) -> None:
    """Hide a message until its next try, not at the same moment as all others that the outage holds."""
    received = int(record.attributes.approximate_receive_count)
    age = time() - int(record.attributes.sent_timestamp) / 1000
    seconds = until_tried_again(received, age, hold, outage=held.outage)
    scattered = min(LONGEST, max(1, round(_jitter.uniform(0.75, 1.25) * seconds)))
    aws.sqs().change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=scattered
    )


def until_tried_again(received: int, age: float, hold: Hold, *, outage: bool) -> float:
    """Seconds until a message is tried again that was received so often and sent so long ago.

    Never longer than what spreads the receives that are left over the time that is left: so they are used up when it is over.
    After `MANY` never shorter either: so they last until then.
    """
    spread = max(0.0, TRIED - age) / max(1, RECEIVES - received)
    if received > MANY:
        return spread
    doublings = min(received - 1, 20) if outage else 0
    return min(hold.seconds * (1 << doublings), hold.max_seconds, spread)
