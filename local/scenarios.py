"""The path catalogue: what can happen to a registrant, and how it ends. Demo, tests and documentation share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.registrant import Registrant, StuckError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack

type Path = Callable[[LocalStack, Resident], Registrant]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One path.

    Attributes:
        name: as in documentation and tests.
        ends: status that the registration ends with.
        reason: reason that it ends with, None when there is none to give.
        walk: walks it with a resident whom nobody else is, and returns the registrant whose path it is.
    """

    name: str
    ends: str
    walk: Path
    reason: str | None = None

    @property
    def story(self) -> str:
        """What happens, in one line."""
        return (self.walk.__doc__ or "").strip()


def _happy(stack: LocalStack, resident: Resident) -> Registrant:
    """No mistake and no outage."""
    registrant = Registrant(stack, resident)
    registrant.register()
    return registrant


def _not_found_then_corrected(stack: LocalStack, resident: Resident) -> Registrant:
    """The register does not know the NIK, because a digit of the serial is wrong; it is corrected in place."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    wrong = resident.nik[:12] + "9" + resident.nik[13:14] + ("8" if resident.nik[14] != "8" else "7") + resident.nik[15]
    registrant.submit(nik=wrong, nik_last4=wrong[-4:])
    _expect(registrant.await_that(expects="details"), reason="not_found")
    registrant.submit()
    registrant.confirm_phone()
    return registrant


def _wrong_otp_then_right(stack: LocalStack, resident: Resident) -> Registrant:
    """The OTP is mistyped once, then typed right."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    registrant.submit()
    registrant.await_that(expects="phone_code")
    code = registrant.newest_code(resident.phone)
    status, problem = registrant.confirm_phone(f"{(int(code) + 1) % 1_000_000:06}")
    _expect({"status": status, "code": problem.get("code")}, status=422, code="code_wrong")
    registrant.confirm_phone(code)
    return registrant


def _register_down_then_back(stack: LocalStack, resident: Resident) -> Registrant:
    """The register is down; the OTP goes on without it, and the registration is settled when it is back."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    stack.set_faults({"dukcapil": "down"})
    registrant.submit()
    registrant.confirm_phone()
    registrant.await_that(status="settling")
    stack.set_faults({"dukcapil": "up"})
    return registrant


def _sms_down_whatsapp(stack: LocalStack, resident: Resident) -> Registrant:
    """SMS cannot be sent; the OTP comes by WhatsApp."""
    stack.set_faults({"sms": "down"})
    registrant = Registrant(stack, resident)
    registrant.register()
    return registrant


def _email_down_then_back(stack: LocalStack, resident: Resident) -> Registrant:
    """No mail can be sent; the registration is held, and the mail comes when it can."""
    stack.set_faults({"email": "down"})
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_state("HoldEmail")
    stack.set_faults({"email": "up"})
    registrant.confirm_email()
    registrant.submit()
    registrant.confirm_phone()
    return registrant


def _duplicate_nik(stack: LocalStack, resident: Resident) -> Registrant:
    """The NIK is another verified registration's; asked to check it, the registrant sends it again."""
    owner = Registrant(stack, resident)
    owner.register()
    owner.await_that(status="verified")
    registrant = Registrant(stack, resident, email=f"second.{resident.email}")
    registrant.begin()
    registrant.confirm_email()
    registrant.submit()
    _expect(registrant.await_that(expects="details"), reason="duplicate")
    registrant.submit()
    return registrant


def _abandoned_email(stack: LocalStack, resident: Resident) -> Registrant:
    """The mailed code is never typed."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    return registrant


def _expect(seen: dict[str, Any], **expected: object) -> None:
    for name, value in expected.items():
        if seen.get(name) != value:
            raise StuckError(f"{name} is {seen.get(name)}, not {value}")


CATALOGUE = (
    Scenario("happy", "verified", _happy),
    Scenario("not_found_then_corrected", "verified", _not_found_then_corrected),
    Scenario("wrong_otp_then_right", "verified", _wrong_otp_then_right),
    Scenario("register_down_then_back", "verified", _register_down_then_back),
    Scenario("sms_down_whatsapp", "verified", _sms_down_whatsapp),
    Scenario("email_down_then_back", "verified", _email_down_then_back),
    Scenario("duplicate_nik", "rejected", _duplicate_nik, reason="duplicate"),
    Scenario("abandoned_email", "expired", _abandoned_email, reason="email_not_confirmed"),
)
