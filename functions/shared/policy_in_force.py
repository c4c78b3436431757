"""The verification policy in force: for registrations that begin, and for what becomes of those that an outage holds."""

from __future__ import annotations

from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import BotoCoreError, ClientError

from functions.shared import aws
from functions.shared.observability import logger, metrics
from functions.shared.policy import Policy, PolicyError, default, parse
from functions.shared.rate import Rate

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

MAX_AGE = 60
"""Seconds that a policy is kept before SSM is asked again."""
LAST_GOOD = "policy#good"
"""Key of the item of the control table that keeps the last document that was valid."""

KEPT: Final = 300
"""Seconds after which an environment keeps again what it has seen last: another may have kept a policy that was soon withdrawn."""

_in_force: dict[str, Policy] = {}
"""By parameter; what this environment has seen last."""
_kept_at: dict[str, float] = {}
"""By parameter; when this environment has kept it (monotonic seconds)."""


def policy_in_force(parameter: str, control_table: str) -> Policy:
    """Read the policy from its SSM parameter; the committed one when no parameter is set.

    A document that is not valid is refused, loudly, and the last good one stays in force: the one that this environment
    has seen, or that any has, or else the committed one. The same when SSM does not answer.
    """
    if not parameter:
        return _seen(parameter, default(), control_table)
    try:
        document = str(_provider(aws.ssm()).get(parameter, max_age=MAX_AGE))
        policy = parse(document)
    except PolicyError as error:
        logger.error("policy refused", extra={"parameter": parameter, "wrong": str(error)})
        metrics.add_metric("PolicyRefused", "Count", 1)
    except GetParameterError:
        logger.error("policy not read", extra={"parameter": parameter})
        metrics.add_metric("PolicyNotRead", "Count", 1)
    else:
        return _seen(parameter, policy, control_table)
    if parameter not in _in_force:
        _in_force[parameter] = _last_good(control_table)
    return _in_force[parameter]


def forget() -> None:
    """Ask SSM again at the next call."""
    _provider.cache_clear()


def forget_all() -> None:
    """Be as a new environment."""
    forget()
    _in_force.clear()
    _kept_at.clear()


def _seen(parameter: str, policy: Policy, control_table: str) -> Policy:
    if policy != _in_force.get(parameter):
        _keep(policy, control_table)
    elif monotonic() > _kept_at.get(parameter, float("-inf")) + KEPT:  # the last good one was kept by another
        try:
            _keep(policy, control_table)
        except (ClientError, BotoCoreError) as fault:  # kept before, and again when this has passed
            logger.warning("policy not kept again", extra={"fault": type(fault).__name__})
    else:
        return policy
    _in_force[parameter], _kept_at[parameter] = policy, monotonic()
    return policy


def _keep(policy: Policy, control_table: str) -> None:
    item = {"id": LAST_GOOD, "document": policy.model_dump_json(), "policy_version": policy.policy_version}
    aws.dynamodb().put_item(TableName=control_table, Item=item)
    for name, per_second in policy.rates.items():
        Rate(control_table, name, per_second).put_in_force()


def _last_good(control_table: str) -> Policy:
    found = aws.dynamodb().get_item(TableName=control_table, Key={"id": LAST_GOOD}, ConsistentRead=True).get("Item")
    try:
        return parse(str(found["document"])) if found else default()
    except PolicyError:  # of another release
        return default()


@cache
def _provider(client: SSMClient) -> SSMProvider:
    return SSMProvider(boto3_client=client)
