"""Lambda entry of the table's stream; the only function that calls Step Functions and EventBridge.

Two mappings feed it: new registrations, and changes of registrations. A record that is throttled goes back to the
stream and holds those behind it; one that can never succeed is laid aside and does not.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.observability import metrics
from functions.signals.batch import react


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """React to a batch of changes; the first that must be tried again is the checkpoint."""
    records = DynamoDBStreamEvent(dict(event)).records
    again = react(records, lambda: context.get_remaining_time_in_millis() / 1000)
    return {"batchItemFailures": [{"itemIdentifier": again}] if again else []}
