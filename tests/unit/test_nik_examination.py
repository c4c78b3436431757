"""What a NIK can be, what is pointed at, and what is only a hint. All serials are synthetic: 9001 and up."""

from __future__ import annotations

import subprocess
import sys
from calendar import isleap
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from string import ascii_letters
from timeit import timeit
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.nik.examination import REFUSALS, Examination, Hint, HintCode, RefusalCode, examine
from functions.nik.region_codes import CURRENT, RETIRED
from functions.nik.structure import LENGTH, as_written
from functions.shared.reasons import FIELDS

if TYPE_CHECKING:
    from functions.nik.structure import Sex

TODAY = date(2026, 11, 24)
BORN = date(1985, 8, 17)
WOMAN = "3171015708859001"  # born on BORN, first registered in Gambir
MAN = "3171011708859001"
CODES = {*get_args(RefusalCode.__value__), *get_args(HintCode.__value__)}
ROOT = Path(__file__).resolve().parents[2]

PAIR = st.integers(1, 99).map("{:02}".format)
REGIONS = st.builds("{}{}{}".format, st.integers(10, 99), PAIR, PAIR)
# A NIK shows two digits of the year, and the younger reading is taken: so the last hundred years come back whole.
BIRTH_DATES = st.dates(TODAY.replace(year=TODAY.year - 100) + timedelta(days=1), TODAY)
SEXES = st.sampled_from(["male", "female"])
SERIALS = st.integers(9001, 9999)


def districts(table: dict[str, int]) -> list[str]:
    """The six-digit codes of a table of regencies."""
    return [
        f"{regency}{district:02}" for regency, bits in table.items() for district in range(100) if bits >> district & 1
    ]


DISTRICTS = districts(CURRENT)
KNOWN = st.sampled_from(DISTRICTS)


def written(region: str, born: date, sex: Sex, serial: int) -> str:
    """The NIK that a registrar would issue."""
    return f"{region}{as_written(born, sex)}{serial:04}"


def dated(ddmmyy: str) -> str:
    """A NIK with these six digits for its date."""
    return f"317101{ddmmyy}9001"


def look(nik: object, **said: Any) -> Examination:  # noqa: ANN401 (whatever a caller hands in)
    """Examine on the day of these tests."""
    return examine(nik, today=TODAY, **said)  # type: ignore[arg-type]


def refusal(nik: object) -> str:
    """The code that refuses it."""
    examined = look(nik)
    assert examined.verdict == "invalid"
    assert examined[1:5] == (None, None, None, None)
    return examined.hints[0].code


def of_woman(nik: str) -> Hint:
    """The first thing to look at in a NIK typed by the woman of these tests."""
    return look(nik, birth_date=BORN, sex="female").hints[0]


# ---------------------------------------------------------------------------------------------------- never issued


@given(REGIONS, BIRTH_DATES, SEXES, SERIALS)
def test_given_an_issued_nik_when_examined_then_it_says_what_it_was_made_from(
    region: str, born: date, sex: Sex, serial: int
) -> None:
    """It is never refused, whatever its region, and birth date and sex come back."""
    digits = written(region, born, sex, serial)

    examined = look(digits)

    assert examined.verdict != "invalid"
    assert (examined.digits, examined.birth_date, examined.sex) == (digits, born, sex)


@given(KNOWN, st.dates(date(1936, 1, 1), date(2009, 12, 31)), SEXES, SERIALS)
def test_given_its_holder_s_own_nik_when_examined_then_nothing_is_asked(
    region: str, born: date, sex: Sex, serial: int
) -> None:
    """No false alarm on a NIK of a region in force that agrees with birth date and sex."""
    digits = written(region, born, sex, serial)

    for said in ({}, {"sex": sex}, {"birth_date": born}, {"birth_date": born, "sex": sex, "region_code": region[:4]}):
        assert look(digits, **said)[0] == "plausible"
        assert look(digits, **said).hints == ()


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
def test_given_digits_set_apart_when_examined_then_the_formatting_is_dropped(text: str) -> None:
    """Spaces, dots and dashes, as keyboards make them, are no error."""
    assert look(text) == look(WOMAN)


@pytest.mark.parametrize("text", ["", "317101570885900", "3", "31710157", "  "])
def test_given_fewer_digits_when_examined_then_too_short(text: str) -> None:
    """A digit left out is always noticed."""
    assert refusal(text) == "nik_too_short"


@pytest.mark.parametrize("text", ["31710157088590011", "9" * 10_000, WOMAN + WOMAN])
def test_given_more_digits_when_examined_then_too_long(text: str) -> None:
    """A digit added is always noticed."""
    assert refusal(text) == "nik_too_long"


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("3171O15708859001", (5,)),
        ("317101570885900l", (16,)),
        ("3I7l0157OB8S9001", (2, 4, 9, 10, 12)),
        ("3171 O157 0885 9001", (5,)),
        ("3171015708859001O", (17,)),
        ("zZsSbBgGqQiI|Do0", tuple(range(1, 16))),
    ],
)
def test_given_letters_that_look_like_digits_when_examined_then_they_are_pointed_at(
    text: str, positions: tuple[int, ...]
) -> None:
    """O, l, I, S, B and their like are named as what they are, and never turned into digits."""
    assert refusal(text) == "nik_lookalike"
    assert look(text).hints[0].positions == positions
    assert look(text).hints[0].suggestion is None


@pytest.mark.parametrize(
    "text",
    [
        "\uff13171015708859001",
        "\u0663171015708859001",
        "\u00b3171015708859001",
        "3171/015708859001",
        "3171\x00015708859001",
        "3171\ud800015708859001",
        "3171\u200b015708859001",
        "-31710157.08859e1",
    ],
)
def test_given_anything_but_ascii_digits_when_examined_then_letters(text: str) -> None:
    """Signs, and digits of other alphabets, are no digits."""
    assert refusal(text) == "nik_letters"


@pytest.mark.parametrize("value", [None, int(WOMAN), WOMAN.encode(), [WOMAN], True, 3.17])
def test_given_no_text_when_examined_then_letters(value: object) -> None:
    """A number from careless JSON is refused like any other wrong character, and not with a TypeError."""
    assert refusal(value) == "nik_letters"


@pytest.mark.parametrize(
    ("region", "positions"),
    [("000000", (1, 2, 3, 4, 5, 6)), ("001010", (1, 2)), ("011010", (1,)), ("310010", (3, 4)), ("317100", (5, 6))],
)
def test_given_a_pair_of_zeros_or_a_leading_zero_when_examined_then_region(
    region: str, positions: tuple[int, ...]
) -> None:
    """No province, regency or district was ever numbered 00, and no province below 11."""
    assert refusal(f"{region}5708859001") == "nik_region"
    assert look(f"{region}5708859001").hints[0].positions == positions


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_given_any_six_digits_for_the_date_when_examined_then_only_a_calendar_decides(
    day: int, month: int, year: int
) -> None:
    """The date is refused exactly when neither 19yy nor 20yy has had it, with and without 40 on the day."""
    days = {1: 31, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
    real_day = day - 40 if day > 40 else day
    last = days.get(month, 0) if month != 2 else 29 if isleap(1900 + year) or isleap(2000 + year) else 28

    examined = look(dated(f"{day:02}{month:02}{year:02}"))

    assert (examined.verdict == "invalid") == (not 1 <= real_day <= last)
    assert examined.verdict != "invalid" or examined.hints[0].code == "nik_date"


@pytest.mark.parametrize(
    ("ddmmyy", "positions"),
    [
        ("000185", (7, 8)),
        ("320185", (7, 8)),
        ("400185", (7, 8)),
        ("720185", (7, 8)),
        ("990185", (7, 8)),
        ("010085", (9, 10)),
        ("011385", (9, 10)),
        ("300285", (7, 8, 9, 10)),
        ("310485", (7, 8, 9, 10)),
        ("690285", (7, 8, 9, 10)),
        ("001385", (7, 8, 9, 10)),
    ],
)
def test_given_a_date_no_calendar_has_when_examined_then_day_or_month_is_pointed_at(
    ddmmyy: str, positions: tuple[int, ...]
) -> None:
    """Day 00, 32 to 40 and from 72, month 00 and 13, 30 February, and 29 February in a common year."""
    assert refusal(dated(ddmmyy)) == "nik_date"
    assert look(dated(ddmmyy)).hints[0].positions == positions


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
def test_given_two_digits_of_a_year_when_examined_then_the_younger_plausible_age(ddmmyy: str, born: date) -> None:
    """20yy unless that is still to come, and the century that has the date for 29 February."""
    assert look(dated(ddmmyy)).birth_date == born


def test_given_somebody_past_a_hundred_when_examined_then_his_own_year_decides_the_century() -> None:
    """Two digits of a year are those of his birth date, so nobody is taken for his great-grandchild."""
    examined = look(dated("010220"), birth_date=date(1920, 2, 1), sex="male")

    assert examined.birth_date == date(1920, 2, 1)
    assert examined.verdict == "plausible"


def test_given_serial_zero_when_examined_then_serial() -> None:
    """Serials count from 0001."""
    assert refusal("3171015708850000") == "nik_serial"
    assert look("3171015708850000").hints[0].positions == (13, 14, 15, 16)


@given(st.text("0123456789", min_size=LENGTH, max_size=LENGTH), st.integers(0, 15), st.sampled_from(ascii_letters))
def test_given_a_letter_for_a_digit_when_examined_then_it_is_never_dropped(digits: str, at: int, letter: str) -> None:
    """A letter in any place refuses the whole, and is pointed at."""
    typed = digits[:at] + letter + digits[at + 1 :]
    assert refusal(typed) in ("nik_letters", "nik_lookalike")
    assert look(typed).hints[0].positions == (at + 1,)


# ------------------------------------------------------------------------------------------------------ birth date


@given(KNOWN, st.dates(date(1936, 1, 1), date(2009, 12, 31)), SEXES, SERIALS, st.integers(7, 12), st.integers(1, 9))
def test_given_one_digit_of_the_birth_date_wrong_when_examined_then_it_is_named_with_what_it_should_be(  # noqa: PLR0913, PLR0917 (a NIK and a slip)
    region: str, born: date, sex: Sex, serial: int, position: int, more: int
) -> None:
    """Digits 7 to 12: always caught, the position right, and the suggestion right."""
    true = written(region, born, sex, serial)
    digit = str((int(true[position - 1]) + more) % 10)

    examined = look(true[: position - 1] + digit + true[position:], birth_date=born, sex=sex)

    assert examined.verdict != "plausible"
    assert examined.hints[0].positions == (position,)
    assert examined.hints[0].suggestion == true[position - 1]


@pytest.mark.parametrize(
    ("nik", "hint"),
    [
        ("3171015608859001", Hint("nik_birth_date_digit", (8,), "7")),
        ("3171011708859001", Hint("nik_plus_40_missing", (7,), "5")),
        ("3171015708589001", Hint("nik_digits_swapped", (11, 12), "85")),
        ("3171015780859001", Hint("nik_date", (9, 10), "08")),
        ("3171015708719001", Hint("nik_birth_date_differs", (11, 12), "85")),
        ("3171010101519001", Hint("nik_birth_date_differs", (7, 8, 10, 11, 12), None)),
        ("3171015608719001", Hint("nik_birth_date_differs", (8, 11, 12), None)),
        ("3171015708O59001", Hint("nik_lookalike", (11,), "8")),
        ("317101570859001", Hint("nik_too_short", (11,), "8")),
        ("31710157088859001", Hint("nik_too_long", (12,), None)),
    ],
    ids=lambda value: value.code if isinstance(value, Hint) else "",
)
def test_given_a_slip_in_the_birth_date_when_examined_then_its_cause_is_named(nik: str, hint: Hint) -> None:
    """Where birth date and sex decide the digit, it is suggested; where more differs than a slip explains, it is not."""
    assert of_woman(nik) == hint


def test_given_a_man_with_forty_on_the_day_when_examined_then_it_is_named() -> None:
    """40 is added for women only."""
    assert look(WOMAN, birth_date=BORN, sex="male").hints == (Hint("nik_plus_40_added", (7,), "1"),)
    assert look(WOMAN, sex="male").hints == (Hint("nik_plus_40_added", (7,), "1"),)
    assert look(MAN, sex="female").hints == (Hint("nik_plus_40_missing", (7,), "5"),)
    assert look(MAN, birth_date=BORN).hints == ()


@pytest.mark.parametrize(("sex", "ddmmyy", "suggestion"), [("male", "080585", "0508"), ("female", "480585", "4508")])
def test_given_day_and_month_swapped_when_examined_then_it_is_named(sex: Sex, ddmmyy: str, suggestion: str) -> None:
    """Born on 5 August, written as 8 May; the forty of a woman is on the day in both."""
    hint = look(dated(ddmmyy), birth_date=date(1985, 8, 5), sex=sex).hints[0]
    assert hint == Hint("nik_day_month_swapped", (7, 8, 9, 10), suggestion)


def test_given_day_and_month_swapped_into_no_date_when_examined_then_refused_and_the_cause_is_named() -> None:
    """Month 17 was never issued, so it is refused; what happened is said beside it."""
    examined = look("3171014817859001", birth_date=BORN, sex="female")

    assert examined.verdict == "invalid"
    assert examined.hints == (
        Hint("nik_date", (7, 8, 9, 10), "5708"),
        Hint("nik_day_month_swapped", (7, 8, 9, 10), "5708"),
    )


def test_given_neighbours_swapped_over_the_edge_of_the_date_when_examined_then_both_are_pointed_at() -> None:
    """The digits 6 and 7, where only swapped back the region exists; and the digits 12 and 13, as serials begin with 0."""
    region = look("3571053708859001", birth_date=BORN, sex="female").hints  # 357103 57…
    serial = look("3171011708805123", birth_date=BORN, sex="male").hints  # …85 0123

    assert region[0] == Hint("nik_date", (7,), "5")
    assert Hint("nik_digits_swapped", (6, 7)) in region
    assert serial == (Hint("nik_birth_date_digit", (12,), "5"), Hint("nik_digits_swapped", (12, 13)))
    # Whatever else stands there is likelier a digit wrong than a serial above a thousand.
    assert look("3171011708825123", birth_date=BORN, sex="male").hints == (Hint("nik_birth_date_digit", (12,), "5"),)


@given(BIRTH_DATES, BIRTH_DATES, SEXES, SEXES, REGIONS)
def test_given_a_nik_that_lawfully_differs_when_examined_then_it_is_never_refused(
    in_nik: date, on_card: date, sex_in_nik: Sex, sex: Sex, region: str
) -> None:
    """A NIK stays when its holder's date or sex is put right: a hint, and no suggestion outside the digits 7 to 12."""
    examined = look(written(region, in_nik, sex_in_nik, 9001), birth_date=on_card, sex=sex, region_code="9999")

    assert examined.verdict == "suspicious"
    assert all(not hint.suggestion or set(hint.positions) <= set(range(7, 13)) for hint in examined.hints)
    assert all(not hint.suggestion or len(hint.suggestion) == len(hint.positions) for hint in examined.hints)


# ------------------------------------------------------------------------------------------ region, serial, and more


def test_given_every_retired_region_when_examined_then_a_hint_and_its_names() -> None:
    """People keep the NIK of a region that is out of force."""
    for code in districts(RETIRED):
        examined = look(f"{code}5708859001")
        assert [hint.code for hint in examined.hints] == ["nik_region_retired"]
        assert examined.region
        assert examined.region.retired


@pytest.mark.parametrize("code", ["540101", "640401", "647301", "321907"])
def test_given_a_region_retired_long_ago_when_examined_then_a_hint(code: str) -> None:
    """East Timor, and regencies that went to another province."""
    assert [hint.code for hint in look(f"{code}5708859001").hints] == ["nik_region_retired"]


def test_given_an_unknown_region_when_examined_then_the_places_of_one_slip_are_pointed_at() -> None:
    """Wherever a digit or two neighbours lead to a district that exists; which, is not said."""
    random = Random(2026)  # noqa: S311 (to be repeatable, not secret)
    found = 0
    for code in random.sample(DISTRICTS, 300):
        place = random.randrange(6)
        slipped = code[:place] + str((int(code[place]) + random.randint(1, 9)) % 10) + code[place + 1 :]
        hints = [hint for hint in look(f"{slipped}5708859001").hints if hint.code == "nik_region_unknown"]
        found += len(hints)
        assert all(place + 1 in hint.positions for hint in hints)
        assert all(hint.suggestion is None for hint in hints)
        assert all(set(hint.positions) <= set(range(1, 7)) for hint in hints)
    assert found > 100


def test_given_a_region_no_slip_explains_when_examined_then_all_of_it_is_pointed_at() -> None:
    """Nothing near exists."""
    assert look("8888885708859001").hints[0] == Hint("nik_region_unknown", (1, 2, 3, 4, 5, 6), None)


@pytest.mark.parametrize(
    ("region_code", "positions"),
    [
        ("31", ()),
        ("3171", ()),
        ("31.71.01", ()),
        ("32", (2,)),
        ("3275", (2, 4)),
        ("317102", (6,)),
        ("x", ()),
        ("317", ()),
    ],
)
def test_given_the_region_that_its_holder_named_when_examined_then_it_is_compared(
    region_code: str, positions: tuple[int, ...]
) -> None:
    """As far as it was named; what is no code is not known."""
    hints = look(WOMAN, region_code=region_code).hints
    assert hints == ((Hint("nik_region_differs", positions),) if positions else ())


@pytest.mark.parametrize(
    ("last4", "positions"),
    [
        ("9001", ()),
        ("9010", (15, 16)),
        ("9002", (16,)),
        ("1234", (13, 14, 15, 16)),
        ("90", ()),
        ("90o1", ()),
        (None, ()),
    ],
)
def test_given_the_last_four_a_second_time_when_examined_then_they_are_compared(
    last4: str | None, positions: tuple[int, ...]
) -> None:
    """The only thing that tells of a slip in the serial; it does not tell which of the two is right."""
    hints = look(WOMAN, last4=last4).hints
    assert hints == ((Hint("nik_last4_differs", positions),) if positions else ())


@pytest.mark.parametrize(
    "nik",
    [
        "1111111111111111",
        "1212121212121212",
        "1101110111011101",
        "1202120112021201",
        "5555555555555555",
        "2345678901234567",
        "9876543210987654",
    ],
)
def test_given_a_number_typed_to_get_past_a_form_when_examined_then_it_is_named(nik: str) -> None:
    """Repetitions and staircases; some of them could be a NIK, so it is a hint, unless the date refuses them."""
    assert "nik_placeholder" in [hint.code for hint in look(nik).hints]


@pytest.mark.parametrize(
    ("ddmmyy", "hinted"), [("010115", True), ("010120", True), ("010114", False), ("010127", False)]
)
def test_given_a_year_of_a_small_child_when_examined_then_a_hint_at_the_year(ddmmyy: str, *, hinted: bool) -> None:
    """Nobody that young registers himself; 2027 is 1927."""
    assert (Hint("nik_age", (11, 12)) in look(dated(ddmmyy)).hints) == hinted
    assert (Hint("nik_age", (11, 12)) in look(dated(ddmmyy), sex="male").hints) == hinted


@pytest.mark.parametrize(
    ("typed", "said", "positions"),
    [
        ("31710157088590", {}, ()),
        ("111111111111111", {}, ()),
        ("11111111111111111", {}, (17,)),
        ("317101570885901", {"birth_date": BORN, "sex": "female"}, (13, 14, 15, 16)),
        ("317101570885901", {"birth_date": BORN, "sex": "female", "last4": "9001"}, (15,)),
        ("371015708859001", {"birth_date": BORN, "sex": "female"}, (1, 2)),
        ("31710157085 9001", {"birth_date": BORN, "sex": "female"}, (11,)),
        ("31710157708859001", {"birth_date": BORN, "sex": "female"}, (9,)),
        ("33171015708859001", {"birth_date": BORN, "sex": "female"}, (2, 3, 4, 5, 6, 7)),
    ],
)
def test_given_a_digit_missing_or_left_over_when_examined_then_where_it_likely_is(
    typed: str, said: dict[str, Any], positions: tuple[int, ...]
) -> None:
    """Where a known region and the holder's birth date remain; no place is named when it could be anywhere."""
    assert look(typed, **said).hints[0].positions == positions


# ----------------------------------------------------------------------------------------------------- in all cases


ANYTHING = st.one_of(
    st.text(),
    st.text("0123456789 .-OlISB", max_size=20),
    st.text(st.characters()),
    st.text("0123456789", min_size=15, max_size=17),
    st.integers(),
    st.binary(),
    st.none(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.lists(st.integers()),
)


@given(ANYTHING, ANYTHING, ANYTHING | st.sampled_from(["male", "female"]), ANYTHING, ANYTHING, ANYTHING)
def test_given_any_input_of_any_type_when_examined_then_an_examination(  # noqa: PLR0913, PLR0917 (every argument)
    nik: object, birth_date: object, sex: object, region_code: object, last4: object, today: object
) -> None:
    """Nothing raises; codes are of the closed set and have texts, positions are places, and the verdict follows."""
    said: dict[str, Any] = {"birth_date": birth_date, "sex": sex, "region_code": region_code, "last4": last4}
    examined = examine(nik, today=today, **said)  # type: ignore[arg-type]

    codes = {hint.code for hint in examined.hints}
    assert codes <= CODES
    assert (examined.verdict == "invalid") == bool(codes & REFUSALS)
    assert (examined.verdict == "plausible") == (not codes)
    assert all(1 <= place <= LENGTH + 1 for hint in examined.hints for place in hint.positions)
    assert (examined.digits is None) == (examined.verdict == "invalid")


def test_given_every_code_when_looked_up_then_it_has_texts() -> None:
    """A hint's texts are found by its code."""
    assert set(FIELDS) >= CODES


def test_given_an_examination_when_changed_then_it_refuses() -> None:
    """It is frozen."""
    with pytest.raises(AttributeError):
        look(WOMAN).verdict = "invalid"  # type: ignore[misc]


def test_given_a_time_of_day_when_examined_then_its_date_counts() -> None:
    """A datetime is a date as well."""
    at_noon = datetime(1985, 8, 17, 12)  # noqa: DTZ001 (a careless caller's)
    assert examine(WOMAN, birth_date=at_noon, sex="female", today=at_noon.replace(year=2026)).verdict == "plausible"


def test_given_an_examination_when_shown_then_no_digit_is_in_it() -> None:
    """What a log or a traceback prints of it is not personal."""
    shown = repr(look("3171015608859001", birth_date=BORN, sex="female"))

    assert "3171" not in shown
    assert "1985" not in shown
    assert "Gambir" not in shown
    assert "nik_birth_date_digit" in shown


def test_given_the_module_when_imported_alone_then_nothing_slow_comes_with_it() -> None:
    """Neither boto3 nor pydantic, nor what takes longer to load than a thousand checks."""
    program = "import sys, functions.nik.examination; print(*sys.modules)"
    loaded = subprocess.run(  # noqa: S603 (this very interpreter)
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert not {"boto3", "botocore", "pydantic", "dataclasses", "inspect", "re", "email_validator"} & set(loaded)


def test_given_somebody_older_than_anybody_when_examined_then_a_hint_at_the_year() -> None:
    """The birth date that was given may as well be mistyped."""
    assert look(dated("010110"), birth_date=date(1910, 1, 1), sex="male").hints == (Hint("nik_age", (11, 12)),)


@pytest.mark.parametrize(("code", "positions"), [("302122", (2, 3)), ("141011", (2, 3, 4, 5)), ("337120", (3, 5, 6))])
def test_given_neighbours_of_the_region_swapped_when_examined_then_they_are_pointed_at(
    code: str, positions: tuple[int, ...]
) -> None:
    """Beside the places where one digit leads to a district that exists, if there are any."""
    assert look(f"{code}5708859001").hints[0] == Hint("nik_region_unknown", positions)


def test_given_a_million_characters_when_examined_then_it_does_not_take_long() -> None:
    """A body of the API is far smaller; whoever calls it otherwise is safe, too."""
    assert look("x" * 10_000_000).verdict == look("9" * 10_000_000).verdict == "invalid"


@pytest.mark.parametrize(
    "nik", [WOMAN, WOMAN[:9] + WOMAN[10:], "9999995708859001"], ids=["usual", "15 digits", "unknown region"]
)
def test_given_a_nik_when_examined_then_it_takes_microseconds(nik: str) -> None:
    """50 µs, by a yardstick that takes as long: machines differ, and the same one is slower on some days.

    Both are tried in turns, and the fastest of many short tries counts, because other programs run here too.
    """
    table = {str(number): number for number in range(0, 1000, 3)}

    def yardstick() -> int:
        return sum([table.get(f"9{number}", 0) for number in range(400)])

    tries = [(timeit(lambda: look(nik), number=20), timeit(yardstick, number=20)) for _ in range(300)]
    taken, allowed = map(min, zip(*tries, strict=True))
    assert taken < allowed
