"""When the register's day ends, and how the backlog's messages queue for it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heapify, heapreplace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest

from functions.dukcapil import backlog
from functions.dukcapil.limits import midnight_after, renewed_at
from functions.dukcapil.line import Lately, Line, in_line, rounds_apart
from functions.shared.errors import DukcapilUnavailable
from functions.shared.policy import BacklogHold, default


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-11-24T00:00:00+00:00", "2026-11-24T17:00:00+00:00"),
        ("2026-11-24T16:59:59+00:00", "2026-11-24T17:00:00+00:00"),
        ("2026-11-24T17:00:00+00:00", "2026-11-25T17:00:00+00:00"),
        ("2026-12-31T18:30:00+00:00", "2027-01-01T17:00:00+00:00"),
        ("2028-02-28T20:00:00+00:00", "2028-02-29T17:00:00+00:00"),
    ],
)
def test_given_a_used_up_quota_then_it_is_renewed_at_midnight_in_jakarta(now: str, midnight: str) -> None:
    """Seven hours ahead of UTC, all year."""
    at = midnight_after(datetime.fromisoformat(now).timestamp())
    assert datetime.fromtimestamp(at, UTC) == datetime.fromisoformat(midnight)


def test_given_a_clock_that_is_behind_then_a_quota_refused_after_midnight_costs_no_day() -> None:
    """Who asks at midnight may be told of the day before; from a quarter past on it is today's quota that is used up."""
    breaker = default().dukcapil.breaker
    midnight = midnight_after(1_800_000_000)
    assert renewed_at(midnight - 1, breaker) == midnight
    assert renewed_at(midnight, breaker) == midnight + 60
    assert renewed_at(midnight + 899, breaker) == midnight + 959
    assert renewed_at(midnight + 900, breaker) == midnight + 86_400


@pytest.mark.parametrize("length", [1.0, 60.0, 3600.0, 100_000.0])
def test_given_several_ages_then_the_older_has_its_turn_first(length: float) -> None:
    """And nobody waits for longer than the whole line takes."""
    turns = [in_line(Line(length, youth, 7200), lambda: 0.5) for youth in (0, 0.1, 0.5, 0.9, 1)]
    assert turns == sorted(turns)
    assert 0 <= turns[0] < turns[-1] <= length


def test_given_an_empty_queue_then_nobody_waits() -> None:
    """The last one is tried again at once."""
    assert in_line(Line(0, 0, 5)) == 0


@pytest.mark.parametrize(("oldest", "apart"), [(0, 30), (60, 60), (600, 240), (3600, 960), (1_000_000, 1800)])
def test_given_a_longer_outage_then_the_rounds_are_further_apart(oldest: float, apart: int) -> None:
    """The same for all who wait, up to the policy's longest hold."""
    assert rounds_apart(Line(50, 0.5, oldest), BacklogHold(seconds=30, max_seconds=1800)) == apart


@dataclass
class Queue:
    """A queue whose messages are handed out when they are visible again; time passes only here."""

    sent: list[float]
    now: float = 1_800_000_000.0
    hidden_for: int = 0
    received: list[int] = field(default_factory=list)
    back: dict[int, float] = field(default_factory=dict)

    def time(self) -> float:
        """The time, Unix seconds."""
        return self.now

    def get_queue_attributes(self, **_: object) -> dict[str, dict[str, str]]:
        """How many there are."""
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.sent))}}

    def change_message_visibility(self, *, VisibilityTimeout: int, **_: object) -> None:  # noqa: N803 (boto3's)
        """Hide the message at hand."""
        self.hidden_for = VisibilityTimeout

    def last(self, until: float, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the register be down until then: whoever comes and finds the circuit due fails, and opens it anew."""
        policy, opened = default().dukcapil, [0.0]
        settings: Any = SimpleNamespace(backlog_queue_url="", control_table_name="")
        monkeypatch.setattr(backlog, "time", self)
        monkeypatch.setattr(backlog, "aws", SimpleNamespace(sqs=lambda: self))
        monkeypatch.setattr(backlog, "_lately", Lately())
        monkeypatch.setattr(backlog, "seconds_open", lambda *_: max(0.0, opened[0] - self.now))
        self.received = [0] * len(self.sent)
        coming = [(sent, which) for which, sent in enumerate(self.sent)]
        heapify(coming)
        while coming[0][0] < until:
            self.now, which = coming[0]
            self.received[which] += 1
            if opened[0] <= self.now:
                opened[0] = self.now + policy.breaker.seconds
            attributes = SimpleNamespace(
                sent_timestamp=str(int(self.sent[which] * 1000)), approximate_receive_count=str(self.received[which])
            )
            record: Any = SimpleNamespace(attributes=attributes, receipt_handle="")
            seconds = backlog._until_tried_again(record, DukcapilUnavailable("connect"), policy, settings)
            backlog._hide(record, seconds, policy, settings)
            heapreplace(coming, (self.now + self.hidden_for, which))
        self.back = {which: at for at, which in coming}


@pytest.mark.parametrize("hours", [0.3, 1, 7.2, 48.2])
def test_given_an_outage_that_ends_then_the_queue_comes_back_oldest_first(
    hours: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those who were parked far apart nearly all come in order, within half an hour, as fast as they may be asked."""
    start, end = 1_800_000_000.0, 1_800_000_000.0 + hours * 3600
    queue = Queue([start + each * min(3600, hours * 3000) / 500 for each in range(500)])
    queue.last(end, monkeypatch)
    pairs = [(one, other) for one, other in combinations(range(500), 2) if other - one >= 50]
    assert sum(queue.back[one] < queue.back[other] for one, other in pairs) / len(pairs) > 0.9
    assert max(queue.back.values()) < end + 1800 + 2 * 500 / default().dukcapil.calls_per_second


def test_given_the_longest_outage_then_nobody_is_received_as_often_as_the_queue_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The queue lays a message aside after a thousand receives: it must be the policy's time that ends, not the queue's."""
    queue = Queue([1_800_000_000.0 + each for each in range(5)])
    queue.last(1_800_000_000.0 + default().dukcapil.queue_seconds, monkeypatch)
    assert max(queue.received) < 1000
