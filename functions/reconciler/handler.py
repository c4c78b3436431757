"""Lambda entry of the reconciler: by schedule through everything open, and at once when an execution ended badly."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.reconciler.executions import standing
from functions.reconciler.report import report_repairs, report_waiting
from functions.reconciler.settings import ReconcilerSettings
from functions.reconciler.sweep import Sweep
from functions.reconciler.table import Tables
from functions.shared.observability import metrics
from functions.shared.policy import default
from functions.shared.rate import STARTS, Rate

EXECUTION_ENDED = "Step Functions Execution Status Change"
RESERVE = 20
"""Seconds of the function's time that are kept for what has been begun."""


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> None:
    """Repair what got stuck. `event` is EventBridge's, of the schedule or of an execution."""
    settings = ReconcilerSettings.load()
    # The limit in force is the one in the control table; this one only before any policy was read.
    turns = Rate(settings.control_table_name, STARTS, default().starts_per_second)
    sweep = Sweep(
        Tables(settings.table_name, settings.control_table_name),
        partial(standing, settings.state_machine_arn),
        turns.take,
        settings.stuck_seconds,
        lambda: context.get_remaining_time_in_millis() / 1000 - RESERVE,
    )
    if event.get("detail-type") == EXECUTION_ENDED:
        report_repairs(sweep.take_over(str(event["detail"]["name"])))
        return
    findings = sweep.run()
    report_repairs(findings)
    report_waiting(findings)
