"""Each class of error in each task of the definition, on the paths of the catalogue."""

import os
from collections.abc import Iterator
from zlib import crc32

import pytest

from local import registrant
from local.faults import matrix
from local.faults.matrix import Case, Paths, cases
from local.faults.tasks import TIMEOUT, UNKNOWN, definition
from local.partners.population import Resident
from local.stack import LocalStack

WHOLE = os.environ.get("FAULT_MATRIX") == "whole"


def sampled() -> list[Case]:
    """All cases, or one of each task with its retries used up: `make faults` runs the others."""
    if WHOLE:
        return cases()
    exhausted = [case for case in cases() if case.tries == "exhausted"]
    return [
        min((case for case in exhausted if case.state == state), key=lambda case: crc32(case.name.encode()))
        for state in dict.fromkeys(case.state for case in exhausted)
    ]


@pytest.fixture(scope="session")
def paths(session_stack: LocalStack, unused_residents: Iterator[Resident]) -> Paths:
    """Which path of the catalogue enters which state."""
    return Paths(session_stack, unused_residents)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is led elsewhere by an error is not waited for as long as whoever is on his way."""
    monkeypatch.setattr(registrant, "PATIENCE", 15.0)


@pytest.mark.parametrize("case", sampled(), ids=lambda case: case.name)
def test_whatever_fails_nobody_is_lost(case: Case, stack: LocalStack, paths: Paths, resident: Resident) -> None:
    """Given an error in a task, then whoever does his part is verified in the end, nothing was sent twice, nothing failed."""
    scenario = paths.into(case.state)
    with matrix.injected(case) as raised:
        walk = matrix.walked(scenario, stack, resident)
    assert raised, f"{scenario.name} no longer enters {case.state}"
    assert walk.begun
    assert matrix.violations(stack, walk, case) == []


def test_every_task_is_in_the_matrix() -> None:
    """And each with an error that nobody knows, and a timeout."""
    tasks = {name for name, state in definition().items() if state["Type"] == "Task"}
    for error in (UNKNOWN, TIMEOUT):
        assert {case.state for case in cases() if case.error == error} == tasks


def test_an_injected_error_is_seen_by_the_definition(stack: LocalStack, resident: Resident, paths: Paths) -> None:
    """The matrix would pass if its errors went nowhere."""
    case = Case("MatchDukcapil", "DukcapilUnavailable", "exhausted")
    with matrix.injected(case) as raised:
        matrix.walked(paths.into("MatchDukcapil"), stack, resident)
    assert len(raised) == 3
    execution = stack.execution(raised[0])
    assert execution is not None
    assert "FallbackDukcapil" in execution.states
