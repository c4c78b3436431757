"""The registration: one item per registration in the table, which is the truth that the workflow reacts to.

Item `<registration id>` (kind `registration`) holds the person's data, the status, each layer's state, what is waited
for, the current answer and the live challenge. Item `wait#<id>` holds the task token of the current wait, so that
the browser-facing function cannot read it. Item `nik#<mac>` says whose NIK it is (see `functions.nik.claim`).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from functions.shared import aws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from functions.shared.entry import WaitingEntry
    from functions.shared.outcome import Outcome
    from functions.shared.reasons import Language


class Status(StrEnum):
    """Where a registration is."""

    QUEUED = "queued"
    EMAIL_PENDING = "email_pending"
    DETAILS_PENDING = "details_pending"
    CHECKING = "checking"
    PHONE_PENDING = "phone_pending"
    SETTLING = "settling"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Status.VERIFIED, Status.REJECTED, Status.EXPIRED, Status.WITHDRAWN})
LAYERS = ("email", "nik", "dukcapil", "otp")
TOKEN_LIFE = 366 * 86_400
"""Seconds that a task token is kept; no execution lives longer."""

_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_NOT_ENDED = "attribute_exists(id) AND NOT #status IN (:verified, :rejected, :expired, :withdrawn)"
_ENDED_VALUES = {f":{status}": status for status in ENDED}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: `pending`, `passed`, `declined`, `deferred`, `skipped` or `approved` (by an operator)."""

    state: str = "pending"
    reason: str | None = None
    verdict: str | None = None
    entry_id: str | None = None
    flags: tuple[str, ...] = ()
    """Hints that the registrant overruled, and other things worth knowing to whoever relies on the result."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the registration waits for: one entry into one state, until a time (Unix seconds)."""

    state: str
    entry_id: str
    ends_at: int
    attempts_left: int | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """The live code of an entry. Times are Unix seconds; `mac` is hexadecimal; see `functions.shared.challenge`."""

    entry_id: str
    mac: str
    expires_at: int
    max_guesses: int
    resend_at: int
    resends_left: int
    delivery: str
    changes_left: int = 0
    earlier: tuple[str, ...] = ()
    """MACs of the codes that this one replaced."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How the address was confirmed: by the code of this entry, which opens a session until it expires. Unix seconds."""

    entry_id: str
    at: int
    expires_at: int
    max_guesses: int


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration as it stands in the table."""

    id: str
    status: Status
    locale: Language
    email: str | None
    phone: str | None = None
    details: Mapping[str, Any] | None = None
    layers: Mapping[str, Layer] = field(default_factory=dict)
    waiting: Waiting | None = None
    answered: str | None = None
    """Entry id of the newest answer."""
    challenge: Challenge | None = None
    guesses: Mapping[str, int] = field(default_factory=dict)
    sendings: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    """How often the address or the number was changed."""
    guessed_at: int = 0
    """When a code was last guessed (Unix seconds)."""
    confirmed: Confirmed | None = None
    sessions: frozenset[str] = frozenset()
    preferred_channel: str | None = None
    claim: str | None = None
    """Key of the claim on the NIK, as layer 2 last made it."""
    reason: str | None = None
    policy_version: str | None = None
    assurance: Mapping[str, str] | None = None
    entered_at: str = ""
    """When the newest entry that waited was entered; see `Entry.entered_at`."""
    begun_with: str | None = None
    """MAC of the request that began it, to tell a repetition from another request with the same key."""

    @property
    def ended(self) -> bool:
        """True once nothing more can happen to it."""
        return self.status in ENDED

    def layer(self, name: str) -> Layer:
        """The state of a layer."""
        return self.layers.get(name) or Layer()

    def awaited(self, state: str, now: float) -> Waiting | None:
        """The wait in `state`, if it is open: not yet answered and not over."""
        waiting = self.waiting
        if (
            self.ended
            or waiting is None
            or waiting.state != state
            or waiting.entry_id == self.answered
            or now >= waiting.ends_at
        ):
            return None
        return waiting


def _layer(item: Mapping[str, Any]) -> Layer:
    return Layer(**{**item, "flags": tuple(item.get("flags", ()))})


def _registration(item: Mapping[str, Any]) -> Registration:
    waiting, challenge, answer = item.get("waiting"), item.get("challenge"), item.get("answer")
    confirmed = item.get("confirmed")
    return Registration(
        id=item["id"],
        status=Status(item["status"]),
        locale=item["locale"],
        email=item.get("email"),
        phone=item.get("phone"),
        details=item.get("details"),
        layers={name: _layer(layer) for name, layer in item.get("layers", {}).items()},
        waiting=waiting
        and Waiting(
            state=waiting["state"],
            entry_id=waiting["entry_id"],
            ends_at=int(waiting["ends_at"]),
            attempts_left=int(waiting["attempts_left"]) if "attempts_left" in waiting else None,
        ),
        answered=answer and answer["entry_id"],
        challenge=challenge
        and Challenge(
            entry_id=challenge["entry_id"],
            mac=challenge["mac"],
            expires_at=int(challenge["expires_at"]),
            max_guesses=int(challenge["max_guesses"]),
            resend_at=int(challenge["resend_at"]),
            resends_left=int(challenge["resends_left"]),
            delivery=challenge["delivery"],
            changes_left=int(challenge.get("changes_left", 0)),
            earlier=tuple(challenge.get("earlier", ())),
        ),
        guesses={purpose: int(count) for purpose, count in item.get("guesses", {}).items()},
        sendings={purpose: int(count) for purpose, count in item.get("sendings", {}).items()},
        changes={purpose: int(count) for purpose, count in item.get("changes", {}).items()},
        guessed_at=int(item.get("guessed_at", 0)),
        confirmed=confirmed
        and Confirmed(
            entry_id=confirmed["entry_id"],
            at=int(confirmed["at"]),
            expires_at=int(confirmed["expires_at"]),
            max_guesses=int(confirmed["max_guesses"]),
        ),
        sessions=frozenset(item.get("sessions", ())),
        preferred_channel=item.get("preferred_channel"),
        claim=item.get("claim"),
        reason=item.get("reason") or None,  # the state machine writes an empty text for none
        policy_version=item.get("policy_version"),
        assurance=item.get("assurance"),
        entered_at=item.get("entered_at", ""),
        begun_with=item.get("begun_with"),
    )


@dataclass(frozen=True, slots=True)
class Registrations:
    """The table of registrations. Each method is one atomic write (or read) of DynamoDB."""

    table: str
    client: Callable[[], DynamoDBClient] = aws.dynamodb
    clock: Callable[[], float] = time.time

    def now(self) -> int:
        """The time, in whole Unix seconds."""
        return int(self.clock())

    def get(self, registration_id: str) -> Registration | None:
        """Read a registration as it is now, or None where there is none."""
        if not _ID.fullmatch(registration_id):
            return None  # no id of ours; DynamoDB would refuse one that is too long for a key
        found = self.client().get_item(TableName=self.table, Key={"id": registration_id}, ConsistentRead=True)
        item: Mapping[str, Any] | None = found.get("Item")
        return _registration(item) if item and item.get("kind") == "registration" else None

    def task_token(self, registration_id: str, entry_id: str) -> str | None:
        """The task token of that entry, or None when the registration has gone on to another."""
        key = {"id": f"wait#{registration_id}"}
        found = self.client().get_item(TableName=self.table, Key=key, ConsistentRead=True)
        item: Mapping[str, Any] | None = found.get("Item")
        return str(item["task_token"]) if item and item["entry_id"] == entry_id else None

    def create(self, item: Mapping[str, Any]) -> bool:
        """Write a new registration; False when there is one with this id."""
        client = self.client()
        try:
            client.put_item(
                TableName=self.table,
                Item={"kind": "registration", **item},
                ConditionExpression="attribute_not_exists(id)",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def update(  # noqa: PLR0913 (the parts of one DynamoDB update)
        self,
        registration_id: str,
        expression: str,
        *,
        condition: str,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        add_session: str | None = None,
        also: tuple[TransactWriteItemTypeDef, ...] = (),
    ) -> bool:
        """Change an open registration if the condition holds, in one transaction with `also`.

        Args:
            registration_id: which one.
            expression: `SET …` and perhaps ` REMOVE …`.
            condition: what must hold beside that it has not ended.
            names: placeholders of attribute names.
            values: placeholders of values.
            add_session: hash of a further session secret.
            also: other writes of the same transaction.

        `#status` and the values of the ended statuses may be used; `updated_at` is set by the way.

        Returns:
            False when the condition did not hold, the registration has ended or does not exist.
        """
        client = self.client()
        assignments, _, removal = expression.partition(" REMOVE ")
        addition = {":session": {add_session}} if add_session else {}
        change: dict[str, Any] = {
            "TableName": self.table,
            "Key": {"id": registration_id},
            "UpdateExpression": f"{assignments}, updated_at = :now"
            + (f" REMOVE {removal}" if removal else "")
            + (" ADD sessions :session" if addition else ""),
            "ConditionExpression": f"{_NOT_ENDED} AND ({condition})",
            "ExpressionAttributeNames": {"#status": "status", **(names or {})},
            "ExpressionAttributeValues": {":now": self.now(), **_ENDED_VALUES, **addition, **(values or {})},
        }
        try:
            if also:
                client.transact_write_items(TransactItems=[{"Update": change}, *also])  # type: ignore[typeddict-item] # the resource's client takes plain values
            else:
                client.update_item(**change)
        except client.exceptions.ConditionalCheckFailedException:
            return False
        except client.exceptions.TransactionCanceledException as cancelled:
            if _condition_failed(cancelled.response):
                return False
            raise
        return True

    def erase(self, registration: Registration) -> bool:
        """Take everything of the person out of a registration, and free the NIK if it is claimed.

        Returns:
            False when the registration went on meanwhile; read it and try again.
        """
        client = self.client()
        writes: list[Any] = [
            {
                "Update": {
                    "TableName": self.table,
                    "Key": {"id": registration.id},
                    "UpdateExpression": "SET #status = :withdrawn, reason = :withdrawn, updated_at = :now REMOVE email,"
                    " phone, details, claim, layers, waiting, answer, challenge, consent, begun_with, preferred_channel, confirmed, guessed_at",
                    "ConditionExpression": "#status = :status",
                    "ExpressionAttributeNames": {"#status": "status"},
                    "ExpressionAttributeValues": {
                        ":withdrawn": Status.WITHDRAWN,
                        ":status": registration.status,
                        ":now": self.now(),
                    },
                }
            }
        ]
        if registration.status is Status.VERIFIED and registration.claim:
            writes.append({"Delete": {"TableName": self.table, "Key": {"id": registration.claim}}})
        try:
            client.transact_write_items(TransactItems=writes)
        except client.exceptions.TransactionCanceledException as cancelled:
            if _condition_failed(cancelled.response):
                return False
            raise
        return True

    def keep_token(self, entry: WaitingEntry) -> None:
        """Store the token of an entry that is tried again, while it is the one waited for.

        The changed `waiting` makes `functions.signals` deliver an answer that was given to the token of an earlier try.
        """
        self.update(
            entry.registration_id,
            "SET waiting.attempt = :attempt",
            condition="waiting.entry_id = :entry",
            values={":entry": entry.entry_id, ":attempt": entry.attempt},
            also=(self.put_token(entry),),
        )

    def put_token(self, entry: WaitingEntry) -> TransactWriteItemTypeDef:
        """The write of an entry's token, as a part of a transaction; a late earlier try does not replace a later one's."""
        return {
            "Put": {
                "TableName": self.table,
                "Item": {
                    "id": f"wait#{entry.registration_id}",
                    "entry_id": entry.entry_id,
                    "attempt": entry.attempt,
                    "task_token": entry.task_token,
                    "purge_at": self.now() + TOKEN_LIFE,
                },
                "ConditionExpression": "attribute_not_exists(id) OR entry_id <> :entry OR attempt <= :attempt",
                "ExpressionAttributeValues": {":entry": entry.entry_id, ":attempt": entry.attempt},
            }
        }

    def record_outcome(self, entry_id: str, registration_id: str, layer: str, outcome: Outcome) -> bool:
        """Write a layer's verdict; the same entry asked again reads it from there."""
        return self.update(
            registration_id,
            "SET layers.#layer = :layer",
            condition="attribute_exists(id)",
            names={"#layer": layer},
            values={":layer": layer_item(entry_id, outcome)},
        )


def layer_item(entry_id: str, outcome: Outcome) -> dict[str, Any]:
    """A decided layer as it stands in the item."""
    state = "passed" if outcome.verdict == "passed" else "declined"
    decided = {"state": state, "reason": outcome.reason, "verdict": outcome.verdict, "entry_id": entry_id}
    return decided | {"flags": list(outcome.flags)}


def _condition_failed(response: Mapping[str, Any]) -> bool:
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in response.get("CancellationReasons", ()))
