"""The fields that a person types, each read as a person types it and refused by a code of `functions.shared.reasons`.

What was typed is part of an error only as a suggestion, which goes to whoever typed it and into no log. Fields are compared
with those that were read before them, so the order of the fields in a model matters.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from functions.email.address import AddressError, is_disposable
from functions.email.address import normalise as normalise_address
from functions.email.address import suggest as suggest_address
from functions.nik.examination import REFUSALS, Examination, Hint, examine
from functions.nik.structure import today
from functions.otp.phone import PhoneError
from functions.otp.phone import hint as hint_at_phone
from functions.otp.phone import normalise as normalise_phone
from functions.registration.problems import FieldError
from functions.shared.characters import trimmed

_OLDEST = 130
_LONGEST_NAME = 100
_LONGEST_STATEMENT = 1000
# The fields that may be mistyped in place of the NIK.
_COMPARED_WITH = {
    "nik_birth_date_digit": ("#/birth_date",),
    "nik_birth_date_differs": ("#/birth_date",),
    "nik_digits_swapped": ("#/birth_date",),
    "nik_day_month_swapped": ("#/birth_date",),
    "nik_plus_40_missing": ("#/sex",),
    "nik_plus_40_added": ("#/sex",),
    "nik_last4_differs": ("#/nik_last4",),
    "nik_region_differs": ("#/region_code",),
}


def _refuse(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, "see the catalogue of reasons")


def _found(*found: FieldError) -> PydanticCustomError:
    """What was found in a field; whoever makes the problem of it knows where the field is, and fills in the pointer."""
    return PydanticCustomError(found[0].code, "see the catalogue of reasons", {"found": found})


def _email(value: str) -> str:
    try:
        return normalise_address(value)
    except AddressError as error:
        raise _found(FieldError("", error.code, suggestion=suggest_address(value))) from None


def examined(nik: str, data: Mapping[str, Any]) -> Examination:
    """Examine a NIK against what else is given, as far as that is valid itself."""
    born = data.get("birth_date")
    return examine(
        nik,
        birth_date=date.fromisoformat(born) if born else None,
        sex=data.get("sex"),
        region_code=data.get("region_code"),
        last4=data.get("nik_last4"),
    )


def _nik(value: str, info: ValidationInfo) -> str:
    found = examined(trimmed(value), info.data)
    open_hints = [each for each in found.hints if each.code not in info.data.get("acknowledged_hints", ())]
    if found.digits is None or open_hints:
        raise _found(*(_field_error(each) for each in found.hints if each in open_hints or each.code in REFUSALS))
    return found.digits


def _field_error(hint: Hint) -> FieldError:
    return FieldError(
        "",
        hint.code,
        hint.positions,
        hint.suggestion,
        hint=hint.code not in REFUSALS,
        related=_COMPARED_WITH.get(hint.code, ()),
    )


def _phone(value: str, info: ValidationInfo) -> str:
    try:
        number = normalise_phone(trimmed(value))
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
    if not today().year - _OLDEST <= born.year or born > today():
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


def _statement(value: str) -> str | None:
    if len(statement := trimmed(value)) > _LONGEST_STATEMENT:
        raise _refuse("too_long")
    return statement or None


Statement = Annotated[str, AfterValidator(_statement), Field(json_schema_extra={"maxLength": 1000})]
Email = Annotated[str, AfterValidator(_email), Field(examples=["siti@example.com"])]
Nik = Annotated[str, AfterValidator(_nik), Field(description="16 digits; spaces, dots and dashes are formatting")]
Phone = Annotated[str, AfterValidator(_phone), Field(description="Indonesian mobile number, however it is written")]
Code = Annotated[str, _digits(6, "code_format"), Field(description="The six digits of the newest message")]
Channel = Annotated[Literal["sms", "whatsapp"], _one_of("channel_unknown", "sms", "whatsapp")]
AcknowledgedHints = Annotated[
    tuple[Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")], ...],
    Field(max_length=20, description="Codes of hints that the registrant has overruled: it is so on the card"),
]
Consented = Annotated[Literal[True], _one_of("consent_required", True)]  # noqa: FBT003 (a value that is allowed, no switch)
Locale = Annotated[Literal["id", "en"], _one_of("locale_unknown", "id", "en")]
FullName = Annotated[str, AfterValidator(_name), Field(description="As on the card")]
BirthDate = Annotated[str, AfterValidator(_birth_date), Field(json_schema_extra={"format": "date"})]
Sex = Annotated[Literal["male", "female"], _one_of("sex_unknown", "male", "female")]
KkNumber = Annotated[str, _digits(16, "kk_malformed")]
RegionCode = Annotated[
    str,
    Field(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$", description="2, 4 or 6 digits of the Home Ministry's code of a region"),
]
LastFour = Annotated[str, _digits(4, "nik_last4_malformed")]


def phone_flags(phone: str) -> list[str]:
    """The hints at a number that were overruled."""
    hint = _phone_hint(phone)
    return [hint] if hint else []


def email_flags(email: str) -> list[str]:
    """What is worth knowing of an address to whoever relies on the result."""
    return ["email_disposable"] if is_disposable(email) else []
