"""Lambda entry of the table's stream; the only function that calls Step Functions and EventBridge.

Two mappings feed it: new registrations, and changes of registrations. A record that is throttled goes back to the
stream and holds those behind it; one that can never succeed is laid aside and does not.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.observability import metrics
from functions.signals.change import react


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """React to a batch of changes; the first that must be tried again is the checkpoint."""
    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(dict(event), react, processor, context))
