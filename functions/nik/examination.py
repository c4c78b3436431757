"""Examines a NIK as somebody typed it, before it costs a call of the register, and points at the digits.

Nobody can compute whether a NIK is right: it has no check digit. But half of it can be compared with what its holder
says of himself, and a third with the table of regions. What is found falls into two kinds:

- *Never issued*: not 16 digits, a date that no calendar has, a region pair 00, serial 0000. Only this is `invalid`.
- *Hints*: everything else. A NIK stays the same for life, even when its holder moves, when the district is divided, and
  when the birth date in it is found to be wrong. So a date, sex or region that differs may be lawful, and the holder
  overrules the hint: "my KTP really shows this".

Nothing is corrected by itself, since each number that differs by a digit may be somebody else's. A suggestion is made
for the digits 7 to 12 only, where the holder's own birth date and sex decide; never for region and serial.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from functions.nik import structure
from functions.nik.regions import Region, is_current, places_of_another_digit, region, standing
from functions.nik.structure import (
    FEMALE_DAY_OFFSET,
    LENGTH,
    LONGEST_MONTHS,
    Sex,
    are_digits,
    as_written,
    date_written,
    is_date,
    sex_written,
    without_formatting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

type Verdict = Literal["invalid", "suspicious", "plausible"]
type RefusalCode = Literal[
    "nik_letters", "nik_lookalike", "nik_too_short", "nik_too_long", "nik_region", "nik_date", "nik_serial"
]
type HintCode = Literal[
    "nik_birth_date_digit",
    "nik_birth_date_differs",
    "nik_digits_swapped",
    "nik_day_month_swapped",
    "nik_plus_40_missing",
    "nik_plus_40_added",
    "nik_region_unknown",
    "nik_region_retired",
    "nik_region_differs",
    "nik_placeholder",
    "nik_age",
    "nik_last4_differs",
]

REFUSALS: frozenset[str] = frozenset(RefusalCode.__value__.__args__)
"""The codes of what can never have been issued: these are not overruled."""

YOUNGEST = 12
"""Years. Nobody younger registers himself; the two digits of a year then stand for somebody past a hundred, or a slip."""
OLDEST = 110
MOST_READ = 1000
"""Characters: what is longer is no NIK, however much of it is formatting."""
MOST_SUGGESTED = 2
"""Digits. Where more of them differ it is no slip: the date in the NIK is another one, or the one that was given is."""

# They say no more than that the date cannot be, when it cannot be.
_WITHOUT_CAUSE = frozenset({"nik_birth_date_digit", "nik_birth_date_differs"})
_PLACES = tuple(range(1, LENGTH + 1))
_REGION, _SERIAL = _PLACES[:6], _PLACES[12:]
_LAST4 = 4
# Letters that people take for a digit, or that a keyboard, a camera or an old font puts in its place.
_LOOKALIKES = frozenset("OoQDlIi|SsBZzGbgq")
_UP, _DOWN = "0123456789" * 3, "9876543210" * 3


class Hint(NamedTuple):
    """What to look at once more. Its repr shows no digits of the NIK, because it may stand in a log.

    Attributes:
        code: of `functions.shared.reasons`, which has the texts.
        positions: the digits in question, counted from 1 in what was typed without its formatting; empty for none.
        suggestion: what stands at these positions if birth date and sex are as given, one digit for each; or None.
    """

    code: RefusalCode | HintCode
    positions: tuple[int, ...] = ()
    suggestion: str | None = None

    def __repr__(self) -> str:
        return f"Hint({self.code}, {self.positions})"


class Examination(NamedTuple):
    """What a NIK says, and what there is to look at once more. Its repr shows none of it, because it may stand in a log.

    Attributes:
        verdict: `invalid` when it can never have been issued, `suspicious` when there are hints, else `plausible`.
        digits: the 16 digits without formatting; None when it is invalid, as are the next three.
        birth_date: as the NIK has it.
        sex: as the NIK has it.
        region: names of the place of first registration; None when its code is unknown.
        hints: reasons, the weightiest first. Those of `REFUSALS` cannot be overruled.
    """

    verdict: Verdict
    digits: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    region: Region | None = None
    hints: tuple[Hint, ...] = ()

    def __repr__(self) -> str:
        return f"Examination({self.verdict}, {self.hints})"


def examine(  # noqa: PLR0913 (what a person may have said of himself)
    nik: str,
    *,
    birth_date: date | None = None,
    sex: Sex | None = None,
    region_code: str | None = None,
    last4: str | None = None,
    today: date | None = None,
) -> Examination:
    """Examine a NIK. Never raises: whatever is not of its type counts as not given, and a NIK that is no text as invalid.

    Args:
        nik: what was typed; spaces, dots and dashes are formatting.
        birth_date: as its holder gives it.
        sex: as its holder gives it, `male` or `female`.
        region_code: province, regency or district of first registration (2, 4 or 6 digits), where its holder named it.
        last4: the last four digits, typed a second time.
        today: decides the century of the birth date; today in Jakarta, unless given.
    """
    typed = _typed(nik)
    own = _Own.of(birth_date, sex, region_code, last4)
    if typed is None or (typed and not are_digits(typed)):
        return Examination("invalid", hints=(_letters(typed or "", own),))
    if len(typed) != LENGTH:
        return Examination("invalid", hints=(_length(typed, own),))
    day = _day(today) or structure.today()
    born = date_written(typed[6:12], day, own.year)
    compared = _birth_date(typed, own)
    hints = (
        *_never_issued(typed, born, compared),
        *(hint for hint in compared if born or hint.code not in _WITHOUT_CAUSE),
        *_last4(typed, own),
        *_region(typed, own),
        *_placeholder(typed),
        *(() if compared else _age(born, day)),
    )
    if any(hint.code in REFUSALS for hint in hints):
        return Examination("invalid", hints=hints)
    return Examination(
        "suspicious" if hints else "plausible", typed, born, sex_written(typed[6:12]), region(typed[:6]), hints
    )


def _typed(text: object) -> str | None:
    return without_formatting(text[:MOST_READ]) if isinstance(text, str) else None


def _day(day: object) -> date | None:
    if isinstance(day, datetime):
        return day.date()
    return day if isinstance(day, date) else None


class _Own(NamedTuple):
    """What the holder says of himself, as far as it can be compared.

    Attributes:
        dates: the digits 7 to 12 that follow from it: one text, two when the sex is not known, none without a date.
        region: 2, 4 or 6 digits, or empty.
        last4: 4 digits, or empty.
    """

    dates: tuple[str, ...]
    year: int | None
    sex: Sex | None
    region: str
    last4: str

    @classmethod
    def of(cls, birth_date: object, sex: object, region_code: object, last4: object) -> _Own:
        """Take what is of its type."""
        known_sex: Sex | None = "male" if sex == "male" else "female" if sex == "female" else None
        born = _day(birth_date)
        sexes: tuple[Sex, ...] = (known_sex,) if known_sex else ("male", "female")
        return cls(
            tuple(as_written(born, each) for each in sexes) if born else (),
            born.year if born else None,
            known_sex,
            _digits(region_code, (2, 4, 6)),
            _digits(last4, (_LAST4,)),
        )

    def region_fits(self, code: str) -> bool:
        """Whether six digits are a region, of old or now, within the one that was named."""
        return standing(code) != "unknown" and code.startswith(self.region)

    def region_in_force(self, code: str) -> bool:
        """The same for those in force alone: of sixty that a digit may lead to, these are likely enough."""
        return is_current(code) and code.startswith(self.region)

    def date_fits(self, ddmmyy: str) -> bool:
        """Whether six digits are the holder's birth date, or somebody's where it is not known."""
        return ddmmyy in self.dates if self.dates else is_date(ddmmyy)

    def serial_fits(self, serial: str) -> bool:
        """Whether four digits are the last four, or somebody's."""
        return serial == self.last4 if self.last4 else serial != "0000"


def _digits(text: object, lengths: tuple[int, ...]) -> str:
    digits = _typed(text) or ""
    return digits if len(digits) in lengths and are_digits(digits) else ""


# ---------------------------------------------------------------------------------------------------- never issued


def _letters(typed: str, own: _Own) -> Hint:
    """Where the characters stand that are no digits."""
    strange = [place for place, character in enumerate(typed, 1) if not are_digits(character)]
    code: RefusalCode = (
        "nik_lookalike" if typed and _LOOKALIKES.issuperset(typed[i - 1] for i in strange) else "nik_letters"
    )
    decided = len(typed) == LENGTH and len(own.dates) == 1 and all(6 < place <= 12 for place in strange)  # noqa: PLR2004 (the birth date)
    suggestion = "".join(own.dates[0][place - 7] for place in strange) if strange and decided else None
    return Hint(code, tuple(place for place in strange if place <= LENGTH + 1), suggestion)


def _length(typed: str, own: _Own) -> Hint:
    """Where a digit is likely missing, or one too many."""
    if len(typed) < LENGTH:
        places = _missing(typed, own) if len(typed) == LENGTH - 1 else ()
        decided = len(places) == 1 and len(own.dates) == 1 and 6 < places[0] <= 12  # noqa: PLR2004 (the birth date)
        return Hint("nik_too_short", places, own.dates[0][places[0] - 7] if decided else None)
    return Hint("nik_too_long", _surplus(typed, own) if len(typed) == LENGTH + 1 else ())


def _missing(typed: str, own: _Own) -> tuple[int, ...]:
    """The places of the missing digit that leave a known region and a possible date; none when it could be anywhere.

    Of equal neighbours either may be the missing one; the last is named.
    """
    region_whole, serial_whole = own.region_fits(typed[:6]), own.serial_fits(typed[11:])
    places: list[int] = []
    if serial_whole and own.date_fits(typed[5:11]):
        places += (1 + gap for gap in _gaps(typed[:5], typed[5], own.region_in_force))
    if serial_whole and region_whole:
        places += (7 + gap for gap in _gaps(typed[6:11], typed[11], own.date_fits))
    if region_whole and own.date_fits(typed[6:12]):
        places += (13 + gap for gap in _gaps(typed[12:], "", own.serial_fits))
    return _unless_anywhere(places, LENGTH)


def _gaps(part: str, following: str, fits: Callable[[str], bool]) -> list[int]:
    """Where a digit may be missing in a part of a NIK, counted from 0; `following` is the digit after the part.

    The digit that follows a gap does not count: between it and its like is the same place as before both.
    """
    return [
        gap
        for gap, after in enumerate([*part, following])
        if any(fits(part[:gap] + digit + part[gap:]) for digit in "0123456789" if digit != after)
    ]


def _surplus(typed: str, own: _Own) -> tuple[int, ...]:
    """The same for a digit too many; places are those in the 17 digits."""
    without = {typed[: place - 1] + typed[place:]: place for place in range(1, LENGTH + 2)}
    places = [
        place
        for digits, place in without.items()
        if own.date_fits(digits[6:12]) and own.region_fits(digits[:6]) and own.serial_fits(digits[12:])
    ]
    return _unless_anywhere(places, LENGTH + 1)


def _unless_anywhere(places: list[int], everywhere: int) -> tuple[int, ...]:
    return tuple(places) if len(places) < everywhere else ()


def _never_issued(digits: str, born: date | None, compared: list[Hint]) -> list[Hint]:
    """What is in these 16 digits that no NIK has; `compared` tells the places of a date that no calendar has."""
    refusals: list[Hint] = []
    pairs = [place for place in (1, 3, 5) if digits[place - 1 : place + 1] == "00"]
    if pairs:
        refusals.append(Hint("nik_region", tuple(place for pair in pairs for place in (pair, pair + 1))))
    elif digits[0] == "0":
        refusals.append(Hint("nik_region", (1,)))
    if born is None:
        nearest = compared[0] if compared else Hint("nik_date", _impossible(digits[6:12]))
        refusals.append(nearest._replace(code="nik_date"))
    if digits[12:] == "0000":
        refusals.append(Hint("nik_serial", _SERIAL))
    return refusals


def _impossible(ddmmyy: str) -> tuple[int, ...]:
    """The places of the day or the month that no calendar has; of both, when only together they are none."""
    day, month = int(ddmmyy[:2]), int(ddmmyy[2:4])
    longest = max(LONGEST_MONTHS)
    wrong_day = not 1 <= day % FEMALE_DAY_OFFSET <= longest or day > FEMALE_DAY_OFFSET + longest
    wrong_month = not 1 <= month <= len(LONGEST_MONTHS)
    both = wrong_day == wrong_month
    return (*((7, 8) if wrong_day or both else ()), *((9, 10) if wrong_month or both else ()))


# ----------------------------------------------------------------------------------------------------------- hints


def _birth_date(digits: str, own: _Own) -> list[Hint]:
    """Compare digits 7 to 12 with the holder's birth date and sex, and name the slip that explains a difference."""
    written = digits[6:12]
    if not own.dates:
        return _sex_alone(written, own)
    if written in own.dates:
        return []
    expected = min(own.dates, key=lambda each: sum(a != b for a, b in zip(each, written, strict=True)))
    different = [place for place in range(6) if written[place] != expected[place]]
    slip = _slip(written, expected, different)
    edge = _swapped_over_the_edge(digits, expected, different[0]) if slip.code == "nik_birth_date_digit" else []
    return [slip, *edge]


def _slip(written: str, expected: str, different: list[int]) -> Hint:
    """What turned the expected six digits into those that are written; `different` are the places, from 0."""
    if _day_and_month_swapped(written, expected):
        return _of("nik_day_month_swapped", range(4), expected)
    if different == [0] and abs(int(written[0]) - int(expected[0])) == FEMALE_DAY_OFFSET // 10:
        return _of(_plus_40(written, expected), different, expected)
    if len(different) == 1:
        return _of("nik_birth_date_digit", different, expected)
    if _neighbours_swapped(written, expected, different):
        return _of("nik_digits_swapped", different, expected)
    return _of("nik_birth_date_differs", different, expected if len(different) <= MOST_SUGGESTED else None)


def _of(code: HintCode, places: list[int] | range, expected: str | None) -> Hint:
    """A hint at places within the birth date, with what is expected there."""
    suggestion = "".join(expected[place] for place in places) if expected else None
    return Hint(code, tuple(place + 7 for place in places), suggestion)


def _plus_40(written: str, expected: str) -> HintCode:
    return "nik_plus_40_added" if written[0] > expected[0] else "nik_plus_40_missing"


def _sex_alone(written: str, own: _Own) -> list[Hint]:
    """Compare the day with the holder's sex, where no birth date is given."""
    if own.sex is None or own.sex == sex_written(written):
        return []
    tens = int(written[0]) + (4 if own.sex == "female" else -4)
    # A day that no calendar has may have no counterpart either.
    return [Hint(_plus_40(written, str(tens)), (7,), str(tens))] if 0 <= tens <= 9 else []  # noqa: PLR2004 (a digit)


def _neighbours_swapped(written: str, expected: str, different: list[int]) -> bool:
    first = different[0]
    swapped = written[:first] + written[first + 1 : first + 2] + written[first] + written[first + 2 :]
    return swapped == expected


def _day_and_month_swapped(written: str, expected: str) -> bool:
    day, month = int(written[:2]), written[2:4]
    female = FEMALE_DAY_OFFSET if int(expected[:2]) > FEMALE_DAY_OFFSET else 0
    return (
        f"{day - female:02}" == expected[2:4]
        and int(month) + female == int(expected[:2])
        and written[4:] == expected[4:]
    )


def _swapped_over_the_edge(digits: str, expected: str, place: int) -> list[Hint]:
    """The first or last digit of the date may have changed places with its neighbour in the region or the serial."""
    if place == 0 and digits[5] == expected[0] and is_current(digits[:5] + digits[6]):
        return [Hint("nik_digits_swapped", (6, 7))]
    # Serials are short: nearly every one begins with 0.
    if place == 5 and digits[12] == expected[5] and digits[11] == "0":  # noqa: PLR2004 (the last of the date)
        return [Hint("nik_digits_swapped", (12, 13))]
    return []


def _last4(digits: str, own: _Own) -> list[Hint]:
    """Nothing else in a NIK tells that a digit of the serial is wrong."""
    different = [place for place in _SERIAL if own.last4 and digits[place - 1] != own.last4[place - 13]]
    return [Hint("nik_last4_differs", tuple(different))] if different else []


def _region(digits: str, own: _Own) -> list[Hint]:
    """Look the region up, and compare it with the one that the holder named."""
    code = digits[:6]
    hints = []
    different = [place for place, named in enumerate(own.region, 1) if digits[place - 1] != named]
    if different:
        hints.append(Hint("nik_region_differs", tuple(different)))
    stands = standing(code)
    if stands == "retired":
        hints.append(Hint("nik_region_retired", _REGION))
    if stands == "unknown" and "00" not in (code[:2], code[2:4], code[4:]) and code[0] != "0":
        hints.append(Hint("nik_region_unknown", _slips(code) or _REGION))
    return hints


def _slips(code: str) -> tuple[int, ...]:
    """The places where one digit, or two neighbours swapped, lead to a code that exists."""
    places = set(places_of_another_digit(code))
    for place in range(5):
        if is_current(code[:place] + code[place + 1] + code[place] + code[place + 2 :]):
            places |= {place + 1, place + 2}
    return tuple(sorted(places))


def _placeholder(digits: str) -> list[Hint]:
    """Numbers that are typed to get past a form: 1111…, 1212…, 1234 1234…, 1234567890…, 9876…."""
    repeated = any(digits == digits[:period] * (LENGTH // period) for period in (1, 2, 4, 8))
    return [Hint("nik_placeholder", _PLACES)] if repeated or digits in _UP or digits in _DOWN else []


def _age(born: date | None, today: date) -> list[Hint]:
    """A year that makes its holder a small child, or older than anybody."""
    if born is None or YOUNGEST <= today.year - born.year <= OLDEST:
        return []
    return [Hint("nik_age", (11, 12))]
