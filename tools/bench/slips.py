"""What goes wrong when sixteen digits are typed, and how often.

The kinds and their shares are those that J. Verhoeff counted in decimal numbers (Error Detecting Decimal Codes, 1969),
rounded. What he could not name is taken as two digits that are wrong at once. Digits left out or added are apart: how
often they happen depends on whether the form lets them happen.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from functions.nik.structure import LENGTH
from tools.bench.people import Person, Population

DIGITS = "0123456789"

type Slip = Callable[[str, Random], str | None]
"""Mistypes a NIK; None where it has no place at which this slip changes it."""


class Kind(NamedTuple):
    """A kind of typing error.

    Attributes:
        name: as the report has it.
        share: per cent of the errors that keep the length; 0 for those that do not.
        slip: makes one.
    """

    name: str
    share: float
    slip: Slip


def substituted(nik: str, place: int, rng: Random) -> str:
    """One digit (the first is 1) is another one."""
    return _replaced(nik, place - 1, _other(nik[place - 1], rng))


def swapped(nik: str, first: int) -> str:
    """This digit (the first is 1) and the next have changed places."""
    return _replaced(nik, first - 1, nik[first] + nik[first - 1])


def _any_substituted(nik: str, rng: Random) -> str:
    return substituted(nik, rng.randint(1, LENGTH), rng)


def _neighbours_swapped(nik: str, rng: Random) -> str | None:
    place = _choice([place for place in range(1, LENGTH) if nik[place - 1] != nik[place]], rng)
    return swapped(nik, place) if place else None


def _swapped_over_one(nik: str, rng: Random) -> str | None:
    """The digits abc have become cba."""
    at = _choice([at for at in range(LENGTH - 2) if nik[at] != nik[at + 2]], rng)
    return None if at is None else _replaced(nik, at, nik[at : at + 3][::-1])


def _twin(nik: str, rng: Random) -> str | None:
    """The digits aa have become bb."""
    at = _choice([at for at in range(LENGTH - 1) if nik[at] == nik[at + 1]], rng)
    return None if at is None else _replaced(nik, at, _other(nik[at], rng) * 2)


def _twin_over_one(nik: str, rng: Random) -> str | None:
    """The digits aca have become bcb."""
    at = _choice([at for at in range(LENGTH - 2) if nik[at] == nik[at + 2]], rng)
    if at is None:
        return None
    other = _other(nik[at], rng)
    return _replaced(nik, at, other + nik[at + 1] + other)


def _phonetic(nik: str, rng: Random) -> str | None:
    """The digits 1x have become x0 or the other way, as thirteen and thirty sound, or tiga belas and tiga puluh."""
    heard = {f"1{digit}": f"{digit}0" for digit in DIGITS[2:]}
    heard |= {later: first for first, later in heard.items()}
    at = _choice([at for at in range(LENGTH - 1) if nik[at : at + 2] in heard], rng)
    return None if at is None else _replaced(nik, at, heard[nik[at : at + 2]])


def _two_substituted(nik: str, rng: Random) -> str:
    for place in rng.sample(range(1, LENGTH + 1), 2):
        nik = substituted(nik, place, rng)
    return nik


def _left_out(nik: str, rng: Random) -> str:
    at = rng.randrange(LENGTH)
    return nik[:at] + nik[at + 1 :]


def _added(nik: str, rng: Random) -> str:
    at = rng.randint(0, LENGTH)
    return nik[:at] + rng.choice(DIGITS) + nik[at:]


SUBSTITUTION = Kind("one digit substituted", 79, _any_substituted)
SWAP = Kind("neighbours swapped", 10, _neighbours_swapped)
LEFT_OUT, ADDED = Kind("a digit left out", 0, _left_out), Kind("a digit added", 0, _added)
KINDS = (
    SUBSTITUTION,
    SWAP,
    Kind("swapped over one (abc, cba)", 0.8, _swapped_over_one),
    Kind("twin (aa, bb)", 0.5, _twin),
    Kind("twin over one (aca, bcb)", 0.3, _twin_over_one),
    Kind("phonetic (1x, x0)", 0.5, _phonetic),
    Kind("two digits substituted", 8.9, _two_substituted),
    LEFT_OUT,
    ADDED,
)


def mistyped(population: Population, slip: Slip, rng: Random) -> tuple[Person, str]:
    """Draw a person and what he types instead of his NIK, which is never the NIK itself."""
    while True:
        person = population.person(rng)
        typed = slip(person.nik, rng)
        if typed is not None and typed != person.nik:
            return person, typed


def _other(digit: str, rng: Random) -> str:
    return rng.choice(DIGITS.replace(digit, ""))


def _choice(places: list[int], rng: Random) -> int | None:
    return rng.choice(places) if places else None


def _replaced(nik: str, at: int, digits: str) -> str:
    return nik[:at] + digits + nik[at + len(digits) :]
