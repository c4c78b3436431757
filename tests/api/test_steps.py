"""The steps in their order: what each answers when it is early, late or doubled, and what reading and withdrawing do."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it has no types

from functions.registration.models import Details, stored
from functions.registration.problems import Problem
from functions.registration.steps import WITHDRAWALS
from functions.registration.view import POLL_WAITING, POLL_WORKING
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.api import HttpAnswer
    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.api.conftest import Bench, State, Still, Walker

type Method = Literal["GET", "POST", "PUT", "DELETE"]

REGISTRATIONS = "/v1/registrations"
OPENAPI: dict[str, Any] = json.loads((Path(__file__).resolve().parents[2] / "docs" / "openapi.json").read_text())
ORIGIN = "http://127.0.0.1:8080"
ENDED = ("verified", "rejected", "expired", "withdrawn")
DETAILS = {
    "nik": "3171014508859001",
    "full_name": "Kemala Padi Emas",
    "birth_date": "1985-08-05",
    "sex": "female",
    "phone": "081234567890",
}


class Step(NamedTuple):
    """A step, and the state whose answer it is."""

    method: Method
    path: str
    body: Any
    state: State
    done: int


STEPS = {
    "confirm_email": Step("POST", "/email/confirmation", {"code": "072946"}, "VerifyEmail", 200),
    "resend_email": Step("POST", "/email/resend", None, "VerifyEmail", 202),
    "change_email": Step("PUT", "/email", {"email": "lain@contoh.example"}, "VerifyEmail", 202),
    "details": Step("PUT", "/details", DETAILS, "AwaitDetails", 202),
    "confirm_phone": Step("POST", "/phone/confirmation", {"code": "072946"}, "VerifyPhone", 200),
    "resend_phone": Step("POST", "/phone/resend", {"channel": "whatsapp"}, "VerifyPhone", 202),
    "change_phone": Step("PUT", "/phone", {"phone": "081234567891"}, "VerifyPhone", 202),
}
STATES: tuple[State | None, ...] = (None, "VerifyEmail", "AwaitDetails", "VerifyPhone", "ManualReview")
OF_STEP = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())


def fits(answer: HttpAnswer, schema: str) -> bool:
    """Whether a body is what the committed OpenAPI file says, with no member that it does not name."""
    components = {"components": OPENAPI["components"]}
    Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **components}).validate(answer.json())
    return set(answer.json()) <= set(OPENAPI["components"]["schemas"][schema]["properties"])


# ------------------------------------------------------------------------------------------------------------- order


@OF_STEP
def test_c19_given_another_state_when_a_step_is_taken_then_409_and_nothing_changes(
    still: Callable[..., Still], is_problem: Callable[[HttpAnswer], bool], step: Step
) -> None:
    """A step that is early, or whose state is over, is refused; there is no way past a layer."""
    for state in STATES:
        if state == step.state:
            continue
        place = still(state)
        before = place.item
        answer = place.call(step.method, step.path, step.body)
        assert (answer.status, answer.json()["code"]) == (409, "not_expected_now"), state
        assert answer.header("Retry-After") == str(answer.json()["retry_after"])
        assert is_problem(answer)
        assert place.item == before


@OF_STEP
@pytest.mark.parametrize("status", ENDED)
def test_c19_given_an_ended_registration_when_a_step_is_taken_then_410_and_nothing_changes(
    still: Callable[..., Still], is_problem: Callable[[HttpAnswer], bool], step: Step, status: str
) -> None:
    """What has ended stays as it is, whatever is left in its item."""
    for state in (None, step.state):
        place = still(state, status=status)
        before = place.item
        answer = place.call(step.method, step.path, step.body)
        assert (answer.status, answer.json()["code"]) in ((410, "registration_ended"), (409, "not_expected_now"))
        assert state or answer.status == 410
        assert is_problem(answer)
        assert place.item == before


@OF_STEP
def test_c19_given_a_wait_that_is_over_when_its_step_is_taken_then_409(still: Callable[..., Still], step: Step) -> None:
    """A step that comes after its time is late, however little."""
    place = still(step.state, waiting={"ends_at": int(time.time())})
    before = place.item
    answer = place.call(step.method, step.path, step.body)
    assert (answer.status, answer.json()["code"]) == (409, "not_expected_now")
    assert place.item == before
    assert place.call("GET").json()["expects"] == "nothing"


@OF_STEP
def test_c19_given_its_state_when_a_step_is_taken_twice_then_the_second_is_refused(
    still: Callable[..., Still], is_problem: Callable[[HttpAnswer], bool], step: Step
) -> None:
    """The first answers the wait; until the workflow has moved on nothing else is expected."""
    place = still(step.state)
    assert place.call(step.method, step.path, step.body).status == step.done
    after = place.item
    assert after["answer"]["entry_id"] == after["waiting"]["entry_id"]
    for again in STEPS.values():
        answer = place.call(again.method, again.path, again.body)
        assert (answer.status, answer.json()["code"]) == (409, "not_expected_now")
        assert is_problem(answer)
    assert place.item == after


@OF_STEP
def test_c19_given_the_next_entry_when_a_step_was_read_before_it_then_it_does_not_answer_it(
    bench: Bench, step: Step
) -> None:
    """A request that read an earlier entry never answers a later one."""
    stale = bench.put(step.state)
    bench.steps.registrations.update(
        stale.id,
        "SET waiting.entry_id = :next, challenge.entry_id = :next"
        if stale.challenge
        else "SET waiting.entry_id = :next",
        condition="attribute_exists(id)",
        values={":next": "VerifyPhone@later"},
    )
    steps: dict[str, Callable[[], object]] = {
        "/email/confirmation": lambda: bench.steps._confirm(stale, "email", "000042", opens_session=True),
        "/email/resend": lambda: bench.steps.resend_email(stale),
        "/email": lambda: bench.steps.change_email(stale, "lain@contoh.example"),
        "/phone/confirmation": lambda: bench.steps.confirm_phone(stale, "000042"),
        "/phone/resend": lambda: bench.steps.resend_phone(stale, None),
        "/phone": lambda: bench.steps.change_phone(stale, "+6281234567891"),
        "/details": lambda: bench.steps.submit_details(stale, _details()),
    }
    before = bench.items()
    with pytest.raises(Problem):
        steps[step.path]()
    assert bench.items() == before


def _details() -> Any:  # noqa: ANN401 (the API's model)
    return Details.model_validate(DETAILS)


def test_c19_given_a_whole_registration_when_every_step_is_tried_at_every_step_then_only_the_right_one_is_taken(
    walker: Walker,
) -> None:
    """On the real workflow: all steps of other states are refused with 409 on the way, and with 410 in the end."""

    def refused(*, but: str, status: int = 409) -> None:
        for step in STEPS.values():
            if step.state != but:
                answer = walker.http(step.method, step.path, step.body)
                assert answer.status == status, (step, answer.body)

    walker.await_that(expects="email_code")
    refused(but="VerifyEmail")
    walker.confirm_email()
    walker.await_that(expects="details")
    refused(but="AwaitDetails")
    assert walker.submit()[0] == 202
    walker.await_that(expects="phone_code")
    refused(but="VerifyPhone")
    assert walker.confirm_phone()[0] == 200
    walker.await_that(status="verified")
    refused(but="", status=410)


def test_c19_given_details_when_they_are_sent_with_another_phone_then_the_verified_one_is_void(bench: Bench) -> None:
    """A phone that passed does not vouch for another number that comes with a correction."""
    passed = {name: {"state": "passed"} for name in ("email", "nik", "dukcapil", "otp")}
    given = {"phone": "+6281111111111", "details": stored(_details())}
    registration = bench.put("AwaitDetails", **given, layers=passed, guesses={"phone": 3})
    bench.steps.submit_details(registration, _details())
    (item,) = bench.items()
    assert (item["phone"], item["answer"]["voided"], item["guesses"]["phone"]) == ("+6281234567890", ["otp"], 3)
    assert item["layers"]["otp"]["state"] == "pending"


@pytest.mark.parametrize("state", ["pending", "skipped", "approved"])
def test_given_a_phone_that_nobody_confirmed_when_another_comes_with_a_correction_then_it_is_verified(
    bench: Bench, state: str
) -> None:
    """Skipped by policy, or approved by an operator, was the first number; the second one gets an OTP."""
    layers = {name: {"state": "passed"} for name in ("email", "nik", "dukcapil")} | {"otp": {"state": state}}
    given = {"phone": "+6281111111111", "details": stored(_details())}
    registration = bench.put("AwaitDetails", **given, layers=layers)
    bench.steps.submit_details(registration, _details())
    (item,) = bench.items()
    assert item["answer"]["voided"] == ["otp"]


# ----------------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("state", ["VerifyEmail", "AwaitDetails", "VerifyPhone"])
def test_c16_given_a_registration_when_it_is_read_100_times_then_nothing_changes(
    still: Callable[..., Still], state: State
) -> None:
    """Mail scanners and impatient people read as often as they like."""
    place = still(state)
    before = place.item
    secret = {"Authorization": f"Bearer {place.secret}"}
    for method in ("GET", "HEAD"):
        for path in ("", "/email/confirmation", "/email/resend", "/phone/confirmation", "/phone/resend"):
            for headers, times in ((secret, 1 if path else 100), ({}, 3)):
                for _ in range(times):
                    place.stack.http(method, f"{REGISTRATIONS}/{place.id}{path}", headers)
    assert place.item == before


@pytest.mark.parametrize(
    ("state", "expects", "attempts_left", "resend", "seconds"),
    [
        (None, "nothing", None, None, POLL_WORKING),
        ("VerifyEmail", "email_code", 5, 0, POLL_WAITING),
        ("AwaitDetails", "details", 3, None, POLL_WAITING),
        ("VerifyPhone", "phone_code", 5, 0, POLL_WAITING),
        ("ManualReview", "nothing", None, None, POLL_WORKING),
    ],
)
def test_given_a_state_when_read_then_it_says_what_is_expected_and_when_to_ask_again(  # noqa: PLR0913, PLR0917
    still: Callable[..., Still],
    state: State | None,
    expects: str,
    attempts_left: int | None,
    resend: int | None,
    seconds: int,
) -> None:
    """The answer is as the OpenAPI file describes it, and tells how many tries are left and when to come back."""
    place = still(state)
    answer = place.call("GET", Origin=ORIGIN)
    seen = answer.json()
    assert answer.status == 200
    assert fits(answer, "RegistrationView")
    assert (seen["expects"], seen["attempts_left"], seen["resend_available_in"]) == (expects, attempts_left, resend)
    assert answer.header("Retry-After") == str(seconds)
    assert answer.header("Cache-Control") == "no-store"
    assert answer.header("Content-Type") == "application/json"
    assert answer.header("Access-Control-Allow-Origin") == ORIGIN
    assert {"ETag", "Retry-After"} <= set((answer.header("Access-Control-Expose-Headers") or "").split(","))
    assert "Authorization" in (answer.header("Vary") or "")


@pytest.mark.parametrize("status", ENDED)
def test_given_an_end_when_read_then_nobody_is_asked_to_come_back(still: Callable[..., Still], status: str) -> None:
    """Nothing more will happen, so there is nothing to wait for; a rejection can be disputed."""
    answer = still(None, status=status).call("GET")
    assert fits(answer, "RegistrationView")
    assert answer.header("Retry-After") is None
    assert answer.json()["expects"] == ("dispute" if status == "rejected" else "nothing")


@OF_STEP
def test_given_a_step_when_it_is_taken_then_the_answer_is_as_the_openapi_file_says(
    still: Callable[..., Still], step: Step
) -> None:
    """Status and body of every step are described."""
    place = still(step.state)
    answer = place.call(step.method, step.path, step.body, Origin=ORIGIN)
    route = OPENAPI["paths"][f"{REGISTRATIONS}/{{registration_id}}{step.path}"][step.method.lower()]["responses"]
    described = route[str(answer.status)]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert answer.status == step.done
    assert fits(answer, described)
    assert (answer.header("Cache-Control"), answer.header("Access-Control-Allow-Origin")) == ("no-store", ORIGIN)


def test_given_a_beginning_when_answered_then_it_is_as_the_openapi_file_says(stack: LocalStack) -> None:
    """201 with id, secret and location."""
    body = {"email": f"{uuid4()}@contoh.example", "consent": {"version": "1", "accepted": True}}
    answer = stack.http("POST", REGISTRATIONS, {"Origin": ORIGIN}, body)
    secret = {"Authorization": f"Bearer {answer.json()['session_secret']}"}
    stack.http("DELETE", answer.header("Location") or "", secret)
    assert answer.status == 201
    assert fits(answer, "Begun")
    assert (answer.header("Cache-Control"), answer.header("Access-Control-Allow-Origin")) == ("no-store", ORIGIN)


def test_given_the_schema_when_an_answer_does_not_fit_then_it_is_noticed() -> None:
    """What compares answers with the OpenAPI file can fail."""
    schema = {"$ref": "#/components/schemas/RegistrationView", "components": OPENAPI["components"]}
    assert not Draft202012Validator(schema).is_valid({"id": "x"})


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:8081", f"{ORIGIN}.example"])
def test_given_another_origin_when_it_calls_then_no_browser_may_show_it_the_answer(
    still: Callable[..., Still], origin: str
) -> None:
    """The registration page's origin alone may read answers."""
    place = still("VerifyEmail")
    for answer in (
        place.call("GET", Origin=origin),
        place.call("POST", "/email/confirmation", b"{", Origin=origin),
        place.call("POST", "/email/confirmation", b" " * 20_000, Origin=origin),
        place.stack.http("GET", "/nowhere", {"Origin": origin}),
        place.stack.http("OPTIONS", f"{REGISTRATIONS}/{place.id}/email", {"Origin": origin}),
    ):
        assert answer.header("Access-Control-Allow-Origin") in (None, ORIGIN)
        assert answer.header("Access-Control-Allow-Credentials") in (None, "false")


@pytest.mark.parametrize("path", ["", "/x", "/x/email", "/x/email/confirmation", "/x/details", "/x/phone/resend"])
def test_given_a_page_when_its_browser_asks_first_then_it_may_send_what_the_api_needs(
    stack: LocalStack, path: str
) -> None:
    """The preflight allows the methods and headers of the API, for the page's origin."""
    answer = stack.http("OPTIONS", f"{REGISTRATIONS}{path}", {"Origin": ORIGIN})
    assert answer.status in (200, 204)
    assert answer.header("Access-Control-Allow-Origin") == ORIGIN
    allowed = (answer.header("Access-Control-Allow-Headers") or "").lower().split(",")
    assert {"authorization", "content-type", "idempotency-key", "accept-language", "if-none-match"} <= set(allowed)
    assert {"GET", "POST", "PUT", "DELETE"} <= set((answer.header("Access-Control-Allow-Methods") or "").split(","))


def test_given_nothing_new_when_read_with_the_etag_then_304(still: Callable[..., Still]) -> None:
    """Whoever has the newest answer gets no body; when something changed, the new one with another ETag."""
    place = still("VerifyEmail")
    first = place.call("GET")
    tag = first.header("ETag") or ""
    same = place.call("GET", If_None_Match=tag)
    assert (same.status, same.body, same.header("ETag")) == (304, "", tag)
    assert same.header("Cache-Control") == "no-store"
    assert same.header("Retry-After") == first.header("Retry-After")
    assert place.call("GET", If_None_Match='W/"another"').status == 200
    place.call("POST", "/email/confirmation", {"code": place.wrong_code})
    changed = place.call("GET", If_None_Match=tag)
    assert (changed.status, changed.json()["attempts_left"]) == (200, 4)
    assert changed.header("ETag") != tag


def test_given_the_etag_when_a_stranger_reads_with_it_then_404(still: Callable[..., Still]) -> None:
    """To know an answer's tag is no session."""
    place = still("VerifyEmail")
    tag = place.call("GET").header("ETag") or ""
    answer = place.stack.http("GET", f"{REGISTRATIONS}/{place.id}", {"If-None-Match": tag})
    assert answer.status == 404


def test_given_a_countdown_when_it_runs_then_the_etag_stays(still: Callable[..., Still]) -> None:
    """Seconds that go by are nothing new."""
    later = int(time.time()) + 1000
    place = still("VerifyEmail", challenge={"resend_at": later})
    tag = place.call("GET").header("ETag")
    place.client.update_item(
        TableName=place.table,
        Key={"id": place.id},
        UpdateExpression="SET challenge.resend_at = :sooner",
        ExpressionAttributeValues={":sooner": later - 500},
    )
    assert place.call("GET").header("ETag") == tag


# -------------------------------------------------------------------------------------------------------- withdrawal


def personal(resident: Resident, email: str) -> tuple[str, ...]:
    """What nobody may find of a person, in any spelling that is stored."""
    return (
        email,
        resident.nik,
        resident.full_name,
        resident.birth_date.isoformat(),
        resident.phone,
        resident.phone.removeprefix("+"),
        resident.kk_number,
    )


def _items_but_of_others(walker: Walker) -> list[dict[str, Any]]:
    """What could hold something of the person; of the others some have the same name."""
    return [each for each in walker.stack.items() if each.get("kind") != "registration" or each["id"] == walker.id]


@pytest.mark.parametrize("until_step", ["email", "details", "phone"])
def test_c36_given_a_running_registration_when_withdrawn_then_it_is_stopped_and_nothing_personal_is_left(
    walker: Walker, until_step: str
) -> None:
    """204; the execution is aborted, the person is erased, and who withdrew still sees that it is withdrawn."""
    resident = walker.resident
    walker.await_that(expects="email_code")
    if until_step != "email":
        walker.confirm_email()
        walker.await_that(expects="details")
    if until_step == "phone":
        walker.submit(kk_number=resident.kk_number)
        walker.await_that(expects="phone_code")
        assert resident.nik in repr(walker.stack.items())
    assert walker.email in repr(walker.stack.items())

    withdrawn = walker.http("DELETE")
    assert (withdrawn.status, withdrawn.body) == (204, "")

    stopped = until(lambda: (found := walker.stack.execution(walker.id)) and found.status != "RUNNING" and found)
    assert stopped
    assert stopped.status == "ABORTED"
    left = repr(_items_but_of_others(walker))
    assert not [each for each in personal(resident, walker.email) if each in left]
    seen = walker.http("GET")
    assert fits(seen, "RegistrationView")
    assert {name: seen.json()[name] for name in ("status", "expects", "reason")} == {
        "status": "withdrawn",
        "expects": "nothing",
        "reason": "withdrawn",
    }
    before = walker.stack.item(walker.id)
    assert walker.http("DELETE").status == 204
    assert walker.stack.item(walker.id) == before
    assert walker.http("POST", "/email/confirmation", {"code": "123456"}).status == 410


def test_c36_given_a_verified_registration_when_withdrawn_then_the_nik_can_be_used_again(
    walker: Walker, resident: Resident, patient_stack: LocalStack
) -> None:
    """The claim is released with the person; another registration of the same NIK becomes verified."""
    walker.confirm_email()
    walker.submit()
    walker.confirm_phone()
    walker.await_that(status="verified")
    claim = (patient_stack.item(walker.id) or {})["claim"]
    assert (patient_stack.item(claim) or {})["registration_id"] == walker.id
    assert until(lambda: (found := patient_stack.execution(walker.id)) and found.status == "SUCCEEDED")

    assert walker.http("DELETE").status == 204
    assert patient_stack.item(claim) is None
    left = repr(_items_but_of_others(walker))
    assert not [each for each in personal(resident, walker.email) if each in left]

    again = type(walker)(patient_stack, resident, email=f"lagi.{resident.email}", read=walker.read)
    again.register()
    assert again.await_that(status="verified")["reason"] is None
    assert (patient_stack.item(claim) or {})["registration_id"] == again.id
    # The first one, withdrawn again, does not take the claim from its new owner.
    assert walker.http("DELETE").status == 204
    assert (patient_stack.item(claim) or {})["registration_id"] == again.id
    assert again.http("DELETE").status == 204


@pytest.mark.parametrize("status", ["verified", "rejected", "expired", "in_review", "settling"])
def test_c36_given_any_status_when_withdrawn_then_the_person_is_erased(bench: Bench, status: str) -> None:
    """Consent can be withdrawn at any time, after the end as well."""
    registration = bench.put("VerifyPhone", status=status, preferred_channel="whatsapp", begun_with="ab" * 32)
    bench.steps.withdraw(registration)
    (item,) = bench.items()
    assert item["status"] == "withdrawn"
    kept = {"id", "kind", "status", "reason", "locale", "sessions", "guesses", "sendings", "changes", "policy_version"}
    assert set(item) <= kept | {"created_at", "updated_at", "purge_at", "assurance"}


def test_c36_given_a_claim_that_is_not_its_own_when_withdrawn_then_the_claim_stays(bench: Bench) -> None:
    """Who only typed another person's NIK does not release it by withdrawing."""
    bench.client.put_item(TableName=bench.steps.registrations.table, Item={"id": "nik#x", "registration_id": "owner"})
    bench.steps.withdraw(bench.put("ManualReview", claim="nik#x"))
    assert "nik#x" in {item["id"] for item in bench.items()}


def test_c36_given_a_step_at_the_same_moment_when_withdrawn_then_the_withdrawal_holds(bench: Bench) -> None:
    """A step that read the registration before it was withdrawn writes nothing into what is left."""
    stale = bench.put("AwaitDetails")
    bench.steps.withdraw(stale)
    before = bench.items()
    with pytest.raises(Problem, match="registration_ended"):
        bench.steps.submit_details(stale, _details())
    assert bench.items() == before


def test_c36_given_a_registration_that_moved_on_when_withdrawn_then_it_is_withdrawn(bench: Bench) -> None:
    """A withdrawal does not lose against a change of status at the same moment."""
    stale = bench.put("AwaitDetails")
    bench.steps.submit_details(stale, _details())
    assert bench.get(stale.id).status is not stale.status
    bench.steps.withdraw(stale)
    assert bench.get(stale.id).status == "withdrawn"
    assert bench.get(stale.id).details is None


def test_c36_given_a_registration_that_never_stands_still_when_withdrawn_then_409(bench: Bench) -> None:
    """It is tried a few times, not for ever."""
    registrations = bench.steps.registrations
    registration = bench.put("AwaitDetails")
    tries: list[str] = []

    def go_on(**_: Any) -> None:  # noqa: ANN401 (botocore's)
        tries.append("settling" if len(tries) % 2 else "checking")
        registrations.client().update_item(
            TableName=registrations.table,
            Key={"id": registration.id},
            UpdateExpression="SET #status = :status",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": tries[-1]},
        )

    events = registrations.client().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", go_on)
    try:
        with pytest.raises(Problem, match="not_expected_now"):
            bench.steps.withdraw(registration)
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", go_on)
    assert len(tries) == WITHDRAWALS
    bench.steps.withdraw(bench.get(registration.id))
    assert bench.get(registration.id).status == "withdrawn"


def test_c36_given_a_registration_that_is_gone_when_withdrawn_then_404(bench: Bench) -> None:
    """Deleted in the meantime, by its time to live."""
    registrations = bench.steps.registrations
    registration = bench.put("AwaitDetails")
    registrations.client().delete_item(TableName=registrations.table, Key={"id": registration.id})
    with pytest.raises(Problem, match="registration_not_found"):
        bench.steps.withdraw(registration)
