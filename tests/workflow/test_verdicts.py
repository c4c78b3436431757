"""What the layers' verdicts mean for the registrant."""

import json
from dataclasses import replace
from threading import Thread

import pytest

from local.operator import Operator
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until


def registering(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody whose details are expected."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    return registrant


def with_record(stack: LocalStack, record: str) -> Resident:
    """A resident whose record in the register is of that kind."""
    return next(each for each in stack.people if each.record == record)


@pytest.mark.parametrize("record", ["inactive", "duplicate_record"])
def test_a_record_that_only_the_dukcapil_office_can_mend_is_named(record: str, stack: LocalStack) -> None:
    """Given such a record, when the register says so, then the registrant learns it and may submit again later."""
    registrant = registering(stack, with_record(stack, record))
    registrant.submit()
    asked = registrant.await_that(expects="details")
    assert asked["reason"] == record
    assert asked["layers"]["dukcapil"] == {"state": "declined", "reason": record}
    assert asked["attempts_left"] == 2


def test_a_record_of_a_deceased_goes_to_a_person(stack: LocalStack) -> None:
    """Given a record that says deceased, when the register answers, then an operator decides."""
    registrant = registering(stack, with_record(stack, "deceased"))
    registrant.submit()
    assert registrant.await_that(status="in_review")["reason"] == "deceased"


def test_c18_a_wrong_name_and_a_wrong_date_read_the_same(stack: LocalStack, resident: Resident) -> None:
    """Given a mismatch, when the registrant looks, then nothing says which element the register denied."""
    seen: list[str] = []
    for wrong in ({"full_name": "Nama Yang Lain"}, {"birth_date": "1950-01-02"}):
        registrant = registering(stack, replace(resident, email=f"{len(seen)}.{resident.email}"))
        registrant.submit(**wrong)
        shown = registrant.await_that(expects="details")
        seen.append(json.dumps(shown | {"id": "", "email": ""}))
    assert seen[0] == seen[1]
    assert json.loads(seen[0])["reason"] == "mismatch"


def test_corrections_used_up_go_to_a_person(stack: LocalStack, resident: Resident) -> None:
    """Given two corrections allowed, when the third submission is declined too, then an operator decides."""
    registrant = registering(stack, resident)
    for left in (3, 2, 1):
        assert registrant.await_that(expects="details")["attempts_left"] == left
        registrant.submit(full_name="Nama Yang Lain")
        registrant.await_that(expects="nothing")
        until(lambda: registrant.see()["status"] != "checking")
    reviewed = registrant.await_that(status="in_review")
    assert reviewed["reason"] == "corrections_used_up"
    assert reviewed["layers"]["dukcapil"]["reason"] == "mismatch"


def test_wrong_guesses_of_the_otp_go_to_a_person(stack: LocalStack, resident: Resident) -> None:
    """Given five guesses, when all are wrong, then nothing more can be guessed and an operator decides."""
    registrant = registering(stack, resident)
    registrant.submit()
    registrant.await_that(expects="phone_code")
    code = registrant.newest_code(resident.phone)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    answers = [registrant.call("POST", "/phone/confirmation", {"code": wrong})[0] for _ in range(5)]
    assert answers == [422, 422, 422, 422, 403]
    assert registrant.call("POST", "/phone/confirmation", {"code": code})[0] in (403, 409)
    assert registrant.await_that(status="in_review")["reason"] == "too_many_guesses"


def test_wrong_guesses_of_the_email_code_end_the_registration(stack: LocalStack, resident: Resident) -> None:
    """Given five guesses, when all are wrong, then it expires with the reason and a new one can begin."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    code = registrant.newest_code(registrant.email)
    for _ in range(5):
        registrant.call("POST", "/email/confirmation", {"code": f"{(int(code) + 1) % 1_000_000:06}"})
    assert registrant.await_that(status="expired")["reason"] == "too_many_guesses"


def test_a_resend_kills_the_older_code(stack: LocalStack, resident: Resident) -> None:
    """Given two mails, when the older code is typed, then it is refused, and the newer one works."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    older = registrant.newest_code(registrant.email)
    until(lambda: registrant.see()["resend_available_in"] == 0)
    assert registrant.call("POST", "/email/resend")[0] == 202
    newer = registrant.newest_code(registrant.email)
    registrant.await_that(expects="email_code")
    if older != newer:
        assert registrant.call("POST", "/email/confirmation", {"code": older})[0] == 422
    assert registrant.call("POST", "/email/confirmation", {"code": newer})[0] == 200


def test_a_mistyped_address_is_changed_in_place(stack: LocalStack, resident: Resident) -> None:
    """Given a typing error in the address, when it is changed, then the code goes to the new one only."""
    registrant = Registrant(stack, resident, email=f"typo.{resident.email}")
    registrant.begin()
    registrant.await_that(expects="email_code")
    assert registrant.call("PUT", "/email", {"email": resident.email})[0] == 202
    registrant.email = resident.email
    registrant.confirm_email()
    registrant.await_that(expects="details")


def test_another_channel_is_used_when_it_is_asked_for(stack: LocalStack, resident: Resident) -> None:
    """Given an SMS that does not arrive, when WhatsApp is asked for, then the next code comes there."""
    registrant = registering(stack, resident)
    registrant.submit()
    registrant.await_that(expects="phone_code")
    registrant.newest_code(resident.phone)
    until(lambda: registrant.see()["resend_available_in"] == 0)
    assert registrant.see()["code_sent"] == {"channel": "sms", "to": f"•••{resident.phone[-3:]}"}
    assert registrant.call("POST", "/phone/resend", {"channel": "whatsapp"})[0] == 202
    code = registrant.newest_code(resident.phone)
    assert registrant.await_that(expects="phone_code")["code_sent"] == {
        "channel": "whatsapp",
        "to": f"•••{resident.phone[-3:]}",
    }
    registrant.confirm_phone(code)
    registrant.await_that(status="verified")
    assert until(lambda: stack.notified(registrant.id))
    # The last one tells of it.
    assert [message.channel for message in registrant.messages()] == ["email", "sms", "whatsapp", "email"]


def test_a_mistyped_number_is_changed_in_place(stack: LocalStack, resident: Resident) -> None:
    """Given a typing error in the number, when it is changed, then the OTP goes to the new one."""
    registrant = registering(stack, resident)
    registrant.submit(phone="+6281288880000")
    registrant.await_that(expects="phone_code")
    assert registrant.call("PUT", "/phone", {"phone": resident.phone})[0] == 202
    registrant.confirm_phone()
    registrant.await_that(status="verified")


def test_c25_two_at_once_with_one_nik_have_one_owner(stack: LocalStack, resident: Resident) -> None:
    """Given two registrations in step, when both confirm the OTP, then one is verified and a person sees the other."""
    both = [
        registering(stack, resident),
        registering(stack, replace(resident, email=f"second.{resident.email}", phone="+6281277770000")),
    ]
    for registrant in both:
        registrant.submit()
        registrant.await_that(expects="phone_code")
    threads = [Thread(target=registrant.confirm_phone) for registrant in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: {each.see()["status"] for each in both} == {"verified", "in_review"}, seconds=20)
    assert sorted(each.see()["status"] for each in both) == ["in_review", "verified"]
    loser = next(each for each in both if each.see()["status"] == "in_review")
    assert loser.see()["reason"] == "duplicate"


@pytest.mark.parametrize(
    ("decision", "expects", "status"),
    [
        ("approve", "phone_code", "phone_pending"),
        ("correct", "details", "details_pending"),
        ("reject", "nothing", "rejected"),
    ],
)
def test_an_operator_s_decision_is_taken(decision: str, expects: str, status: str, stack: LocalStack) -> None:
    """Given a case in review, when an operator decides, then the workflow goes on accordingly."""
    registrant = registering(stack, with_record(stack, "deceased"))
    registrant.submit()
    registrant.await_that(status="in_review")
    waiting = (stack.item(registrant.id) or {})["waiting"]
    # What the API for operators will write, once there is one.
    stack.client("dynamodb").update_item(
        TableName=stack.physical_id("RegistrationsTable"),
        Key={"id": {"S": registrant.id}},
        UpdateExpression="SET answer = :answer",
        ExpressionAttributeValues={":answer": {"M": {"entry_id": {"S": waiting["entry_id"]}, "kind": {"S": decision}}}},
    )
    registrant.await_that(expects=expects, status=status)


def test_an_approval_of_one_question_is_none_of_the_next(stack: LocalStack) -> None:
    """Given an OTP case that was read, when the register says meanwhile that the person died, then that is asked anew."""
    stack.set_faults({"dukcapil": "down"})
    registrant = registering(stack, with_record(stack, "deceased"))
    registrant.submit()
    code = registrant.newest_code(registrant.resident.phone)
    for wrong in range(1, 6):
        registrant.confirm_phone(f"{(int(code) + wrong) % 1_000_000:06}")
    assert registrant.await_that(status="in_review")["reason"] == "too_many_guesses"
    operator = Operator(stack)
    read = operator.read(registrant.id)
    assert read["layer"] == "otp"
    stack.set_faults({"dukcapil": "up"})
    assert operator.decide(registrant.id, "approve", question=read["question"]).status == 202
    assert until(lambda: operator.read(registrant.id).get("layer") == "dukcapil")
    late = Operator(stack, "petugas.lain").decide(registrant.id, "approve", question=read["question"])
    assert (late.status, late.json()["code"]) == (409, "case_changed")
    assert registrant.see()["status"] == "in_review"
    assert operator.decide(registrant.id, "reject").status == 202
    registrant.await_that(status="rejected")


def test_withdrawal_stops_the_workflow_and_erases_the_person(stack: LocalStack, resident: Resident) -> None:
    """Given a registration under way, when it is withdrawn, then its execution ends and nothing personal is left."""
    registrant = registering(stack, resident)
    registrant.submit()
    registrant.await_that(expects="phone_code")
    assert registrant.call("DELETE")[0] == 204
    until(lambda: (execution := stack.execution(registrant.id)) and execution.status == "ABORTED")
    execution = stack.execution(registrant.id)
    assert execution is not None
    assert execution.status == "ABORTED"
    left = json.dumps(stack.item(registrant.id), default=str)
    for personal in (resident.nik, resident.full_name, resident.phone, resident.email, resident.birth_date.isoformat()):
        assert personal not in left
    assert registrant.see()["status"] == "withdrawn"
