"""How long a check takes, and how long a process needs until it can make the first one.

Processor time, not the clock's: all of this computes and waits for nothing, and other programs share the machine.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import NamedTuple

from tools.bench.checkers import Checker
from tools.bench.people import BY_DISTRICT, Person
from tools.bench.slips import ADDED, LEFT_OUT, SUBSTITUTION, SWAP, mistyped

ROOT = Path(__file__).parents[2]
REPEATS = 5
CHECKS = 400

# Timed inside the new interpreter, once it has started: what a bare one costs is then no part of it.
_PROGRAM = """
from time import process_time
started = process_time()
{importing}
imported = process_time()
{first}
print((imported - started) * 1e3, (process_time() - started) * 1e3)
"""


class Cost(NamedTuple):
    """What a checker costs.

    Attributes:
        right: microseconds for a right NIK.
        wrong: microseconds for one with a slip that keeps the length.
        too_short: microseconds for one with a digit left out.
        too_long: microseconds for one with a digit added.
        imported: milliseconds to import it in a new interpreter, above the bare one.
        answered: milliseconds until its first answer, above the bare one.
    """

    right: float
    wrong: float
    too_short: float
    too_long: float
    imported: float
    answered: float


def measure_costs(checkers: tuple[Checker, ...], seed: str, interpreters: int) -> dict[str, Cost]:
    """Time each checker, in turns, so that a busy moment of the machine does not hit one alone."""
    lists = typed_lists(Random(f"{seed} costs"))  # noqa: S311 (a benchmark, reproducible on purpose)
    checks = {checker.name: [microseconds(checker.ask, typed) for typed in lists] for checker in checkers}
    starts: dict[str, list[tuple[float, float]]] = {checker.name: [] for checker in checkers}
    for _ in range(interpreters + 1):
        for checker in checkers:
            starts[checker.name].append(milliseconds(checker))
    return {name: _cost(checks[name], starts[name]) for name in starts}


def _cost(checks: list[float], starts: list[tuple[float, float]]) -> Cost:
    """The first start may have compiled and read files that the others found in the cache: it does not count."""
    right, wrong, too_short, too_long = checks
    imported, answered = (median(each) for each in zip(*starts[1:], strict=True))
    return Cost(right, wrong, too_short, too_long, imported, answered)


def typed_lists(rng: Random) -> tuple[list[tuple[Person, str]], ...]:
    """Right NIKs, ones with a slip that keeps the length, ones with a digit left out, and ones with a digit added."""
    right = [(person, person.nik) for person in (BY_DISTRICT.person(rng) for _ in range(CHECKS))]
    wrong = (
        [mistyped(BY_DISTRICT, kinds[i % len(kinds)].slip, rng) for i in range(CHECKS)]
        for kinds in ((SUBSTITUTION, SWAP), (LEFT_OUT,), (ADDED,))
    )
    return (right, *wrong)


def microseconds(ask: Callable[[str, Person], object], typed: list[tuple[Person, str]]) -> float:
    """Of one check, on average over a list; the best of several rounds, since others only ever add to it."""
    best = float("inf")
    for _ in range(REPEATS):
        started = process_time()
        for person, text in typed:
            ask(text, person)
        best = min(best, process_time() - started)
    return best / len(typed) * 1e6


def milliseconds(checker: Checker) -> tuple[float, float]:
    """Until a new interpreter has imported it, and until it has answered, both from when the interpreter is up."""
    run = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", _PROGRAM.format(importing=checker.importing, first=checker.first)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    imported, answered = map(float, run.stdout.split())
    return imported, answered
