"""What a change of a registration asks for, read out of the record of the table's stream. Pure: nothing is called here.

Whatever a record cannot be read for is poison, and known to be so before anything is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.shared.registration import ENDED, Status
from functions.signals.resume import resumption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.signals.resume import Resumption


class MalformedChangeError(Exception):
    """The record is not one of a registration. Names the class of what was wrong only: its text may be personal."""


@dataclass(frozen=True, slots=True)
class Start:
    """Start the execution of this name.

    Attributes:
        resume: what was reached before, when it takes over from another execution.
        nudged: the reconciler asked for it, when its turn had come.
    """

    execution: str
    resume: Resumption | None = None
    nudged: bool = False


@dataclass(frozen=True, slots=True)
class Deliver:
    """Wake the execution that waits in this entry. `output` is what its state gets: codes, nothing personal."""

    entry_id: str
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """End the execution of this name."""

    execution: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Tell the account of the status. `changed` is False when it was told of it before."""

    detail: Mapping[str, Any]
    changed: bool


type Signal = Start | Deliver | Stop | Publish


def signals(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, tuple[Signal, ...]]:
    """The registration's id, and what the change asks for, in this order.

    Args:
        old: the item before; empty for one that is new.
        new: the item after.

    Raises:
        MalformedChangeError: it is no registration.
    """
    try:
        registration_id = str(new["id"])
        Status(new["status"])
        if not old:
            return registration_id, (Start(_execution(new)),)
        return registration_id, tuple(_of_change(old, new))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as malformed:
        raise MalformedChangeError(type(malformed).__name__) from None


def _of_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Signal]:
    found: list[Signal] = []
    status, changed = new["status"], new["status"] != old.get("status")
    taken_over = new.get("execution") != old.get("execution")
    nudged = new.get("nudged_at") != old.get("nudged_at")
    if status not in ENDED and (taken_over or (nudged and _may_start(new))):
        found.append(Start(_execution(new), _resumption(new), nudged=not taken_over))
    if _to_deliver(old, new, nudged=nudged):
        found.append(_delivery(new["answer"]))
    if changed and status == Status.WITHDRAWN:
        found.append(Stop(_execution(new)))
    if changed or (nudged and status in ENDED):
        found.append(Publish(_detail(new), changed))
    if new.get("called_back") not in {None, old.get("called_back")}:
        found.append(Publish(_detail(new) | {"called_back": True}, changed=False))
    if new.get("reminded") not in {None, old.get("reminded")}:
        found.append(Publish(_detail(new) | {"reminder": True}, changed=False))
    return found


def _execution(item: Mapping[str, Any]) -> str:
    return str(item.get("execution") or item["id"])


def _resumption(item: Mapping[str, Any]) -> Resumption | None:
    return resumption(item) if item.get("execution") else None


def _may_start(item: Mapping[str, Any]) -> bool:
    """Whether its execution may never have begun. A name that began is refused by Step Functions, for 90 days."""
    return bool(item.get("execution")) or (item["status"] == Status.QUEUED and not item.get("waiting"))


def _to_deliver(old: Mapping[str, Any], new: Mapping[str, Any], *, nudged: bool) -> bool:
    answer, waiting = new.get("answer"), new.get("waiting") or {}
    if not answer:
        return False
    answered = waiting.get("entry_id") == answer["entry_id"]
    # A changed wait of the same entry is another try of it with another token: the answer is delivered to that one.
    return bool(answer != old.get("answer") or (answered and (nudged or waiting != old.get("waiting"))))


def _delivery(answer: Mapping[str, Any]) -> Deliver:
    output = {"answer": answer["kind"], "voided": list(answer.get("voided", ()))}
    output |= {key: answer[key] for key in ("verdict", "reason", "policy_version") if key in answer}
    return Deliver(str(answer["entry_id"]), output)


def _detail(item: Mapping[str, Any]) -> dict[str, Any]:
    waiting = item.get("waiting") or {}
    return {
        "registration_id": item["id"],
        "status": item["status"],
        "reason": item.get("reason") or None,
        "changed_at": int(item["updated_at"]),
        "entered_at": str(item.get("entered_at", "")),
        "away": bool(waiting.get("away")),
    }
