"""How often the register is asked, and when it is left alone: by all environments together.

Powertools' circuit breaker holds the circuit's state in the control table. A quota that is used up (code 05) opens it until
midnight in Jakarta, when the register's day begins anew.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from aws_lambda_powertools.utilities.circuit_breaker import CircuitBreakerConfig, circuit_breaker
from aws_lambda_powertools.utilities.circuit_breaker.exceptions import CircuitBreakerOpenError
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence
from aws_lambda_powertools.utilities.circuit_breaker.states import CircuitState, CircuitTransition
from botocore.exceptions import BotoCoreError, ClientError

from functions.shared import aws
from functions.shared.errors import QUOTA_EXHAUSTED, DukcapilBreakerOpen, DukcapilBusy, DukcapilUnavailable
from functions.shared.observability import count, logger
from functions.shared.rate import Rate, wait_for_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from functions.shared.policy import Breaker, DukcapilPolicy

CIRCUIT: Final = "circuit#dukcapil"
"""Key of the circuit's item in the control table."""
OUR_FAULT: Final = "circuit#dukcapil#ours"
"""Key of the item that says whether the register's last failure was that it refused us for a fault of ours."""
PATIENCE: Final = 2.0
"""Seconds that a call waits for its slot."""
STATE_MAX_AGE: Final = 1
"""Seconds after which an environment asks again whether the circuit is open."""
_JAKARTA: Final = ZoneInfo("Asia/Jakarta")
_DAY: Final = 86_400
_LATE: Final = 900
"""Seconds of a day in which the register may still count for the day before, as its clock is not ours."""


class _QuotaExhaustedError(Exception):
    """Not counted as a failure: one such answer is enough."""


class _Store(CircuitBreakerDynamoDBPersistence):
    """The circuit in the control table. Its item outlives a night, which Powertools' own TTL does not."""

    def _durable_ttl(self, name: str) -> int:
        return super()._durable_ttl(name) + 2 * _DAY


def within_limits[Answer](
    ask: Callable[[Callable[[], None]], Answer], policy: DukcapilPolicy, control_table: str
) -> Answer:
    """Ask the register, if the circuit is closed and a slot is free.

    `ask` is given what waits for the slot, and calls it when all that is left to do is the call itself.

    Raises:
        DukcapilBreakerOpen: it was not asked: it has failed lately, or its quota is used up.
        DukcapilBusy: it was not asked: no slot is free, or the control table does not say whether one is.
        DukcapilUnavailable: as `ask` did.
    """
    store = _store(aws.dynamodb_typed(), control_table)
    # Looked at before anything else, so that an outage uses up neither slots nor the time to wait for them.
    if seconds_open(policy, control_table) > 0:
        raise _left_alone(control_table)

    def turn() -> None:
        wait_for_turn(Rate(control_table, "dukcapil", policy.calls_per_second), PATIENCE, DukcapilBusy)

    def asked() -> Answer:
        try:
            return ask(turn)
        except DukcapilUnavailable as unavailable:
            if unavailable.reason == QUOTA_EXHAUSTED:
                _note(control_table, ours=False)  # whatever stopped it earlier, this is not ours
                raise _QuotaExhaustedError from None
            _note(control_table, ours=unavailable.our_fault)
            raise

    def changed(transition: CircuitTransition) -> None:
        _counted(transition)
        if transition.to_state is CircuitState.CLOSED:
            _note(control_table, ours=False)

    guarded = circuit_breaker(CIRCUIT, store, on_transition=changed, config=_config(policy.breaker))(asked)
    try:
        answer: Answer = guarded()
    except CircuitBreakerOpenError:
        raise _left_alone(control_table) from None
    except _QuotaExhaustedError:
        _open_until_midnight(store, policy.breaker)
        raise DukcapilUnavailable(QUOTA_EXHAUSTED) from None
    return answer


def seconds_open(policy: DukcapilPolicy, control_table: str, now: float | None = None) -> float:
    """Seconds until the register may be asked again; 0 when it may be now."""
    store = _store(aws.dynamodb_typed(), control_table)
    store.configure(_config(policy.breaker), CIRCUIT)
    circuit = store.get_state(CIRCUIT)
    if circuit.state is not CircuitState.OPEN or circuit.opened_at is None:
        return 0
    return max(0.0, circuit.opened_at + policy.breaker.seconds - (time.time() if now is None else now))


def midnight_after(now: float) -> int:
    """Unix time at which the register's day ends: the next midnight in Jakarta."""
    today = datetime.fromtimestamp(now, _JAKARTA).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((today + timedelta(days=1)).timestamp())


def renewed_at(now: float, breaker: Breaker) -> int:
    """Unix time at which the quota is worth another call: the next midnight; shortly after one, soon.

    Whoever asks at midnight and is told by a clock that is a second behind must not wait for another day.
    """
    if midnight_after(now) == midnight_after(now - _LATE):
        return midnight_after(now)
    return int(now) + max(60, breaker.seconds)


def _left_alone(control_table: str) -> DukcapilBreakerOpen:
    """Why the register is not asked: for its own outage, or because it refuses us for a fault of ours.

    However long ago that was: while somebody tries the open circuit nothing newer is known.
    """
    noted = aws.dynamodb().get_item(TableName=control_table, Key={"id": OUR_FAULT}, ConsistentRead=True).get("Item", {})
    return DukcapilBreakerOpen("breaker_open", our_fault=bool(noted.get("ours")))


def _note(control_table: str, *, ours: bool) -> None:
    expiration = int(time.time()) + 4 * _DAY  # outlives the circuit's own item
    try:
        aws.dynamodb().put_item(TableName=control_table, Item={"id": OUR_FAULT, "ours": ours, "expiration": expiration})
    except (ClientError, BotoCoreError) as fault:  # the next failure notes it
        logger.warning("fault not noted", extra={"fault": type(fault).__name__})


def forget() -> None:
    """Ask the control table about the circuit again. Powertools' own count of failures in a row goes on."""
    _store.cache_clear()


def _open_until_midnight(store: _Store, breaker: Breaker) -> None:
    # Powertools tries again `recovery_timeout` after `opened_at`: so that the quota is renewed then.
    try:
        store.save_open(CIRCUIT, failure_count=1, opened_at=renewed_at(time.time(), breaker) - breaker.seconds)
    except (ClientError, BotoCoreError) as fault:  # the next one is told the same and opens it
        logger.warning("circuit not opened", extra={"fault": type(fault).__name__})
    count("DukcapilBreaker", to="Open")
    count("DukcapilQuotaExhausted")


def _counted(transition: CircuitTransition) -> None:
    count("DukcapilBreaker", to=transition.to_state.value.title().replace("_", ""))


def _config(breaker: Breaker) -> CircuitBreakerConfig:
    return CircuitBreakerConfig(
        failure_threshold=breaker.failures,
        recovery_timeout=breaker.seconds,
        success_threshold=1,
        handled_exceptions=DukcapilUnavailable,
        local_cache_max_age=STATE_MAX_AGE,
    )


@cache
def _store(client: DynamoDBClient, table: str) -> _Store:
    return _Store(table, boto3_client=client)
