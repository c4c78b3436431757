"""The verification policy that new executions are started with."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.parameters import SSMProvider

from functions.shared import aws
from functions.shared.observability import logger, metrics
from functions.shared.policy import Policy, PolicyError, default, parse

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

MAX_AGE = 60
"""Seconds that a policy is kept before SSM is asked again."""

_last_good: dict[str, Policy] = {}


def policy_in_force(parameter: str) -> Policy:
    """Read the policy from its SSM parameter; the committed one when no parameter is set.

    A document that is not valid is refused, loudly, and the last good one stays in force.

    Raises:
        PolicyError: the document is not valid and this process has seen no good one: beginnings wait in the stream.
    """
    if not parameter:
        return default()
    document = str(_provider(aws.ssm()).get(parameter, max_age=MAX_AGE))
    try:
        _last_good[parameter] = parse(document)
    except PolicyError as error:
        logger.error("policy refused", extra={"parameter": parameter, "wrong": str(error)})
        metrics.add_metric("PolicyRefused", "Count", 1)
        if parameter not in _last_good:
            raise
    return _last_good[parameter]


def forget() -> None:
    """Ask SSM again at the next start."""
    _provider.cache_clear()


@cache
def _provider(client: SSMClient) -> SSMProvider:
    return SSMProvider(boto3_client=client)
