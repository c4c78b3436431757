"""Lambda entry of the policy; called by the states that decide what becomes of a layer that is unavailable.

An execution keeps the rules it began with, but not for what it does in an outage: an operator can change those for
people who are waiting already.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.policy.settings import PolicySettings
from functions.shared.observability import metrics
from functions.shared.policy_in_force import policy_in_force


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A layer's section of the policy in force, with the policy's version. `event` is `{"layer": name}`."""
    del context
    settings = PolicySettings.load()
    policy = policy_in_force(settings.policy_parameter, settings.control_table_name)
    section: dict[str, Any] = getattr(policy, event["layer"]).model_dump(mode="json")
    return section | {"policy_version": policy.policy_version}
