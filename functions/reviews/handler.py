"""Lambda entry of the operators' API; API Gateway lets through whom IAM allows to call it."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.registration.answering import answer_with, resolver_of
from functions.reviews.api import router
from functions.shared.observability import metrics

_resolver = resolver_of(router)


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    return answer_with(_resolver, event, context)
