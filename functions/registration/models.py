"""What the API takes and gives, as pydantic models; the OpenAPI file is generated from them.

Field errors carry codes of `functions.shared.reasons`. What was typed is part of an error only as a suggestion, which goes
to whoever typed it and into no log.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from functions.email.address import AddressError, is_disposable
from functions.email.address import normalise as normalise_address
from functions.email.address import suggest as suggest_address
from functions.nik.examination import REFUSALS, Examination, examine
from functions.otp.phone import PhoneError
from functions.otp.phone import hint as hint_at_phone
from functions.otp.phone import normalise as normalise_phone
from functions.registration.problems import FieldError

_WESTERN_INDONESIA = timezone(timedelta(hours=7))
_OLDEST = 130
_LONGEST_NAME = 100
# Hints that are about another field than the one they are found in.
_POINTERS = {"nik_last4_differs": "#/nik_last4"}


def _refuse(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, "see the catalogue of reasons")


def _found(*found: FieldError) -> PydanticCustomError:
    """What was found in a field; a pointer that is empty is the field's own."""
    return PydanticCustomError(found[0].code, "see the catalogue of reasons", {"found": found})


def _today() -> date:
    return datetime.now(UTC).astimezone(_WESTERN_INDONESIA).date()


def _email(value: str) -> str:
    try:
        return normalise_address(value)
    except AddressError as error:
        raise _found(FieldError("", error.code, suggestion=suggest_address(value))) from None


def _examine(nik: str, data: Mapping[str, Any]) -> Examination:
    """Examine a NIK against what else is given, as far as that is valid itself."""
    born = data.get("birth_date")
    return examine(
        nik,
        birth_date=date.fromisoformat(born) if born else None,
        sex=data.get("sex"),
        last4=data.get("nik_last4"),
        today=_today(),
    )


def _nik(value: str, info: ValidationInfo) -> str:
    examined = _examine(value, info.data)
    open_hints = [each for each in examined.hints if each.code not in info.data.get("acknowledged_hints", ())]
    if examined.digits is None or open_hints:
        raise _found(
            *(
                FieldError(_POINTERS.get(each.code, ""), each.code, each.positions, each.suggestion, hint=True)
                if each.code not in REFUSALS
                else FieldError("", each.code, each.positions, each.suggestion)
                for each in examined.hints
                if each in open_hints or each.code in REFUSALS
            )
        )
    return examined.digits


def _phone(value: str, info: ValidationInfo) -> str:
    try:
        number = normalise_phone(value)
    except PhoneError as error:
        raise _refuse(f"phone_{error.code}") from None
    hint = _phone_hint(number)
    if hint and hint not in info.data.get("acknowledged_hints", ()):
        raise _found(FieldError("", hint, hint=True))
    return number


def _phone_hint(number: str) -> str | None:
    hint = hint_at_phone(number)
    return f"phone_{hint}" if hint else None


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


AcknowledgedHints = Annotated[
    tuple[Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")], ...],
    Field(max_length=20, description="Codes of hints that the registrant has overruled: it is so on the card"),
]


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
    """The registrant's own data, as on the card.

    pydantic reads the fields in this order: NIK and phone last, because they are compared with the others.
    """

    acknowledged_hints: AcknowledgedHints = ()
    full_name: Annotated[str, AfterValidator(_name), Field(description="As on the card")]
    birth_date: Annotated[str, AfterValidator(_birth_date), Field(json_schema_extra={"format": "date"})]
    sex: Annotated[Literal["male", "female"], _one_of("sex_unknown", "male", "female")]
    kk_number: Annotated[str, _digits(16, "kk_malformed")] | None = None
    """Number of the family card."""
    nik_last4: Annotated[str, _digits(4, "nik_last4_malformed")] | None = None
    """The last four digits, typed a second time: nothing else in a NIK tells that one of them is wrong."""
    nik: Nik
    phone: Phone

    def nik_examined(self) -> Examination:
        """What the NIK says, and the hints that were overruled."""
        return _examine(self.nik, self.__dict__)


class PhoneChange(_Request):
    """Another number, while the code of the first is awaited."""

    acknowledged_hints: AcknowledgedHints = ()
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
    flags: Annotated[tuple[str, ...] | None, Field(exclude_if=lambda flags: not flags)] = None
    """Hints that were overruled, and other things worth knowing to whoever relies on the result: once verified, if any."""


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


class EmailChangedView(RegistrationView):
    """The same, with what may have been meant by the new address."""

    email_suggestion: str | None


class RegionNames(BaseModel):
    """The place of first registration, by the names that it had then."""

    province: str
    regency: str | None
    district: str | None
    retired: bool
    """Its code is out of force, but stays in the NIKs that have it."""


class NikSays(BaseModel):
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


class FieldProblem(BaseModel):
    """One wrong field."""

    pointer: str
    code: str
    detail: str
    positions: list[int] | None = None
    """Digits of the number, counted from 1 without its formatting."""
    suggestion: str | None = None
    """What may have been meant: an address, or the digits at `positions`."""
    hint: bool = False
    """Whether it may be overruled, by its code in `acknowledged_hints`."""


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
    """What of the details is kept, beside the phone number, which stands by itself; of the hints, those of the NIK."""
    kept = details.model_dump(mode="json", exclude={"phone", "nik_last4"}, exclude_none=True)
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


def phone_flags(phone: str) -> list[str]:
    """The hints at a number that were overruled."""
    hint = _phone_hint(phone)
    return [hint] if hint else []


def email_flags(email: str) -> list[str]:
    """What is worth knowing of an address to whoever relies on the result."""
    return ["email_disposable"] if is_disposable(email) else []
