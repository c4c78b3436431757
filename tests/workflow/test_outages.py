"""What the policy makes of an outage, layer by layer."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from flask import Response, request

from functions.shared.policy import Policy
from local.operator import Operator
from local.partners import carrier
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until


def changed(policy: Policy, layer: str, **values: Any) -> Policy:  # noqa: ANN401 (JSON)
    """The policy with some values of a layer changed."""
    document = policy.model_dump(mode="json")
    document[layer] |= values
    return Policy.model_validate(document | {"policy_version": "changed"})


def begun(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody who has just begun."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    return registrant


def with_details(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody who has confirmed the address and submitted the details."""
    registrant = begun(stack, resident)
    registrant.confirm_email()
    registrant.submit()
    return registrant


def test_register_down_with_wait_parks_before_the_otp(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given `wait`, when the register is down, then the registration is parked and goes on when it is back."""
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"dukcapil": "down"})
    registrant = with_details(stack, resident)
    registrant.await_state("QueueDukcapil")
    assert registrant.see()["status"] == "checking"
    stack.set_faults({"dukcapil": "up"})
    registrant.confirm_phone()
    assert registrant.await_that(status="verified")["assurance"]["dukcapil"] == "passed"


def test_register_down_with_skip_says_so_in_the_result(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given `skip`, when the register is down, then the result names the layer as skipped, and by which policy."""
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="skip"))
    stack.set_faults({"dukcapil": "down"})
    registrant = with_details(stack, resident)
    registrant.confirm_phone()
    verified = registrant.await_that(status="verified")
    assert verified["assurance"]["dukcapil"] == "skipped"
    assert verified["assurance"]["policy_version"] == "changed"
    assert verified["layers"]["dukcapil"]["state"] == "skipped"


@pytest.mark.parametrize(("layer", "partners"), [("dukcapil", ["dukcapil"]), ("otp", ["sms", "whatsapp"])])
def test_outage_with_review_goes_to_a_person(
    layer: str, partners: list[str], stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given `review`, when a partner is down, then an operator's queue has the case."""
    stack.set_policy(changed(fast_policy, layer, on_unavailable="review"))
    stack.set_faults(dict.fromkeys(partners, "down"))
    registrant = with_details(stack, resident)
    reviewed = registrant.await_that(status="in_review")
    assert reviewed["reason"] == {"dukcapil": "dukcapil_unavailable", "otp": "phone_unavailable"}[layer]
    assert reviewed["expects"] == "nothing"


def test_whoever_is_parked_after_the_last_code_is_told_so(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given mail and register down, when the mail's code is the last step, then it says what is waited for, and for how long."""
    stack.set_policy(changed(fast_policy, "email", on_unavailable="defer"))
    stack.set_faults({"email": "down", "dukcapil": "down"})
    registrant = begun(stack, resident)
    registrant.submit()
    registrant.confirm_phone()
    stack.set_faults({"email": "up"})
    registrant.confirm_email()
    assert registrant.await_that(status="settling")["reason"] == "dukcapil_unavailable"
    stack.set_faults({"dukcapil": "up"})
    registrant.await_that(status="verified")


@pytest.mark.parametrize("mode", ["quota", "wrong"])
def test_c22_whatever_the_register_says_wrongly_is_no_verdict(mode: str, stack: LocalStack, resident: Resident) -> None:
    """Given an exhausted quota or garbage, when the register answers, then the person loses no attempt."""
    stack.set_faults({"dukcapil": mode})
    registrant = with_details(stack, resident)
    registrant.confirm_phone()
    waiting = registrant.await_that(status="settling")
    assert waiting["layers"]["dukcapil"] == {"state": "deferred", "reason": None}
    stack.set_faults({"dukcapil": "up"})
    stack.midnight()
    registrant.await_that(status="verified")


def test_a_late_no_brings_the_person_back_and_the_otp_is_not_sent_again(stack: LocalStack, resident: Resident) -> None:
    """Given a deferred register, when it says no later, then the data are corrected without a second OTP."""
    stack.set_faults({"dukcapil": "down"})
    registrant = begun(stack, resident)
    registrant.confirm_email()
    registrant.submit(full_name="Nama Yang Lain")
    registrant.confirm_phone()
    stack.set_faults({"dukcapil": "up"})
    asked = registrant.await_that(expects="details")
    assert asked["reason"] == "mismatch"
    registrant.submit()
    verified = registrant.await_that(status="verified")
    assert verified["assurance"]["otp"] == "passed"
    assert [message.channel for message in registrant.messages()].count("sms") == 1


def test_a_changed_number_in_a_correction_is_verified_again(stack: LocalStack, resident: Resident) -> None:
    """Given a confirmed phone, when the correction names another number, then that one gets an OTP too."""
    stack.set_faults({"dukcapil": "down"})
    registrant = begun(stack, resident)
    registrant.confirm_email()
    registrant.submit(full_name="Nama Yang Lain")
    registrant.confirm_phone()
    stack.set_faults({"dukcapil": "up"})
    registrant.await_that(expects="details")
    other = "+6281299990000"
    registrant.submit(phone=other)
    registrant.await_that(expects="phone_code")
    registrant.call("POST", "/phone/confirmation", {"code": registrant.newest_code(other)})
    registrant.await_that(status="verified")


def test_no_channel_up_holds_and_goes_on_when_one_is_back(stack: LocalStack, resident: Resident) -> None:
    """Given SMS and WhatsApp down, when SMS is back, then the OTP comes, once, and no attempt was lost."""
    stack.set_faults({"sms": "down", "whatsapp": "down"})
    registrant = with_details(stack, resident)
    registrant.await_state("HoldPhone")
    assert registrant.see()["expects"] == "nothing"
    stack.set_faults({"sms": "up"})
    registrant.await_that(expects="phone_code")
    assert registrant.see()["attempts_left"] == 5
    registrant.confirm_phone()
    registrant.await_that(status="verified")
    assert [message.channel for message in registrant.messages()][:2] == ["email", "sms"]


def test_a_carrier_that_fails_after_it_took_the_message_costs_nobody_an_attempt(
    stack: LocalStack, resident: Resident
) -> None:
    """Given an error after each SMS was taken, when an older code is typed, then it is called older, and the newest is right."""
    answer = carrier._answer

    def fails(accepted: dict[str, str]) -> Response:
        return Response("", status=502) if "/sms" in request.path or request.path == "/" else answer(accepted)

    with patch.object(carrier, "_answer", fails):
        registrant = with_details(stack, resident)
        registrant.await_that(expects="phone_code")
        assert until(lambda: registrant.messages()[-1].channel == "whatsapp")
    older, newest = (
        next(each.code for each in registrant.messages()[::step] if each.channel != "email") for step in (1, -1)
    )
    assert older != newest
    status, told = registrant.call("POST", "/phone/confirmation", {"code": older})
    assert (status, told["code"]) == (422, "code_superseded")
    assert registrant.see()["attempts_left"] == 5
    assert registrant.call("POST", "/phone/confirmation", {"code": newest})[0] == 200
    registrant.await_that(status="verified")


def test_no_channel_with_skip_is_named_in_the_result(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given `skip` for the OTP, when no channel sends, then the result says that nobody typed a code."""
    stack.set_policy(changed(fast_policy, "otp", on_unavailable="skip"))
    stack.set_faults({"sms": "down", "whatsapp": "down"})
    registrant = with_details(stack, resident)
    assert registrant.await_that(status="verified")["assurance"]["otp"] == "skipped"


def test_mail_down_with_defer_is_settled_at_the_end(stack: LocalStack, resident: Resident, fast_policy: Policy) -> None:
    """Given `defer`, when no mail can be sent, then the address is confirmed last."""
    stack.set_policy(changed(fast_policy, "email", on_unavailable="defer"))
    stack.set_faults({"email": "down"})
    registrant = begun(stack, resident)
    registrant.submit()
    assert registrant.see()["layers"]["email"]["state"] == "deferred"
    stack.set_faults({"email": "up"})
    registrant.confirm_phone()
    registrant.confirm_email()
    assert registrant.await_that(status="verified")["assurance"]["email"] == "deferred_then_passed"


def test_mail_down_with_skip_is_named_in_the_result(stack: LocalStack, resident: Resident, fast_policy: Policy) -> None:
    """Given `skip`, when no mail can be sent, then the result says so."""
    stack.set_policy(changed(fast_policy, "email", on_unavailable="skip"))
    stack.set_faults({"email": "down"})
    registrant = begun(stack, resident)
    registrant.submit()
    registrant.confirm_phone()
    assert registrant.await_that(status="verified")["assurance"]["email"] == "skipped"


def test_mail_down_for_longer_than_the_policy_goes_to_a_person(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given one round of holding, when no mail can be sent, then an operator has the case; nobody is expired."""
    stack.set_policy(changed(fast_policy, "email", hold={"seconds": 1, "max_seconds": 1, "rounds": 1}))
    stack.set_faults({"email": "down"})
    registrant = begun(stack, resident)
    assert registrant.await_that(status="in_review")["reason"] == "email_unavailable"


def test_a_policy_is_pinned_when_the_registration_begins(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given a running registration, when the policy changes, then it keeps the one it began with."""
    registrant = begun(stack, resident)
    registrant.confirm_email()
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="skip"))
    registrant.submit()
    registrant.confirm_phone()
    assert registrant.await_that(status="verified")["policy_version"] == fast_policy.policy_version


def test_a_newer_policy_moves_those_who_are_parked(stack: LocalStack, resident: Resident, fast_policy: Policy) -> None:
    """Given somebody parked, when the operators turn `wait` into `skip`, then he goes on, and the result names the policy."""
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"dukcapil": "down"})
    registrant = with_details(stack, resident)
    registrant.await_state("QueueDukcapil")
    newer = changed(fast_policy, "dukcapil", on_unavailable="skip").model_copy(update={"policy_version": "newer"})
    stack.set_policy(newer)
    registrant.confirm_phone()
    assurance = registrant.await_that(status="verified")["assurance"]
    assert assurance["dukcapil"] == "skipped"
    assert assurance["policy_version"] == "changed"
    assert assurance["decided"]["dukcapil"]["policy_version"] == "newer"
    assert assurance["decided"]["otp"]["policy_version"] == "changed"


def test_a_newer_policy_moves_those_who_are_held(stack: LocalStack, resident: Resident, fast_policy: Policy) -> None:
    """Given a mail that is held, when `wait` becomes `skip`, then the next round goes on without."""
    stack.set_faults({"email": "down"})
    registrant = begun(stack, resident)
    registrant.await_state("HoldEmail")
    stack.set_policy(changed(fast_policy, "email", on_unavailable="skip"))
    registrant.await_that(expects="details")
    assert registrant.see()["layers"]["email"]["state"] == "skipped"


def test_a_bad_policy_is_refused_and_the_last_good_one_stays(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given a document that does not fit, when somebody begins, also in a new environment, then the last good one serves."""
    registrant = begun(stack, resident)
    registrant.await_that(expects="email_code")
    stack.set_policy_document('{"policy_version": "bad", "grace_seconds": -1}')
    other = begun(stack, replace(resident, email=f"bad.{resident.email}"))
    assert other.await_that(expects="email_code")["policy_version"] == fast_policy.policy_version
    assert any("grace_seconds" in line and "policy refused" in line for line in stack.log.lines)
    stack.set_policy(fast_policy)


def test_assurance_says_when_and_by_which_policy_each_layer_was_decided(stack: LocalStack, resident: Resident) -> None:
    """Given a register that was down, when it is settled, then the result says deferred, then passed, with times."""
    stack.set_faults({"dukcapil": "down"})
    registrant = with_details(stack, resident)
    registrant.confirm_phone()
    registrant.await_that(status="settling", reason="dukcapil_unavailable")
    stack.set_faults({"dukcapil": "up"})
    assurance = registrant.await_that(status="verified")["assurance"]
    assert (assurance["email"], assurance["nik"], assurance["otp"]) == ("passed", "passed", "passed")
    assert assurance["dukcapil"] == "deferred_then_passed"
    times = [assurance["decided"][layer]["at"] for layer in ("email", "nik", "otp", "dukcapil")]
    assert times == sorted(times)
    assert len(set(times)) == 4


def test_whoever_is_asked_to_correct_while_away_confirms_a_deferred_address_first(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given mail and register down, when both are back and the register says no, then a mail brings the person back."""
    deferring = changed(fast_policy, "email", on_unavailable="defer")
    stack.set_policy(changed(deferring, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"email": "down", "dukcapil": "down"})
    registrant = begun(stack, resident)
    registrant.submit(full_name="Nama Yang Lain")
    registrant.await_state("QueueDukcapil")
    stack.set_faults({"email": "up", "dukcapil": "up"})
    registrant.confirm_email()
    assert registrant.await_that(expects="details")["reason"] == "mismatch"
    registrant.finish()
    assert registrant.await_that(status="verified")["assurance"]["email"] == "deferred_then_passed"


def test_whoever_is_asked_to_correct_while_away_confirms_a_skipped_address_first(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given mail skipped and the OTP done, when the register says no, then a mail brings the person back, and data come next."""
    stack.set_policy(changed(fast_policy, "email", on_unavailable="skip"))
    stack.set_faults({"email": "down", "dukcapil": "down"})
    registrant = begun(stack, resident)
    registrant.submit(full_name="Nama Yang Lain")
    registrant.confirm_phone()
    registrant.await_that(status="settling")
    stack.set_faults({"email": "up", "dukcapil": "up"})
    registrant.confirm_email()
    assert registrant.await_that(expects="details")["reason"] == "mismatch"
    registrant.submit()
    assurance = registrant.await_that(status="verified")["assurance"]
    assert (assurance["email"], assurance["otp"]) == ("passed", "passed")
    assert [message.channel for message in registrant.messages()].count("sms") == 1


def test_a_carrier_that_takes_every_message_and_delivers_none_loses_nobody(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given no code left and the last one dead, when another is asked for, then an operator has the codes sent anew."""
    stack.set_policy(changed(fast_policy, "otp", code_seconds=2, resends=1))
    stack.set_faults({"sms": "wrong"})
    registrant = with_details(stack, resident)
    registrant.resend("/phone")
    registrant.resend("/phone")
    assert registrant.await_that(status="in_review")["reason"] == "code_not_received"
    stack.set_faults({"sms": "up"})
    stack.set_policy(fast_policy)
    assert Operator(stack).decide(registrant.id, "correct").status == 202
    registrant.finish()
    assert registrant.await_that(status="verified")["assurance"]["otp"] == "passed"


def test_a_later_visit_to_layer_4_tries_every_channel_again(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Given `skip`, when SMS was down for the first code and WhatsApp is for the next, then it comes by SMS, and nobody skips it."""
    stack.set_policy(changed(fast_policy, "otp", on_unavailable="skip"))
    stack.set_faults({"sms": "down"})
    registrant = with_details(stack, resident)
    registrant.await_that(expects="phone_code")
    wrong = f"{(int(registrant.newest_code(resident.phone)) + 1) % 1_000_000:06}"
    for _ in range(fast_policy.otp.guesses):
        registrant.call("POST", "/phone/confirmation", {"code": wrong})
    registrant.await_that(status="in_review")
    stack.set_faults({"sms": "up", "whatsapp": "down"})
    assert Operator(stack).decide(registrant.id, "correct").status == 202
    registrant.finish()
    assert registrant.await_that(status="verified")["assurance"]["otp"] == "passed"
    assert [message.channel for message in registrant.messages()].count("sms") == 1
