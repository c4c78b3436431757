"""Lambda: runs the deployed functions' handlers in this process, each in its own environment, as Lambda would.

The handlers are the ones that the template names; their environment is the one that was deployed.
"""

import importlib
import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final
from unittest.mock import patch
from uuid import uuid4

from moto.awslambda_simple.models import LambdaSimpleBackend, lambda_simple_backends

from functions.shared.settings import environment_of
from local.invocation import registration_in, working_for

ACCOUNT: Final = "123456789012"
_ALIAS: Final = "live"
_ARN_PARTS_OF_A_FUNCTION: Final = 7

type Handler = Callable[[Any, "Context"], Any]


class ProcessEndedError(BaseException):
    """The function's process ends here, as by a crash. No code of a function catches it, as none survives a crash.

    Args:
        kind: as Lambda reports it: `Runtime.ExitError` or `Sandbox.Timedout`.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(slots=True)
class Invocation:
    """One run of a function.

    Attributes:
        number: no other run has it.
        function: logical name, as it is deployed.
        registration_id: for whom it runs, None when for none or for many.
        ended: its process was ended before its time; nothing that it calls reaches anybody from then on.
    """

    number: int
    function: str
    registration_id: str | None
    ended: str = ""


_invocation: ContextVar[Invocation | None] = ContextVar("invocation", default=None)


def invocation_of_this_call() -> Invocation | None:
    """The run of a function in which this is called, None outside of all."""
    return _invocation.get()


@dataclass(frozen=True, slots=True)
class Function:
    """A function as it is deployed.

    Attributes:
        handler: dotted path of the module and the name in it.
        timeout: seconds.
        memory: MB.
    """

    name: str
    handler: str
    environment: Mapping[str, str]
    timeout: float
    memory: int
    region: str

    @property
    def arn(self) -> str:
        """The ARN that it is invoked by: of its alias."""
        return f"arn:aws:lambda:{self.region}:{ACCOUNT}:function:{self.name}:{_ALIAS}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What Lambda answers.

    Attributes:
        payload: the function's JSON, or `{errorMessage, errorType, …}` when it failed.
        failed: the function raised, timed out, or could not be loaded.
    """

    payload: bytes
    failed: bool = False

    @property
    def value(self) -> Any:  # noqa: ANN401 (any JSON)
        """The payload, read."""
        return json.loads(self.payload)


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler gets as its context (the parts of Lambda's that handlers read)."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    log_group_name: str
    _deadline: float
    function_version: str = "1"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Time until Lambda gives up."""
        return max(0, round((self._deadline - monotonic()) * 1000))


@dataclass(slots=True)
class Lambdas:
    """Runs functions, and remembers the threads in which it does."""

    region: str
    _running: set[Thread] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Run what is invoked through moto's Lambda while the block runs."""

        def invoke(  # noqa: PLR0913, PLR0917 (the arguments of the method that it replaces)
            backend: LambdaSimpleBackend,
            function_name: str,
            qualifier: str | None,
            body: Any,  # noqa: ANN401
            headers: Any,  # noqa: ANN401
            response_headers: dict[str, str],
        ) -> bytes:
            del qualifier, headers
            answer = self.run(self._deployed(backend, function_name), body or b"{}")
            if answer.failed:
                response_headers["x-amz-function-error"] = "Unhandled"
            return answer.payload

        with patch.object(LambdaSimpleBackend, "invoke", invoke):
            yield

    def deployed(self, name: str) -> Function:
        """The function by its name or ARN, of its alias or not. An unknown one raises moto's error, as AWS's."""
        return self._deployed(lambda_simple_backends[ACCOUNT][self.region], name)

    def _deployed(self, backend: LambdaSimpleBackend, name: str) -> Function:
        if name.startswith("arn:"):
            name = name.split(":")[_ARN_PARTS_OF_A_FUNCTION - 1]
        found = backend.get_function(name)
        environment = {
            **{key: str(value) for key, value in found.environment_vars.items()},  # moto keeps numbers as such
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(found.memory_size),
        }
        return Function(
            name, str(found.handler), environment, float(found.timeout), int(found.memory_size), self.region
        )

    def run(self, function: Function, payload: bytes | str) -> Answer:
        """Run a function to its end or to its timeout, in a thread of its own."""
        request_id = str(uuid4())
        answers: list[Answer] = []
        context = Context(
            function_name=function.name,
            invoked_function_arn=function.arn,
            memory_limit_in_mb=function.memory,
            aws_request_id=request_id,
            log_group_name=f"/aws/lambda/{function.name}",
            _deadline=monotonic() + function.timeout,
        )

        def work() -> None:
            # Set here, because a new thread has none of its maker's context.
            of_event = registration_in(event)
            _invocation.set(Invocation(next(self._numbers), function.name, of_event))
            with environment_of(function.environment), working_for(of_event):
                answers.append(_answer(function.handler, event, context))

        event = json.loads(payload)
        thread = Thread(target=work, name=f"lambda {function.name}", daemon=True)
        with self._lock:
            self._running = {each for each in self._running if each.is_alive()}
            self._running.add(thread)
        thread.start()
        thread.join(function.timeout)
        if answers:
            return answers[0]
        # AWS freezes the function here; a thread cannot be stopped, so what it does later is lost or too late.
        text = f"RequestId: {request_id} Error: Task timed out after {function.timeout:.2f} seconds"
        return _failure("Sandbox.Timedout", text)

    def join(self, seconds: float) -> list[Thread]:
        """Wait for what still runs after its timeout; what did not end."""
        with self._lock:
            running = list(self._running)
        for thread in running:
            thread.join(seconds)
        return [thread for thread in running if thread.is_alive()]


def _answer(path: str, event: Any, context: Context) -> Answer:  # noqa: ANN401 (any JSON)
    try:
        handler = _load(path)
    except Exception as error:  # noqa: BLE001 (whatever a module raises when it is imported)
        return _failure("Runtime.ImportModuleError", f"Unable to import module '{path.rpartition('.')[0]}': {error}")
    try:
        value = handler(event, context)
    except ProcessEndedError as ended:
        return _failure(
            ended.kind, f"RequestId: {context.aws_request_id} Error: Runtime exited with error: exit status 1"
        )
    except Exception as error:  # noqa: BLE001 (whatever a handler raises is its answer)
        stack = traceback.format_tb(error.__traceback__)[1:]
        return _failure(type(error).__name__, str(error), requestId=context.aws_request_id, stackTrace=stack)
    try:
        return Answer(json.dumps(value, default=_number, ensure_ascii=False).encode())
    except (TypeError, ValueError) as error:
        return _failure("Runtime.MarshalError", f"Unable to marshal response: {error}")


_loading: Final = Lock()
"""Powertools' modules import each other, and two threads that import them at once get half of one."""


def _load(path: str) -> Handler:
    module, _, name = path.rpartition(".")
    with _loading:
        handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def _number(value: object) -> float | int:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _failure(kind: str, text: str, **more: Any) -> Answer:  # noqa: ANN401 (JSON)
    return Answer(json.dumps({"errorMessage": text, "errorType": kind, **more}).encode(), failed=True)
