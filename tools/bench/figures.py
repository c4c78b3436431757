"""All that one run finds, and which of the targets that were set for the check of a NIK it reaches."""

import platform
from importlib.metadata import version
from typing import NamedTuple

from tools.bench.cases import CASES, answers
from tools.bench.checkers import ALONE, CHECKERS, DATE_AND_SEX, LAST4, OURS, RIVALS, Answer
from tools.bench.costs import Cost, measure_costs
from tools.bench.measurement import (
    DATE_PLACES,
    Alarms,
    Estimate,
    Pointing,
    Share,
    SlipFigures,
    measure_alarms,
    measure_pointing,
    measure_slips,
    region_slips,
    together,
    total,
)
from tools.bench.people import BY_DISTRICT, BY_REGENCY, SMALL
from tools.bench.slips import ADDED, LEFT_OUT

SHARE_CAUGHT = 0.62
SHARE_CAUGHT_WITH_LAST4 = 0.90
SHARE_CAUGHT_OF_DATE, SHARE_POSITION, SHARE_SUGGESTION = 1.0, 0.99, 0.95
MICROSECONDS_A_CHECK, MILLISECONDS_TO_IMPORT = 50, 15


class Target(NamedTuple):
    """What was wanted, and what is.

    Attributes:
        what: was wanted.
        wanted: with its unit.
        found: with its unit and, for what was drawn, how far the true figure may be from it.
        reached: by the figure itself, wherever its margin ends.
        doubtful: the target is within the margin, so that another seed may say otherwise.
    """

    what: str
    wanted: str
    found: str
    reached: bool
    doubtful: bool = False


class Figures(NamedTuple):
    """Of one run.

    Attributes:
        seed: of everything that was drawn.
        samples: of each kind of slip, and of each place.
        versions: of Python and of the packages.
        slips: by the name of the population.
        region_slips: in digits 1 to 6 that lead to no district in force, of all that there are.
        pointing: by the name of the slip.
        alarms: by the name of the group, and of the checker.
        costs: by the name of the checker; empty if it was not to be timed.
        cases: what each checker says, in the order of `CASES`.
    """

    seed: str
    samples: int
    versions: dict[str, str]
    slips: dict[str, SlipFigures]
    region_slips: Share
    pointing: dict[str, Pointing]
    alarms: dict[str, dict[str, Alarms]]
    costs: dict[str, Cost]
    cases: list[dict[str, Answer]]

    @property
    def main(self) -> SlipFigures:
        """The slips of the population that the targets are for."""
        return self.slips[BY_DISTRICT.name]


def collect(samples: int, seed: str, interpreters: int = 5) -> Figures:
    """Measure everything.

    Args:
        samples: of each kind of slip, and of each place; the populations that only serve to compare have a quarter.
        seed: of everything that is drawn.
        interpreters: to start for each checker; 0 to time nothing.
    """
    fewer = max(1, samples // 4)
    return Figures(
        seed=seed,
        samples=samples,
        versions=versions(),
        slips={
            population.name: measure_slips(population, samples if population is BY_DISTRICT else fewer, seed)
            for population in (BY_DISTRICT, BY_REGENCY, SMALL)
        },
        region_slips=region_slips(),
        pointing=measure_pointing(samples, seed),
        alarms=measure_alarms(samples, seed),
        costs=measure_costs(CHECKERS, seed, interpreters) if interpreters else {},
        cases=[answers(case) for case in CASES],
    )


def versions() -> dict[str, str]:
    """Of Python, of the packages that are compared, and of the one that has the retired districts."""
    packages = [rival.package for rival in RIVALS if rival.package] + ["nomiden"]
    return {"Python": platform.python_version()} | {package: version(package) for package in packages}


def targets(figures: Figures) -> list[Target]:
    """Each target, reached or not."""
    with_date, with_last4 = (figures.main.caught[checker.name] for checker in (DATE_AND_SEX, LAST4))
    date = together(figures.pointing[str(place)] for place in DATE_PLACES)
    return [
        _at_least("one digit substituted, with birth date and sex", SHARE_CAUGHT, with_date.substitution()),
        _at_least("the mix, with birth date and sex", SHARE_CAUGHT, with_date.mix()),
        _at_least("the mix, and the last four typed twice", SHARE_CAUGHT_WITH_LAST4, with_last4.mix()),
        *(
            _at_least(
                f"the same with {part * 100:.0f} % of errors in length", SHARE_CAUGHT_WITH_LAST4, with_last4.mix(part)
            )
            for part in (0.1, 0.2)
        ),
        _share("digits 7 to 12: caught", SHARE_CAUGHT_OF_DATE, date.caught),
        _share("digits 7 to 12: position right", SHARE_POSITION, date.position),
        _share("digits 7 to 12: suggestion right", SHARE_SUGGESTION, date.suggestion),
        _share("a digit left out or added", 1.0, _length_errors(figures)),
        _none_refused(figures),
        *(_costs(figures) if figures.costs else ()),
    ]


def _at_least(what: str, wanted: float, found: Estimate) -> Target:
    return Target(
        what,
        f"at least {wanted * 100:.0f} %",
        f"{found.value * 100:.1f} % ±{found.margin * 100:.1f}",
        found.value >= wanted,
        abs(found.value - wanted) < found.margin,
    )


def _share(what: str, wanted: float, found: Share) -> Target:
    return Target(what, f"at least {wanted * 100:.0f} %", f"{found.hits} of {found.of}", found.value >= wanted)


def _length_errors(figures: Figures) -> Share:
    return total(figures.main.caught[ours.name].by_kind[kind.name] for ours in OURS for kind in (LEFT_OUT, ADDED))


def _none_refused(figures: Figures) -> Target:
    refused = total(group[ours.name].refused for group in figures.alarms.values() for ours in OURS)
    return Target("right NIKs refused for good", "0", f"{refused.hits} of {refused.of}", refused.hits == 0)


def _costs(figures: Figures) -> list[Target]:
    ours = [figures.costs[checker.name] for checker in OURS]
    checks = {
        "a check of 16 digits": max(max(cost.right, cost.wrong) for cost in ours),
        "a check of 15 or 17 digits": max(max(cost.too_short, cost.too_long) for cost in ours),
    }
    imported = figures.costs[ALONE.name].imported
    return [
        *(
            Target(what, f"under {MICROSECONDS_A_CHECK} µs", f"{slowest:.0f} µs", slowest < MICROSECONDS_A_CHECK)
            for what, slowest in checks.items()
        ),
        Target(
            "to import it",
            f"under {MILLISECONDS_TO_IMPORT} ms",
            f"{imported:.1f} ms",
            imported < MILLISECONDS_TO_IMPORT,
        ),
    ]
