"""One campaign with a hundred registrations; `make faults` runs more."""

import json

import pytest

from local.faults.campaign import LEAST, main
from local.faults.injection import Injection, Rates

EVERYWHERE = ("crash_", "throttled_dynamodb", "answer_lost", "task_", "late_twin", "delivered_twice", "worker_killed")


@pytest.mark.timeout(400)
def test_given_faults_everywhere_then_nobody_is_lost_and_nothing_happens_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given a hundred registrations at once, when everything around them fails for a while, then all is settled after it."""
    status = main(seeds=1, first=2020, registrations=LEAST, as_json=True)
    (report,) = json.loads(capsys.readouterr().out)
    assert report["violations"] == []
    assert status == 0
    assert report["registrations"] == LEAST
    assert sum(report["ends"].values()) == LEAST
    assert report["ends"]["verified"] > LEAST / 2
    assert report["peak_register_calls_per_second"] <= 20
    # It would find nothing either if nothing was injected.
    assert [kind for kind in EVERYWHERE if not any(each.startswith(kind) for each in report["faults"])] == []


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
