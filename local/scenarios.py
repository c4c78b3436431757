"""The path catalogue: what can happen to a registrant, and how it ends. Demo, tests and documentation share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.shared.policy import Policy
from local.operator import Operator
from local.registrant import PATIENCE, Registrant, StuckError
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack

type Path = Callable[[LocalStack, Resident, type[Registrant]], Registrant]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One path.

    Attributes:
        name: as in documentation and tests.
        ends: status that the registration ends with.
        reason: reason that it ends with, None when there is none to give.
        caught: a typing mistake that is caught before anything is spent on it.
        messages: mails, SMS and WhatsApp messages that it costs: one code each, and the mail that tells how it ended.
        walk: walks it with a resident whom nobody else is, as a program or in a browser, and returns the registrant whose
            path it is.
    """

    name: str
    ends: str
    walk: Path
    reason: str | None = None
    caught: bool = False
    messages: tuple[int, int, int] = (2, 1, 0)

    @property
    def story(self) -> str:
        """What happens, in one line."""
        return (self.walk.__doc__ or "").strip()


def _happy(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """No mistake and no outage."""
    registrant = person(stack, resident)
    registrant.register()
    return registrant


def _at_details(stack: LocalStack, resident: Resident, person: type[Registrant], email: str = "") -> Registrant:
    registrant = person(stack, resident, email=email)
    registrant.begin()
    registrant.confirm_email()
    return registrant


def _corrected(registrant: Registrant, code: str, **mistyped: Any) -> Registrant:  # noqa: ANN401 (JSON)
    """Mistype something, be told at once what to look at, correct it in place, and go on to the end."""
    status, problem = registrant.send_details(**mistyped)
    found = [error["code"] for error in problem.get("errors", ())]
    if status != 422 or not any(each.startswith(code) for each in found):  # noqa: PLR2004 (HTTP's Unprocessable Content)
        raise StuckError(f"{status} {problem.get('code')} {found}, not {code}")
    registrant.finish()
    return registrant


def _corrected_after(registrant: Registrant, reason: str, **mistyped: Any) -> Registrant:  # noqa: ANN401 (JSON)
    """The same, where only the register can know: its no comes back, and is mended in place as well."""
    registrant.submit(**mistyped)
    _expect(registrant.await_that(expects="details"), reason=reason)
    registrant.finish()
    return registrant


def _with_digit(nik: str, position: int, digit: str) -> str:
    return nik[: position - 1] + digit + nik[position:]


def _wrong_digit_of_the_birth_date(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """A digit of the birth date in the NIK is mistyped; it is pointed at before the register is asked."""
    wrong = _with_digit(resident.nik, 12, str((int(resident.nik[11]) + 1) % 10))
    return _corrected(_at_details(stack, resident, person), "nik_birth_date", nik=wrong)


def _wrong_digit_of_the_region(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """A digit of the region is mistyped, so that no region has the code."""
    wrong = _with_digit(resident.nik, 3, "9")
    return _corrected(_at_details(stack, resident, person), "nik_region_unknown", nik=wrong)


def _neighbours_swapped(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The last two digits of the NIK are swapped; typing the last four twice finds it."""
    nik = resident.nik[:-2] + resident.nik[-1] + resident.nik[-2]
    if nik == resident.nik:
        nik = _with_digit(nik, 16, "0")
    return _corrected(_at_details(stack, resident, person), "nik_last4_differs", nik=nik)


def _digit_left_out(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """A digit of the NIK is left out."""
    wrong = resident.nik[:8] + resident.nik[9:]
    return _corrected(_at_details(stack, resident, person), "nik_too_short", nik=wrong)


def _letter_for_a_digit(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The letter O is typed for the digit 0."""
    wrong = resident.nik.replace("0", "O", 1)
    return _corrected(_at_details(stack, resident, person), "nik_lookalike", nik=wrong)


def _wrong_year_of_birth(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The year of the birth date is mistyped; the NIK says another."""
    wrong = resident.birth_date.isoformat()
    wrong = f"{wrong[:2]}{(int(wrong[2]) + 1) % 10 if wrong[0] == '1' else 1}{wrong[3:8]}{min(resident.birth_date.day, 28):02}"
    return _corrected(_at_details(stack, resident, person), "nik_birth_date", birth_date=wrong)


def _letter_in_the_phone_number(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """A letter is typed in the phone number."""
    return _corrected(_at_details(stack, resident, person), "phone_letters", phone=resident.phone.replace("0", "O", 1))


def _lawful_difference(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The date in the NIK lawfully differs from the card's: the hint is overruled, and the result says so."""
    del resident  # one of the few people with such a NIK is taken instead
    unlike = (each for each in reversed(stack.people) if not each.nik_agrees)
    someone = next(each for each in unlike if not stack.inbox(each.email))
    registrant = _at_details(stack, someone, person)
    status, problem = registrant.send_details()
    _expect({"status": status, "code": problem.get("code")}, status=422, code="hints_to_check")
    registrant.finish()
    flags = registrant.await_that(status="verified")["layers"]["nik"]["flags"]
    _expect({"flagged": any(flag.startswith("nik_birth_date") for flag in flags)}, flagged=True)
    return registrant


def _mistyped_address(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """gmail.con is typed for gmail.com; the suggestion is taken while the code is awaited."""
    name = resident.email.partition("@")[0]
    registrant = person(stack, resident, email=f"{name}@gmail.con")
    begun = registrant.begin()
    _expect(begun, email_suggestion=f"{name}@gmail.com")
    status, _ = registrant.change("/email", email=begun["email_suggestion"])
    _expect({"status": status}, status=202)
    registrant.email = begun["email_suggestion"]
    registrant.confirm_email()
    registrant.finish()
    return registrant


def _somebody_else_s_phone(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The number given is not the registrant's own; it is changed on the spot, and nothing is proved twice."""
    registrant = _at_details(stack, resident, person)
    registrant.submit(phone=f"+62812999{resident.nik[-5:]}")
    status, _ = registrant.change("/phone", phone=resident.phone)
    _expect({"status": status}, status=202)
    registrant.confirm_phone()
    return registrant


def _not_found_then_corrected(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The register does not know the NIK, because a digit of the serial is wrong; it is corrected in place."""
    wrong = _with_digit(resident.nik, 15, "8" if resident.nik[14] != "8" else "7")
    return _corrected_after(_at_details(stack, resident, person), "not_found", nik=wrong, nik_last4=wrong[-4:])


def _name_corrected(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The name is not as on the card, which only the register can know; it is corrected in place."""
    return _corrected_after(_at_details(stack, resident, person), "mismatch", full_name="Nama Yang Lain")


def _older_code_then_newest(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """Another mail is asked for, and the older code is typed; the newest one is asked for, and no guess is lost."""
    registrant = person(stack, resident)
    registrant.begin()
    seen = registrant.await_that(expects="email_code")
    older = registrant.newest_code(registrant.email)
    registrant.resend("/email")
    newest = registrant.newest_code(registrant.email)
    status, problem = registrant.call("POST", "/email/confirmation", {"code": older})
    _expect({"status": status, "code": problem.get("code")}, status=422, code="code_superseded")
    _expect(problem, attempts_left=seen["attempts_left"])
    registrant.confirm_email(newest)
    registrant.finish()
    return registrant


def _reminded(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The mailed code is not typed; a reminder with a new one comes before the wait ends."""
    registrant = person(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    registrant.newest_code(registrant.email)  # and left unread
    registrant.await_state("RemindEmail")
    registrant.confirm_email()
    registrant.finish()
    return registrant


def _another_device(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """Begun on one device and gone on with on another, by the mailed code alone."""
    begun = person(stack, resident)
    begun.begin()
    begun.await_that(expects="email_code")
    registrant = person(stack, resident, id=begun.id, earlier=begun.earlier)
    status, confirmed = registrant.call("POST", "/email/confirmation", {"code": begun.newest_code(begun.email)})
    _expect({"status": status}, status=200)
    registrant.secret = confirmed["session_secret"]
    registrant.finish()
    return registrant


def _wrong_otp_then_right(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The OTP is mistyped once, then typed right."""
    registrant = _at_details(stack, resident, person)
    registrant.submit()
    registrant.await_that(expects="phone_code")
    code = registrant.newest_code(resident.phone)
    status, problem = registrant.confirm_phone(f"{(int(code) + 1) % 1_000_000:06}")
    _expect({"status": status, "code": problem.get("code")}, status=422, code="code_wrong")
    registrant.confirm_phone(code)
    return registrant


def _register_down_then_back(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The register is down; the OTP goes on without it, and the registration is settled when it is back."""
    registrant = _at_details(stack, resident, person)
    stack.set_faults({"dukcapil": "down"})
    registrant.finish()
    registrant.await_that(status="settling")
    stack.set_faults({"dukcapil": "up"})
    return registrant


def _sms_down_whatsapp(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """SMS cannot be sent; the OTP comes by WhatsApp."""
    stack.set_faults({"sms": "down"})
    registrant = person(stack, resident)
    registrant.register()
    return registrant


def _email_down_then_back(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """No mail can be sent; the registration is held, and the mail comes when it can."""
    stack.set_faults({"email": "down"})
    registrant = person(stack, resident)
    registrant.begin()
    registrant.await_state("HoldEmail")
    stack.set_faults({"email": "up"})
    registrant.confirm_email()
    registrant.finish()
    return registrant


def _duplicate_nik(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The NIK is another verified registration's; asked to check it, the registrant sends it again."""
    owner = person(stack, resident)
    owner.register()
    owner.await_that(status="verified")
    registrant = _at_details(stack, resident, person, email=f"second.{resident.email}")
    registrant.submit()
    _expect(registrant.await_that(expects="details"), reason="duplicate")
    registrant.submit()
    return registrant


def _abandoned_email(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The mailed code is never typed."""
    registrant = person(stack, resident)
    registrant.begin()
    return registrant


def _quota_exhausted(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The register's quota of the day is used up; the registration is settled after midnight."""
    registrant = _at_details(stack, resident, person)
    stack.set_faults({"dukcapil": "quota"})
    registrant.finish()
    registrant.await_that(status="settling")
    stack.set_faults({"dukcapil": "up"})
    stack.midnight()
    return registrant


def _register_answers_garbage(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """What the register answers cannot be understood, which is no verdict; it is asked again when it is itself again."""
    registrant = _at_details(stack, resident, person)
    stack.set_faults({"dukcapil": "wrong"})
    registrant.finish()
    registrant.await_that(status="settling")
    stack.set_faults({"dukcapil": "up"})
    return registrant


def _both_channels_down_then_back(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """Neither SMS nor WhatsApp sends; the registration is held, and the OTP comes when one does, with a mail that it is there."""
    registrant = _at_details(stack, resident, person)
    stack.set_faults({"sms": "down", "whatsapp": "down"})
    registrant.submit()
    registrant.await_state("HoldPhone")
    mails = len(stack.inbox(registrant.email))
    stack.set_faults({"sms": "up", "whatsapp": "up"})
    _await_mail(registrant, mails)
    registrant.confirm_phone()
    return registrant


def _email_down_deferred(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """No mail can be sent, and the policy says to go on: the address is confirmed last."""
    _outage_policy(stack, "email", "defer")
    stack.set_faults({"email": "down"})
    registrant = person(stack, resident)
    registrant.begin()
    registrant.submit()
    stack.set_faults({"email": "up"})
    registrant.confirm_phone()
    registrant.confirm_email()
    _expect(registrant.await_that(status="verified")["assurance"], email="deferred_then_passed")
    return registrant


def _register_skipped(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The register is down, and the policy says to go on without: the result says so."""
    _outage_policy(stack, "dukcapil", "skip")
    stack.set_faults({"dukcapil": "down"})
    registrant = _at_details(stack, resident, person)
    registrant.finish()
    _expect(registrant.await_that(status="verified")["assurance"], dukcapil="skipped")
    return registrant


def _review_approves(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """The register is down, and the policy asks an operator, who approves; the OTP is still to pass."""
    registrant = _in_review(stack, resident, person)
    _decide(stack, registrant, "approve")
    registrant.confirm_phone()
    _expect(registrant.await_that(status="verified")["assurance"], dukcapil="approved")
    return registrant


def _review_returns_to_correction(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """An operator gives the data back to be corrected; the registrant is told by mail, and goes on."""
    registrant = _in_review(stack, resident, person)
    # The outage is over, and with it the policy that sent everybody to the operators.
    stack.set_faults({"dukcapil": "up"})
    _outage_policy(stack, "dukcapil", "defer")
    _decide(stack, registrant, "correct")
    registrant.finish()
    return registrant


def _disputed(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    """Somebody insists on a NIK that is another's by mistake, and is rejected; he disputes it, and may correct it."""
    owner = person(stack, resident)
    owner.register()
    owner.await_that(status="verified")
    others = (each for each in reversed(stack.people) if each.record == "active" and each.nik_agrees)
    registrant = _at_details(stack, next(each for each in others if not stack.inbox(each.email)), person)
    mistaken = {"nik": resident.nik, "nik_last4": resident.nik[-4:]}
    registrant.submit(**mistaken)
    _expect(registrant.await_that(expects="details"), reason="duplicate")
    registrant.submit(**mistaken)
    registrant.await_that(status="rejected", expects="dispute")
    if not until(lambda: stack.notified(registrant.id), seconds=PATIENCE):  # he reads the mail that says so
        raise StuckError("waited for the notice")
    status, _ = registrant.call("POST", "/dispute", {})
    _expect({"status": status}, status=202)
    _decide(stack, registrant, "correct")
    registrant.finish()
    return registrant


def _outage_policy(stack: LocalStack, layer: str, on_unavailable: str) -> None:
    if stack.policy is None:
        raise StuckError("this path changes the policy, which the stack was made without")
    document = stack.policy.model_dump(mode="json")
    document[layer]["on_unavailable"] = on_unavailable
    stack.set_policy(Policy.model_validate(document | {"policy_version": f"{layer}-{on_unavailable}"}))


def _in_review(stack: LocalStack, resident: Resident, person: type[Registrant]) -> Registrant:
    _outage_policy(stack, "dukcapil", "review")
    stack.set_faults({"dukcapil": "down"})
    registrant = _at_details(stack, resident, person)
    registrant.submit()
    registrant.await_that(status="in_review")
    return registrant


def _decide(stack: LocalStack, registrant: Registrant, decision: str) -> None:
    operator, mails = Operator(stack), len(stack.inbox(registrant.email))
    if not until(lambda: operator.decide(registrant.id, decision).status == 202, seconds=PATIENCE):  # noqa: PLR2004 (HTTP's Accepted)
        raise StuckError("waited for the case")
    _await_mail(registrant, mails)


def _await_mail(registrant: Registrant, mails: int) -> None:
    """He has left the page, and comes back when a further mail asks him to."""
    if not until(lambda: len(registrant.stack.inbox(registrant.email)) > mails, seconds=PATIENCE):
        raise StuckError("waited for the mail")


def _expect(seen: dict[str, Any], **expected: object) -> None:
    for name, value in expected.items():
        if seen.get(name) != value:
            raise StuckError(f"{name} is {seen.get(name)}, not {value}")


CATALOGUE = (
    Scenario("happy", "verified", _happy),
    Scenario("wrong_digit_of_the_birth_date", "verified", _wrong_digit_of_the_birth_date, caught=True),
    Scenario("wrong_digit_of_the_region", "verified", _wrong_digit_of_the_region, caught=True),
    Scenario("neighbours_swapped", "verified", _neighbours_swapped, caught=True),
    Scenario("digit_left_out", "verified", _digit_left_out, caught=True),
    Scenario("letter_for_a_digit", "verified", _letter_for_a_digit, caught=True),
    Scenario("wrong_year_of_birth", "verified", _wrong_year_of_birth, caught=True),
    Scenario("letter_in_the_phone_number", "verified", _letter_in_the_phone_number, caught=True),
    Scenario("lawful_difference", "verified", _lawful_difference),
    Scenario("mistyped_address", "verified", _mistyped_address),
    Scenario("somebody_else_s_phone", "verified", _somebody_else_s_phone),
    Scenario("not_found_then_corrected", "verified", _not_found_then_corrected),
    Scenario("name_corrected", "verified", _name_corrected),
    Scenario("wrong_otp_then_right", "verified", _wrong_otp_then_right),
    Scenario("older_code_then_newest", "verified", _older_code_then_newest, messages=(3, 1, 0)),
    Scenario("reminded", "verified", _reminded, messages=(3, 1, 0)),
    Scenario("another_device", "verified", _another_device),
    Scenario("register_down_then_back", "verified", _register_down_then_back),
    Scenario("sms_down_whatsapp", "verified", _sms_down_whatsapp, messages=(2, 0, 1)),
    Scenario("email_down_then_back", "verified", _email_down_then_back),
    Scenario("quota_exhausted", "verified", _quota_exhausted),
    Scenario("register_answers_garbage", "verified", _register_answers_garbage),
    Scenario("register_skipped", "verified", _register_skipped),
    Scenario("email_down_deferred", "verified", _email_down_deferred),
    # Who is not at the page is told by mail that something is expected.
    Scenario("both_channels_down_then_back", "verified", _both_channels_down_then_back, messages=(3, 1, 0)),
    Scenario("review_approves", "verified", _review_approves, messages=(3, 1, 0)),
    Scenario("review_returns_to_correction", "verified", _review_returns_to_correction, messages=(3, 1, 0)),
    Scenario("disputed", "verified", _disputed, messages=(4, 1, 0)),
    Scenario("duplicate_nik", "rejected", _duplicate_nik, reason="duplicate", messages=(2, 0, 0)),
    # A mail and a reminder; who never confirmed the address is told nothing.
    Scenario("abandoned_email", "expired", _abandoned_email, reason="email_not_confirmed", messages=(2, 0, 0)),
)
