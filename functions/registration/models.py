"""What the API takes and gives, as pydantic models; the OpenAPI file is generated from them.

Field errors carry codes of `functions.shared.reasons`. Nothing that was typed is ever part of an error.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from functions.email.address import AddressError
from functions.email.address import normalise as normalise_address
from functions.nik.structure import NikError
from functions.nik.structure import parse as parse_nik
from functions.otp.phone import PhoneError
from functions.otp.phone import normalise as normalise_phone

_WESTERN_INDONESIA = timezone(timedelta(hours=7))
_OLDEST = 130
_LONGEST_NAME = 100


def _refuse(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, "see the catalogue of reasons")


def _today() -> date:
    return datetime.now(UTC).astimezone(_WESTERN_INDONESIA).date()


def _email(value: str) -> str:
    try:
        return normalise_address(value)
    except AddressError as error:
        raise _refuse(error.code) from None


def _nik(value: str) -> str:
    try:
        return parse_nik(value, today=_today()).digits
    except NikError as error:
        raise _refuse(error.code) from None


def _ends_nik(value: str, info: ValidationInfo) -> str:
    nik = info.data.get("nik")
    if nik is not None and not nik.endswith(value):
        raise _refuse("nik_last4_differs")
    return value


def _phone(value: str) -> str:
    try:
        return normalise_phone(value)
    except PhoneError as error:
        raise _refuse(f"phone_{error.code}") from None


def _name(value: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", value).split())
    if len(name) > _LONGEST_NAME:
        raise _refuse("too_long")
    if not name.isprintable() or not any(map(str.isalpha, name)):
        raise _refuse("name_malformed")
    return name


def _birth_date(value: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise _refuse("birth_date_malformed")
    try:
        born = date.fromisoformat(value)
    except ValueError:
        raise _refuse("birth_date_malformed") from None
    if not _today().year - _OLDEST <= born.year or born > _today():
        raise _refuse("birth_date_impossible")
    return value


def _one_of(code: str, *allowed: object) -> BeforeValidator:
    def check(value: object) -> object:
        # JSON's true is not 1, and unhashable values are no choice either.
        if not any(type(value) is type(choice) and value == choice for choice in allowed):
            raise _refuse(code)
        return value

    return BeforeValidator(check)


def _digits(count: int, code: str) -> AfterValidator:
    def check(value: str) -> str:
        digits = re.sub(r"[\s.-]", "", value)
        if not re.fullmatch(rf"\d{{{count}}}", digits, re.ASCII):
            raise _refuse(code)
        return digits

    return AfterValidator(check)


Email = Annotated[str, AfterValidator(_email), Field(examples=["siti@example.com"])]
Nik = Annotated[str, AfterValidator(_nik), Field(description="16 digits; spaces, dots and dashes are formatting")]
Phone = Annotated[str, AfterValidator(_phone), Field(description="Indonesian mobile number, however it is written")]
Code = Annotated[str, _digits(6, "code_format"), Field(description="The six digits of the newest message")]
Channel = Annotated[Literal["sms", "whatsapp"], _one_of("channel_unknown", "sms", "whatsapp")]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Consent(_Request):
    """The registrant's consent to the processing of his data."""

    version: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
    """Version of the text that was shown."""
    accepted: Annotated[Literal[True], _one_of("consent_required", True)]  # noqa: FBT003 (a value that is allowed, no switch)


class Beginning(_Request):
    """Begins a registration."""

    email: Email
    locale: Annotated[Literal["id", "en"], _one_of("locale_unknown", "id", "en")] = "id"
    consent: Consent


class EmailChange(_Request):
    """Another address, while the code of the first is awaited."""

    email: Email


class CodeTyped(_Request):
    """A code as it was typed; spaces and dashes are formatting."""

    code: Code


class Details(_Request):
    """The registrant's own data, as on the card."""

    nik: Nik
    nik_last4: Annotated[str, _digits(4, "nik_last4_malformed"), AfterValidator(_ends_nik)] | None = None
    """The last four digits, typed a second time: nothing else in a NIK tells that one of them is wrong."""
    full_name: Annotated[str, AfterValidator(_name), Field(description="As on the card")]
    birth_date: Annotated[str, AfterValidator(_birth_date), Field(json_schema_extra={"format": "date"})]
    sex: Annotated[Literal["male", "female"], _one_of("sex_unknown", "male", "female")]
    phone: Phone
    kk_number: Annotated[str, _digits(16, "kk_malformed")] | None = None
    """Number of the family card."""
    acknowledged_hints: Annotated[
        tuple[Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")], ...], Field(max_length=20)
    ] = ()


class PhoneChange(_Request):
    """Another number, while the code of the first is awaited."""

    phone: Phone


class PhoneResend(_Request):
    """Another code, on another channel if one is named."""

    channel: Channel | None = None


Expects = Literal["email_code", "details", "phone_code", "nothing", "dispute"]
LayerState = Literal["pending", "passed", "declined", "deferred", "skipped", "approved"]
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


class Begun(BaseModel):
    """A registration that was begun. The secret is not shown again."""

    id: str
    session_secret: str
    status: StatusName
    expects: Expects
    email_suggestion: str | None


class LayerView(BaseModel):
    """One layer, as its registrant may see it."""

    state: LayerState
    reason: str | None


class Layers(BaseModel):
    """The four layers, in order."""

    email: LayerView
    nik: LayerView
    dukcapil: LayerView
    otp: LayerView


class RegistrationView(BaseModel):
    """A registration, as its registrant may see it."""

    id: str
    status: StatusName
    expects: Expects
    reason: str | None
    layers: Layers
    attempts_left: int | None
    """Guesses or corrections that remain for what is expected."""
    resend_available_in: int | None
    """Seconds until another code may be asked for; None when none can be."""
    policy_version: str | None
    assurance: dict[str, str] | None


class ConfirmedView(RegistrationView):
    """The same, with a fresh session secret for the device on which the code was typed."""

    session_secret: str


class FieldProblem(BaseModel):
    """One wrong field."""

    pointer: str
    code: str
    detail: str
    positions: list[int] | None = None
    suggestion: str | None = None


class ProblemDocument(BaseModel):
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
    """What of the details is kept, beside the phone number, which stands by itself."""
    return details.model_dump(mode="json", exclude={"phone", "nik_last4"}, exclude_none=True)
