"""Lambda entry of the HTTP API."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.registration.resolver import answer
from functions.registration.settings import RegistrationSettings
from functions.shared.observability import metrics


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway."""
    return answer(event, context, RegistrationSettings.load())
