"""What an execution is told that takes a registration over from one that ended before the registration did.

The table is the truth: what it says was passed is not asked again. Codes and counts only, nothing personal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from functions.shared.registration import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.shared.policy import Policy

_SETTLED = frozenset({"passed", "skipped", "approved"})


@dataclass(frozen=True, slots=True)
class Resumption:
    """How far the registration has come.

    Attributes:
        email: state of that layer, empty while it is pending.
        dukcapil: state of that layer if it is settled for good, else `pending`.
        otp: the same.
        claim: key of the claim on the NIK, empty for none.
        attempts_left: of the registrant's corrections, None when nothing says how many.
        details: he has submitted, and nothing asks him to correct.
        reviewed: the layer that an operator is asked about, empty when none is.
        reason: what the registrant was last told.
        decided: by settled layer, when it was decided and by which version of the policy, where the item says so.
        deferred: layers that were deferred once, which the result says.
    """

    email: str
    dukcapil: str
    otp: str
    claim: str
    attempts_left: int | None
    details: bool
    reviewed: str
    reason: str
    decided: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    deferred: tuple[str, ...] = ()

    def as_input(self, policy: Policy) -> dict[str, Any]:
        """As the state machine takes it; corrections are counted by the policy that it is pinned to."""
        allowed = policy.details.corrections
        used = 0 if self.attempts_left is None else min(max(allowed + 1 - self.attempts_left, 0), allowed)
        told = asdict(self)
        del told["attempts_left"]
        return told | {"corrections": used}


def resumption(item: Mapping[str, Any]) -> Resumption:
    """Read it out of a registration's item."""
    layers, waiting = item.get("layers") or {}, item.get("waiting") or {}
    states = {name: str((layers.get(name) or {}).get("state", "pending")) for name in ("email", "dukcapil", "otp")}
    left = waiting.get("attempts_left") if waiting.get("state") == "AwaitDetails" else None
    return Resumption(
        email="" if states["email"] == "pending" else states["email"],
        dukcapil=states["dukcapil"] if states["dukcapil"] in _SETTLED else "pending",
        otp=states["otp"] if states["otp"] in _SETTLED else "pending",
        claim=str(item.get("claim") or ""),
        attempts_left=None if left is None else int(left),
        details=_submitted(item, waiting),
        reviewed=_reviewed(item, waiting),
        reason=str(item.get("reason") or ""),
        decided={
            name: noted for name, state in states.items() if state in _SETTLED and (noted := _decided(item, name))
        },
        deferred=tuple(name for name in ("email", "dukcapil") if item.get(f"{name}_deferred")),
    )


def _decided(item: Mapping[str, Any], layer: str) -> Mapping[str, str]:
    noted = item.get(f"{layer}_decided") or {}
    return {"at": str(noted["at"]), "by": str(noted["by"])} if noted.get("at") else {}


def _submitted(item: Mapping[str, Any], waiting: Mapping[str, Any]) -> bool:
    answered = bool(waiting) and (item.get("answer") or {}).get("entry_id") == waiting["entry_id"]
    asked = item["status"] == Status.DETAILS_PENDING and not answered
    return bool(item.get("details")) and not asked


def _reviewed(item: Mapping[str, Any], waiting: Mapping[str, Any]) -> str:
    if item["status"] != Status.IN_REVIEW:
        return ""
    asked = waiting.get("layer") if waiting.get("state") == "ManualReview" else None
    return str(asked or item.get("reviewed") or "details")
