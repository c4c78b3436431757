"""Phone numbers as people write them, held against libphonenumber. All numbers are invented."""

from __future__ import annotations

import re
from typing import get_args

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from functions.otp.phone import PhoneError, PhoneErrorCode, hint, normalise
from functions.shared.reasons import FIELDS

CODES = get_args(PhoneErrorCode.__value__)
EXPECTED = "+6281234567890"

MOBILES = st.from_regex(r"8[1-35-9][0-9]{7,10}", fullmatch=True)
PREFIXES = st.sampled_from(["0", "62", "+62", "0062", "620", "+620", "+62 (0)", "(+62) ", ""])


@st.composite
def written(draw: st.DrawFn) -> str:
    """A number of about the right shape, with formatting anywhere."""
    body = draw(st.one_of(MOBILES, st.from_regex(r"[1-9][0-9]{5,12}", fullmatch=True)))
    marks = draw(st.lists(st.sampled_from(["", "", "", " ", "-", ".", "(", ")"]), min_size=len(body)))
    return draw(PREFIXES) + "".join(mark + digit for mark, digit in zip(marks, body, strict=False))


def code_of(text: object) -> str:
    """The code that refuses the text."""
    with pytest.raises(PhoneError) as error:
        normalise(text)  # type: ignore[arg-type]
    return error.value.code


def oracle(text: str) -> str | None:
    """What libphonenumber makes of the text: E.164 of a valid Indonesian mobile number, else None."""
    try:
        number = phonenumbers.parse(text, "ID")
    except NumberParseException:
        return None
    if number.country_code != 62 or not phonenumbers.is_valid_number(number):
        return None
    if phonenumbers.number_type(number) != PhoneNumberType.MOBILE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    "text",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "(0812) 34567890",
        "6281234567890",
        "+6281234567890",
        "+62 812-3456-7890",
        "(+62) 812 3456 7890",
        "+62 (0)812 3456 7890",
        "+62081234567890",
        "62081234567890",
        "006281234567890",
        "00 62 812 3456 7890",
        "81234567890",
        " 081234567890 ",
        "0062081234567890",
        "00 (62) 812-3456-7890",
        "+62(0)812-3456-7890",
        "+62-0812-3456-7890",
        "( +62 ) 812 . 3456 . 7890",
        "62 (0) 812 3456 7890",
        "(0812)34567890",
        "0812--3456  7890.",
    ],
)
def test_given_one_number_in_many_spellings_when_normalised_then_one_e164(text: str) -> None:
    """All the ways that people write it are the same number."""
    assert normalise(text) == EXPECTED


@given(written())
@example("8123456789")
@example("0812345678")
@example("0895123456789")
def test_given_a_number_we_accept_when_libphonenumber_reads_it_then_it_is_the_same_mobile(text: str) -> None:
    """Every accepted number is a valid Indonesian mobile for libphonenumber, and mostly from the same spelling.

    The spellings it reads otherwise: `00` is no prefix for calls abroad in Indonesia (008 and others are), and a bare
    `62…` of 11 digits could be a fixed line of the area 062x without its 0. People mean +62 by both.
    """
    try:
        ours = normalise(text)
    except PhoneError:
        return

    assert oracle(ours) == ours
    digits = re.sub(r"\D", "", text)
    assert oracle(re.sub("^(00)?", "+", digits) if digits.startswith(("62", "0062")) else text) == ours


@given(written())
def test_given_a_mobile_for_libphonenumber_when_normalised_then_we_accept_it(text: str) -> None:
    """Nobody is refused whose number libphonenumber knows as an Indonesian mobile."""
    theirs = oracle(text)

    if theirs:
        assert normalise(text) == theirs


@given(MOBILES, PREFIXES, st.data())
def test_given_a_letter_in_a_number_when_normalised_then_it_is_never_dropped(
    mobile: str, prefix: str, data: st.DataObject
) -> None:
    """Dropping it, as libphonenumber does, would make it somebody else's number; only formatting is ever dropped."""
    text = prefix + mobile
    at = data.draw(st.integers(0, len(text)))
    stray = data.draw(st.characters(exclude_characters="0123456789 +().-"))

    assert code_of(text[:at] + stray + text[at:]) == "letters"


@pytest.mark.parametrize(
    "text",
    [
        "081234O67890",
        "0812345l7890",
        "\uff10\uff1812345678",
        "\u0660\u066812345678",
        "0812/345678",
        "0812345678 ext 1",
        "tel:0812345678",
        "08123456+78",
        "++62812345678",
        "0812345678\n",
        "\u202a+62812345678\u202c",
        "0812\u00a03456\u00a0789",
        "0812\u20133456\u2013789",
        "0812\u20113456\u2011789",
        "\u200e0812345678",
        "0812\t345678",
        "\uff0b62812345678",
        "wa.me/62812345678",
        "0812345678, 0812345679",
        "62+812345678",
        "+62+812345678",
    ],
)
def test_given_characters_no_number_has_when_normalised_then_letters(text: str) -> None:
    """Letters, other alphabets' digits, a plus in a wrong place, and marks nobody sees."""
    assert code_of(text) == "letters"


@pytest.mark.parametrize("value", [None, 81234567890, b"081234567890", ["081234567890"], True, 8.1e10])
def test_given_no_text_when_normalised_then_letters(value: object) -> None:
    """A number from careless JSON has lost its 0, and is refused without a TypeError."""
    assert code_of(value) == "letters"


@pytest.mark.parametrize(
    "text", ["+6591234567", "+1 212 555 0100", "0044 7700 900123", "+84 912 345 678", "+0812345678"]
)
def test_given_another_country_when_normalised_then_foreign(text: str) -> None:
    """C11: only +62 mobile numbers are ever sent to."""
    assert code_of(text) == "foreign"


@pytest.mark.parametrize(
    "text", ["0215550123", "022-5550123", "(024) 5550123", "+62 31 5550123", "62274555012", "0274 555012", "021"]
)
def test_given_an_area_code_when_normalised_then_fixed_line(text: str) -> None:
    """Jakarta, Bandung, Semarang, Surabaya and Yogyakarta have fixed lines, which get no messages."""
    assert code_of(text) == "fixed_line"


@pytest.mark.parametrize(
    "text", ["0841234567", "+62841234567", "08001234567", "0804 1 234567", "08071123456", "1500123"]
)
def test_given_a_service_number_or_084_when_normalised_then_fixed_line(text: str) -> None:
    """The prefix 084 is no mobile for libphonenumber, and 080 and 1500 are services: none of them gets a code."""
    assert oracle(text) is None
    assert code_of(text) == "fixed_line"


@pytest.mark.parametrize(
    "text",
    ["", " ", "+", "0", "00", "62", "+62", "08", "0812", "08123456", "08123456789012", "62 00812345678", "8" * 10_000],
)
def test_given_digits_missing_or_left_over_when_normalised_then_length(text: str) -> None:
    """Ten to thirteen digits with the 0; a number broken off anywhere is told to go on, not that it is a fixed line."""
    assert code_of(text) == "length"


@given(
    st.one_of(
        st.text(),
        st.text("0123456789 +().-"),
        st.text(st.characters()),
        st.integers(),
        st.binary(),
        st.none(),
        written(),
    )
)
@example(" " * 100_000 + "x")
def test_given_any_input_of_any_type_when_normalised_then_e164_or_a_documented_code(value: object) -> None:
    """Nothing but `PhoneError` comes out, its code is one of the closed set, and no input takes long."""
    refused = None
    try:
        number = normalise(value)  # type: ignore[arg-type]
    except PhoneError as error:
        refused = error
    if refused:
        assert refused.code in CODES
        assert refused.args == (refused.code,)
    else:
        assert re.fullmatch(r"\+628[1-35-9][0-9]{7,10}", number, re.ASCII)
        assert normalise(number) == number


@pytest.mark.parametrize(
    "prefix",
    [
        *("811", "812", "813", "821", "822", "823", "851", "852", "853"),
        *("814", "815", "816", "855", "856", "857", "858"),
        *("817", "818", "819", "859", "877", "878", "879", "831", "832", "833", "838"),
        *("895", "896", "897", "898", "899"),
        *("881", "882", "883", "884", "885", "886", "887", "888", "889"),
        *("828", "868"),
    ],
)
def test_given_an_operators_prefix_when_asked_for_a_hint_then_there_is_none(prefix: str) -> None:
    """Telkomsel, Indosat, XL and Axis, Tri, Smartfren, and the small ones: nobody's own number is doubted."""
    assert hint(f"+62{prefix}1234567") is None


@pytest.mark.parametrize("prefix", ["810", "820", "825", "830", "834", "839", "850", "854", "861", "871", "890", "893"])
def test_given_a_prefix_without_an_operator_when_asked_for_a_hint_then_unallocated(prefix: str) -> None:
    """The number is accepted all the same: prefixes are given out while this program runs."""
    number = normalise(f"0{prefix}1234567")

    assert hint(number) == "unallocated_prefix"


@given(written())
def test_given_an_accepted_number_when_asked_for_a_hint_then_its_first_digits_alone_decide(text: str) -> None:
    """How it was typed and what follows make no difference."""
    try:
        number = normalise(text)
    except PhoneError:
        return

    assert hint(number) == hint(number[:6] + "0000000")


@given(
    st.one_of(st.text(), st.text(st.characters()), st.text("+628013"), st.binary(), st.integers(), st.none(), written())
)
@example("+62834" + "1" * 1_000_000)
@example("+62834\u0661\u0661\u0661\u0661\u0661\u0661\u0661")
@example("0834123456")
def test_given_no_mobile_number_in_e164_when_asked_for_a_hint_then_there_is_none(value: object) -> None:
    """Whatever is no answer of `normalise` is not judged, and raises nothing."""
    answer = hint(value)  # type: ignore[arg-type]

    if answer:
        assert isinstance(value, str)
        assert normalise(value) == value


@pytest.mark.parametrize("code", CODES)
def test_given_a_phone_code_when_looked_up_then_the_catalogue_has_a_text(code: str) -> None:
    """The API says `phone_<code>`."""
    assert f"phone_{code}" in FIELDS
