"""The benchmark of the NIK check: what it draws is synthetic and wrong on purpose, and what it counts adds up."""

import json
from collections.abc import Callable, Iterator
from random import Random

import pytest

from functions.nik.examination import examine
from functions.nik.regions import is_current
from functions.nik.structure import as_written
from tools.bench import __main__ as command
from tools.bench import report
from tools.bench.cases import CASES
from tools.bench.checkers import ALONE, CHECKERS, DATE_AND_SEX, LAST4, OURS
from tools.bench.figures import Figures, collect, targets
from tools.bench.measurement import Share, measure_slips, weighted
from tools.bench.people import (
    BY_DISTRICT,
    BY_REGENCY,
    DISTRICTS,
    OLDEST,
    REGENCIES,
    SMALL,
    TODAY,
    YOUNGEST,
    Population,
)
from tools.bench.slips import ADDED, KINDS, LEFT_OUT, SUBSTITUTION, Kind, mistyped, substituted, swapped

SEED = "20261124"
PHONETIC = {pair for x in "23456789" for pair in ((f"1{x}", f"{x}0"), (f"{x}0", f"1{x}"))}


@pytest.fixture(scope="module")
def figures() -> Figures:
    """A tiny run, nothing timed."""
    return collect(samples=12, seed=SEED, interpreters=0)


def draws(population: Population, kind: Kind) -> Iterator[tuple[str, str]]:
    """Some NIKs of a population, each with a slip of a kind."""
    rng = Random(SEED)  # noqa: S311 (reproducible on purpose)
    for _ in range(200):
        person, typed = mistyped(population, kind.slip, rng)
        yield person.nik, typed


def test_given_the_table_when_districts_are_listed_then_each_in_force_is_there_once() -> None:
    """The 7,285 districts and 514 regencies of the decree."""
    assert len(DISTRICTS) == len(set(DISTRICTS)) == 7285
    assert len(REGENCIES) == 514
    assert all(is_current(code) for code in DISTRICTS)


@pytest.mark.parametrize("population", [BY_DISTRICT, BY_REGENCY])
def test_given_a_population_when_somebody_is_drawn_then_the_nik_is_right_synthetic_and_an_adults(
    population: Population,
) -> None:
    """It agrees with the person in everything, and its serial is one that no district gives out."""
    rng = Random(SEED)  # noqa: S311 (reproducible on purpose)
    for person in (population.person(rng) for _ in range(500)):
        assert person.nik[6:12] == as_written(person.birth_date, person.sex)
        assert 9001 <= int(person.nik[12:]) <= 9999
        had_birthday = (TODAY.month, TODAY.day) >= (person.birth_date.month, person.birth_date.day)
        assert YOUNGEST <= TODAY.year - person.birth_date.year - (not had_birthday) <= OLDEST
        assert examine(person.nik, birth_date=person.birth_date, sex=person.sex, today=TODAY).verdict == "plausible"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("population", [BY_DISTRICT, SMALL], ids=lambda population: population.name)
def test_given_a_kind_of_slip_when_made_then_the_number_is_another_one(kind: Kind, population: Population) -> None:
    """A slip that changes nothing is none, and only digits left out or added change the length."""
    length = {LEFT_OUT: 15, ADDED: 17}.get(kind, 16)
    for nik, typed in draws(population, kind):
        assert typed != nik
        assert len(typed) == length
        assert typed.isdigit()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.share], ids=lambda kind: kind.name)
def test_given_a_kind_of_fixed_length_when_made_then_so_many_digits_differ(kind: Kind) -> None:
    """One in a substitution, else two; no kind is another one by chance."""
    different = {sum(a != b for a, b in zip(nik, typed, strict=True)) for nik, typed in draws(BY_DISTRICT, kind)}

    assert different == {1 if kind is SUBSTITUTION else 2}


@pytest.mark.parametrize(
    ("name", "before_after"),
    [
        ("neighbours swapped", lambda a, b: a == b[::-1]),
        ("twin (aa, bb)", lambda a, b: a[0] == a[1] != b[0] == b[1]),
        ("phonetic (1x, x0)", lambda a, b: (a, b) in PHONETIC),
    ],
)
def test_given_a_kind_of_two_neighbours_when_made_then_it_is_what_its_name_says(
    name: str, before_after: Callable[[str, str], bool]
) -> None:
    """The two digits before and after."""
    kind = next(kind for kind in KINDS if kind.name == name)
    for nik, typed in draws(BY_DISTRICT, kind):
        first = next(place for place in range(16) if nik[place] != typed[place])
        assert before_after(nik[first : first + 2], typed[first : first + 2])


def test_given_a_place_when_slipped_at_it_then_nowhere_else() -> None:
    """Places are counted from 1, as in the hints."""
    rng = Random(SEED)  # noqa: S311 (reproducible on purpose)
    typed = substituted("3171011708859001", 7, rng)

    assert typed[:6] + typed[7:] == "317101" + "708859001"
    assert typed[6] != "1"
    assert swapped("3171011708859001", 7) == "3171017108859001"


def test_given_the_shares_of_kinds_when_added_then_they_are_a_hundred() -> None:
    """Of the errors that keep the length."""
    assert sum(kind.share for kind in KINDS) == pytest.approx(100)


def test_given_the_same_seed_when_measured_twice_then_the_same_is_counted() -> None:
    """And with another seed it is not."""
    first = measure_slips(BY_DISTRICT, 20, SEED)

    assert measure_slips(BY_DISTRICT, 20, SEED) == first
    assert measure_slips(BY_DISTRICT, 20, "another") != first


def test_given_shares_when_weighted_then_value_and_margin_are_those_of_the_strata() -> None:
    """A half of each: the mean, and a margin that the certain part adds nothing to."""
    found = weighted([(1, Share(50, 100)), (1, Share(100, 100))])

    assert found.value == pytest.approx(0.75)
    assert found.margin == pytest.approx(1.96 * 0.5 * 0.05)


def test_given_a_run_when_counted_then_this_project_keeps_its_promises(figures: Figures) -> None:
    """What holds for every single draw: right NIKs are not refused, lengths and birth dates are all caught."""
    ours = [figures.main.caught[checker.name] for checker in OURS]

    assert all(found.by_kind[kind.name].value == 1 for found in ours for kind in (LEFT_OUT, ADDED))
    assert all(figures.main.caught[DATE_AND_SEX.name].by_place[place].value == 1 for place in range(7, 13))
    assert all(figures.main.caught[LAST4.name].by_place[place].value == 1 for place in range(7, 17))
    assert all(group[checker.name].refused.hits == 0 for group in figures.alarms.values() for checker in OURS)
    assert figures.main.silence.elsewhere == 0
    assert figures.main.silence.another_district > 0
    assert all(figures.pointing[str(place)].position.value == 1 for place in range(7, 13))


def test_given_a_run_when_right_niks_were_asked_about_then_each_kind_is_doubted_where_it_should(
    figures: Figures,
) -> None:
    """Nothing against a NIK that agrees; a hint where its region is retired or where it differs from the person."""
    alarms = {name: group[DATE_AND_SEX.name].doubted for name, group in figures.alarms.items()}

    assert alarms.pop("region in force") == Share(0, 7285)
    assert len(alarms) == 5
    assert all(doubted.value == 1 for doubted in alarms.values())


def test_given_single_numbers_when_asked_about_then_this_project_is_never_wrong(figures: Figures) -> None:
    """Impossible ones are refused, possible ones are not."""
    wrong = [
        case.what
        for case, said in zip(CASES, figures.cases, strict=True)
        if (said[ALONE.name] == "refused") == case.issued
    ]

    assert wrong == []


def test_given_a_run_when_written_then_page_and_tables_have_every_checker_and_target(figures: Figures) -> None:
    """And say whether each target was reached."""
    for text in (report.document(figures), report.printed(figures)):
        assert all(checker.name in text for checker in CHECKERS)
        assert all(f"| {target.what}" in text for target in targets(figures))
        assert f"Seed {SEED}, 12 samples" in text
    assert json.loads(report.as_json(figures))["slips"][BY_DISTRICT.name]["caught"][ALONE.name]["by_place"]["9"] == {
        "hits": figures.main.caught[ALONE.name].by_place[9].hits,
        "of": 12,
    }


def test_given_no_samples_when_run_then_it_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is measured."""
    with pytest.raises(SystemExit):
        command.main(["--samples", "0"])

    assert "--samples" in capsys.readouterr().err
