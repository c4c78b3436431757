"""JSONata, which moto leaves to whoever plugs it in.

moto writes the values that an expression uses into the expression as text, which breaks on quotes and has to be parsed
each time (9 ms). Here an expression is parsed once and its values are bound (0.1 ms).
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any, Final
from unittest.mock import patch

import moto.stepfunctions.parser.asl.jsonata.jsonata as hook
from jsonata import Jsonata
from jsonata.utils import Utils
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.intrinsic.jsonata import get_intrinsic_functions_declarations
from moto.stepfunctions.parser.asl.eval import states, variable_store
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

_PARTS_OF_STATES: Final = ("input", "context", "result", "errorOutput")
_ALL_OF_STATES: Final = re.compile(r"\$states(?!\.(?:input|context|result|errorOutput)\b)")


class UndefinedError(Exception):
    """The expression has no value, which AWS does not let pass where a value is needed."""


@contextmanager
def jsonata() -> Iterator[None]:
    """Evaluate JSONata while the block runs."""
    with ExitStack() as replaced:
        for module in (states, variable_store):
            replaced.enter_context(patch.object(module, "encode_jsonata_variable_declarations", _declare))
        replaced.enter_context(patch.object(variable_store.VariableStore, "get_assigned_variables", _assigned))
        replaced.enter_context(patch.object(hook, "_eval_jsonata", lambda expression: evaluate(expression, {})))
        replaced.enter_context(patch.object(StringJSONata, "_eval_body", _eval_body))
        yield


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 (any JSON)
    """The JSON value of an expression.

    Raises:
        UndefinedError: it has none.
        Exception: whatever jsonata-python raises for an expression that is wrong.
    """
    # A copy for each evaluation: `$millis()` and nested functions read the instance that is current in the thread.
    instance = copy.copy(_compiled(expression))
    Jsonata.CURRENT.jsonata = instance
    # A variable that is null is bound as such; None would mean that there is no such variable.
    value = instance.evaluate(None, {name: Utils.NULL_VALUE if v is None else v for name, v in variables.items()})
    if value is None:
        raise UndefinedError
    return json.loads(json.dumps(Utils.convert_nulls(value)))


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> Jsonata:
    compiled = Jsonata(expression)
    compiled.output_convert_nulls = False  # null and undefined are told apart above
    return compiled


def _eval_body(self: StringJSONata, env: Environment) -> None:
    references = hook.extract_jsonata_variable_references(self.expression)
    functions = get_intrinsic_functions_declarations(references)
    expression = f"({functions}{self.expression})" if functions else self.expression
    try:
        env.stack.append(evaluate(expression, _variables(self.expression, env)))
    except UndefinedError:
        _fail(env, f"The JSONata expression '{self.expression}' returned nothing (undefined).")
    except Exception as error:  # noqa: BLE001 (AWS has one error for all that can go wrong in an expression)
        _fail(env, f"The JSONata expression '{self.expression}' failed: {error}")


def _variables(expression: str, env: Environment) -> dict[str, Any]:
    data = env.states._states_data
    whole = _ALL_OF_STATES.search(expression)
    used = {
        part: data[part] for part in _PARTS_OF_STATES if part in data and (whole or f"$states.{part}" in expression)
    }
    store = env.variable_store
    # Through JSON, so that dates are text and nothing that the expression returns is shared with the interpreter.
    return json.loads(to_json_str({**store._outer_scope, **store._inner_scope, "states": used}))  # type: ignore[no-any-return]


def _fail(env: Environment, cause: str) -> None:
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    details = EventDetails(  # type: ignore[typeddict-item] # one of the many, as everywhere in moto
        evaluationFailedEventDetails=EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    )
    event = HistoryEventType.EvaluationFailed
    env.event_manager.add_event(context=env.event_history_context, event_type=event, event_details=details)
    raise FailureEventException(FailureEvent(env=env, error_name=name, event_type=event, event_details=details))


def _declare(bindings: Mapping[str, Any]) -> str:
    return "".join(f"{name}:={to_json_str(value)};" for name, value in bindings.items())


def _assigned(self: variable_store.VariableStore) -> dict[str, str]:
    return {name: to_json_str(self.get(name)) for name in self._declaration_tracing}
