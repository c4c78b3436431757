"""When the register's day ends, and how the backlog's messages queue for it."""

from datetime import UTC, datetime
from itertools import combinations
from random import Random

import pytest

from functions.dukcapil.backlog import Line, in_line
from functions.dukcapil.limits import midnight_after


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


@pytest.mark.parametrize("length", [1.0, 60.0, 3600.0, 100_000.0])
def test_given_two_ages_then_the_older_has_its_turn_first(length: float) -> None:
    """And nobody waits for longer than the whole line takes."""
    turns = [in_line(Line(length, age), lambda: 0.5) for age in (0, 60, 3600, 86_400, 1_000_000)]
    assert turns == sorted(turns, reverse=True)
    assert turns[0] == length


def test_given_an_empty_queue_then_nobody_waits() -> None:
    """The last one is tried again at once."""
    assert in_line(Line(0, 5)) == 0


def test_given_an_outage_that_ends_then_the_queue_comes_back_oldest_first() -> None:
    """Of those who are at least ten minutes apart nearly all come in the order in which they were parked."""
    chance = Random(7)  # noqa: S311 (to be repeatable)
    parked = [(age, in_line(Line(600, age), chance.random)) for age in range(0, 3 * 3600, 60)]
    pairs = [(one, other) for one, other in combinations(parked, 2) if other[0] - one[0] >= 600]
    in_order = sum(older[1] < younger[1] for younger, older in pairs)
    assert in_order / len(pairs) > 0.95
