"""Logs and metrics, the same for every function.

A log line names registrations by their id and never holds what a person typed: layers log codes and counts only.
"""

from aws_lambda_powertools import Logger, Metrics

logger = Logger(service="berlapis", log_uncaught_exceptions=False)
metrics = Metrics(namespace="Berlapis", service="berlapis")
