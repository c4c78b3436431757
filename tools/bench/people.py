"""Synthetic holders of NIKs: nobody's number is read, stored or shown.

The serials 9001 to 9999 are above what a district gives out on a birth date, so these NIKs are nobody's.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from functions.nik.region_codes import CURRENT, RETIRED, RETIRED_WHOLE
from functions.nik.structure import Sex, as_written

TODAY = date(2026, 11, 24)
"""The day of every check, so that the same seed gives the same figures next year."""
YOUNGEST, OLDEST = 17, 80
"""Years of age. An identity card is issued at 17."""

SYNTHETIC_SERIALS = range(9001, 10_000)
SMALL_SERIALS = range(1, 10)
"""As nearly all real ones are. Only to see whether that changes a figure: they are drawn and counted, never shown."""

_FIRST_BIRTH = TODAY.replace(year=TODAY.year - OLDEST - 1) + timedelta(days=1)
_LAST_BIRTH = TODAY.replace(year=TODAY.year - YOUNGEST)
_PROVINCE = 2


class Person(NamedTuple):
    """Somebody who types a NIK, with what he says of himself.

    Attributes:
        nik: the right one, as on his card.
        birth_date: as he gives it.
        sex: as he gives it.
    """

    nik: str
    birth_date: date
    sex: Sex


class Population(NamedTuple):
    """How persons are drawn.

    Attributes:
        name: as the report has it.
        regions: the codes in groups. A group is drawn first, each as likely as another, then a code of it.
        serials: the serials to draw from.
    """

    name: str
    regions: tuple[tuple[str, ...], ...]
    serials: range

    def person(self, rng: Random) -> Person:
        """Draw somebody."""
        return someone(rng.choice(rng.choice(self.regions)), rng, self.serials)


def someone(region_code: str, rng: Random, serials: range = SYNTHETIC_SERIALS) -> Person:
    """Draw somebody who was first registered in this district, for each of two sexes and every birth date alike."""
    born, sex = birth_date(rng), either_sex(rng)
    return Person(f"{region_code}{as_written(born, sex)}{rng.choice(serials):04}", born, sex)


def birth_date(rng: Random) -> date:
    """Draw the birth date of somebody old enough for a card."""
    return _FIRST_BIRTH + timedelta(days=rng.randrange((_LAST_BIRTH - _FIRST_BIRTH).days + 1))


def either_sex(rng: Random) -> Sex:
    """Draw a sex."""
    return "female" if rng.random() < 1 / 2 else "male"


def districts_of(masks: dict[str, int]) -> Iterator[tuple[str, ...]]:
    """The district codes of each regency, of a table of bit masks."""
    for regency, mask in masks.items():
        yield tuple(f"{regency}{number:02}" for number in range(1, 100) if mask >> number & 1)


REGENCIES = tuple(districts_of(CURRENT))
"""The district codes in force, by regency."""
DISTRICTS = tuple(code for regency in REGENCIES for code in regency)
RETIRED_DISTRICTS = tuple(code for regency in districts_of(RETIRED) for code in regency)
# Which districts these had is not recorded, nor which regencies East Timor had beyond its thirteen.
OLDER_DISTRICTS = tuple(
    f"{regency}{district:02}"
    for whole in sorted(RETIRED_WHOLE)
    for regency in ([f"{whole}{number:02}" for number in range(1, 14)] if len(whole) == _PROVINCE else [whole])
    for district in range(1, 6)
)
"""Districts 01 to 05 of the regencies and the province that were retired before the tables begin."""

BY_DISTRICT = Population("districts alike", (DISTRICTS,), SYNTHETIC_SERIALS)
BY_REGENCY = Population("regencies alike", REGENCIES, SYNTHETIC_SERIALS)
SMALL = Population("districts alike, serials 0001-0009", (DISTRICTS,), SMALL_SERIALS)
