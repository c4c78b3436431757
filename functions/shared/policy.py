"""The verification policy: every wait and limit of a person, and what happens when a layer is unavailable.

One versioned JSON document. It is pinned into each execution's input when the execution starts, so the state machine
reads its timeouts from it and a registration keeps the rules it began with.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

DAY = 86_400
MOST_TRIES = 900
"""Of a message in the backlog; the queue lays it aside after 1,000 receives."""
DEFAULT_FILE = Path(__file__).with_name("default_policy.json")

Seconds = Annotated[int, Field(ge=1, le=365 * DAY)]
PerSecond = Annotated[int, Field(ge=1, le=10_000)]
Count = Annotated[int, Field(ge=0, le=100)]
OnUnavailable = Literal["wait", "defer", "skip", "review"]
Channel = Literal["sms", "whatsapp"]
Element = Literal["NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN", "NO_KK"]


class PolicyError(Exception):
    """The policy document is not valid. Names each wrong field and the reason."""


class _Section(BaseModel):
    # Documents are parsed strictly (see `parse`); the copy that is pinned into an execution may be of another release.
    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Hold(_Section):
    """How a layer that is unavailable is tried again: after `seconds`, doubled up to `max_seconds`, `rounds` times."""

    seconds: Seconds
    max_seconds: Seconds
    rounds: Count


class Sending(_Section):
    """One code that is sent to the registrant and typed back."""

    wait_seconds: Seconds
    """How long the registration waits for the code to be typed, from each sending; see also `EmailPolicy.reminders`."""
    guesses: Annotated[int, Field(ge=1, le=20)]
    """Wrong codes allowed, over all resends together."""
    resends: Count
    """Sendings after the first to the same address, reminders not counted."""
    changes: Count = 3
    """Changes of the address, each with one sending of its own."""
    resend_cooldown_seconds: Seconds
    sends_per_second: PerSecond = 10
    """The carrier's limit, by all environments together (for each channel, where there are several)."""
    on_unavailable: OnUnavailable
    hold: Hold


class EmailPolicy(Sending):
    """Layer 1."""

    code_seconds: Annotated[int, Field(ge=1, le=DAY)]
    """Life of a code; at most 24 hours (NIST SP 800-63B-4)."""
    reminders: Annotated[tuple[Seconds, ...], Field(max_length=2)] = ()
    """After so many seconds without an answer each, a reminder is mailed with a new code; then `wait_seconds` remain."""

    def wait_after(self, reminders: int) -> int:
        """Seconds that the sending waits which follows so many reminders: until the next one, or all that remains."""
        return (*self.reminders, self.wait_seconds)[min(reminders, len(self.reminders))]

    def rest_after(self, reminders: int) -> int:
        """Seconds from that sending to the end of the registration, when nobody answers."""
        return sum(self.reminders[reminders:]) + self.wait_seconds


class NikPolicy(_Section):
    """Layer 2, which has no partner: it is unavailable only for a fault of ours."""

    hold: Hold = Hold(seconds=30, max_seconds=1800, rounds=12)


class DetailsPolicy(_Section):
    """The registrant's own data, and how often they may be corrected."""

    wait_seconds: Seconds
    corrections: Count


class BacklogHold(_Section):
    """How a parked registration is tried again: after `seconds`, doubled up to `max_seconds`."""

    seconds: Annotated[int, Field(ge=1, le=43_200)]
    max_seconds: Annotated[int, Field(ge=1, le=43_200)]
    """SQS hides a message for 12 hours at most."""


class Breaker(_Section):
    """When the register is left alone: after so many failures in a row, for so many seconds, and then tried by one."""

    failures: Annotated[int, Field(ge=1, le=1000)] = 5
    seconds: Annotated[int, Field(ge=1, le=3600)] = 30


class DukcapilPolicy(_Section):
    """Layer 3."""

    on_unavailable: OnUnavailable
    calls_per_second: PerSecond = 10
    """The register's limit, for all environments and the backlog together."""
    breaker: Breaker = Breaker()
    queue_seconds: Annotated[int, Field(ge=1, le=14 * DAY)]
    """How long a registration is parked for the register; SQS keeps a message for 14 days at most."""
    hold: BacklogHold
    name_similarity: Annotated[int, Field(ge=1, le=100)]
    """The register's similarity cut for names."""
    elements: Annotated[tuple[Element, ...], Field(min_length=1)]
    """What is compared beside the NIK; not the KK number alone, which not everybody gives."""

    @field_validator("elements")
    @classmethod
    def _some_of_them_everybody_has(cls, value: tuple[Element, ...]) -> tuple[Element, ...]:
        if set(value) == {"NO_KK"}:
            raise ValueError("needs one that everybody gives")
        return value

    @model_validator(mode="after")
    def _tried_less_often_than_the_queue_allows(self) -> Self:
        if self.queue_seconds > MOST_TRIES * self.hold.max_seconds:
            raise ValueError(f"queue_seconds / hold.max_seconds must be {MOST_TRIES} at most")
        return self


class OtpPolicy(Sending):
    """Layer 4."""

    code_seconds: Annotated[int, Field(ge=1, le=600)]
    """Life of a code; at most 10 minutes (NIST SP 800-63B-4)."""
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    """In this order; the next one is taken when one is unavailable."""

    @field_validator("channels")
    @classmethod
    def _each_once(cls, value: tuple[Channel, ...]) -> tuple[Channel, ...]:
        if len(set(value)) < len(value):
            raise ValueError("names a channel twice")
        return value


class ReviewPolicy(_Section):
    """An operator's decision."""

    wait_seconds: Seconds
    """How long a case may take; one that nobody decided is overdue from then on, and stays."""


class Policy(_Section):
    """The whole document."""

    policy_version: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
    grace_seconds: Seconds
    """How much longer the state machine waits than the API accepts answers: time for an answer to arrive."""
    starts_per_second: PerSecond = 10
    """How many registrations are admitted; each is mailed at once, so no more than `email.sends_per_second`."""
    email: EmailPolicy
    details: DetailsPolicy
    nik: NikPolicy = NikPolicy()
    dukcapil: DukcapilPolicy
    otp: OtpPolicy
    review: ReviewPolicy

    @property
    def rates(self) -> dict[str, int]:
        """Each limit of calls a second, by the name that those who keep to it have in common."""
        return {
            "starts": self.starts_per_second,
            "email": self.email.sends_per_second,
            "dukcapil": self.dukcapil.calls_per_second,
            **{str(channel): self.otp.sends_per_second for channel in self.otp.channels},
        }

    @model_validator(mode="after")
    def _no_more_are_admitted_than_mailed(self) -> Self:
        if self.starts_per_second > self.email.sends_per_second:
            raise ValueError("starts_per_second must be email.sends_per_second at most")
        return self


def parse(document: str | bytes) -> Policy:
    """Read a policy document.

    Raises:
        PolicyError: naming each wrong field and the reason.
    """
    try:
        return Policy.model_validate_json(document, extra="forbid", strict=True)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, each['loc'])) or 'document'}: {each['msg']}" for each in error.errors()]
        raise PolicyError("; ".join(wrong)) from None


@cache
def default() -> Policy:
    """The committed policy, in force when none is set."""
    return parse(DEFAULT_FILE.read_bytes())
