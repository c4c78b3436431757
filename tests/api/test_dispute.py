"""Disputing a rejection: once, by its owner, and only when no operator has looked at it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from functions.registration.problems import Problem
from functions.registration.view import expects
from functions.shared.policy import DAY
from local.operator import Operator
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.stack import LocalStack
    from tests.api.conftest import Bench, State, Still

HOUR = 3600
STATEMENT = "NIK ini milik saya; KTP saya dapat dilihat."
AUTOMATED = ("duplicate", "mismatch", "fault")
OTHERS = ("verified", "expired", "withdrawn")


def rejected(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 (any attribute)
    """What the state machine leaves in the item when it rejects."""
    return {"status": "rejected", "reason": "duplicate", "reviewed": "nik"} | changed


@pytest.mark.parametrize("reason", AUTOMATED)
def test_c39_given_an_automated_rejection_when_disputed_then_it_is_open_again_for_an_operator(
    bench: Bench, reason: str
) -> None:
    """Another execution takes it over; what it was about, and what the registrant says, stand beside it."""
    registration = bench.put(None, **rejected(reason=reason))
    assert expects(registration, bench.clock.now) == "dispute"
    bench.steps.dispute(registration, STATEMENT)
    (item,) = bench.items()
    assert (item["status"], item["reason"], item["reviewed"]) == ("in_review", "disputed", "nik")
    assert item["dispute"] == {"at": int(bench.clock.now), "reason": reason, "statement": STATEMENT}
    assert item["execution"] == f"{registration.id}-2"
    assert item["shard"] == registration.id[0]
    assert expects(bench.get(registration.id), bench.clock.now) == "nothing"


def test_given_a_registration_that_was_taken_over_before_when_disputed_then_the_next_execution_is_another(
    bench: Bench,
) -> None:
    """A name is used once."""
    registration = bench.put(None, **rejected(id="0f-aa-bb", execution="0f-aa-bb-9"))
    bench.steps.dispute(registration, None)
    (item,) = bench.items()
    assert item["execution"] == "0f-aa-bb-10"
    assert "statement" not in item["dispute"]


@pytest.mark.parametrize("left", [-HOUR, HOUR, 300 * DAY])
def test_given_a_rejection_that_is_soon_deleted_when_disputed_then_it_is_kept_as_one_that_begins(
    bench: Bench, left: int
) -> None:
    """Deleted with its rejection, the case would be gone before it is overdue. DynamoDB itself is late by some days."""
    registration = bench.put(None, **rejected(purge_at=int(bench.clock.now) + left))
    bench.steps.dispute(registration, STATEMENT)
    (item,) = bench.items()
    assert item["purge_at"] == int(bench.clock.now) + bench.steps.settings.retention_days * DAY
    assert item["created_at"] == registration.created_at


@pytest.mark.parametrize("body", [None, {}, {"statement": "  "}, {"statement": f" {STATEMENT}\n"}])
def test_given_a_dispute_when_sent_then_202_and_the_registration_as_it_is_now(
    still: Callable[..., Still], body: dict[str, str] | None
) -> None:
    """With or without a statement, which is no more than what is said in it."""
    place = still(None, **rejected())
    answer = place.call("POST", "/dispute", body)
    shown = answer.json()
    assert answer.status == 202
    assert (shown["status"], shown["reason"], shown["expects"]) == ("in_review", "disputed", "nothing")
    said = (body or {}).get("statement", "").strip() or None
    assert place.item["dispute"].get("statement") == said
    assert STATEMENT not in answer.body


def test_given_a_disputed_rejection_when_disputed_again_then_409_and_nothing_changes(bench: Bench) -> None:
    """One case, however often the button is pressed."""
    registration = bench.put(None, **rejected())
    bench.steps.dispute(registration, STATEMENT)
    after = bench.items()
    for again in (registration, bench.get(registration.id)):
        with pytest.raises(Problem) as refused:
            bench.steps.dispute(again, "lagi")
        assert (refused.value.status, refused.value.code) == (409, "not_expected_now")
    assert bench.items() == after


def test_c39_given_a_rejection_when_disputed_then_it_is_a_case_and_the_operator_decides(
    still: Callable[..., Still], stack: LocalStack
) -> None:
    """Another execution carries it to the queue, with the question that the rejection was about."""
    layers = {"email": {"state": "passed"}, "nik": {"state": "declined", "reason": "duplicate", "verdict": "reject"}}
    place, operator = still(None, **rejected(layers=layers)), Operator(stack)
    assert place.call("POST", "/dispute", {"statement": STATEMENT}).status == 202
    assert until(lambda: "known" in operator.read(place.id), seconds=20)
    case = operator.read(place.id)
    assert (case["layer"], case["reason"]) == ("nik", "disputed")
    assert case["dispute"] == {"at": case["dispute"]["at"], "reason": "duplicate", "statement": STATEMENT}
    assert place.id in [each["id"] for each in operator.list()]
    assert operator.decide(place.id, "reject").status == 202
    assert until(lambda: place.call("GET").json()["reason"] == "review_rejected", seconds=20)
    assert place.call("POST", "/dispute").status == 410


def test_given_ten_disputes_at_once_when_read_before_any_then_one_is_taken(bench: Bench) -> None:
    """Of those who read the rejection, one opens it."""
    registration = bench.put(None, **rejected())
    registrations = bench.steps.registrations
    with ThreadPoolExecutor(10) as pool:
        taken = list(
            pool.map(lambda said: registrations.dispute(registration, said, 1_900_000_000), map(str, range(10)))
        )
    (item,) = bench.items()
    assert taken.count(True) == 1
    assert item["dispute"]["statement"] == str(taken.index(True))
    assert item["execution"] == f"{registration.id}-2"


def test_given_a_rejection_by_an_operator_when_disputed_then_410_and_nothing_is_expected(
    still: Callable[..., Still],
) -> None:
    """A person has decided; the texts say whom to ask."""
    place = still(None, **rejected(reason="review_rejected"))
    before = place.item
    assert place.call("GET").json()["expects"] == "nothing"
    answer = place.call("POST", "/dispute")
    assert (answer.status, answer.json()["code"]) == (410, "registration_ended")
    assert place.item == before


@pytest.mark.parametrize("status", OTHERS)
def test_given_another_end_when_disputed_then_410(still: Callable[..., Still], status: str) -> None:
    """Only a rejection can be disputed."""
    place = still(None, status=status)
    before = place.item
    assert place.call("POST", "/dispute").status == 410
    assert place.item == before


@pytest.mark.parametrize("state", [None, "VerifyEmail", "AwaitDetails", "VerifyPhone", "ManualReview"])
def test_given_an_open_registration_when_disputed_then_409(still: Callable[..., Still], state: State | None) -> None:
    """There is nothing to dispute yet."""
    place = still(state)
    before = place.item
    assert place.call("POST", "/dispute").status == 409
    assert place.item == before


def test_c14_given_a_foreign_registration_when_disputed_then_404(still: Callable[..., Still]) -> None:
    """Nobody disputes for somebody else."""
    place = still(None, **rejected())
    before = place.item
    for secret in ("", "Bearer x"):
        answer = place.call("POST", "/dispute", Authorization=secret)
        assert (answer.status, answer.json()["code"]) == (404, "registration_not_found")
    assert place.item == before


@pytest.mark.parametrize(
    ("body", "code"),
    [({"statement": "x" * 1001}, "too_long"), ({"statement": 1}, "wrong_type"), ({"other": "x"}, "unknown_field")],
)
def test_given_a_dispute_that_does_not_fit_when_sent_then_422(
    still: Callable[..., Still], body: dict[str, Any], code: str
) -> None:
    """A thousand characters are enough, and nothing else is taken."""
    place = still(None, **rejected())
    answer = place.call("POST", "/dispute", body)
    assert (answer.status, [error["code"] for error in answer.json()["errors"]]) == (422, [code])
    assert "dispute" not in place.item


def test_c36_given_a_disputed_case_when_withdrawn_then_nothing_that_was_said_of_the_person_remains(
    bench: Bench,
) -> None:
    """The statement and the operators' notes go with the person."""
    said = {"at": 1, "operator": "x", "decision": "correct", "note": "N", "layer": "nik", "reason": "duplicate"}
    registration = bench.put(
        "ManualReview",
        dispute={"at": 1, "reason": "duplicate", "statement": STATEMENT},
        decisions=[said],
        notices={"rejected": 1},
        shard="a",
        case_shard="a",
        case_since=1,
        reviewed="nik",
    )
    bench.steps.withdraw(registration)
    (item,) = bench.items()
    assert item["status"] == "withdrawn"
    assert not {"shard", "case_shard", "case_since", "decisions", "dispute", "notices", "reviewed"} & set(item)
