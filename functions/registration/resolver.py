"""The resolver of the registration page's API: the routes of `functions.registration.api`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.registration.answering import MAX_BODY, answer_with, resolver_of
from functions.registration.api import router
from functions.registration.settings import RegistrationSettings

__all__ = ["MAX_BODY", "answer", "make_resolver"]


def answer(event: Mapping[str, Any], context: LambdaContext, settings: RegistrationSettings) -> dict[str, Any]:
    """Answer one API Gateway event."""
    origin = settings.frontend_origin
    return answer_with(make_resolver(origin), event, context, origin)


@cache
def make_resolver(origin: str) -> APIGatewayRestResolver:
    """Make the resolver for one frontend: a process has one."""
    return resolver_of(router, origin=origin)
