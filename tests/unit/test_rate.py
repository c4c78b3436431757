"""The limit that all environments share."""

from __future__ import annotations

from threading import Lock, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from functions.shared.rate import Rate
from local.faults.auditor import peak


class _RefusedError(Exception):
    """DynamoDB's answer to a condition that does not hold."""


class OneItem:
    """A table with one item, whose updates are one at a time, as DynamoDB's are."""

    exceptions = SimpleNamespace(ConditionalCheckFailedException=_RefusedError)

    def __init__(self) -> None:
        self.next_at: int | None = None
        self.apart: int | None = None
        self._lock = Lock()

    def update_item(self, *, UpdateExpression: str, ExpressionAttributeValues: Any, **_: Any) -> Any:  # noqa: ANN401, N803 (boto3's)
        """The updates that a rate makes."""
        values = ExpressionAttributeValues
        with self._lock:
            if "SET apart" in UpdateExpression:
                self.apart = values[":interval"]
                return {}
            if "next_at +" in UpdateExpression:
                if self.next_at is None or not values[":now"] <= self.next_at <= values[":last"]:
                    raise _RefusedError
                self.next_at += self.apart or values[":interval"]
            else:
                if self.next_at is not None and self.next_at >= values[":now"]:
                    raise _RefusedError
                self.next_at = values[":now"] + (self.apart or values[":interval"])
            return {"Attributes": {"next_at": self.next_at} | ({"apart": self.apart} if self.apart else {})}


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """The time, Unix seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def rate(item: OneItem, clock: Clock, per_second: int = 10) -> Rate:
    """A limit on that item."""
    client: Any = item
    return Rate("control", "dukcapil", per_second, client=lambda: client, clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize("per_second", [1, 7, 10, 50, 500, 1000, 10_000])
def test_given_one_who_asks_without_end_then_no_second_sees_more_than_the_limit(per_second: int) -> None:
    """In any span of a second, not only in those of the clock."""
    item, clock = OneItem(), Clock()
    taken = []
    for _ in range(per_second * 3):
        assert rate(item, clock, per_second).take(patience=5)
        taken.append(clock.now)
    assert peak(taken) <= per_second
    assert len(taken) / (taken[-1] - taken[0]) > per_second * 0.8


def test_given_a_lower_limit_in_force_when_others_go_by_an_older_policy_then_it_holds_for_all() -> None:
    """Whoever waited for days began with a policy that the register has since asked to lower."""
    item, clock = OneItem(), Clock()
    rate(item, clock, 2).put_in_force()
    taken = []
    for turn in range(20):
        assert rate(item, clock, 10 if turn % 5 else 2).take(patience=5)
        taken.append(clock.now)
    assert peak(taken) <= 2


def test_given_a_pause_then_nothing_was_saved_up_for_a_burst() -> None:
    """Half a minute without calls does not let thirty seconds' calls through at once."""
    item, clock = OneItem(), Clock()
    assert rate(item, clock).take()
    clock.sleep(30)
    taken = 0
    while rate(item, clock).take():
        taken += 1
    assert taken == 1


def test_given_no_slot_in_time_then_it_says_so_and_takes_none() -> None:
    """Whoever does not wait leaves the slot to others."""
    item, clock = OneItem(), Clock()
    assert rate(item, clock, 1).take()
    before = item.next_at
    assert not rate(item, clock, 1).take(patience=0.5)
    assert item.next_at == before
    assert rate(item, clock, 1).take(patience=2)


def test_given_a_slot_reached_too_late_then_another_is_taken() -> None:
    """Two calls that were far apart must not arrive together because one of them was held up."""
    item, clock = OneItem(), Clock()
    assert rate(item, clock).take()
    slept: list[float] = []

    def oversleep(seconds: float) -> None:
        slept.append(seconds)
        clock.sleep(seconds + (0.3 if len(slept) == 1 else 0))

    client: Any = item
    late = Rate("control", "dukcapil", 10, client=lambda: client, clock=clock, sleep=oversleep)
    assert late.take(patience=2)
    assert len(slept) == 2


def test_given_sixteen_at_once_then_each_slot_is_one_s() -> None:
    """The updates are conditional, so nobody takes a slot that another has."""
    item, slots, lock = OneItem(), list[float](), Lock()

    def take() -> None:
        clock = Clock()
        if rate(item, clock).take(patience=10):
            with lock:
                slots.append(clock.now)

    threads = [Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(slots) == 16
    assert min(later - earlier for earlier, later in zip(sorted(slots), sorted(slots)[1:], strict=False)) > 0.1
