"""What the console shows of the stack: one document, cheap enough to be asked for every second.

Registrations are followed by the table's stream, as `functions.signals` does, so that a look costs what has changed
since the one before, however many there are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from http import HTTPStatus
from threading import RLock
from time import time
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import boto3

from functions.dukcapil.limits import CIRCUIT
from functions.registration.view import expects
from functions.shared import policy
from functions.shared.registration import LAYERS, Registration, Registrations, Status
from local.partners.standin import StandIn
from local.stack import LocalStack, Partner

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHOWN: Final = 100
"""Registrations in a list: what DynamoDB reads at once."""
_PASSED: Final = ("passed", "approved")
"""States of a layer that was asked, or that an operator answered for."""
_MINUTE: Final = 60.0


@dataclass(slots=True)
class _Followed:
    """What is kept of a registration; nothing of the person."""

    status: str
    layers: Mapping[str, str]


@dataclass(slots=True)
class _Seen:
    """What the stream has said so far."""

    position: int = 0
    registrations: dict[str, _Followed] = field(default_factory=dict)
    """By id, in the order in which they began."""
    numbers: dict[str, str] = field(default_factory=dict)
    """By phone number, the registration that had it last."""
    owners: list[str | None] = field(default_factory=list)
    """Of each message to a phone, the registration that it was sent for."""


class World:
    """A view of a running stack, for the console.

    Args:
        stack: has been started.
    """

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self._seen = _Seen()
        self._lock = RLock()
        self._life = uuid4().hex

    # -------------------------------------------------------------------------------------------------- registrations
    def registrations(self) -> list[dict[str, Any]]:
        """The newest registrations, newest first, without anything of the person."""
        with self._lock:
            self._catch_up()
            ids = list(reversed(self._seen.registrations))[:SHOWN]
            table = self._table
        now = time()
        return [_shown(each, now) for each in table.several(ids)]

    def look(self, registration_id: str | None = None, *, mails: int = 0, texts: int = 0) -> dict[str, Any]:
        """Everything that the console asks for again and again.

        Args:
            registration_id: whose workflow is shown; the newest when there is none of this id.
            mails: how many mails the asker has already.
            texts: how many messages to phones the asker has already.
        """
        with self._lock:
            self._catch_up()
            followed = dict(self._seen.registrations)
            found = self._table.get(registration_id) if registration_id in followed and registration_id else None
            newest = next(reversed(followed), None)
            if found is None and newest is not None:
                found = self._table.get(newest)
        return {
            "life": self._life,
            "now": time(),
            "faults": self._stack.faults,
            "registration": found and self._at_hand(found),
            "newest": [{"id": each, "status": followed[each].status} for each in list(reversed(followed))[:12]],
            "funnel": _funnel(followed.values()),
            "backlog": self._backlog(),
            "calls": {partner: _calls(stand_in) for partner, stand_in in self._stand_ins()},
            "running": self._stack.running(),
            "messages": self._messages(mails, texts),
        }

    def _at_hand(self, registration: Registration) -> dict[str, Any]:
        costs = asdict(self._stack.counts(registration.id))
        return {**_shown(registration, time()), "workflow": self._workflow(registration.id), "costs": costs}

    def _workflow(self, registration_id: str) -> dict[str, Any] | None:
        """The way through the state machine, as the picture shows it; of several executions, one after another."""
        execution = self._stack.execution(registration_id)
        if execution is None:
            return None
        history = self._stack.history(registration_id)
        return {
            "status": execution.status,
            "transitions": execution.transitions,
            "ways": list(_ways(history)),
            "tries": _tries(history),
        }

    # ------------------------------------------------------------------------------------------------------- messages
    def _messages(self, mails: int, texts: int) -> dict[str, Any]:
        """Messages that are new to the asker, oldest first, each with the registration that it was sent for."""
        with self._lock:
            self._note_owners()
            owners = list(self._seen.owners)
        sent, delivered = self._stack.mail.mails, self._stack.carrier.delivered
        new = [
            {
                "id": f"mail-{number}",
                "channel": "email",
                "to": mail.to,
                "subject": mail.subject,
                "text": mail.text,
                "html": f"/_local/mails/{number}",
                "code": mail.code,
                "at": mail.at,
                "registration": mail.registration_id,
            }
            for number, mail in enumerate(sent)
            if number >= mails
        ] + [
            {
                "id": f"text-{number}",
                "channel": text.channel,
                "to": text.to,
                "text": text.text,
                "code": text.code,
                "at": text.at,
                "registration": owners[number] if number < len(owners) else None,
            }
            for number, text in enumerate(delivered)
            if number >= texts
        ]
        return {
            "mails": len(sent),
            "texts": len(delivered),
            "new": sorted(new, key=lambda message: float(str(message["at"]))),
        }

    def mail_as_sent(self, number: int) -> str | None:
        """The HTML of a mail, None when there is no such mail."""
        mails = self._stack.mail.mails
        return mails[number].html if number < len(mails) else None

    # ------------------------------------------------------------------------------------------------------- partners
    def _backlog(self) -> dict[str, Any]:
        """Who waits for the register, and whether it is asked."""
        parked, now = self._stack.parked(), time()
        control = self._client.get_item(
            TableName=self._stack.physical_id("ControlTable"), Key={"id": CIRCUIT}, ConsistentRead=True
        )
        circuit: Mapping[str, Any] = control.get("Item", {})
        breaker = (self._stack.policy or policy.default()).dukcapil.breaker
        state = str(circuit.get("state", "CLOSED")).lower()
        opened_at = circuit.get("opened_at")
        again = max(0.0, int(opened_at) + breaker.seconds - now) if state == "open" and opened_at is not None else 0.0
        return {
            "waiting": len(parked),
            "oldest_seconds": round(now - min(parked), 1) if parked else None,
            "circuit": state,
            "asked_again_in": round(again),
        }

    def _stand_ins(self) -> Iterator[tuple[Partner, StandIn]]:
        here = self._stack.faults
        each: dict[Partner, StandIn] = {
            "dukcapil": self._stack.register,
            "sms": self._stack.carrier.sms,
            "whatsapp": self._stack.carrier.whatsapp,
        }
        return ((partner, stand_in) for partner, stand_in in each.items() if partner in here)

    # --------------------------------------------------------------------------------------------------------- stream
    @cached_property
    def _client(self) -> "DynamoDBClient":
        client: DynamoDBClient = boto3.resource("dynamodb", region_name=self._stack.region).meta.client
        return client

    @cached_property
    def _table(self) -> Registrations:
        return Registrations(self._stack.physical_id("RegistrationsTable"), client=lambda: self._client)

    def _catch_up(self) -> None:
        """Read what the stream has said since the last look."""
        records = self._stack.changes(self._seen.position)
        self._seen.position += len(records)
        for record in records:
            self._follow(record["dynamodb"])
        self._note_owners()

    def _follow(self, change: Mapping[str, Any]) -> None:
        key = change["Keys"]["id"]["S"]
        image: Mapping[str, Any] | None = change.get("NewImage")
        if image is None:
            self._seen.registrations.pop(key, None)
            return
        if image.get("kind", {}).get("S") != "registration":
            return
        layers = image.get("layers", {}).get("M", {})
        self._seen.registrations[key] = _Followed(
            image["status"]["S"],
            {name: layer["M"]["state"]["S"] for name, layer in layers.items() if "state" in layer["M"]},
        )
        if "phone" in image:
            self._seen.numbers[image["phone"]["S"]] = key

    def _note_owners(self) -> None:
        """Numbers are corrected, and one person may try twice; so whose a message is, is noted once."""
        delivered = self._stack.carrier.delivered
        known = self._seen.owners
        known[:] = known[: len(delivered)]  # somebody may have emptied the phones
        known.extend(self._seen.numbers.get(text.to) for text in delivered[len(known) :])


def _shown(registration: Registration, now: float) -> dict[str, Any]:
    """A registration without anything of the person."""
    return {
        "id": registration.id,
        "status": registration.status.value,
        "expects": expects(registration, now),
        "reason": registration.reason,
        "layers": {
            name: {"state": layer.state, "reason": layer.reason}
            for name, layer in ((name, registration.layer(name)) for name in LAYERS)
        },
        "created_at": registration.created_at,
    }


def _funnel(followed: Any) -> dict[str, Any]:  # noqa: ANN401 (the values of a mapping)
    """How many have come how far."""
    every: list[_Followed] = list(followed)
    statuses = Counter(each.status for each in every)
    states = {layer: Counter(each.layers.get(layer, "pending") for each in every) for layer in LAYERS}
    return {
        "began": len(every),
        "statuses": {status.value: statuses[status.value] for status in Status},
        "layers": {
            layer: {
                "passed": sum(counts[state] for state in _PASSED),
                "deferred": counts["deferred"],
                "skipped": counts["skipped"],
                "declined": counts["declined"],
            }
            for layer, counts in states.items()
        },
        "verified": statuses[Status.VERIFIED.value],
    }


def _calls(stand_in: StandIn) -> dict[str, int]:
    calls, since = stand_in.calls, time() - _MINUTE
    return {
        "all": len(calls),
        "refused": sum(call.status >= HTTPStatus.BAD_REQUEST for call in calls),
        "last_minute": sum(call.at >= since for call in calls),
    }


def _ways(history: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The states that each execution entered, in order."""
    way: list[str] | None = None
    for event in history:
        if event["type"] == "ExecutionStarted":
            if way is not None:
                yield way
            way = []
        elif event["type"].endswith("StateEntered") and way is not None:
            way.append(event["stateEnteredEventDetails"]["name"])
    if way is not None:
        yield way


def _tries(history: list[dict[str, Any]]) -> int:
    """How often the state that was entered last has been tried."""
    tries = 0
    for event in history:
        if event["type"].endswith("StateEntered"):
            tries = 0
        elif event["type"] == "TaskScheduled":
            tries += 1
    return tries
