"""What the API takes and gives, as pydantic models; the OpenAPI file is generated from them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.nik.examination import Examination
from functions.registration import fields


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class Consent(_Request):
    """The registrant's consent to the processing of his data."""

    version: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
    """Version of the text that was shown."""
    accepted: fields.Consented


class Beginning(_Request):
    """Begins a registration."""

    email: fields.Email
    locale: fields.Locale = "id"
    consent: Consent


class EmailChange(_Request):
    """Another address, while the code of the first is awaited."""

    email: fields.Email


class CodeTyped(_Request):
    """A code as it was typed; spaces and dashes are formatting."""

    code: fields.Code


class Details(_Request):
    """The registrant's own data, as on the card."""

    # They are read in this order: NIK and phone last, because they are compared with the others.
    acknowledged_hints: fields.AcknowledgedHints = ()
    full_name: fields.FullName
    birth_date: fields.BirthDate
    sex: fields.Sex
    kk_number: fields.KkNumber | None = None
    """Number of the family card."""
    region_code: fields.RegionCode | None = None
    """Where the NIK was first issued, if the page asks for it: province, regency or district. Compared with the NIK only."""
    nik_last4: fields.LastFour | None = None
    """The last four digits, typed a second time: nothing else in a NIK tells that one of them is wrong."""
    nik: fields.Nik
    phone: fields.Phone

    def nik_examined(self) -> Examination:
        """What the NIK says, and the hints that were overruled."""
        return fields.examined(self.nik, self.__dict__)


class PhoneChange(_Request):
    """Another number, while the code of the first is awaited."""

    acknowledged_hints: fields.AcknowledgedHints = ()
    phone: fields.Phone


class PhoneResend(_Request):
    """Another code, on another channel if one is named."""

    channel: fields.Channel | None = None


class Dispute(_Request):
    """An objection to a rejection."""

    statement: fields.Statement | None = None
    """What an operator should know, in the registrant's own words."""


Expects = Literal["email_code", "details", "phone_code", "nothing", "dispute"]
LayerState = Literal["pending", "passed", "declined", "deferred", "skipped", "approved"]
LayerAssurance = Literal["passed", "deferred_then_passed", "skipped", "approved"]
"""Asked and passed; unavailable at first, asked later and passed; gone on without, by policy; passed by an operator."""
StatusName = Literal[
    "queued",
    "email_pending",
    "details_pending",
    "checking",
    "phone_pending",
    "settling",
    "in_review",
    "verified",
    "rejected",
    "expired",
    "withdrawn",
]


class _Shown(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Begun(_Shown):
    """A registration that was begun. The secret is not shown again."""

    id: str
    session_secret: str
    status: StatusName
    expects: Expects
    email_suggestion: str | None


class LayerView(_Shown):
    """One layer, as its registrant may see it."""

    state: LayerState
    reason: str | None
    flags: Annotated[tuple[str, ...] | None, Field(exclude_if=lambda flags: not flags)] = None
    """Hints that were overruled, and other things worth knowing to whoever relies on the result: once verified, if any."""


class Layers(_Shown):
    """The four layers, in order."""

    email: LayerView
    nik: LayerView
    dukcapil: LayerView
    otp: LayerView


class Decided(_Shown):
    """When a layer was decided, and by which version of the policy."""

    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    policy_version: str


class Assurance(_Shown):
    """What a verified registration rests on: how each layer came to be settled."""

    email: LayerAssurance
    nik: LayerAssurance
    dukcapil: LayerAssurance
    otp: LayerAssurance
    policy_version: str
    """The policy that the registration's latest execution began with; a layer may have been decided by a newer one."""
    decided: dict[Literal["email", "nik", "dukcapil", "otp"], Decided] = {}
    """By layer."""


class CodeSent(_Shown):
    """Where the newest code went, for whoever comes back or goes on with another device."""

    channel: Literal["email", "sms", "whatsapp"]
    to: str
    """The address or the number, masked."""


class RegistrationView(_Shown):
    """A registration, as its registrant may see it."""

    id: str
    status: StatusName
    expects: Expects
    reason: str | None
    email: str | None
    """The address, masked: so that whoever goes on from a link sees whose registration it is. None once erased."""
    email_suggestion: str | None
    """What may have been meant by the address, until it is confirmed."""
    layers: Layers
    attempts_left: int | None
    """Guesses or corrections that remain for what is expected."""
    resend_available_in: int | None
    """Seconds until another code may be asked for; None when none can be."""
    code_sent: CodeSent | None
    """Set while its code is expected."""
    policy_version: str | None
    assurance: Assurance | None


class RegionNames(_Shown):
    """The place of first registration, by the names that it had then."""

    province: str
    regency: str | None
    district: str | None
    retired: bool
    """Its code is out of force, but stays in the NIKs that have it."""


class NikSays(_Shown):
    """What a NIK says, for its holder to compare with the card."""

    sex: Literal["male", "female"]
    birth_date: Annotated[str, Field(json_schema_extra={"format": "date"})]
    region: RegionNames | None
    serial: str


class DetailsView(RegistrationView):
    """The same, with what the NIK says."""

    nik_says: NikSays


class ConfirmedView(RegistrationView):
    """The same, with a fresh session secret for the device on which the code was typed."""

    session_secret: str


class FieldProblem(_Shown):
    """One wrong field."""

    pointer: str
    code: str
    detail: str
    positions: list[int] | None = None
    """Digits of the number, counted from 1 without its formatting."""
    suggestion: str | None = None
    """What may have been meant: an address, or the digits at `positions`."""
    related: list[str] | None = None
    """Pointers of the fields that it was compared with, and which may be mistyped instead."""
    hint: bool = False
    """Whether it may be overruled, by its code in `acknowledged_hints`."""


class ProblemDocument(_Shown):
    """RFC 9457, with texts in the language of `Accept-Language`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    retry_after: int | None = None
    attempts_left: int | None = None


def stored(details: Details) -> dict[str, Any]:
    """What of the details is kept, beside the phone number, which stands by itself; of the hints, those of the NIK."""
    kept = details.model_dump(mode="json", exclude={"phone", "nik_last4", "region_code"}, exclude_none=True)
    return kept | {"acknowledged_hints": [hint.code for hint in details.nik_examined().hints]}


def nik_says(details: Details) -> NikSays:
    """What the NIK says, to be shown to its holder."""
    examined = details.nik_examined()
    region = examined.region
    return NikSays(
        sex=examined.sex or details.sex,
        birth_date=(examined.birth_date or date.fromisoformat(details.birth_date)).isoformat(),
        region=RegionNames(**region._asdict()) if region else None,
        serial=details.nik[-4:],
    )
