"""How often something may be done in a second, by all environments of all functions together.

One item of the control table holds the time of the next free slot (the "generic cell rate algorithm"); taking a slot moves
it on by one interval, in one conditional update. An SQS or Lambda concurrency is no rate: when the partner answers
faster, the same concurrency calls it more often.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from functions.shared import aws
from functions.shared.observability import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from functions.shared.errors import LayerBusy

STARTS: Final = "starts"
"""Name of the limit of beginnings, `starts_per_second`."""

_ROOM: Final = 1.2
"""Intervals are a fifth longer than they must be, so that calls which travel at different speeds stay below the limit: two
campaigns of twenty saw a seventh call in a second of six with a tenth."""
_LATE: Final = 0.05
"""Seconds after which a slot is too late to be used: two calls that were far apart would arrive together."""
_TRIES: Final = 4
_MICROSECONDS: Final = 1_000_000
"""`next_at` counts them: in milliseconds the interval of a high rate would be rounded, of the highest to nothing."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit that all environments share.

    Args:
        table: the control table.
        name: of what is limited.
        per_second: the limit, in any span of one second, as the caller's policy has it. The policy in force, which may be
            newer, goes before it: what every caller has in common is the item (`put_in_force`).
    """

    table: str
    name: str
    per_second: int
    client: Callable[[], DynamoDBClient] = aws.dynamodb
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    @property
    def key(self) -> str:
        """Key of the item in the control table."""
        return f"rate#{self.name}"

    def take(self, patience: float = 0) -> bool:
        """Wait for the next slot and take it.

        Args:
            patience: how long to wait for it, in seconds.

        Returns:
            False when no slot is free in that time; nothing was taken then.
        """
        end = self.clock() + patience
        ahead = 0.0
        for _ in range(_TRIES):
            asked = self.clock()
            slot = self._reserve(asked + ahead, end)
            if slot is None:
                return False
            # How long the table takes to answer: a slot must lie at least that far ahead to be reached in time.
            ahead = max(ahead, 1.5 * (self.clock() - asked))
            self.sleep(max(0.0, slot - self.clock()))
            if self.clock() <= slot + _LATE:
                return True
        return False

    def put_in_force(self) -> None:
        """Let this limit be everybody's, whatever policy they go by: registrations that began earlier have an older one."""
        self.client().update_item(
            TableName=self.table,
            Key={"id": self.key},
            UpdateExpression="SET apart = :interval",
            ExpressionAttributeValues={":interval": self._interval},
        )

    @property
    def _interval(self) -> int:
        """Microseconds between two slots."""
        return round(_MICROSECONDS * _ROOM / self.per_second)

    def _reserve(self, earliest: float, end: float) -> float | None:
        """Unix time of the slot that was reserved, at `earliest` or after it; None when none begins before `end`."""
        client = self.client()
        now, last = (round(_MICROSECONDS * each) for each in (earliest, end))
        following = {
            "SET next_at = next_at + if_not_exists(apart, :interval)": (
                "next_at BETWEEN :now AND :last",
                {":last": max(now, last)},
            ),
            # Nobody has been here lately.
            "SET next_at = :now + if_not_exists(apart, :interval)": (
                "attribute_not_exists(next_at) OR next_at < :now",
                {},
            ),
        }
        for expression, (condition, values) in following.items():
            try:
                taken = client.update_item(
                    TableName=self.table,
                    Key={"id": self.key},
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeValues={":now": now, ":interval": self._interval, **values},
                    ReturnValues="ALL_NEW",
                )
            except client.exceptions.ConditionalCheckFailedException:
                continue
            item = taken["Attributes"]
            return (float(str(item["next_at"])) - float(str(item.get("apart", self._interval)))) / _MICROSECONDS
        return None


def wait_for_turn(rate: Rate, patience: float, busy: type[LayerBusy]) -> None:
    """Take a slot of a limit, or raise. A control table that does not answer is no leave to go without.

    Raises:
        LayerBusy: of the class given.
    """
    try:
        free = rate.take(patience)
    except (ClientError, BotoCoreError) as fault:
        logger.warning("rate not known", extra={"fault": type(fault).__name__})
        free = False
    if not free:
        raise busy("busy")
