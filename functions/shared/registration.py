"""The registration: one item per registration in the table, which is the truth that the workflow reacts to.

Item `<registration id>` (kind `registration`) holds the person's data, the status, each layer's state, what is waited
for, the current answer and the live challenge. Item `wait#<id>` holds the task token of the current wait, so that
the browser-facing function cannot read it. Item `nik#<mac>` says whose NIK it is (see `functions.nik.claim`).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from functions.shared import aws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from functions.shared.entry import Entry, WaitingEntry
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
REVIEW_REJECTED = "review_rejected"
"""Reason of a rejection that an operator decided."""
TOKEN_LIFE = 366 * 86_400
"""Seconds that a task token is kept; no execution lives longer."""

OPEN = "waiting.entry_id = :entry AND waiting.ends_at > :now AND (attribute_not_exists(answer) OR answer.entry_id <> :entry)"
"""Condition of whatever answers a wait: it is the one that was read, it is not over, and nobody has answered it."""

_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_NOT_ENDED = "attribute_exists(id) AND NOT #status IN (:verified, :rejected, :expired, :withdrawn)"
_ENDED_VALUES = {f":{status}": status for status in ENDED}


SHARDS = tuple("0123456789abcdef")
"""Partitions of the indexes `open` and `cases`: one partition takes 1,000 writes a second."""


def shard_of(registration_id: str) -> str:
    """The shard of a registration: the first character of its id."""
    return registration_id[0]


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
    wait_seconds: int = 0
    """How long this state waits, where that matters: in `ManualReview`."""
    layer: str | None = None
    """In `ManualReview` the layer that the operator answers for, or `details`."""
    away: bool = False
    """The registrant was not at the page when it was entered, and is told by mail."""


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
    unsent: tuple[str, ...] = ()
    """MACs of those among them that were not taken, as their carrier said."""
    channel: str | None = None
    """How it was sent: `email`, `sms` or `whatsapp`."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How the address was confirmed: by the code of this entry, which opens a session until it expires. Unix seconds."""

    entry_id: str
    at: int
    expires_at: int
    max_guesses: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator decided of a case, why, and of which question. Unix seconds."""

    at: int
    operator: str
    decision: str
    note: str
    layer: str
    reason: str
    question: str = ""
    """Entry of the wait that it answered; empty for decisions from before it was kept."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """The registrant's objection to an automated rejection: when, to which reason, and in his own words. Unix seconds."""

    at: int
    reason: str
    statement: str | None = None


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
    answered_by: str | None = None
    """Which request wrote it, so that one whose own write was repeated by the SDK knows it."""
    challenge: Challenge | None = None
    guesses: Mapping[str, int] = field(default_factory=dict)
    sendings: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    """How often the address or the number was changed."""
    guessed_at: int = 0
    """When a code was last guessed (Unix seconds)."""
    guessed_by: str | None = None
    """Which request counted a guess last, or gave one back."""
    confirmed: Confirmed | None = None
    sessions: frozenset[str] = frozenset()
    preferred_channel: str | None = None
    claim: str | None = None
    """Key of the claim on the NIK, as layer 2 last made it."""
    reason: str | None = None
    policy_version: str | None = None
    assurance: Mapping[str, Any] | None = None
    entered_at: str = ""
    """When the newest entry that waited was entered; see `Entry.entered_at`."""
    begun_with: str | None = None
    """MAC of the request that began it, to tell a repetition from another request with the same key."""
    created_at: int = 0
    updated_at: int = 0
    """When anything of it was last written (Unix seconds)."""
    case_since: int | None = None
    """Since when an operator is awaited (Unix seconds), across entries into `ManualReview`."""
    reviewed: str | None = None
    """The layer that a rejection was about."""
    decisions: tuple[Decision, ...] = ()
    dispute: Dispute | None = None
    execution: str | None = None
    """Name of the execution that carries it, where that is not its id."""
    notices: Mapping[str, int] | None = None
    """Notices that were mailed (see `functions.notifications.notice`), and when (Unix seconds)."""

    @property
    def ended(self) -> bool:
        """True once nothing more can happen to it."""
        return self.status in ENDED

    @property
    def disputable(self) -> bool:
        """Whether it was rejected without an operator having looked at it, so that one has to when it is disputed."""
        return self.status is Status.REJECTED and self.reason != REVIEW_REJECTED

    def address(self, purpose: str) -> str | None:
        """Where codes are sent: for `email` the address, for `phone` the number."""
        return self.email if purpose == "email" else self.phone

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
    confirmed, dispute = item.get("confirmed"), item.get("dispute")
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
            wait_seconds=int(waiting.get("wait_seconds", 0)),
            layer=waiting.get("layer"),
            away=waiting.get("away") in {True, "true"},  # the state machine writes text
        ),
        answered=answer and answer["entry_id"],
        answered_by=answer and answer.get("by"),
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
            unsent=tuple(challenge.get("unsent", ())),
            channel=challenge.get("channel"),
        ),
        guesses={purpose: int(count) for purpose, count in item.get("guesses", {}).items()},
        sendings={purpose: int(count) for purpose, count in item.get("sendings", {}).items()},
        changes={purpose: int(count) for purpose, count in item.get("changes", {}).items()},
        guessed_at=int(item.get("guessed_at", 0)),
        guessed_by=item.get("guessed_by"),
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
        created_at=int(item.get("created_at", 0)),
        updated_at=int(item.get("updated_at", 0)),
        case_since=int(item["case_since"]) if "case_since" in item else None,
        reviewed=item.get("reviewed"),
        decisions=tuple(Decision(**{**each, "at": int(each["at"])}) for each in item.get("decisions", ())),
        dispute=dispute and Dispute(int(dispute["at"]), dispute["reason"], dispute.get("statement")),
        execution=item.get("execution"),
        notices={key: int(at) for key, at in item["notices"].items()} if "notices" in item else None,
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

    def several(self, ids: Sequence[str]) -> list[Registration]:
        """Read up to 100 registrations as they are now, in the order of their ids; those that are gone are left out."""
        client, found = self.client(), dict[str, Registration]()
        asked = [{"id": each} for each in dict.fromkeys(ids)]
        while asked:
            keys: Any = {self.table: {"Keys": asked, "ConsistentRead": True}}
            answered = client.batch_get_item(RequestItems=keys)
            items: Sequence[Mapping[str, Any]] = answered["Responses"].get(self.table, [])
            found |= {item["id"]: _registration(item) for item in items if item.get("kind") == "registration"}
            rest: Any = answered["UnprocessedKeys"].get(self.table, {})
            asked = rest.get("Keys", [])
        return [found[each] for each in ids if each in found]

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
        ended_too: bool = False,
        once: bool = False,
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
            ended_too: change one that has ended as well; the condition must say in which status then.
            once: as a transaction, of which AWS knows that the SDK repeats it because the answer was lost. Without, the
                repetition finds the condition broken by its own first write, and says False.

        `#status` and, unless `ended_too`, the values of the ended statuses may be used; `updated_at` is set by the way.

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
            "ConditionExpression": f"{'attribute_exists(id)' if ended_too else _NOT_ENDED} AND ({condition})",
            "ExpressionAttributeNames": {**({} if ended_too else {"#status": "status"}), **(names or {})},
            "ExpressionAttributeValues": {
                ":now": self.now(),
                **({} if ended_too else _ENDED_VALUES),
                **addition,
                **(values or {}),
            },
        }
        try:
            if also or once:
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

    def dispute(self, registration: Registration, statement: str | None, purge_at: int) -> bool:
        """Open a rejection again, for an operator to decide; another execution takes it over.

        Args:
            registration: as it was read.
            statement: what its owner says.
            purge_at: when it is deleted (Unix seconds). What was left may be less than the case takes.

        Returns:
            False when it is not a rejection that can be disputed, or no longer the one that was read.
        """
        if not registration.disputable:
            return False
        client = self.client()
        same = (
            "#execution = :carrier" if registration.execution else "attribute_not_exists(#execution) AND id = :carrier"
        )
        carrier = registration.execution or registration.id
        number = int(carrier.removeprefix(f"{registration.id}-")) if registration.execution else 1
        objection: dict[str, Any] = {"at": self.now(), "reason": registration.reason or "", "statement": statement}
        try:
            client.update_item(
                TableName=self.table,
                Key={"id": registration.id},
                UpdateExpression="SET #status = :in_review, reason = :reason, dispute = :dispute, #execution = :next,"
                " #shard = :shard, purge_at = :purge_at, updated_at = :now",
                ConditionExpression=f"#status = :rejected AND reason = :disputed AND {same}",
                ExpressionAttributeNames={"#status": "status", "#execution": "execution", "#shard": "shard"},
                ExpressionAttributeValues={
                    ":in_review": Status.IN_REVIEW,
                    ":rejected": Status.REJECTED,
                    ":reason": "disputed",
                    ":disputed": registration.reason or "",
                    ":dispute": {name: value for name, value in objection.items() if value is not None},
                    ":carrier": carrier,
                    ":next": f"{registration.id}-{number + 1}",
                    ":shard": shard_of(registration.id),
                    ":purge_at": purge_at,
                    ":now": self.now(),
                },
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
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
                    " phone, details, claim, layers, waiting, answer, challenge, consent, begun_with, preferred_channel, confirmed, guessed_at, guessed_by,"
                    " #shard, case_shard, case_since, decisions, dispute, notices, reviewed, called_back, email_decided, email_deferred,"
                    " dukcapil_decided, dukcapil_deferred, otp_decided",
                    "ConditionExpression": "#status = :status",
                    "ExpressionAttributeNames": {"#status": "status", "#shard": "shard"},
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

    def keep_token(self, entry: WaitingEntry) -> bool:
        """Store the token of an entry that is tried again, while it is the one waited for.

        The changed `waiting` makes `functions.signals` deliver an answer that was given to the token of an earlier try.

        Returns:
            False when it is not waited for, or a later try's token is there.
        """
        return self.update(
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

    def record_outcome(self, entry: Entry, layer: str, outcome: Outcome) -> bool:
        """Write a layer's verdict; the same entry asked again reads it from there."""
        return self.update(
            entry.registration_id,
            "SET layers.#layer = :layer, #decided = :decided",
            condition="attribute_exists(id)",
            names={"#layer": layer, "#decided": f"{layer}_decided"},
            values={
                ":layer": layer_item(entry.entry_id, outcome),
                ":decided": decided(self.now(), entry.policy.policy_version),
            },
        )


def decided(now: int, policy_version: str) -> dict[str, str]:
    """When a layer was decided, and by which version of the policy, as the state machine notes it: for whoever takes over."""
    return {"at": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"), "by": policy_version}


def layer_item(entry_id: str, outcome: Outcome) -> dict[str, Any]:
    """A decided layer as it stands in the item."""
    state = outcome.verdict.value if outcome.verdict in ("passed", "skipped") else "declined"
    decided = {"state": state, "reason": outcome.reason, "verdict": outcome.verdict, "entry_id": entry_id}
    return decided | {"flags": list(outcome.flags)}


def _condition_failed(response: Mapping[str, Any]) -> bool:
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in response.get("CancellationReasons", ()))
