"""What the reconciler reads of a registration: times, states and names, and nothing of the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from functions.shared.registration import ENDED, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

ATTRIBUTES: Final = (
    "id",
    "kind",
    "shard",
    "status",
    "created_at",
    "updated_at",
    "entered_at",
    "waiting",
    "answer",
    "execution",
    "nudged_at",
    "reminded",
    "case_since",
    "reason",
    "layers.dukcapil.state",
)
"""Of its item, as paths."""
EMAIL_UNAVAILABLE: Final = "email_unavailable"
PHONE_UNAVAILABLE: Final = "phone_unavailable"
DUKCAPIL_UNAVAILABLE: Final = "dukcapil_unavailable"
HOLDS: Final = (EMAIL_UNAVAILABLE, PHONE_UNAVAILABLE, DUKCAPIL_UNAVAILABLE)
"""The reasons for which an outage holds somebody: codes of `functions.shared.reasons`."""


@dataclass(frozen=True, slots=True)
class OpenRegistration:
    """A registration with which something is still to happen. Times are Unix seconds.

    Attributes:
        entered_at: when the newest entry that waited was entered (ISO 8601).
        awaited: the entry that is waited for, None when none is.
        ends_at: when its wait ends.
        wait_seconds: how long a case may take, where one is open.
        answered_at: when the entry that is waited for was answered, None when it was not.
        execution: name of the execution that carries it.
        taken_over: how many executions have carried it before that one.
        nudged_at: when the reconciler last asked for something to be done again, 0 for never.
        away: the registrant was not at the page when that entry was entered.
        reminded: the entry that the registrant was reminded of last, None when he never was.
        unsettled: something is still to happen with it: it has not ended, or its notice was not sent.
        reason: what its owner is told.
        deferred: the register is asked when all else is done.
    """

    id: str
    status: Status
    created_at: int
    updated_at: int
    entered_at: str
    awaited: str | None
    ends_at: int
    wait_seconds: int
    answered_at: int | None
    execution: str
    taken_over: int
    nudged_at: int
    case_since: int | None
    away: bool
    reminded: str | None
    unsettled: bool
    reason: str | None
    deferred: bool

    @property
    def ended(self) -> bool:
        """Whether the registration has come to its end."""
        return self.status in ENDED

    @property
    def since(self) -> int:
        """Since when it is where it is: a case since it was opened, any other since anything of it was last written."""
        if self.status is Status.QUEUED and self.awaited is None:
            return self.created_at
        if self.status is Status.IN_REVIEW and self.case_since is not None:
            return self.case_since
        return self.updated_at

    @property
    def held(self) -> str | None:
        """Which outage holds it, one of `HOLDS`; None when none does.

        Whose message could not be sent waits for nobody's answer. Who is parked for the register may still have the wait
        for the details in his item, answered; who was deferred is told no reason before the register is all that is missing.
        """
        told = self.status in {Status.CHECKING, Status.SETTLING} and self.reason == DUKCAPIL_UNAVAILABLE
        if told or (self.status is Status.SETTLING and self.deferred):
            return DUKCAPIL_UNAVAILABLE
        unsent = not self.ended and self.awaited is None and self.reason in {EMAIL_UNAVAILABLE, PHONE_UNAVAILABLE}
        return self.reason if unsent else None

    @property
    def next_execution(self) -> str:
        """Name of the execution that takes it over from this one."""
        return f"{self.id}-{self.taken_over + 2}"

    def overdue(self, now: int) -> bool:
        """Whether an operator has had longer to decide than the policy gives."""
        decidable = self.status is Status.IN_REVIEW and self.case_since is not None and self.wait_seconds > 0
        return decidable and now - (self.case_since or 0) > self.wait_seconds


def open_registration(item: Mapping[str, Any]) -> OpenRegistration:
    """Read it out of a registration's item, of which `ATTRIBUTES` are needed.

    Raises:
        ValueError: something in it is not what it should be.
    """
    try:
        return _read(item)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as malformed:
        raise ValueError(type(malformed).__name__) from None


def _read(item: Mapping[str, Any]) -> OpenRegistration:
    waiting, answer = item.get("waiting") or {}, item.get("answer") or {}
    registration_id, execution = str(item["id"]), str(item.get("execution") or item["id"])
    answered = bool(waiting) and answer.get("entry_id") == waiting["entry_id"]
    return OpenRegistration(
        id=registration_id,
        status=Status(item["status"]),
        created_at=int(item.get("created_at", 0)),
        updated_at=int(item.get("updated_at", 0)),
        entered_at=str(item.get("entered_at", "")),
        awaited=str(waiting["entry_id"]) if waiting else None,
        ends_at=int(waiting.get("ends_at", 0)),
        wait_seconds=int(waiting.get("wait_seconds", 0)),
        answered_at=int(answer.get("at", item.get("updated_at", 0))) if answered else None,
        execution=execution,
        taken_over=0 if execution == registration_id else int(execution.removeprefix(f"{registration_id}-")) - 1,
        nudged_at=int(item.get("nudged_at", 0)),
        case_since=int(item["case_since"]) if "case_since" in item else None,
        away=waiting.get("away") in {True, "true"},  # the state machine writes text
        reminded=str(item["reminded"]) if item.get("reminded") else None,
        unsettled="shard" in item,
        reason=str(item["reason"]) if item.get("reason") else None,
        deferred=item.get("layers", {}).get("dukcapil", {}).get("state") == "deferred",
    )
