"""What a layer that has decided returns: a verdict, which the state machine routes on, and a reason."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What the registration does next. An outage is never a verdict: it is a `LayerUnavailable`."""

    PASSED = "passed"
    CORRECT = "correct"
    """Declined, but the registrant can mend it and submit again."""
    REVIEW = "review"
    """Declined in a way that only an operator can settle."""
    REJECT = "reject"
    """Declined for good; the registrant may dispute it."""
    SKIPPED = "skipped"
    """Not decided: the layer is unavailable, and the policy in force goes on without it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A layer's decision.

    Attributes:
        reason: a code of `functions.shared.reasons`, None when passed.
        flags: codes of hints that the registrant overruled, for whoever relies on the result.
    """

    verdict: Verdict
    reason: str | None = None
    flags: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON that the state machine sees; flags where there are any."""
        return {name: value for name, value in asdict(self).items() if name != "flags" or value}
