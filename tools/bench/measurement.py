"""Counts who catches what. Each figure is of its own draws, which follow from the seed alone."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from math import sqrt
from random import Random
from typing import NamedTuple

from functions.nik.regions import is_current
from functions.nik.structure import LENGTH, Sex
from tools.bench.checkers import CHECKERS, LAST4, with_date_and_sex
from tools.bench.people import (
    BY_DISTRICT,
    DISTRICTS,
    OLDER_DISTRICTS,
    RETIRED_DISTRICTS,
    SMALL,
    Person,
    Population,
    birth_date,
    someone,
)
from tools.bench.slips import ADDED, DIGITS, KINDS, LEFT_OUT, SUBSTITUTION, Slip, mistyped, substituted, swapped

CONFIDENCE = 1.96
"""Standard errors to either side that hold the true share in 95 of 100 cases."""
REGION_PLACES, DATE_PLACES, SERIAL_PLACES = range(1, 7), range(7, 13), range(13, 17)


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Between 0 and 1."""
        return self.hits / self.of


def total(shares: Iterable[Share]) -> Share:
    """Several counts as one."""
    listed = list(shares)
    return Share(sum(share.hits for share in listed), sum(share.of for share in listed))


class Estimate(NamedTuple):
    """A share that is made of others, and how far to either side the true one may be."""

    value: float
    margin: float


def weighted(parts: Iterable[tuple[float, Share]]) -> Estimate:
    """The mean of shares that were counted apart."""
    listed = list(parts)
    whole = sum(weight for weight, _ in listed)
    value = sum(weight * share.value for weight, share in listed) / whole
    variance = sum((weight / whole) ** 2 * share.value * (1 - share.value) / share.of for weight, share in listed)
    return Estimate(value, CONFIDENCE * sqrt(variance))


class Caught(NamedTuple):
    """What one checker notices of the slips of one population.

    Attributes:
        by_place: one digit substituted, by its place from 1 to 16.
        by_kind: the other kinds, by name.
    """

    by_place: dict[int, Share]
    by_kind: dict[str, Share]

    def substitution(self, places: Iterable[int] = range(1, LENGTH + 1)) -> Estimate:
        """Of one digit substituted, each of these places as likely as another."""
        return weighted((1, self.by_place[place]) for place in places)

    def mix(self, length_errors: float = 0) -> Estimate:
        """Of all kinds in their shares, with so large a part of errors that change the length."""
        kept = [(kind.share, self.by_kind[kind.name]) for kind in KINDS if kind.share and kind is not SUBSTITUTION]
        kept += [(SUBSTITUTION.share / LENGTH, share) for share in self.by_place.values()]
        scale = (1 - length_errors) / sum(weight for weight, _ in kept)
        parts = [(weight * scale, share) for weight, share in kept]
        return weighted([*parts, *((length_errors / 2, self.by_kind[kind.name]) for kind in (LEFT_OUT, ADDED))])


class Silence(NamedTuple):
    """What stays silent when everything has been given, the last four digits twice.

    Attributes:
        another_district: only digits 1 to 6 are wrong, and they are a district in force.
        elsewhere: anything else, which a better check could catch.
    """

    another_district: int
    elsewhere: int


class SlipFigures(NamedTuple):
    """The slips of one population, by the name of the checker."""

    caught: dict[str, Caught]
    silence: Silence


def measure_slips(population: Population, samples: int, seed: str) -> SlipFigures:
    """Ask every checker about so many slips of each kind; of one digit substituted, of each place."""
    hits: Counter[tuple[str, int | str]] = Counter()
    silence: Counter[bool] = Counter()
    for key, slip in _slips():
        rng = seeded(seed, population.name, key)
        for _ in range(samples):
            person, typed = mistyped(population, slip, rng)
            caught = {checker.name: checker.catches(typed, person) for checker in CHECKERS}
            hits.update((name, key) for name, noticed in caught.items() if noticed)
            if not caught[LAST4.name]:
                silence[typed[6:] == person.nik[6:] and is_current(typed[:6])] += 1
    caught_by = {
        checker.name: Caught(
            {place: Share(hits[checker.name, place], samples) for place in range(1, LENGTH + 1)},
            {kind.name: Share(hits[checker.name, kind.name], samples) for kind in KINDS if kind is not SUBSTITUTION},
        )
        for checker in CHECKERS
    }
    return SlipFigures(caught_by, Silence(silence[True], silence[False]))


def region_slips() -> Share:
    """Of one digit substituted in digits 1 to 6, what leads to no district in force: not drawn, but every one counted."""
    slips = [
        code[:at] + digit + code[at + 1 :]
        for code in DISTRICTS
        for at in range(len(code))
        for digit in DIGITS
        if digit != code[at]
    ]
    return Share(sum(not is_current(slip) for slip in slips), len(slips))


def seeded(*names: object) -> Random:
    """A generator of its own for each figure, so that none depends on which were measured before it."""
    return Random(" ".join(map(str, names)))  # noqa: S311 (a benchmark, reproducible on purpose)


def _slips() -> list[tuple[int | str, Slip]]:
    """By place for one digit substituted, by name for the other kinds."""
    others: list[tuple[int | str, Slip]] = [(kind.name, kind.slip) for kind in KINDS if kind is not SUBSTITUTION]
    return [*((place, _at(place)) for place in range(1, LENGTH + 1)), *others]


def _at(place: int) -> Slip:
    return lambda nik, rng: substituted(nik, place, rng)


def _swap_at(first: int) -> Slip:
    return lambda nik, _: swapped(nik, first)


# ------------------------------------------------------------------------------------------- where the hints point


class Pointing(NamedTuple):
    """Where this project points, birth date and sex known, when a digit of the birth date is wrong.

    Attributes:
        caught: it says something.
        position: its first hint names exactly the wrong digits.
        named: the first or a later one does.
        suggestion: its first hint says what stands in the right NIK at the places that it names.
        codes: of the first hint, the most frequent first.
    """

    caught: Share
    position: Share
    named: Share
    suggestion: Share
    codes: dict[str, Share]


def measure_pointing(samples: int, seed: str) -> dict[str, Pointing]:
    """Look at the first hint for so many slips of each place, by a name of the slip."""
    figures = {str(place): _pointed((place,), _at(place), samples, seed) for place in DATE_PLACES}
    for first in range(DATE_PLACES[0] - 1, DATE_PLACES[-1] + 1):
        # Beside the serial, what is pointed at depends on the 0 with which real ones begin.
        serial = SMALL if first == DATE_PLACES[-1] else BY_DISTRICT
        figures[f"{first} and {first + 1} swapped"] = _pointed(
            (first, first + 1), _swap_at(first), samples, seed, serial
        )
    return figures


def together(parts: Iterable[Pointing]) -> Pointing:
    """Several slips, each as likely as another."""
    listed = list(parts)
    codes: Counter[str] = Counter()
    for part in listed:
        codes.update({code: share.hits for code, share in part.codes.items()})
    caught = total(part.caught for part in listed)
    return Pointing(
        caught,
        total(part.position for part in listed),
        total(part.named for part in listed),
        total(part.suggestion for part in listed),
        _shares(codes, caught.of),
    )


def _pointed(
    places: tuple[int, ...], slip: Slip, samples: int, seed: str, population: Population = BY_DISTRICT
) -> Pointing:
    rng = seeded(seed, "pointing", *places)
    counted: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for _ in range(samples):
        person, typed = mistyped(population, slip, rng)
        hints = with_date_and_sex(typed, person).hints
        if not hints:
            continue
        first = hints[0]
        codes[first.code] += 1
        counted["caught"] += 1
        counted["position"] += first.positions == places
        counted["named"] += any(hint.positions == places for hint in hints)
        counted["suggestion"] += first.suggestion == "".join(person.nik[place - 1] for place in first.positions)
    caught, position, named, suggestion = (
        Share(counted[each], samples) for each in ("caught", "position", "named", "suggestion")
    )
    return Pointing(caught, position, named, suggestion, _shares(codes, samples))


def _shares(codes: Counter[str], of: int) -> dict[str, Share]:
    return {code: Share(hits, of) for code, hits in codes.most_common()}


# --------------------------------------------------------------------------------------------------- false alarms


class Alarms(NamedTuple):
    """What a checker says against right NIKs."""

    refused: Share
    doubted: Share


def measure_alarms(samples: int, seed: str) -> dict[str, dict[str, Alarms]]:
    """Ask every checker about right NIKs, by a name of the group and by that of the checker.

    Of the regions, every code is asked about once, whatever the number of samples; the older ones ten times.
    """
    groups: dict[str, Iterable[Person]] = {
        "region in force": _registered(DISTRICTS, seed),
        "region retired, old Papua": _registered(RETIRED_DISTRICTS, seed),
        "region retired earlier": _registered(OLDER_DISTRICTS * 10, seed),
        "birth date differs": _differing(_other_birth_date, samples, seed),
        "sex differs": _differing(_other_sex, samples, seed),
        "both differ": _differing(lambda person, rng: _other_sex(_other_birth_date(person, rng), rng), samples, seed),
    }
    return {name: _alarms(people) for name, people in groups.items()}


def _alarms(people: Iterable[Person]) -> dict[str, Alarms]:
    listed = list(people)
    counted = {checker.name: Counter(checker.ask(person.nik, person) for person in listed) for checker in CHECKERS}
    return {
        name: Alarms(Share(answers["refused"], len(listed)), Share(answers["doubted"], len(listed)))
        for name, answers in counted.items()
    }


def _registered(districts: tuple[str, ...], seed: str) -> list[Person]:
    rng = seeded(seed, "alarms", *districts[:1])
    return [someone(code, rng) for code in districts]


def _differing(change: Callable[[Person, Random], Person], samples: int, seed: str) -> list[Person]:
    """People whose card lawfully has a NIK that does not say what they say of themselves."""
    rng = seeded(seed, "differing")
    return [change(BY_DISTRICT.person(rng), rng) for _ in range(samples)]


def _other_birth_date(person: Person, rng: Random) -> Person:
    """As when it was found wrong: another day of the month, the same day of another year, or anything."""
    candidates = (_other_day, _other_year, lambda _, rng: birth_date(rng))
    born = person.birth_date
    while born == person.birth_date:
        born = rng.choice(candidates)(person.birth_date, rng)
    return person._replace(birth_date=born)


def _other_day(born: date, rng: Random) -> date:
    return born.replace(day=1) + timedelta(days=rng.randrange(28))


def _other_year(born: date, rng: Random) -> date:
    return born.replace(day=min(born.day, 28), year=born.year + rng.choice((-2, -1, 1, 2)))


def _other_sex(person: Person, _: Random) -> Person:
    other: Sex = "male" if person.sex == "female" else "female"
    return person._replace(sex=other)
