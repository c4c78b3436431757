"""How the number of an Indonesian citizen is built.

16 digits: province, regency and district of first registration (2 each), birth date as DDMMYY with 40 added to the day
for women, and a serial from 0001 for each district and birth date. There is no check digit.

Imports neither `re` nor `dataclasses`, which take longer to load than everything else that is known about a NIK.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

from functions.shared.characters import SPACES

type Sex = Literal["male", "female"]

LENGTH = 16
FEMALE_DAY_OFFSET = 40
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of the months in a leap year."""

# How people and their phones set digits apart: white space, dots, and hyphens that a keyboard turned into dashes.
_FORMATTING = dict.fromkeys(map(ord, SPACES + ".-\u2010\u2011\u2012\u2013\u2014\u2015"))
_WESTERN_INDONESIA = timezone(timedelta(hours=7))


def today() -> date:
    """The date in Jakarta, where the register is."""
    return datetime.now(UTC).astimezone(_WESTERN_INDONESIA).date()


def without_formatting(text: str) -> str:
    """What was typed without the spaces, dots and dashes that set digits apart."""
    return text.translate(_FORMATTING)


def are_digits(text: str) -> bool:
    """Whether these are ASCII digits; other alphabets' digits are none."""
    return text.isascii() and text.isdigit()


def sex_written(ddmmyy: str) -> Sex:
    """The sex in the six digits of the birth date."""
    return "female" if int(ddmmyy[:2]) > FEMALE_DAY_OFFSET else "male"


def is_date(ddmmyy: str) -> bool:
    """Whether these six digits are somebody's birth date in some century."""
    day, month, year = int(ddmmyy[:2]), int(ddmmyy[2:4]), int(ddmmyy[4:])
    if day > FEMALE_DAY_OFFSET:
        day -= FEMALE_DAY_OFFSET
    if not (1 <= month <= len(LONGEST_MONTHS) and 1 <= day <= LONGEST_MONTHS[month - 1]):
        return False
    # Whatever its century, a year that four does not divide has no 29 February; of 1900 and 2000, one had it.
    return (day, month) != (29, 2) or year % 4 == 0


def date_written(ddmmyy: str, today: date, own_year: int | None = None) -> date | None:
    """The birth date in six digits: in 20yy if that is not after today, else in 19yy; None where no calendar has it.

    Of two dates that have both been, the younger is the likelier by far: there are more children than people past a
    hundred. 29 February is looked for in both centuries, because 2000 was a leap year and 1900 was none.

    Args:
        ddmmyy: the digits 7 to 12 of a NIK.
        today: the day on which it is read.
        own_year: the year in which its holder says to be born; decides the century when its last two digits agree.
    """
    day, month, year = int(ddmmyy[:2]), int(ddmmyy[2:4]), int(ddmmyy[4:])
    if day > FEMALE_DAY_OFFSET:
        day -= FEMALE_DAY_OFFSET
    own = (own_year,) if own_year is not None and own_year % 100 == year else ()
    for candidate in (*own, 2000 + year, 1900 + year):
        try:
            born = date(candidate, month, day)
        except ValueError:
            continue
        if born <= today:
            return born
    return None


def as_written(birth_date: date, sex: Sex) -> str:
    """The six digits DDMMYY that a birth date and a sex become in a NIK."""
    day = birth_date.day + (FEMALE_DAY_OFFSET if sex == "female" else 0)
    return f"{day:02}{birth_date.month:02}{birth_date.year % 100:02}"
