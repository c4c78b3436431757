"""What the operators' API takes and gives, as pydantic models; the OpenAPI file is generated from them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from functions.shared.characters import trimmed

Choice = Literal["approve", "reject", "correct"]

SHORTEST_NOTE, LONGEST_NOTE = 3, 2000


def _note(value: str) -> str:
    note = trimmed(value)
    if not SHORTEST_NOTE <= len(note) <= LONGEST_NOTE:
        raise PydanticCustomError(
            "too_short" if len(note) < SHORTEST_NOTE else "too_long", "see the catalogue of reasons"
        )
    return note


class Deciding(BaseModel):
    """An operator's decision of a case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)

    question: Annotated[str, Field(min_length=1, max_length=200)]
    """`question` of the case as it was read. When another is asked by now, nothing is decided (409 `case_changed`)."""
    decision: Choice
    """`approve` the layer that is asked about, `reject` the registration, or have the registrant `correct` his data."""
    note: Annotated[
        str, AfterValidator(_note), Field(json_schema_extra={"minLength": SHORTEST_NOTE, "maxLength": LONGEST_NOTE})
    ]
    """Why: for other operators and for whoever checks the decisions. The registrant does not see it."""


class _Shown(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Known(_Shown):
    """What is known of the person, masked."""

    email: str | None
    nik: str | None
    """The six digits of the region and the last two."""
    name: str | None
    """Initials."""
    birth_year: str | None
    phone: str | None
    """The last three digits."""


class CaseLayer(_Shown):
    """One layer."""

    state: Literal["pending", "passed", "declined", "deferred", "skipped", "approved"]
    reason: str | None
    flags: tuple[str, ...]
    """Hints that the registrant overruled, and other things worth knowing."""


class CaseLayers(_Shown):
    """The four layers, in order."""

    email: CaseLayer
    nik: CaseLayer
    dukcapil: CaseLayer
    otp: CaseLayer


class Objection(_Shown):
    """The registrant's objection to an automated rejection. Unix seconds."""

    at: int
    reason: str
    """Of the rejection."""
    statement: str | None


class Decided(_Shown):
    """A decision that was made. Unix seconds."""

    at: int
    operator: str
    """ARN of who decided."""
    decision: Choice
    note: str
    layer: str
    """What the question was about, and `reason` why it was asked."""
    reason: str


class Case(_Shown):
    """A case. Times are Unix seconds."""

    id: str
    question: str
    """Names what is asked now, to be given back with the decision."""
    reason: str | None
    """Why it came here: a code of `docs/reasons.md`."""
    layer: str
    """What the operator answers for: a layer, or `details` when nothing was checked that could be approved."""
    possible: tuple[Choice, ...]
    """The decisions that can be made now; none when it was decided and has not moved on yet."""
    since: int
    age_seconds: int
    overdue: bool
    """It has waited longer than the policy allows."""
    known: Known
    layers: CaseLayers
    dispute: Objection | None
    decisions: tuple[Decided, ...]
    """The earlier ones of this registration too, oldest first."""


class Cases(_Shown):
    """The cases that wait for a decision, oldest first."""

    cases: tuple[Case, ...]
    next: str | None
    """Give it as `next` to read on; None at the end."""
