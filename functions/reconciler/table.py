"""The tables as the reconciler uses them: what is open, shard by shard, and repairs.

A repair only writes what is to be done into the registration; `functions.signals` does it, because nobody else calls the
workflow. It is written on the condition that nothing happened to the registration since it was read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.utilities.circuit_breaker.states import CircuitState

from functions.dukcapil.limits import CIRCUIT
from functions.reconciler.diagnosis import Repair
from functions.reconciler.open_registration import ATTRIBUTES, OpenRegistration, open_registration
from functions.shared import aws
from functions.shared.observability import logger, metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "open"
PAGE = 100
"""As many items as DynamoDB reads at once."""
MOST_HELD: Final = 10
"""Held registrations that are remembered of each shard, for each outage."""
TRY: Final = 60
"""Seconds that a try of a message takes at most; meanwhile the item says that it was sent."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one way through a shard has counted.

    Attributes:
        oldest: by status, since when the oldest is in it (Unix seconds).
        overdue: cases that nobody decided in time.
        held: by the outage that holds them, the ids of those that have been held longest, and since when (Unix seconds).
    """

    oldest: Mapping[str, int] = field(default_factory=dict)
    overdue: int = 0
    held: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def with_(self, registration: OpenRegistration, now: int, before: Tally) -> Tally:
        """Counting this one, too; `before` is what the way before has counted.

        Each try of a message that cannot be sent writes to the item, so since when it is held is not to be seen there. What
        the way before saw held as well has been held ever since.
        """
        since = min(registration.since, self.oldest.get(registration.status, registration.since))
        return Tally(
            {**self.oldest, str(registration.status): since},
            self.overdue + registration.overdue(now),
            self._holding(registration, now, before),
        )

    def _holding(self, registration: OpenRegistration, now: int, before: Tally) -> Mapping[str, Mapping[str, int]]:
        hold = registration.held
        if hold is None and not registration.ended and registration.awaited and now - registration.updated_at <= TRY:
            # It is being tried just now, perhaps. Were it forgotten, the hold would count anew if the try fails.
            hold = next((each for each, ids in before.held.items() if registration.id in ids), None)
        if hold is None:
            return self.held
        since = min(registration.since, before.held.get(hold, {}).get(registration.id, registration.since))
        held = {**self.held.get(hold, {}), registration.id: since}
        longest = nsmallest(MOST_HELD, held.items(), key=lambda each: (each[1], each[0]))
        return {**self.held, hold: dict(longest)}


@dataclass(frozen=True, slots=True)
class Place:
    """How far the way through a shard has come.

    Attributes:
        after: key of the index that was read last, None at the beginning.
        tally: of this way so far.
        last: of the way before.
        at: when it was last gone on with (Unix seconds).
    """

    after: Mapping[str, Any] | None = None
    tally: Tally = field(default_factory=Tally)
    last: Tally = field(default_factory=Tally)
    at: int = 0


@dataclass(frozen=True, slots=True)
class Tables:
    """The registrations, and the reconciler's own items of the control table."""

    registrations: str
    control: str
    client: Callable[[], DynamoDBClient] = aws.dynamodb

    def page(self, shard: str, after: Mapping[str, Any] | None) -> tuple[list[str], Mapping[str, Any] | None]:
        """Ids of a shard, oldest first, and the key to go on after, None at the end."""
        more: dict[str, Any] = {} if after is None else {"ExclusiveStartKey": after}
        found = self.client().query(
            TableName=self.registrations,
            IndexName=INDEX,
            KeyConditionExpression="#shard = :shard",
            ExpressionAttributeNames={"#shard": "shard"},
            ExpressionAttributeValues={":shard": shard},
            Limit=PAGE,
            **more,
        )
        return [str(item["id"]) for item in found["Items"]], found.get("LastEvaluatedKey")

    def read(self, ids: Sequence[str]) -> list[OpenRegistration]:
        """Read up to 100 registrations as they are now; those that are gone, or are none, are left out."""
        names = {f"#{name}": name for path in ATTRIBUTES for name in path.split(".")}
        paths = [".".join(f"#{name}" for name in path.split(".")) for path in ATTRIBUTES]
        asked: list[Any] = [{"id": each} for each in dict.fromkeys(ids)]
        found: list[OpenRegistration] = []
        while asked:
            request: Any = {
                "Keys": asked,
                "ConsistentRead": True,
                "ProjectionExpression": ", ".join(paths),
                "ExpressionAttributeNames": names,
            }
            answered = self.client().batch_get_item(RequestItems={self.registrations: request})
            items: Sequence[Mapping[str, Any]] = answered["Responses"].get(self.registrations, [])
            found += [each for item in items if (each := _understood(item))]
            rest: Any = answered["UnprocessedKeys"].get(self.registrations, {})
            asked = rest.get("Keys", [])
        return found

    def repair(self, registration: OpenRegistration, repair: Repair, now: int) -> bool:
        """Write into the registration what is to be done; False when something happened to it meanwhile."""
        values: dict[str, Any] = {
            ":status": registration.status,
            ":updated_at": registration.updated_at,
            ":execution": registration.execution,
            ":nudged_at": registration.nudged_at,
        }
        # A repair is no news of the registration: `updated_at` stays, and so does its age.
        if repair is Repair.REMIND:  # which says nothing of its execution
            assignments, values[":entry"] = "reminded = :entry", registration.awaited
        else:
            assignments, values[":now"] = "nudged_at = :now", now
        if repair is Repair.EXECUTION:
            assignments += ", #execution = :next"
            values[":next"] = registration.next_execution
        same = "attribute_not_exists(#execution) AND id = :execution OR #execution = :execution"
        not_nudged = "attribute_not_exists(nudged_at) OR nudged_at = :nudged_at"
        client = self.client()
        try:
            client.update_item(
                TableName=self.registrations,
                Key={"id": registration.id},
                UpdateExpression=f"SET {assignments}",
                ConditionExpression=f"#status = :status AND updated_at = :updated_at AND ({same}) AND ({not_nudged})",
                ExpressionAttributeNames={"#status": "status", "#execution": "execution"},
                ExpressionAttributeValues=values,
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def place(self, shard: str) -> Place:
        """How far the way through a shard has come."""
        kept = self._kept(shard)
        tally, last = (Tally(**kept.get(name, {})) for name in ("tally", "last"))
        return Place(kept.get("after"), tally, last, int(kept.get("at", 0)))

    def keep_place(self, shard: str, place: Place) -> None:
        """Keep how far it has come."""
        tallies = {
            name: {"oldest": dict(each.oldest), "overdue": each.overdue, "held": dict(each.held)}
            for name, each in (("tally", place.tally), ("last", place.last))
        }
        self._keep(shard, {"after": place.after, "at": place.at, **tallies})

    def asked_last(self, name: str) -> str:
        """Id of the registration of that kind whose execution was looked at last."""
        return str(self._kept(name).get("id", ""))

    def keep_asked(self, name: str, registration_id: str) -> None:
        """Keep it."""
        self._keep(name, {"id": registration_id})

    def circuit_open(self) -> bool:
        """Whether the register is left alone, or tried by one, because it did not answer when it was asked last."""
        circuit = self.client().get_item(TableName=self.control, Key={"id": CIRCUIT}).get("Item", {})
        return circuit.get("state", CircuitState.CLOSED) != CircuitState.CLOSED

    def _kept(self, name: str) -> dict[str, Any]:
        found = self.client().get_item(TableName=self.control, Key={"id": f"reconciler#{name}"}).get("Item")
        kept: dict[str, Any] = json.loads(str(found["place"])) if found else {}
        return kept

    def _keep(self, name: str, place: Mapping[str, Any]) -> None:
        text = json.dumps(place, default=int)  # numbers of DynamoDB are decimals
        self.client().put_item(TableName=self.control, Item={"id": f"reconciler#{name}", "place": text})


def _understood(item: Mapping[str, Any]) -> OpenRegistration | None:
    """None for what is no registration, and for one that cannot be read: the others do not wait for it."""
    if item.get("kind") != "registration":
        return None
    try:
        return open_registration(item)
    except ValueError as malformed:
        logger.error(
            "registration not understood", extra={"registration_id": item["id"], "why": type(malformed).__name__}
        )
        metrics.add_metric("NotUnderstood", "Count", 1)
        return None
