"""The people whom the register stand-in knows. All invented; serial numbers 9001-9999 are nobody's.

The same seed gives the same people, so that scenarios, documentation and tests can name them.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final, Literal

Sex = Literal["male", "female"]
Record = Literal["active", "inactive", "deceased", "duplicate_record"]

# Districts where they were first registered. 910101 was retired when Papua was divided, but stays in its people's NIK.
_DISTRICTS: Final = (
    "317101", "317404", "320101", "327301", "337401", "347101", "357801", "367101",
    "127101", "137101", "167101", "517101", "610101", "737101", "810101", "910101",
)  # fmt: skip
_MEN: Final = ("Arkana", "Bagaskara", "Candra", "Elang", "Galih", "Harsaya", "Jatayu", "Langit", "Praba", "Wirya")
_WOMEN: Final = (
    "Arunika",
    "Bestari",
    "Cendana",
    "Dahayu",
    "Gantari",
    "Kemala",
    "Laksmita",
    "Nur'aini",
    "Saraya",
    "Tari",
)
_SECOND: Final = (
    "Angkasa", "Bintang Timur", "Dermaga", "Gunung Sari", "Hutama Raya", "Kencana", "Lautan", "Lembayung", "Mentari",
    "Nusa Pelangi", "Padi Emas", "Rimba Jaya", "Samudera", "Telaga Biru",
)  # fmt: skip
_RECORDS: Final[dict[int, Record]] = {
    50: "inactive", 51: "inactive", 53: "deceased", 54: "deceased", 56: "duplicate_record", 57: "duplicate_record",
}  # fmt: skip
_NIK_DATE_WRONG: Final = frozenset({7, 23, 41, 67, 83, 101, 127, 149})
"""Whose NIK holds another date than the register: the date was put right, the NIK lawfully never changes."""
_ONE_NAME: Final = frozenset({5, 30})
_FEMALE_DAYS: Final = 40  # added to the day of birth in a woman's NIK
_FIRST_SERIAL: Final = 9001
_OLDEST: Final = date(1955, 1, 1)
_YOUNGEST: Final = date(2004, 12, 31)


@dataclass(frozen=True, slots=True)
class Resident:
    """One person in the register.

    Attributes:
        nik: 16 digits, consistent with birth date and sex but for a few people.
        kk_number: 16 digits, shared by a family of three.
        phone: E.164.
        record: what the register says of the person's record.
    """

    nik: str
    kk_number: str
    full_name: str
    birth_date: date
    sex: Sex
    phone: str
    email: str
    record: Record

    @property
    def nik_agrees(self) -> bool:
        """Whether the NIK has the birth date of the card; it may lawfully have another."""
        return self.nik[8:12] == f"{self.birth_date:%m%y}"


def population(seed: int = 2020, size: int = 160) -> tuple[Resident, ...]:
    """Invent `size` people (60 or fewer have every kind of record only when they are 58 at least)."""
    chance = Random(seed)  # noqa: S311 (to be repeatable, not secret)
    people: dict[str, Resident] = {}
    for number in range(size):
        person = _resident(number, chance)
        # Nobody has another's name, so that whoever looks for what is left of a person finds that person only.
        longer = (f"{person.full_name} {each}" for each in _SECOND)
        name = next(each for each in (person.full_name, *longer) if each not in people)
        people[name] = replace(person, full_name=name)
    return tuple(people.values())


def _resident(number: int, chance: Random) -> Resident:
    sex: Sex = "female" if number % 2 else "male"
    first = chance.choice(_WOMEN if sex == "female" else _MEN)
    second = chance.choice(_SECOND)
    name = first if number in _ONE_NAME else f"{first} {second}"
    born = _OLDEST + timedelta(days=chance.randrange((_YOUNGEST - _OLDEST).days))
    in_nik = born + timedelta(days=chance.randint(1, 400)) if number in _NIK_DATE_WRONG else born
    serial = _FIRST_SERIAL + number
    family = number // 3
    day = in_nik.day + (_FEMALE_DAYS if sex == "female" else 0)
    return Resident(
        nik=f"{chance.choice(_DISTRICTS)}{day:02}{in_nik:%m%y}{serial}",
        kk_number=f"{_DISTRICTS[family % len(_DISTRICTS)]}{1 + family % 28:02}0115{_FIRST_SERIAL + family}",
        full_name=name,
        birth_date=born,
        sex=sex,
        phone=f"+628120000{serial}",
        email=f"{name.lower().replace(' ', '.').replace("'", '')}.{serial}@example.com",
        record=_RECORDS.get(number, "active"),
    )
