"""What a change of the table means for the workflow."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecord,
    DynamoDBRecordEventName,
)
from botocore.exceptions import ClientError, ParamValidationError

from functions.shared import aws
from functions.shared.observability import count, logger, metrics
from functions.shared.registration import Status
from functions.signals import workflow
from functions.signals.settings import SignalsSettings

# What Step Functions and EventBridge answer to a request that no repetition mends.
_NEVER = frozenset({"InvalidExecutionInput", "InvalidName", "InvalidOutput", "InvalidArn", "ValidationException"})


def react(record: DynamoDBRecord) -> None:
    """React to one change. Whatever this raises is tried again, in order, until it works.

    A record that can never work is laid aside in the dead-letter queue, by its id only.
    """
    settings = SignalsSettings.load()
    change = record.dynamodb
    old, new = (change.old_image or {}, change.new_image or {}) if change else ({}, {})
    try:
        if record.event_name is DynamoDBRecordEventName.INSERT:
            workflow.start(str(new["id"]), settings)
        else:
            _react_to_change(old, new, settings)
    except (KeyError, TypeError, ValueError, ParamValidationError) as malformed:
        _lay_aside(record, new, type(malformed).__name__, settings)
    except ClientError as refused:
        code = refused.response.get("Error", {}).get("Code", "")
        if code not in _NEVER:
            logger.warning("change to be tried again", extra={"registration_id": new.get("id"), "why": code})
            raise _TryAgainError(code) from None
        _lay_aside(record, new, code, settings)


class _TryAgainError(Exception):
    """Throttled or unavailable. Carries the error code only: botocore's text may quote the request."""


def _react_to_change(old: Mapping[str, Any], new: Mapping[str, Any], settings: SignalsSettings) -> None:
    registration_id = str(new["id"])
    answer = new.get("answer")
    waiting = new.get("waiting") or {}
    # A changed wait of the same entry is another try of it with another token: the answer is delivered to that one.
    again = waiting != old.get("waiting") and answer and waiting.get("entry_id") == answer["entry_id"]
    if answer and (answer != old.get("answer") or again):
        output = {"answer": answer["kind"], "voided": list(answer.get("voided", ()))}
        output |= {key: answer[key] for key in ("verdict", "reason") if key in answer}
        workflow.deliver(registration_id, workflow.Answer(str(answer["entry_id"]), output), settings)
    status = str(new["status"])
    if status != old.get("status"):
        if status == Status.WITHDRAWN:
            workflow.stop(registration_id, settings)
        detail = {"registration_id": registration_id, "status": status, "reason": new.get("reason") or None}
        workflow.publish(detail | {"changed_at": int(new["updated_at"])}, settings)
        count("StatusChanged", status=status, reason=detail["reason"] or "none")


def _lay_aside(record: DynamoDBRecord, new: Mapping[str, Any], why: str, settings: SignalsSettings) -> None:
    logger.error("change laid aside", extra={"event_id": record.event_id, "why": why})
    metrics.add_metric("SignalsLaidAside", "Count", 1)
    sequence = record.dynamodb.sequence_number if record.dynamodb else None
    body = {"registration_id": new.get("id"), "sequence_number": sequence, "why": why}
    aws.sqs().send_message(QueueUrl=settings.dead_letter_queue_url, MessageBody=json.dumps(body, default=str))
