"""Mistakes are caught at the door and mended in place: hints, what is void, what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions.registration.mending import VOIDS, voided
from functions.registration.models import Details, stored
from functions.registration.problems import Problem
from functions.registration.sessions import holds_session
from functions.shared.reasons import FIELDS, HINTS, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.api import HttpAnswer
    from local.stack import LocalStack
    from tests.api.conftest import Bench, Still

DETAILS = {
    "nik": "3171015708859001",
    "nik_last4": "9001",
    "full_name": "Kemala Padi Emas",
    "birth_date": "1985-08-17",
    "sex": "female",
    "phone": "+6281234567890",
    "kk_number": "3171010101019001",
    "acknowledged_hints": [],
}


def error(pointer: str, code: str, **more: object) -> dict[str, Any]:
    """A member of `errors`, in English."""
    return {"pointer": pointer, "code": code, "detail": text(code, "en").detail, **more}


def hint(pointer: str, code: str, **more: object) -> dict[str, Any]:
    """The same for a hint."""
    return error(pointer, code, **more, hint=True)


# ----------------------------------------------------------------------------------------------------------- at the door


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        (
            {"nik": "3171015709859001"},
            [hint("#/nik", "nik_birth_date_digit", positions=[10], suggestion="8", related=["#/birth_date"])],
        ),
        (
            {"nik": "3171011708859001"},
            [hint("#/nik", "nik_plus_40_missing", positions=[7], suggestion="5", related=["#/sex"])],
        ),
        ({"sex": "male"}, [hint("#/nik", "nik_plus_40_added", positions=[7], suggestion="1", related=["#/sex"])]),
        (
            {"birth_date": "1985-07-18"},
            [hint("#/nik", "nik_birth_date_differs", positions=[8, 10], suggestion="87", related=["#/birth_date"])],
        ),
        (
            {"birth_date": "1958-08-17"},
            [hint("#/nik", "nik_digits_swapped", positions=[11, 12], suggestion="58", related=["#/birth_date"])],
        ),
        ({"nik": "9101015708859001"}, [hint("#/nik", "nik_region_retired", positions=[1, 2, 3, 4, 5, 6])]),
        ({"nik": "3171095708859001"}, [hint("#/nik", "nik_region_unknown", positions=[1, 2, 4, 6])]),
        (
            {"nik_last4": "9010"},
            [hint("#/nik", "nik_last4_differs", positions=[15, 16], related=["#/nik_last4"])],
        ),
        (
            {"region_code": "3275"},
            [hint("#/nik", "nik_region_differs", positions=[2, 4], related=["#/region_code"])],
        ),
        ({"region_code": "3171"}, []),
        ({"nik": "\u202a3171 0157 0885 9001\u202c\n", "phone": "\u202a+62 812-3456-7890\u202c"}, []),
        ({"phone": "082134567890"}, []),
        ({"phone": "086034567890"}, [hint("#/phone", "phone_unallocated_prefix")]),
    ],
    ids=lambda value: value[0]["code"] if value and isinstance(value, list) else "",
)
def test_given_something_to_look_at_when_details_are_sent_then_422_and_acknowledged_they_pass(
    still: Callable[..., Still],
    is_problem: Callable[[HttpAnswer], bool],
    changed: dict[str, Any],
    errors: list[dict[str, Any]],
) -> None:
    """Nothing is spent or stored on hints; sent again as the card really shows it, they are taken and flagged."""
    place = still("AwaitDetails")
    before = place.item
    if errors:
        asked = place.call("PUT", "/details", {**DETAILS, **changed})
        assert (asked.status, asked.json()["code"], asked.json()["errors"]) == (422, "hints_to_check", errors)
        assert is_problem(asked)
        assert place.item == before

    codes = [each["code"] for each in errors]
    overruled = place.call("PUT", "/details", {**DETAILS, **changed, "acknowledged_hints": codes})
    assert overruled.status == 202
    flagged = [*place.item["details"]["acknowledged_hints"], *place.item["layers"]["otp"]["flags"]]
    assert flagged == codes
    assert set(codes) <= set(HINTS)


def test_given_other_hints_acknowledged_when_details_are_sent_then_the_open_one_alone_is_asked(
    still: Callable[..., Still],
) -> None:
    """To acknowledge one is not to acknowledge another, and what does not apply is not recorded."""
    place = still("AwaitDetails")
    both = {**DETAILS, "nik": "9101015608859001", "acknowledged_hints": ["nik_region_retired", "nik_age"]}

    asked = place.call("PUT", "/details", both).json()
    assert [each["code"] for each in asked["errors"]] == ["nik_birth_date_digit"]

    both["acknowledged_hints"] = [*both["acknowledged_hints"], "nik_birth_date_digit"]
    assert place.call("PUT", "/details", both).status == 202
    assert place.item["details"]["acknowledged_hints"] == ["nik_birth_date_digit", "nik_region_retired"]


@pytest.mark.parametrize("code", sorted(set(FIELDS) - set(HINTS)))
def test_given_what_can_never_have_been_issued_when_it_is_acknowledged_then_it_is_refused_all_the_same(
    still: Callable[..., Still], code: str
) -> None:
    """Only hints can be overruled, whatever else is acknowledged."""
    place = still("AwaitDetails")
    refused = place.call(
        "PUT", "/details", {**DETAILS, "nik": "3171013202859001", "acknowledged_hints": [code, *sorted(HINTS)]}
    )
    assert (refused.status, refused.json()["code"]) == (422, "invalid_request")
    assert refused.json()["errors"] == [error("#/nik", "nik_date", positions=[7, 8, 10])]


def test_given_several_mistakes_when_details_are_sent_then_one_answer_names_them_all(
    still: Callable[..., Still],
) -> None:
    """A person with a slow line corrects everything at once."""
    wrong = {"nik": "317101570885900", "phone": "08123", "birth_date": "1985-13-01", "full_name": "5"}
    answer = still("AwaitDetails").call("PUT", "/details", {**DETAILS, **wrong}).json()

    assert answer["code"] == "invalid_request"
    assert {each["code"] for each in answer["errors"]} == {
        "nik_too_short",
        "phone_length",
        "birth_date_malformed",
        "name_malformed",
    }


def test_given_a_letter_where_the_birth_date_decides_when_details_are_sent_then_the_digit_is_suggested(
    still: Callable[..., Still],
) -> None:
    """It is refused, because it is no digit; which one it should be is said where birth date and sex tell."""
    answer = still("AwaitDetails").call("PUT", "/details", {**DETAILS, "nik": "317101570B859001"}).json()
    assert answer["errors"] == [error("#/nik", "nik_lookalike", positions=[10], suggestion="8")]


@pytest.mark.parametrize(
    ("changed", "region"),
    [
        ({}, {"province": "Daerah Khusus Ibukota Jakarta", "district": "Gambir", "retired": False}),
        ({"nik": "9101015708859001"}, {"province": "Papua", "district": "Merauke", "retired": True}),
        ({"nik": "9999995708859001"}, None),
    ],
)
def test_given_a_nik_that_can_be_when_details_are_sent_then_the_answer_says_what_it_says(
    still: Callable[..., Still], changed: dict[str, str], region: dict[str, Any] | None
) -> None:
    """Sex, birth date, place of first registration and serial, for the page to show in words."""
    hints = sorted(HINTS)[:20]
    answer = still("AwaitDetails").call("PUT", "/details", {**DETAILS, **changed, "acknowledged_hints": hints}).json()

    says = answer["nik_says"]
    assert (says["sex"], says["birth_date"], says["serial"]) == ("female", "1985-08-17", "9001")
    assert (says["region"] is None) == (region is None)
    assert region is None or says["region"] | region == says["region"]


def test_given_a_nik_that_lawfully_differs_when_echoed_then_it_is_the_nik_that_speaks(
    still: Callable[..., Still],
) -> None:
    """The echo is what the number says, not what the form says."""
    changed = {"nik": "3171011608859001", "acknowledged_hints": sorted(HINTS)[:20]}
    says = still("AwaitDetails").call("PUT", "/details", {**DETAILS, **changed}).json()["nik_says"]
    assert (says["sex"], says["birth_date"]) == ("male", "1985-08-16")


# --------------------------------------------------------------------------------------------------- email and phone


@pytest.mark.parametrize(
    ("typed", "suggestion", "flags"),
    [
        ("siti@gmail.con", "siti@gmail.com", []),
        ("Siti@yaho.com", "Siti@yahoo.com", []),
        ("siti@gmail.com", None, []),
        ("siti@email.com", None, []),
        ("siti@mailinator.com", None, ["email_disposable"]),
    ],
)
def test_given_an_address_when_a_registration_begins_then_a_suggestion_stands_beside_it(
    stack: LocalStack, typed: str, suggestion: str | None, flags: list[str]
) -> None:
    """Nobody is stopped: the registration is created, and the code goes to what was typed."""
    body = {"email": typed, "locale": "id", "consent": {"version": "2026-11", "accepted": True}}
    begun = stack.http("POST", "/v1/registrations", {"Idempotency-Key": f"mending-{typed}"}, body)
    again = stack.http("POST", "/v1/registrations", {"Idempotency-Key": f"mending-{typed}"}, body)

    assert (begun.status, begun.json()["email_suggestion"]) == (201, suggestion)
    assert again.json() == begun.json()
    item = stack.item(begun.json()["id"]) or {}
    assert item["email"] == typed
    assert item["layers"]["email"]["flags"] == flags
    secret = {"Authorization": f"Bearer {begun.json()['session_secret']}"}
    assert stack.http("DELETE", f"/v1/registrations/{begun.json()['id']}", secret).status == 204


def test_given_an_address_that_is_none_when_sent_then_what_may_be_meant_is_suggested(stack: LocalStack) -> None:
    """A comma for a dot, or a space: refused, with the address that a tap would take."""
    for typed in ("siti@gmail,com", "siti @gmail.com", "siti@gmail"):
        body = {"email": typed, "locale": "id", "consent": {"version": "2026-11", "accepted": True}}
        answer = stack.http("POST", "/v1/registrations", {"Accept-Language": "en"}, body)
        assert answer.status == 422
        assert answer.json()["errors"] == [error("#/email", "email_malformed", suggestion="siti@gmail.com")]


def test_given_another_address_when_it_is_changed_then_it_has_its_own_suggestion_and_flags(
    still: Callable[..., Still],
) -> None:
    """What was known of the first address says nothing of the second."""
    place = still("VerifyEmail", layers={"email": {"state": "pending", "flags": ["email_disposable"]}})
    changed = place.call("PUT", "/email", {"email": "siti@gmial.com"})
    assert (changed.status, changed.json()["email_suggestion"]) == (202, "siti@gmail.com")
    place = still("VerifyEmail", layers={"email": {"state": "pending", "flags": ["email_disposable"]}})
    assert place.call("PUT", "/email", {"email": "siti@contoh.example"}).json()["email_suggestion"] is None
    assert place.item["layers"]["email"] == {"state": "pending", "flags": []}


def test_given_a_prefix_nobody_has_when_the_number_is_changed_then_it_can_be_insisted_on(
    still: Callable[..., Still],
) -> None:
    """The same hint as with the details, and the same way past it."""
    place = still("VerifyPhone")
    asked = place.call("PUT", "/phone", {"phone": "086034567890"})
    assert (asked.status, asked.json()["errors"]) == (422, [hint("#/phone", "phone_unallocated_prefix")])
    insisted = {"phone": "086034567890", "acknowledged_hints": ["phone_unallocated_prefix"]}
    assert place.call("PUT", "/phone", insisted).status == 202
    assert place.item["phone"] == "+6286034567890"
    assert place.item["layers"]["otp"]["flags"] == ["phone_unallocated_prefix"]


# ------------------------------------------------------------------------------------------- the mailed code, once more


def _code_accepted(bench: Bench, registration_id: str, code: str) -> str | None:
    try:
        return bench.steps.confirm_email(registration_id, code, None)
    except Problem:
        return None


def test_given_a_confirmed_address_when_its_code_comes_again_then_it_opens_the_same_session(bench: Bench) -> None:
    """The answer was lost, or it is another device: for the code's life, and at once it would be a race (C4)."""
    registration = bench.put("VerifyEmail")
    first = _code_accepted(bench, registration.id, "000042")
    assert first
    assert _code_accepted(bench, registration.id, "000042") is None

    bench.clock.now += 60
    assert _code_accepted(bench, registration.id, "000042") == first
    assert holds_session(bench.get(registration.id), f"Bearer {first}")
    assert bench.get(registration.id).guesses["email"] == 0

    bench.clock.now += 3600
    assert _code_accepted(bench, registration.id, "000042") is None


def test_c3_given_a_confirmed_address_when_its_code_is_guessed_then_no_more_often_than_before(bench: Bench) -> None:
    """What was a wrong guess before counts on, and with the last one the code opens nothing any more."""
    registration = bench.put("VerifyEmail", guesses={"email": 3})
    assert _code_accepted(bench, registration.id, "000042")
    bench.clock.now += 60
    for _ in range(2):
        assert _code_accepted(bench, registration.id, "000043") is None
    assert bench.get(registration.id).guesses["email"] == 5
    assert _code_accepted(bench, registration.id, "000042") is None


@pytest.mark.parametrize(("guesses", "tried"), [(4, "000042"), (4, "000041")])
def test_given_the_last_guess_under_way_when_the_button_is_tapped_again_then_the_registration_does_not_end(
    bench: Bench, guesses: int, tried: str
) -> None:
    """The first tap was counted and is being compared; only a guess that was compared ends anything."""
    registration = bench.put("VerifyEmail", guesses={"email": guesses})
    challenge = registration.challenge
    assert challenge
    assert bench.steps._count_guess(registration.id, "email", challenge)

    with pytest.raises(Problem, match="too_many_guesses"):
        bench.steps._confirm(registration, "email", tried, opens_session=True)
    assert bench.get(registration.id).answered is None

    bench.clock.now += 60  # the first one was never compared, for a crash
    with pytest.raises(Problem, match="too_many_guesses"):
        bench.steps._confirm(registration, "email", tried, opens_session=True)
    assert bench.get(registration.id).answered


# ------------------------------------------------------------------------------------------------------- what is kept

CHANGES = {
    "nik": "3171015708859002",
    "birth_date": "1985-08-18",
    "sex": "male",
    "full_name": "Kemala Padi",
    "kk_number": "3171010101019002",
    "phone": "+6281234567891",
    "email": "lain@contoh.example",
}


@pytest.mark.parametrize("field", VOIDS)
def test_given_one_field_changed_when_asked_what_is_void_then_what_it_was_proof_of(field: str) -> None:
    """The table holds for each field on its own, and added and removed fields count as changed."""
    before = {**DETAILS, "email": "orang@contoh.example"}

    assert voided(before, {**before, field: CHANGES[field]}) == sorted(VOIDS[field])
    assert voided(before, {name: value for name, value in before.items() if name != field}) == sorted(VOIDS[field])
    assert voided({name: value for name, value in before.items() if name != field}, before) == sorted(VOIDS[field])
    assert voided(before, before) == []
    assert voided({}, before) == []


def test_every_field_of_the_details_is_in_the_table_of_what_it_voids() -> None:
    """A new field has to say what it is proof of."""
    assert set(VOIDS) == {*stored(Details.model_validate(DETAILS)), "phone", "email"} - {"acknowledged_hints"}


@pytest.mark.parametrize(
    ("changed", "void", "pending"),
    [
        ({}, [], []),
        ({"phone": "+6281234567891"}, ["otp"], ["otp"]),
        ({"full_name": "Kemala Padi"}, ["dukcapil"], ["dukcapil"]),
        ({"nik": "3171015708859002", "nik_last4": "9002"}, ["dukcapil", "nik"], ["nik", "dukcapil"]),
    ],
)
def test_given_everything_proved_when_something_is_corrected_then_the_rest_stays_proved(
    bench: Bench, changed: dict[str, str], void: list[str], pending: list[str]
) -> None:
    """Only what a changed field was proof of is open again; the address is never confirmed twice."""
    proved = {name: {"state": "passed"} for name in ("email", "nik", "dukcapil", "otp")}
    before = Details.model_validate(DETAILS)
    registration = bench.put("AwaitDetails", details=stored(before), phone=before.phone, layers=proved)

    bench.steps.submit_details(registration, Details.model_validate({**DETAILS, **changed}))

    (item,) = bench.items()
    assert item["answer"].get("voided", []) == void
    assert [
        name for name in ("email", "nik", "dukcapil", "otp") if item["layers"][name]["state"] == "pending"
    ] == pending


def test_given_a_no_of_the_register_when_the_same_is_sent_again_then_it_is_decided_anew(bench: Bench) -> None:
    """The Dukcapil office may have put the record right meanwhile."""
    layers = {name: {"state": "passed"} for name in ("email", "nik", "otp")} | {"dukcapil": {"state": "declined"}}
    details = Details.model_validate(DETAILS)
    registration = bench.put("AwaitDetails", details=stored(details), phone=details.phone, layers=layers)

    bench.steps.submit_details(registration, details)

    (item,) = bench.items()
    assert {name: layer["state"] for name, layer in item["layers"].items()} == {
        "email": "passed",
        "nik": "passed",
        "dukcapil": "pending",
        "otp": "passed",
    }
