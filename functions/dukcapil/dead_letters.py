"""Lambda entry of the backlog's dead letters: whom the backlog gave up goes to an operator.

A message comes here when it was received a thousand times, which the policy keeps it from, or was not understood.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from functions.dukcapil.backlog import ASK_AN_OPERATOR, answer
from functions.dukcapil.settings import DeadLettersSettings
from functions.shared.batch import work
from functions.shared.entry import WaitingEntry
from functions.shared.observability import count, logger, metrics
from functions.shared.registration import Registrations


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send each to review; what could not be written is reported back to the queue."""
    return work("backlog_dead_letters", event, context, read=_read, settle=_send_to_review)


def _read(record: SQSRecord) -> WaitingEntry | None:
    try:
        return WaitingEntry.model_validate_json(record.body)
    except ValidationError:
        # Let go: whoever it is about goes to an operator when the execution's own time for the backlog is over.
        logger.error("dead letter not understood")
        count("BacklogNotUnderstood")
        return None


def _send_to_review(entry: WaitingEntry, _: SQSRecord) -> None:
    registrations = Registrations(DeadLettersSettings.load().table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or registration.ended or registration.entered_at > entry.entered_at:
        return  # gone on, or gone
    if registration.answered != entry.entry_id:
        count("BacklogLaidAside")
        answer(registrations, entry, ASK_AN_OPERATOR, entry.policy.policy_version)
