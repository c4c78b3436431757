"""The reconciler's metrics. What holds nobody is reported as well, as 0: an alarm needs to see it go down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit

from functions.reconciler.open_registration import HOLDS
from functions.shared.observability import metrics
from functions.shared.registration import ENDED, Status

if TYPE_CHECKING:
    from functions.reconciler.sweep import Findings


def report_repairs(findings: Findings) -> None:
    """What was repaired, by kind, and what no longer can be."""
    for kind, repaired in findings.repaired.items():
        with single_metric(name="Repaired", unit=MetricUnit.Count, value=repaired, namespace="Berlapis") as metric:
            metric.add_dimension("kind", kind)
    metrics.add_metric("RepairGivenUp", "Count", findings.given_up)


def report_waiting(findings: Findings) -> None:
    """The oldest by status, the longest held by outage, overdue cases, and whether the register is left alone."""
    for status in Status:
        age = findings.oldest.get(status, 0)
        if age or status not in ENDED:
            with single_metric(
                name="OldestSeconds", unit=MetricUnit.Seconds, value=age, namespace="Berlapis"
            ) as metric:
                metric.add_dimension("status", status)
    for hold in HOLDS:
        held = findings.held.get(hold, 0)
        with single_metric(name="HeldSeconds", unit=MetricUnit.Seconds, value=held, namespace="Berlapis") as metric:
            metric.add_dimension("reason", hold)
    metrics.add_metric("Overdue", "Count", findings.overdue)
    if findings.circuit_open is not None:
        metrics.add_metric("RegisterCircuitOpen", "Count", int(findings.circuit_open))
