"""The order in which those who are parked are asked about: oldest first, as far as a queue without an order allows."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from random import SystemRandom
from typing import Final

from functions.shared.policy import BacklogHold

_jitter: Final = SystemRandom()
"""Not the module's own generator, which is shared with whatever else runs in the process."""


@dataclass(frozen=True, slots=True)
class Line:
    """Those who wait, and a message's place among them.

    Attributes:
        length: seconds that it takes to work all of them at the register's rate.
        youth: of this one, from 0 for the oldest to 1 for the youngest.
        oldest: seconds that the oldest has waited.
    """

    length: float
    youth: float
    oldest: float


def in_line(line: Line, chance: Callable[[], float] = _jitter.random) -> float:
    """Seconds after which a message's turn comes in a round: the oldest at once, the youngest when all others had theirs.

    SQS knows no order. But those who wait come back in rounds that begin at the same time for all (`rounds_apart`), so
    being hidden for longer means to come later, and they come about as fast as the register may be asked.
    """
    return line.length * (0.95 * line.youth + 0.05 * chance())


def rounds_apart(line: Line, hold: BacklogHold) -> int:
    """Seconds between two rounds: about half as long as the outage has lasted, in steps of two.

    The time that the oldest has waited decides, for all: were it each one's own tries, the oldest would be hidden longest.
    """
    return int(min(hold.seconds * 2.0 ** int(log2(1 + line.oldest / (2 * hold.seconds))), hold.max_seconds))


@dataclass(slots=True)
class Lately:
    """The oldest and the youngest message that this environment has received lately (Unix seconds of their sending)."""

    oldest: tuple[float, float] = (0.0, float("-inf"))
    youngest: tuple[float, float] = (0.0, float("-inf"))
    """Each with the time at which it was received last; what was settled or is gone is forgotten by and by."""

    def youth(self, sent_at: float, now: float, memory: float) -> float:
        """Of a message, 0-1; the message is remembered if it is one of the two."""
        if sent_at <= self.oldest[0] or now > self.oldest[1] + memory:
            self.oldest = (sent_at, now)
        if sent_at >= self.youngest[0] or now > self.youngest[1] + memory:
            self.youngest = (sent_at, now)
        span = self.youngest[0] - self.oldest[0]
        return (sent_at - self.oldest[0]) / span if span > 0 else 0.0
