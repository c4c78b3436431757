"""What a NIK can be: how the number of an Indonesian citizen is built, and which numbers were never issued.

16 digits: province, regency and district of first registration (2 each), birth date as DDMMYY with 40 added to the day
for women, and a serial from 0001 for each district and birth date. There is no check digit.

Only what can never have been issued is an error here. A region that is unknown or retired is not one, and neither is a
date or sex other than its holder's: a NIK stays the same for life, even when what it was made from changes or was
recorded wrongly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

type NikErrorCode = Literal["nik_length", "nik_letters", "nik_region", "nik_date", "nik_serial"]
type Sex = Literal["male", "female"]

LENGTH = 16
FEMALE_DAY_OFFSET = 40

# How people and their phones set digits apart: spaces, dots, and hyphens that a keyboard turned into dashes.
_FORMATTING = re.compile(r"[\s.\-\u2010-\u2015]")


class NikError(ValueError):
    """This can never have been issued as a NIK. Carries a code of `functions.shared.reasons`, never the digits."""

    def __init__(self, code: NikErrorCode) -> None:
        super().__init__(code)
        self.code: NikErrorCode = code


@dataclass(frozen=True, slots=True, repr=False)
class Nik:
    """A NIK and what it says about the day it was issued. Has no repr of its own, so that no log or traceback shows it.

    Attributes:
        digits: the 16 ASCII digits.
        region_code: province, regency and district of first registration, 6 digits; not looked up anywhere.
        serial: 1 to 9999, counted within one district and birth date.
    """

    digits: str
    region_code: str
    birth_date: date
    sex: Sex
    serial: int


def parse(text: str, *, today: date) -> Nik:
    """Read a NIK as somebody typed it; spaces, dots and dashes are formatting.

    Args:
        text: what was typed.
        today: decides the century of the birth date, see `_birth_date`.

    Raises:
        NikError: `nik_letters` for anything but ASCII digits (other alphabets' digits are none), `nik_length` for more
            or fewer than 16 of them, `nik_region` for a first digit 0 or a pair 00 in the region, `nik_date` for a
            date that no calendar has, `nik_serial` for 0000. The first of these that holds.
    """
    digits = _digits(text)
    region_code = digits[:6]
    if region_code.startswith("0") or "00" in (region_code[:2], region_code[2:4], region_code[4:]):
        raise NikError("nik_region")
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex: Sex = "female" if day > FEMALE_DAY_OFFSET else "male"
    birth_date = _birth_date(year, month, day - FEMALE_DAY_OFFSET if sex == "female" else day, today)
    serial = int(digits[12:])
    if serial == 0:
        raise NikError("nik_serial")
    return Nik(digits=digits, region_code=region_code, birth_date=birth_date, sex=sex, serial=serial)


def _digits(text: str) -> str:
    # Callers hand in what came from outside, whatever its type.
    if not isinstance(text, str):
        raise NikError("nik_letters")
    digits = _FORMATTING.sub("", text)
    if digits and not (digits.isascii() and digits.isdigit()):
        raise NikError("nik_letters")
    if len(digits) != LENGTH:
        raise NikError("nik_length")
    return digits


def _birth_date(year: int, month: int, day: int, today: date) -> date:
    """The date of a two-digit year: in 20yy if that is not after today, else in 19yy.

    Of two dates that have both been, the younger is the likelier by far: there are more children than people past a
    hundred. 29 February is looked for in both centuries, because 2000 was a leap year and 1900 was none.
    """
    for century in (2000, 1900):
        try:
            candidate = date(century + year, month, day)
        except ValueError:
            continue
        if candidate <= today:
            return candidate
    raise NikError("nik_date")
