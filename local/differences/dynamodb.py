"""DynamoDB: one call at a time, transactions that are atomic, and a stream that says what happened."""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import Condition, RLock
from typing import Any, Final
from unittest.mock import patch

from moto.core.model import StructureShape
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    MockValidationException,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
    TransactWriteSingleOpException,
)
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.responses import DynamoHandler

type _Place = tuple[Table, dict[str, Any]]
type _Failure = tuple[str | None, str | None, Any]

_MOST_IN_A_TRANSACTION: Final = 100
_PASSED: Final[_Failure] = (None, None, None)

_muted: Final[set[int]] = set()
"""Streams that a transaction or an update is about to write to by itself; changed under the lock only."""

_call_action: Final = DynamoHandler.call_action
_serialize_structure: Final = BaseJSONSerializer._serialize_type_structure
_add: Final = StreamShard.add
_update_item: Final = DynamoDBBackend.update_item


@contextmanager
def dynamodb(changed: Condition) -> Iterator[None]:
    """Make moto's DynamoDB do what AWS's does while the block runs.

    Args:
        changed: notified whenever a stream has a new record.
    """
    with ExitStack() as replaced:

        def replace(owner: Any, name: str, new: Any) -> None:  # noqa: ANN401 (anything of moto)
            replaced.enter_context(patch.object(owner, name, new))

        replace(DynamoHandler, "call_action", _one_at_a_time(RLock()))
        replace(DynamoDBBackend, "update_item", _update_whole)
        replace(DynamoDBBackend, "transact_write_items", _transact)
        replace(StreamShard, "add", _announced(changed))
        replace(BaseJSONSerializer, "_serialize_type_structure", _as_it_is)
        yield


def _one_at_a_time(lock: RLock) -> Callable[[DynamoHandler], Any]:
    def call_action(self: DynamoHandler) -> Any:  # noqa: ANN401 (a response of moto)
        """Without a lock moto reads, compares and writes: of 16 threads with the condition `n < 5`, up to 16 passed.

        A call is a request and its answer, so nobody reads an item that is half written either.
        """
        with lock:
            return _call_action(self)

    return call_action


def _announced(changed: Condition) -> Callable[..., None]:
    def add(self: StreamShard, old: Any, new: Any) -> None:  # noqa: ANN401 (items of moto)
        """AWS writes no record for a write that changed nothing."""
        if id(self) in _muted:
            return
        if old is not None and new is not None and old.to_json() == new.to_json():
            return
        _add(self, old, new)
        with changed:
            changed.notify_all()

    return add


def _as_it_is(self: BaseJSONSerializer, serialized: Any, value: Any, shape: StructureShape, key: str) -> None:  # noqa: ANN401
    """Attributes are kept as they are sent; moto looks for ten kinds in each of them, which takes 10 ms an item."""
    if shape.name == "AttributeValue" and _sent_as_kept(value):
        serialized[key] = value
    else:
        _serialize_structure(self, serialized, value, shape, key)


def _sent_as_kept(value: Any) -> bool:  # noqa: ANN401 (an attribute)
    match value:
        case {"M": dict(attributes)}:
            return all(map(_sent_as_kept, attributes.values()))
        case {"L": list(attributes)}:
            return all(map(_sent_as_kept, attributes))
        case {"S": str()} | {"N": str()} | {"BOOL": bool()} | {"NULL": bool()} | {"SS": list()} | {"NS": list()}:
            return len(value) == 1
    return False


def _update_whole(self: DynamoDBBackend, table_name: str, key: dict[str, Any], *rest: Any, **named: Any) -> Any:  # noqa: ANN401
    """An update that fails changes nothing, and one that makes an item makes one record.

    moto changes the stored item step by step, and puts an empty item into the table and the stream first.
    """
    with _all_or_nothing(self, [(self.get_table(table_name), key)]):
        return _update_item(self, table_name, key, *rest, **named)


def _transact(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """Every condition is looked at before anything is written, and one that fails leaves everything as it was.

    moto writes as it goes and puts copies of whole tables back, under the feet of whoever reads their streams.
    """
    if len(transact_items) > _MOST_IN_A_TRANSACTION:
        raise TooManyTransactionsException
    if any(len(each) != 1 for each in transact_items):
        raise TransactWriteSingleOpException
    operations = [next(iter(each.items())) for each in transact_items]
    places = [_place(self, kind, operation) for kind, operation in operations]
    if len({(table.name, str(sorted(key.items()))) for table, key in places}) < len(places):
        raise MultipleTransactionsException
    _cancel_for([_condition(self, operation, key) for (_, operation), (_, key) in zip(operations, places, strict=True)])
    with _all_or_nothing(self, places):
        _cancel_for([_write(self, kind, operation) for kind, operation in operations])


def _place(backend: DynamoDBBackend, kind: str, operation: Mapping[str, Any]) -> _Place:
    table = backend.get_table(operation["TableName"])
    key = {name: operation["Item"][name] for name in table.table_key_attrs} if kind == "Put" else operation["Key"]
    return table, key


def _cancel_for(failures: list[_Failure]) -> None:
    if any(code for code, _, _ in failures):
        raise TransactionCanceledException(failures)


def _condition(backend: DynamoDBBackend, operation: Mapping[str, Any], key: dict[str, Any]) -> _Failure:
    current = backend.get_item(operation["TableName"], key)
    condition = get_filter_expression(
        operation.get("ConditionExpression"),
        operation.get("ExpressionAttributeNames"),
        operation.get("ExpressionAttributeValues"),
    )
    if condition.expr(current):
        return _PASSED
    told = operation.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and current is not None
    attributes = current.to_json()["Attributes"] if told and current is not None else None
    return "ConditionalCheckFailed", ConditionalCheckFailed().message, attributes


def _write(backend: DynamoDBBackend, kind: str, operation: Mapping[str, Any]) -> _Failure:
    table_name = operation["TableName"]
    names, values = (operation.get(f"ExpressionAttribute{each}") or {} for each in ("Names", "Values"))
    try:
        match kind:
            case "Put":
                backend.put_item(table_name, operation["Item"])
            case "Delete":
                backend.delete_item(table_name, operation["Key"])
            case "Update":
                _update_item(backend, table_name, operation["Key"], operation["UpdateExpression"], names, values)
            case "ConditionCheck":
                pass
            case _:
                return "ValueError", "Unsupported transaction operation", None
    except MockValidationException:
        raise
    except Exception as error:  # noqa: BLE001 (as in moto: any other failure is a reason to cancel)
        return type(error).__name__, str(error), None
    return _PASSED


@contextmanager
def _all_or_nothing(backend: DynamoDBBackend, places: list[_Place]) -> Iterator[None]:
    """What the block changes at these places is put back when it fails, and goes to the streams once when it does not."""
    before = [copy.deepcopy(_read(backend, place)) for place in places]
    shards = {id(table.stream_shard) for table, _ in places}
    _muted.update(shards)
    try:
        yield
    except BaseException:
        for place, item in zip(places, before, strict=True):
            _put_back(backend, place, item)
        raise
    finally:
        _muted.difference_update(shards)
    for (table, key), old in zip(places, before, strict=True):
        new = _read(backend, (table, key))
        if table.stream_shard is not None and not (old is None and new is None):
            table.stream_shard.add(old, new)


def _read(backend: DynamoDBBackend, place: _Place) -> Item | None:
    table, key = place
    return table.get_item(*backend.get_keys_value(table, key))


def _put_back(backend: DynamoDBBackend, place: _Place, item: Item | None) -> None:
    table, key = place
    hash_key, range_key = backend.get_keys_value(table, key)
    items: Any = table.items if range_key is None else table.items[hash_key]
    last = range_key or hash_key
    if item is None:
        items.pop(last, None)
    else:
        items[last] = item
