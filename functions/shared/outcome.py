"""What a layer that has decided returns: a verdict, which the state machine routes on, and a reason."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the registration does next. An outage is never a verdict: it is a `LayerUnavailable`."""

    PASSED = "passed"
    CORRECT = "correct"
    """Declined, but the registrant can mend it and submit again."""
    REVIEW = "review"
    """Declined in a way that only an operator can settle."""
    REJECT = "reject"
    """Declined for good; the registrant may dispute it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A layer's decision. `reason` is a code of `functions.shared.reasons`, None when passed."""

    verdict: Verdict
    reason: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """The JSON that the state machine sees."""
        return asdict(self)
