"""Step Functions: what moto's interpreter does differently, or what is too slow or unsafe in it for many executions."""

import copy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from random import SystemRandom
from threading import Lock, RLock, Thread
from typing import Any, Final
from unittest.mock import patch

import boto3
import moto.stepfunctions.parser.asl.utils.boto_client as clients
import moto.stepfunctions.parser.utils as threads
from moto.stepfunctions import models
from moto.stepfunctions.parser.api import TaskTimedOut
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackPoolManager
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.backend import execution_worker
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends

_ARN_PARTS_OF_A_MACHINE: Final = 7

_parse: Final = AmazonStateLanguageParser.parse
_describe_state_machine: Final = StepFunctionsParserBackend.describe_state_machine
_get_executions: Final = StepFunctionsParserBackend._get_executions
_start_execution: Final = StepFunctionsParserBackend.start_execution
_stop: Final = ExecutionWorker.stop
_set_error: Final = Environment.set_error
_notify: Final = CallbackPoolManager.notify


@contextmanager
def stepfunctions() -> Iterator[None]:
    """Make moto's interpreter do what AWS does while the block runs."""
    with ExitStack() as replaced:

        def replace(owner: Any, name: str, new: Any) -> None:  # noqa: ANN401 (anything of moto)
            replaced.enter_context(patch.object(owner, name, new))

        # moto's CloudFormation puts machines where only the API that executes nothing finds them.
        replace(models, "stepfunctions_backends", stepfunctions_parser_backends)
        replace(StepFunctionsParserBackend, "describe_state_machine", _of_alias)
        replace(StepFunctionsParserBackend, "_get_executions", _begun)
        replace(StepFunctionsParserBackend, "start_execution", _one_of_a_name(Lock()))
        replace(ExecutionWorker, "stop", _stop_waiting)
        replace(Environment, "set_error", _stopped_stays_stopped)
        replace(CallbackPoolManager, "notify", _answer_once)
        replace(EvalComponent, "heap_key", property(lambda component: str(id(component))))
        replace(execution_worker, "AmazonStateLanguageParser", _ParsedOnce)
        replace(clients, "boto3", _SharedClients())
        # Not the module's own generator, which is shared with whatever else runs in the process.
        replace(jitter_strategy_decl, "random", SystemRandom())
        yield


def join_threads(seconds: float) -> list[Thread]:
    """Wait for the interpreter's threads to end; those that did not."""
    for thread in threads.TMP_THREADS:
        if thread.is_alive():
            thread.join(seconds)
    left = [thread for thread in threads.TMP_THREADS if thread.is_alive()]
    threads.TMP_THREADS.clear()
    return left


def _of_alias(self: StepFunctionsParserBackend, arn: str) -> Any:  # noqa: ANN401 (a machine or one of its versions)
    """An alias's ARN names the machine; moto knows machines and numbered versions only."""
    parts = arn.split(":")
    if len(parts) > _ARN_PARTS_OF_A_MACHINE and not parts[-1].isnumeric():
        arn = ":".join(parts[:_ARN_PARTS_OF_A_MACHINE])
    return _describe_state_machine(self, arn)


def _begun(self: StepFunctionsParserBackend, execution_status: Any = None) -> list[Any]:  # noqa: ANN401 (an enumeration)
    """Looking for a token, moto trips over an execution whose thread has not begun. It can hold no token yet."""
    return [each for each in _get_executions(self, execution_status) if each.exec_worker and each.exec_worker.env]


def _one_of_a_name(lock: Lock) -> Any:  # noqa: ANN401 (a method of moto)
    def start(self: StepFunctionsParserBackend, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        """A name starts one execution; moto looks for one and then makes it, and two calls at once made two."""
        with lock:
            return _start_execution(self, *arguments, **named)

    return start


def _stop_waiting(self: ExecutionWorker, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 (a method of moto)
    """A stopped execution ends at once; moto's went on sleeping until the timeout of its wait."""
    _stop(self, *arguments, **named)
    waits = self.env.callback_pool_manager._pool if self.env else {}
    for endpoint in list(waits.values()):
        endpoint.interrupt_all()


def _stopped_stays_stopped(self: Environment, error: Any) -> None:  # noqa: ANN401 (details of moto)
    """The interrupted wait looks like an error to moto, and would make an aborted execution a failed one."""
    if not isinstance(self._program_state, ProgramStopped):
        _set_error(self, error)


def _answer_once(self: CallbackPoolManager, callback_id: str, outcome: Any) -> bool:  # noqa: ANN401 (an outcome of moto)
    """A token takes one answer, and none when its task has ended; moto let every later one vanish with a success."""
    endpoint = self._pool.get(callback_id)
    if endpoint is not None and endpoint._notify_event.is_set():
        raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'", "TaskTimedOut", 400)
    return _notify(self, callback_id, outcome)


class _ParsedOnce:
    """moto parses the definition for each execution, which takes 180 ms of everybody's time.

    What it parses into keeps no state of its own but `heap_key`, so executions can share it.
    """

    @staticmethod
    @lru_cache(maxsize=16)
    def _parsed(definition: str) -> Any:  # noqa: ANN401 (a program of moto)
        return _parse(definition)

    parsing = Lock()

    @classmethod
    def parse(cls, definition: str) -> Any:  # noqa: ANN401 (see _parsed)
        with cls.parsing:
            return cls._parsed(definition)


class _SharedClients:
    """moto makes a client for each task, in many threads at once, of a session that is not safe to share."""

    def __init__(self) -> None:
        self._session: Any = boto3.Session()
        self._clients: dict[tuple[str, str], Any] = {}
        self._making = RLock()

    def client(self, *, service_name: str, region_name: str, **settings: Any) -> Any:  # noqa: ANN401 (as boto3.client)
        with self._making:
            key = (service_name, region_name)
            if key not in self._clients:
                self._clients[key] = self._session.client(service_name, region_name=region_name, **copy.copy(settings))
            return self._clients[key]
