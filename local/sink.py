"""What would be written to CloudWatch Logs, kept instead of printed.

Powertools writes logs and metrics to the standard output, and shares one set of metrics among all functions of a
process; moto logs each error that its interpreter catches. In Lambda every function has a process of its own. Here
they share one, so each invocation gets metrics and log keys of its own.
"""

import json
import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from threading import Lock
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from functions.shared import observability

_NOISY: Final = ("moto", "werkzeug", "botocore", "urllib3", "samtranslator", "samcli")

_measured: ContextVar[SimpleNamespace | None] = ContextVar("measured", default=None)


class Sink(logging.Handler):
    """Lines of logs, metrics and errors of this stack, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._guard = Lock()

    def write(self, text: str) -> None:
        """Take text, as a stream does."""
        lines = [line for line in text.splitlines() if line.strip()]
        with self._guard:
            self._lines.extend(lines)

    def flush(self) -> None:
        """Nothing is held back."""

    def emit(self, record: logging.LogRecord) -> None:
        """Take a log record."""
        self.write(self.format(record))

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything so far."""
        with self._guard:
            return tuple(self._lines)

    @property
    def text(self) -> str:
        """Everything so far, as one text to search in."""
        return "\n".join(self.lines)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Take what is logged and measured while the block runs."""
        with ExitStack() as collected:
            for name in _NOISY:
                collected.enter_context(_only_to(self, logging.getLogger(name)))
            collected.enter_context(self._functions_logs())
            collected.enter_context(self._functions_metrics())
            collected.enter_context(self._threads_of_moto())
            yield

    @contextmanager
    def _functions_logs(self) -> Iterator[None]:
        handler, formatter = observability.logger.registered_handler, observability.logger.registered_formatter
        if not isinstance(handler, logging.StreamHandler):
            yield
            return
        before = handler.setStream(self)

        @contextmanager
        def of_this_thread(**keys: Any) -> Iterator[None]:  # noqa: ANN401 (log keys)
            formatter.thread_safe_append_keys(**keys)
            try:
                yield
            finally:
                formatter.thread_safe_remove_keys(list(keys))

        try:
            with patch.object(formatter, "append_context_keys", of_this_thread):
                yield
        finally:
            if before is not None:
                handler.setStream(before)

    @contextmanager
    def _functions_metrics(self) -> Iterator[None]:
        provider = observability.metrics.provider
        sink = self

        class OfThisInvocation(AmazonCloudWatchEMFProvider):
            metric_set = _of_this_invocation("metric_set")
            dimension_set = _of_this_invocation("dimension_set")
            metadata_set = _of_this_invocation("metadata_set")

            def flush_metrics(self, raise_on_empty_metrics: bool = False) -> None:  # noqa: FBT001, FBT002 (as in Powertools)
                del raise_on_empty_metrics
                if self.metric_set:
                    sink.write(_as_line(self.serialize_metric_set()))
                    self.clear_metrics()

        before = provider.__class__
        provider.__class__ = OfThisInvocation
        try:
            # A metric with dimensions of its own is printed at once.
            with patch("aws_lambda_powertools.metrics.base.print", self.write, create=True):
                yield
        finally:
            provider.__class__ = before

    @contextmanager
    def _threads_of_moto(self) -> Iterator[None]:
        before = threading.excepthook

        def hook(failed: threading.ExceptHookArgs) -> None:
            places = traceback.extract_tb(failed.exc_traceback)
            if any("/moto/" in place.filename for place in places):
                self.write("".join(traceback.format_exception(failed.exc_type, failed.exc_value, failed.exc_traceback)))
            else:
                before(failed)

        threading.excepthook = hook
        try:
            yield
        finally:
            threading.excepthook = before


def _of_this_invocation(name: str) -> property:
    def read(provider: AmazonCloudWatchEMFProvider) -> dict[str, Any]:
        del provider
        measured = _measured.get()
        if measured is None:
            measured = SimpleNamespace(metric_set={}, dimension_set={}, metadata_set={})
            _measured.set(measured)  # a thread's context is its own
        found: dict[str, Any] = getattr(measured, name)
        return found

    return property(read)


def _as_line(metrics: Any) -> str:  # noqa: ANN401 (EMF)
    return json.dumps(metrics, separators=(",", ":"))


@contextmanager
def _only_to(sink: Sink, logger: logging.Logger) -> Iterator[None]:
    before = logger.propagate
    logger.propagate = False
    logger.addHandler(sink)
    try:
        yield
    finally:
        logger.removeHandler(sink)
        logger.propagate = before
