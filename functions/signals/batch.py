"""A batch of changes: in order, up to the first that must be tried again.

Lambda takes that one for its checkpoint, and delivers it again with all those behind it. So those are not tried before:
they would only be done twice, and a beginning would take its place in the queue twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ParamValidationError

from functions.shared.observability import logger, metrics, place_of
from functions.signals.change import MalformedChangeError, signals
from functions.signals.settings import SignalsSettings
from functions.signals.workflow import EventNotTakenError, NotAdmittedError, Workflow, laid_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

PATIENCE = 20.0
"""Seconds that a beginning may wait for its turn."""
RESERVE = 15.0
"""Seconds of the function's time that are kept for what is to be done when its turn has come."""

# What Step Functions and EventBridge answer to a request that no repetition mends. Not what a wrong setting of ours gives:
# that would lay everybody aside.
_NEVER = frozenset({"InvalidExecutionInput", "InvalidName", "InvalidOutput", "ValidationException"})


def react(records: Iterable[DynamoDBRecord], seconds_left: Callable[[], float]) -> str | None:
    """React to changes, oldest first.

    Args:
        records: of the table's stream.
        seconds_left: until the function is ended.

    Returns:
        Sequence number of the first that is to be tried again, None when all are done or laid aside.
    """
    settings = SignalsSettings.load()
    for record in records:
        patience = min(PATIENCE, max(0.0, seconds_left() - RESERVE))
        if not _done(record, Workflow(settings, patience)):
            return record.dynamodb.sequence_number if record.dynamodb else None
    return None


def _done(record: DynamoDBRecord, workflow: Workflow) -> bool:
    change = record.dynamodb
    old, new = (change.old_image or {}, change.new_image or {}) if change else ({}, {})
    sequence_number = change.sequence_number if change else None
    known: dict[str, object] = {"registration_id": new.get("id")}
    try:
        registration_id, asked = signals(old, new)
        for each in asked:
            workflow.follow(registration_id, each)
    except (MalformedChangeError, ParamValidationError) as malformed:
        why = str(malformed) if isinstance(malformed, MalformedChangeError) else type(malformed).__name__
        laid_aside(new.get("id"), sequence_number, why, workflow.settings)
    except NotAdmittedError:
        metrics.add_metric("BeginningsHeld", "Count", 1)
        return False
    except EventNotTakenError:
        logger.warning("change to be tried again", extra=known | {"why": "EventNotTaken"})
        return False
    except ClientError as refused:
        code = refused.response.get("Error", {}).get("Code", "")
        if code not in _NEVER:
            logger.warning("change to be tried again", extra=known | {"why": code})
            return False
        laid_aside(new.get("id"), sequence_number, code, workflow.settings)
    except Exception as unknown:  # noqa: BLE001 (nobody is laid aside for a reason that we do not know)
        why = type(unknown).__name__
        logger.error("change to be tried again", extra=known | {"why": why, "where": place_of(unknown)})
        return False
    return True
