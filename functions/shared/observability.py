"""Logs and metrics, the same for every function.

A log line names registrations by their id and never holds what a person typed: layers log codes and counts only.
"""

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="berlapis", log_uncaught_exceptions=False)
metrics = Metrics(namespace="Berlapis", service="berlapis")


def count(name: str, **dimensions: str) -> None:
    """Count one by dimensions: what people are refused, declined and asked to look at, by the code of the reason."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace="Berlapis") as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(dimension, value)


def place_of(fault: BaseException) -> str:
    """Function and line that raised, for a log: unlike the text of an exception, they cannot quote a person."""
    traceback = fault.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_qualname}:{traceback.tb_lineno}" if traceback else "?"
