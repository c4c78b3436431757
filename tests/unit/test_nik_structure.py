"""What can have been issued as a NIK, and what cannot. All serials are synthetic: 9001 and up."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from string import ascii_letters
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.nik.structure import FEMALE_DAY_OFFSET, LENGTH, Nik, NikError, NikErrorCode, parse

TODAY = date(2026, 11, 24)
WOMAN = "3171015708859001"  # born 17 August 1985
CODES = get_args(NikErrorCode.__value__)

PAIR = st.integers(1, 99).map("{:02}".format)
REGIONS = st.builds("{}{}{}".format, st.integers(10, 99), PAIR, PAIR)
# A NIK shows two digits of the year, and the younger reading is taken: so the last hundred years come back whole.
BIRTH_DATES = st.dates(TODAY.replace(year=TODAY.year - 100) + timedelta(days=1), TODAY)
SEXES = st.sampled_from(["male", "female"])
SERIALS = st.integers(9001, 9999)


def written(region: str, born: date, sex: str, serial: int) -> str:
    """The NIK that a registrar would issue."""
    day = born.day + (FEMALE_DAY_OFFSET if sex == "female" else 0)
    return f"{region}{day:02}{born:%m%y}{serial:04}"


def dated(ddmmyy: str) -> str:
    """A NIK with these six digits for its date."""
    return f"317101{ddmmyy}9001"


def code_of(text: object, today: date = TODAY) -> str:
    """The code that refuses the text."""
    with pytest.raises(NikError) as error:
        parse(text, today=today)  # type: ignore[arg-type]
    return error.value.code


@given(REGIONS, BIRTH_DATES, SEXES, SERIALS)
def test_given_an_issued_nik_when_parsed_then_it_says_what_it_was_made_from(
    region: str, born: date, sex: str, serial: int
) -> None:
    """Writing a NIK and parsing it gives back region, birth date, sex and serial."""
    digits = written(region, born, sex, serial)

    nik = parse(digits, today=TODAY)

    assert (nik.digits, nik.region_code, nik.birth_date, nik.sex, nik.serial) == (digits, region, born, sex, serial)


@pytest.mark.parametrize(
    "text",
    [
        "3171 0157 0885 9001",
        "31.71.01.570885.9001",
        "317101-570885-9001",
        " 3171015708859001\n",
        "3171\u00a00157\u00a00885\u00a09001",
        "317101\u2013570885\u20139001",
    ],
)
def test_given_digits_set_apart_when_parsed_then_the_formatting_is_dropped(text: str) -> None:
    """Spaces, dots and dashes, as keyboards make them, are no error."""
    assert parse(text, today=TODAY) == parse(WOMAN, today=TODAY)


@pytest.mark.parametrize(
    "text", ["", "317101570885900", "31710157088590011", "3", "9" * 10_000], ids=["none", "15", "17", "1", "10000"]
)
def test_given_another_number_of_digits_when_parsed_then_length(text: str) -> None:
    """A digit left out or added is always noticed."""
    assert code_of(text) == "nik_length"


@pytest.mark.parametrize(
    "text",
    [
        "3171O15708859001",
        "317101570885900l",
        "\uff13171015708859001",
        "\u0663171015708859001",
        "\u00b3171015708859001",
        "3171/015708859001",
        "3171\x00015708859001",
        "3171\ud800015708859001",
        "-31710157.08859e1",
    ],
)
def test_given_anything_but_ascii_digits_when_parsed_then_letters(text: str) -> None:
    """Letters, signs, and digits of other alphabets are no digits."""
    assert code_of(text) == "nik_letters"


@pytest.mark.parametrize("value", [None, int(WOMAN), WOMAN.encode(), [WOMAN], True, 3.17])
def test_given_no_text_when_parsed_then_letters(value: object) -> None:
    """A number from careless JSON is refused like any other wrong character, and not with a TypeError."""
    assert code_of(value) == "nik_letters"


@pytest.mark.parametrize("region", ["000000", "001010", "011010", "310010", "317100", "910000"])
def test_given_a_pair_of_zeros_or_a_leading_zero_when_parsed_then_region(region: str) -> None:
    """No province, regency or district was ever numbered 00, and no province below 11."""
    assert code_of(f"{region}5708859001") == "nik_region"


@pytest.mark.parametrize("region", ["540101", "927101", "990999", "100101"])
def test_given_a_retired_or_unknown_region_when_parsed_then_it_is_no_error(region: str) -> None:
    """Regions are split and renumbered, and a NIK stays: only a table can tell, and only softly."""
    assert parse(f"{region}5708859001", today=TODAY).region_code == region


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_given_any_six_digits_for_the_date_when_parsed_then_only_a_calendar_decides(
    day: int, month: int, year: int
) -> None:
    """The date is refused exactly when neither 19yy nor 20yy has had it, with and without 40 on the day."""
    days = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
    real_day = day - 40 if day > 40 else day
    last = days.get(month, 0) if month != 2 else 29 if isleap(1900 + year) or isleap(2000 + year) else 28

    refused = None
    try:
        parse(dated(f"{day:02}{month:02}{year:02}"), today=TODAY)
    except NikError as error:
        refused = error.code

    assert refused == (None if 1 <= real_day <= last else "nik_date")


@pytest.mark.parametrize(
    "ddmmyy",
    ["000185", "320185", "400185", "720185", "990185", "010085", "011385", "300285", "310485", "290285", "690285"],
)
def test_given_a_date_no_calendar_has_when_parsed_then_date(ddmmyy: str) -> None:
    """Day 00, 32 to 40 and from 72, month 00 and 13, 30 February, and 29 February in a common year."""
    assert code_of(dated(ddmmyy)) == "nik_date"


@pytest.mark.parametrize(
    ("ddmmyy", "born"),
    [
        ("170885", date(1985, 8, 17)),
        ("241126", date(2026, 11, 24)),
        ("251126", date(1926, 11, 25)),
        ("010110", date(2010, 1, 1)),
        ("290200", date(2000, 2, 29)),
        ("290284", date(1984, 2, 29)),
        ("690204", date(2004, 2, 29)),
    ],
    ids=["adult", "born today", "born tomorrow or 99", "16 rather than 116", "2000 was leap", "1984", "woman, 2004"],
)
def test_given_two_digits_of_a_year_when_parsed_then_the_younger_plausible_age(ddmmyy: str, born: date) -> None:
    """20yy unless that is still to come, and the century that has the date for 29 February."""
    assert parse(dated(ddmmyy), today=TODAY).birth_date == born


def test_given_a_leap_day_that_only_a_future_year_has_when_parsed_then_date() -> None:
    """29 February 00 was only in 2000; nobody has it before that day."""
    assert code_of(dated("290200"), today=date(1999, 12, 31)) == "nik_date"


def test_given_serial_zero_when_parsed_then_serial() -> None:
    """Serials count from 0001."""
    assert code_of("3171015708850000") == "nik_serial"


@given(st.one_of(st.text(), st.text("0123456789 .-"), st.text(st.characters()), st.integers(), st.binary(), st.none()))
def test_given_any_input_of_any_type_when_parsed_then_a_nik_or_a_documented_code(value: object) -> None:
    """Nothing but `NikError` comes out, and its code is one of the closed set."""
    refused = None
    try:
        nik = parse(value, today=TODAY)  # type: ignore[arg-type]
    except NikError as error:
        refused = error
    if refused:
        assert refused.code in CODES
        assert refused.args == (refused.code,)
    else:
        assert len(nik.digits) == LENGTH
        assert nik.digits.isascii()


@given(st.text("0123456789", min_size=LENGTH, max_size=LENGTH), st.integers(0, 15), st.sampled_from(ascii_letters))
def test_given_a_letter_for_a_digit_when_parsed_then_it_is_never_dropped(digits: str, at: int, letter: str) -> None:
    """A letter in any place refuses the whole."""
    assert code_of(digits[:at] + letter + digits[at + 1 :]) == "nik_letters"


def test_given_a_nik_or_its_error_when_shown_then_no_digit_is_in_it() -> None:
    """What a log or a traceback prints of them is not personal."""
    with pytest.raises(NikError) as error:
        parse("3171015708850000", today=TODAY)

    assert "3171" not in repr(error.value)
    assert error.value.__cause__ is None
    assert "3171" not in f"{parse(WOMAN, today=TODAY)!r} {Nik}"
