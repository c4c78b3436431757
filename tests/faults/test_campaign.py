"""A short fault campaign, and that it breaks something."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from local.faults.campaign import _CodeInForce, _Look, run
from local.faults.injection import Injection, Rates
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack

EVERYWHERE = ("crash_", "throttled_dynamodb", "answer_lost", "task_", "delivered_twice", "worker_killed")


@pytest.mark.timeout(400)
def test_c26_given_everything_that_can_fail_then_nobody_is_lost_and_nothing_is_done_twice() -> None:
    """A hundred registrations at once; the seed is in the report, and `local faults --first-seed` repeats it."""
    # In a process of its own: other tests' stack may be running in this one.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        report = apart.submit(run, 4, 100, fault_seconds=12.0).result()
    assert report.violations == [], report.line
    assert report.registrations >= 100
    assert sum(report.ends.values()) == report.registrations
    assert report.ends["verified"] > 40
    # It would find nothing either if nothing was injected.
    assert [kind for kind in EVERYWHERE if not any(each.startswith(kind) for each in report.faults)] == []


def test_what_a_campaign_reads_of_the_table_s_memory_is_what_stands_in_the_table(
    stack: LocalStack, resident: Resident
) -> None:
    """Else people would act blindly, and the audit would take every guess for one at an older code."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    look, code_in_force = _Look(stack), _CodeInForce(stack)
    assert code_in_force(registrant.id) == (stack.item(registrant.id) or {})["challenge"]["mac"]
    before = look(registrant.id)
    registrant.confirm_email()
    registrant.await_that(expects="details")
    assert before
    assert look(registrant.id) not in {"", before}


def test_given_a_seed_then_the_same_calls_fail_again() -> None:
    """Whatever the threads did meanwhile: the decision is that of the seed, the person, the call and its number."""

    def drawn(seed: int, order: list[str]) -> dict[str, list[float]]:
        injection = Injection(seed, Rates(), name_of=lambda registration_id: registration_id)
        found: dict[str, list[float]] = {}
        for who in order:
            found.setdefault(who, []).append(injection._chance(who, "Email/PutItem").random())
        return found

    assert drawn(1, ["a", "b", "a", "b"]) == drawn(1, ["b", "b", "a", "a"])
    assert drawn(1, ["a"]) != drawn(2, ["a"])
