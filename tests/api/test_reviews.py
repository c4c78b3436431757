"""The operators' API: who may call it, what it shows of a person, and that each case is decided once."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from functions.registration.problems import Problem
from functions.reviews.cases import Reviews
from functions.reviews.models import Deciding
from functions.shared import masking
from local.operator import REVIEWS, Operator
from local.registrant import Registrant

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.shared.registration import Registration
    from local.api import HttpAnswer
    from local.stack import LocalStack
    from tests.api.conftest import Bench, State, Still

DAY = 86_400
NOTE = "KTP dan KK dilihat di loket."
PERSON: dict[str, Any] = {
    "email": "kemala.padi@contoh.example",
    "phone": "+6281234567890",
    "details": {
        "nik": "3171014508859001",
        "full_name": "Kemala Padi Emas",
        "birth_date": "1985-08-05",
        "sex": "female",
        "kk_number": "3171011708850001",
    },
}
UNMASKED = (
    "kemala.padi",
    "81234567890",
    "3171014508859001",
    "0145088590",
    "9001",
    "Kemala",
    "Padi",
    "Emas",
    "1985-08-05",
    "3171011708850001",
)


@pytest.fixture
def operator(stack: LocalStack) -> Operator:
    """Somebody who may decide."""
    return Operator(stack, "petugas.satu")


@pytest.fixture
def case(still: Callable[..., Still]) -> Callable[..., Still]:
    """Makes cases that wait: `case(age=30, layer="otp", reason="too_many_guesses")`."""

    def make(*, age: int = 0, layer: str = "dukcapil", **changed: Any) -> Still:  # noqa: ANN401 (any attribute)
        registration_id, since = str(uuid4()), int(time.time()) - age
        waiting = {"layer": layer, "wait_seconds": 7 * DAY} | changed.pop("waiting", {})
        attributes = {"reason": "corrections_used_up", "case_shard": registration_id[0], "case_since": since} | PERSON
        return still("ManualReview", id=registration_id, waiting=waiting, **(attributes | changed))

    return make


# --------------------------------------------------------------------------------------------------------------- who


@pytest.mark.parametrize("authorization", [None, "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=x"])
def test_c13_given_nobody_who_signed_when_reviews_are_called_then_the_gateway_refuses(
    stack: LocalStack, case: Callable[..., Still], authorization: str | None
) -> None:
    """Neither no signature nor a registrant's session reaches the function."""
    place = case()
    headers = {"Authorization": authorization} if authorization else {}
    for method, path in (("GET", ""), ("GET", f"/{place.id}"), ("POST", f"/{place.id}")):
        answer = stack.http(method, f"{REVIEWS}{path}", headers, {"question": "x", "decision": "approve", "note": NOTE})
        assert (answer.status, answer.json()["code"]) == (404, "route_not_found")
    assert "decisions" not in place.item


def test_c13_given_a_registrants_session_when_reviews_are_called_then_the_gateway_refuses(
    case: Callable[..., Still],
) -> None:
    """Nobody decides his own case."""
    place = case()
    headers = {"Authorization": f"Bearer {place.secret}"}
    answer = place.stack.http(
        "POST", f"{REVIEWS}/{place.id}", headers, {"question": "x", "decision": "approve", "note": NOTE}
    )
    assert answer.status == 404


def test_given_a_call_without_identity_when_it_reaches_the_function_then_403(
    stack: LocalStack, case: Callable[..., Still]
) -> None:
    """Were the authorizer ever lost from the template, nobody would decide, or see, anything."""
    place = case()
    for method, body in (("GET", None), ("POST", json.dumps({"question": "x", "decision": "approve", "note": NOTE}))):
        event = {
            "resource": f"{REVIEWS}/{{registration_id}}",
            "path": f"{REVIEWS}/{place.id}",
            "httpMethod": method,
            "headers": {},
            "multiValueHeaders": {},
            "requestContext": {"identity": {"sourceIp": "127.0.0.1"}, "requestId": "x", "stage": "local"},
            "pathParameters": {"registration_id": place.id},
            "body": body,
            "isBase64Encoded": False,
        }
        answered = stack.invoke("ReviewsFunction", event).value
        assert (answered["statusCode"], json.loads(answered["body"])["code"]) == (403, "operator_unknown")
    assert "decisions" not in place.item


# ------------------------------------------------------------------------------------------------------------- queue


def test_given_cases_when_listed_then_the_oldest_is_first_whatever_its_shard(
    case: Callable[..., Still], operator: Operator
) -> None:
    """Page by page, each once; a page may end anywhere."""
    ages = [50, 10, 40, 70, 20, 60, 30]
    made = {case(age=1000 * age).id: age for age in ages}
    for limit in (1, 3, 100):
        shown = [each["id"] for each in operator.list(limit) if each["id"] in made]
        assert [made[each] for each in shown] == sorted(ages, reverse=True)


def test_given_a_case_that_is_decided_between_pages_when_read_on_then_no_other_is_missed(
    case: Callable[..., Still], operator: Operator
) -> None:
    """Operators work on the queue while they read it."""
    made = [case(age=1000 * age).id for age in (90, 80, 70, 60)]
    first = operator.call("GET", "?limit=2").json()
    assert [each["id"] for each in first["cases"]][:2] == made[:2]
    for each in made[:2]:
        assert operator.decide(each, "reject").status == 202
    second = operator.call("GET", f"?limit=2&next={first['next']}").json()
    assert [each["id"] for each in second["cases"]] == made[2:]


def test_given_a_case_when_listed_then_it_says_why_since_when_and_what_is_known(
    case: Callable[..., Still], operator: Operator
) -> None:
    """What an operator needs to decide."""
    layers = {"dukcapil": {"state": "declined", "reason": "mismatch", "verdict": "correct", "flags": ["nik_age"]}}
    place = case(age=3 * DAY, layers=layers, dispute={"at": 5, "reason": "duplicate", "statement": "Itu NIK saya."})
    (shown,) = [each for each in operator.list() if each["id"] == place.id]
    assert (shown["reason"], shown["layer"]) == ("corrections_used_up", "dukcapil")
    assert 0 <= shown["age_seconds"] - 3 * DAY < 60
    assert shown["since"] == place.item["case_since"]
    assert not shown["overdue"]
    assert shown["possible"] == ["approve", "reject", "correct"]
    assert shown["layers"]["dukcapil"] == {"state": "declined", "reason": "mismatch", "flags": ["nik_age"]}
    assert shown["layers"]["otp"]["state"] == "pending"
    assert shown["dispute"] == {"at": 5, "reason": "duplicate", "statement": "Itu NIK saya."}
    assert shown["decisions"] == []
    assert operator.read(place.id) | {"age_seconds": 0} == shown | {"age_seconds": 0}


def test_given_a_case_that_nobody_decided_in_time_when_listed_then_it_is_overdue_and_still_there(
    case: Callable[..., Still], operator: Operator
) -> None:
    """It never disappears; also in the moment in which the workflow puts it up again."""
    place = case(age=8 * DAY)
    over = case(age=8 * DAY, waiting={"layer": "otp", "wait_seconds": DAY, "ends_at": int(time.time()) - 5})
    shown = {each["id"]: each for each in operator.list()}
    assert shown[place.id]["overdue"]
    assert shown[over.id]["overdue"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "next=x", "next=WyJ4Il0", "next=eyIwIjogWyJ4IiwgMV19"]
)
def test_given_a_query_that_makes_no_sense_when_listed_then_422(
    operator: Operator, is_problem: Callable[[HttpAnswer], bool], query: str
) -> None:
    """A problem document names the parameter."""
    answer = operator.call("GET", f"?{query}")
    assert (answer.status, answer.json()["code"]) == (422, "invalid_request")
    assert is_problem(answer)


# ----------------------------------------------------------------------------------------------------------- masking


def test_given_a_person_when_shown_to_an_operator_then_nothing_can_be_copied(
    case: Callable[..., Still], operator: Operator
) -> None:
    """Whoever shows the card is recognised; who only sees the screen learns neither NIK nor address nor number."""
    place = case()
    answers = [
        operator.call("GET", f"/{place.id}"),
        operator.call("GET", "?limit=100"),
        operator.decide(place.id, "approve", NOTE),
    ]
    for answer in answers:
        assert not [value for value in UNMASKED if value in answer.body.replace(place.id, "")]
    assert answers[0].json()["known"] == {
        "email": "k•••@contoh.example",
        "nik": "317101••••••••01",
        "name": "K. P. E.",
        "birth_year": "1985",
        "phone": "•••890",
    }


def test_given_what_is_not_known_yet_when_masked_then_none() -> None:
    """A case may come before the details."""
    assert masking.known("a@b.example", None, None) == {
        "email": "a•••@b.example",
        "nik": None,
        "name": None,
        "birth_year": None,
        "phone": None,
    }


# ---------------------------------------------------------------------------------------------------------- deciding


@pytest.mark.parametrize("decision", ["approve", "reject", "correct"])
@pytest.mark.parametrize("layer", ["email", "nik", "dukcapil", "otp"])
def test_given_a_case_when_decided_then_answer_note_and_operator_stand_in_one_write(
    case: Callable[..., Still], operator: Operator, layer: str, decision: str
) -> None:
    """The workflow's answer, and who decided what and why; the case is out of the queue."""
    place = case(layer=layer, reason="too_many_guesses")
    before = place.item
    answer = operator.decide(place.id, decision, f"  {NOTE}\n")
    after = place.item
    assert answer.status == 202
    assert after["answer"]["entry_id"] == before["waiting"]["entry_id"]
    assert after["answer"]["kind"] == decision
    (kept,) = after["decisions"]
    assert kept == {
        "at": after["answer"]["at"],
        "operator": "arn:aws:iam::123456789012:user/petugas.satu",
        "decision": decision,
        "note": NOTE,
        "layer": layer,
        "reason": "too_many_guesses",
        "question": before["waiting"]["entry_id"],
    }
    assert not {"case_shard", "case_since"} & set(after)
    assert after["status"] == "in_review"
    shown = answer.json()
    assert (shown["possible"], shown["decisions"][0]["note"]) == ([], NOTE)
    assert operator.read(place.id)["decisions"] == shown["decisions"]
    assert place.id not in [each["id"] for each in operator.list()]


def test_given_a_note_when_decided_then_no_log_has_it(case: Callable[..., Still], operator: Operator) -> None:
    """C21: what an operator writes of a person stands in the item only."""
    note, place = f"Rahasia {uuid4()}", case()
    before = len(operator.stack.log.lines)
    assert operator.decide(place.id, "approve", note).status == 202
    lines = operator.stack.log.lines[before:]
    assert not [line for line in lines if note in str(line)]
    assert [line for line in lines if "Reviewed" in str(line)]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"decision": "approve", "note": NOTE}, "#/question", "missing"),
        ({"decision": "approve", "note": NOTE, "question": ""}, "#/question", "too_short"),
        ({"decision": "approve"}, "#/note", "missing"),
        ({"decision": "approve", "note": ""}, "#/note", "too_short"),
        ({"decision": "approve", "note": "  ok \n "}, "#/note", "too_short"),
        ({"decision": "approve", "note": "x" * 2001}, "#/note", "too_long"),
        ({"decision": "approve", "note": None}, "#/note", "wrong_type"),
        ({"decision": "maybe", "note": NOTE}, "#/decision", "wrong_type"),
        ({"note": NOTE}, "#/decision", "missing"),
        ({"decision": "approve", "note": NOTE, "operator": "x"}, "#/operator", "unknown_field"),
    ],
)
def test_given_a_decision_without_a_proper_note_when_sent_then_422_and_nothing_is_decided(
    case: Callable[..., Still], operator: Operator, body: dict[str, Any], pointer: str, code: str
) -> None:
    """Nobody decides about a person without saying why."""
    place = case()
    before = place.item
    answer = operator.call("POST", f"/{place.id}", body)
    assert answer.status == 422
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert place.item == before


def test_given_a_case_about_details_when_approved_then_409(case: Callable[..., Still], operator: Operator) -> None:
    """Nothing was checked that an operator could pass; he can have it corrected."""
    place = case(layer="details", reason="fault")
    assert operator.read(place.id)["possible"] == ["reject", "correct"]
    answer = operator.decide(place.id, "approve")
    assert (answer.status, answer.json()["code"]) == (409, "approval_impossible")
    assert "answer" not in place.item
    assert operator.decide(place.id, "correct").status == 202


def test_given_a_decided_case_when_decided_again_then_409_and_the_first_stands(
    case: Callable[..., Still], operator: Operator
) -> None:
    """A second click, or a second thought, changes nothing."""
    place = case()
    assert operator.decide(place.id, "approve").status == 202
    after = place.item
    for decision, note in (("approve", "Lain."), ("reject", NOTE), ("correct", NOTE)):
        answer = operator.decide(place.id, decision, note)
        assert (answer.status, answer.json()["code"]) == (409, "case_decided")
    assert place.item == after


def test_given_an_answer_that_was_lost_when_the_decision_is_sent_again_then_it_stands(
    case: Callable[..., Still], operator: Operator
) -> None:
    """The same operator, question, decision and note: 202 again, and one decision."""
    place = case()
    answers = [operator.decide(place.id, "approve", NOTE) for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].json()["decisions"] == answers[1].json()["decisions"]
    assert len(place.item["decisions"]) == 1


def test_given_another_question_than_the_one_that_was_read_when_decided_then_409_and_nothing_is_decided(
    case: Callable[..., Still], operator: Operator
) -> None:
    """What was approved of the OTP is not approved of the register, which has spoken since."""
    place = case(layer="dukcapil", reason="deceased")
    before = place.item
    answer = operator.decide(place.id, "approve", question="ManualReview@2026-11-24T00:00:00.000Z")
    assert (answer.status, answer.json()["code"]) == (409, "case_changed")
    assert place.item == before


def test_given_two_operators_when_they_decide_at_once_then_one_does(
    stack: LocalStack, case: Callable[..., Still]
) -> None:
    """One decision, in the name of the one who was told that it was his."""
    for _ in range(5):
        place = case()
        operators = [Operator(stack, f"petugas.{number}") for number in range(6)]
        with ThreadPoolExecutor(len(operators)) as pool:
            choices = ["approve", "reject"] * 3
            answers = list(pool.map(Operator.decide, operators, [place.id] * len(operators), choices))
        assert sorted(answer.status for answer in answers) == [202, 409, 409, 409, 409, 409]
        ((winner, answer),) = [pair for pair in zip(operators, answers, strict=True) if pair[1].status == 202]
        (kept,) = place.item["decisions"]
        assert kept["operator"].endswith(f"/{winner.name}")
        assert answer.json()["decisions"][0]["operator"] == kept["operator"]
        assert place.item["answer"]["kind"] == kept["decision"]


def test_given_a_case_that_several_have_read_when_each_decides_then_the_first_does(bench: Bench) -> None:
    """The write itself refuses the second, whatever was read before; its entry's end, and the next entry, refuse it too."""
    reviews = Reviews(bench.steps.registrations)
    case = bench.put("ManualReview", waiting={"layer": "nik"})
    with ThreadPoolExecutor(8) as pool:
        decided = list(pool.map(lambda name: attempted(reviews, case, name), map(str, range(8))))
    assert decided.count("case_decided") == 7
    (kept,) = bench.items()[0]["decisions"]
    assert kept["operator"] == str(decided.index("decided"))

    over = bench.put("ManualReview", waiting={"layer": "nik"})
    bench.clock.now += 3600
    assert attempted(reviews, over, "late") == "case_changed"


def attempted(reviews: Reviews, registration: Registration, name: str) -> str:
    """What becomes of a decision: `decided`, or the code of the problem."""
    assert registration.waiting
    deciding = Deciding(question=registration.waiting.entry_id, decision="approve", note=NOTE)
    try:
        reviews.decide(registration, deciding, name)
    except Problem as problem:
        return problem.code
    return "decided"


def test_given_a_case_that_was_given_back_when_it_returns_then_both_decisions_are_kept(
    case: Callable[..., Still], operator: Operator
) -> None:
    """Who decides the second time sees the first."""
    first = {
        "at": 1,
        "operator": "x",
        "decision": "correct",
        "note": "Lihat NIK.",
        "layer": "nik",
        "reason": "duplicate",
    }
    place = case(decisions=[first])
    assert operator.decide(place.id, "approve").status == 202
    assert [each["decision"] for each in place.item["decisions"]] == ["correct", "approve"]
    assert operator.read(place.id)["decisions"][0] == first


@pytest.mark.parametrize("known", ["nothing", "wait#x", "nik#x", "x" * 300])
def test_given_an_id_that_is_no_case_when_read_or_decided_then_404(operator: Operator, known: str) -> None:
    """Other items of the table are no cases."""
    path = known.replace("#", "%23")
    for answer in (operator.call("GET", f"/{path}"), operator.decide(path, "approve")):
        assert (answer.status, answer.json()["code"]) == (404, "case_not_found")


@pytest.mark.parametrize(
    ("state", "status"), [("VerifyPhone", "phone_pending"), (None, "in_review"), ("ManualReview", "verified")]
)
def test_given_a_registration_that_is_not_in_review_when_decided_then_404(
    still: Callable[..., Still], operator: Operator, state: State | None, status: str
) -> None:
    """An operator decides what is asked of him, and nothing else."""
    place = still(state, status=status)
    before = place.item
    for answer in (operator.call("GET", f"/{place.id}"), operator.decide(place.id, "approve")):
        assert (answer.status, answer.json()["code"]) == (404, "case_not_found")
    assert place.item == before


@pytest.mark.parametrize(("decision", "status"), [("reject", "rejected"), ("correct", "details_pending")])
def test_given_a_case_of_the_workflow_when_decided_then_the_registration_goes_on_from_there(
    stack: LocalStack, operator: Operator, decision: str, status: str
) -> None:
    """From the registrant's submission to the operator's decision, and back."""
    registrant = Registrant(stack, next(each for each in stack.people if each.record == "deceased"))
    registrant.apply()
    registrant.await_that(status="in_review")
    assert registrant.id in [each["id"] for each in operator.list()]
    assert operator.decide(registrant.id, decision).status == 202
    seen = registrant.await_that(status=status)
    if decision == "reject":
        assert (seen["reason"], seen["expects"]) == ("review_rejected", "nothing")
        assert registrant.call("POST", "/dispute")[0] == 410
    assert registrant.id not in [each["id"] for each in operator.list()]
    registrant.call("DELETE")
