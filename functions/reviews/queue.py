"""The queue of cases: an index of the table in sixteen shards, read oldest first, a page at a time."""

from __future__ import annotations

import heapq
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.shared.registration import SHARDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "cases"

type Place = dict[str, tuple[int, str]]
"""By shard, `case_since` and id of the last case that was shown; the shards of which none was shown are missing."""


class PlaceError(Exception):
    """The text is no place in the queue."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The cases that wait for a decision.

    Args:
        table: of registrations.
    """

    table: str
    client: DynamoDBClient

    def page(self, limit: int, place: Place) -> tuple[list[str], Place | None]:
        """Ids of the cases that follow a place, oldest first, and the place after them; None at the end.

        The index follows the table in a moment: a case may be shown that was decided just now.
        """
        found = heapq.merge(
            *(self._shard(shard, limit + 1, place.get(shard)) for shard in SHARDS), key=lambda key: key[0]
        )
        keys = list(found)
        shown = keys[:limit]
        after = {**place, **{shard: (since, registration_id) for since, registration_id, shard in shown}}
        return [registration_id for _, registration_id, _ in shown], after if len(keys) > limit else None

    def _shard(self, shard: str, limit: int, after: tuple[int, str] | None) -> list[tuple[int, str, str]]:
        """`case_since`, id and shard of the next cases of one shard."""
        start: Mapping[str, Any] = (
            {"ExclusiveStartKey": {"case_shard": shard, "case_since": after[0], "id": after[1]}} if after else {}
        )
        found = self.client.query(
            TableName=self.table,
            IndexName=INDEX,
            KeyConditionExpression="case_shard = :shard",
            ExpressionAttributeValues={":shard": shard},
            ScanIndexForward=True,
            Limit=limit,
            **start,
        )
        items: Sequence[Mapping[str, Any]] = found["Items"]
        return [(int(item["case_since"]), str(item["id"]), shard) for item in items]


def written(place: Place | None) -> str | None:
    """A place as text, for an address. It holds ids and times only."""
    return None if place is None else urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read(text: str | None) -> Place:
    """A place from its text; the beginning when there is none.

    Raises:
        PlaceError: it was not written by `written`.
    """
    try:
        place = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))) if text else {}
        return {str(shard): _key(key) for shard, key in place.items() if shard in SHARDS}
    except (ValueError, TypeError, AttributeError):
        raise PlaceError from None


def _key(key: Any) -> tuple[int, str]:  # noqa: ANN401 (any JSON)
    since, registration_id = key
    if type(since) is not int or type(registration_id) is not str or not registration_id:
        raise TypeError("no key")
    return since, registration_id
