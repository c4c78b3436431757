"""A person's mistakes at the page, beside those that the catalogue has: nothing is lost, and nothing is sent twice."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

import pytest

from functions.shared.policy import Policy
from local.registrant import StuckError
from local.stack import Counts, until
from tests.browser.people import DoubleTapping, GoingBack, OnKeyboard, Pasting, Reloading, WithoutSignal
from tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device

HAPPY = Counts(emails=2, sms=1, whatsapp=0, register=1)
"""A code and the notice by mail, a code to the phone, one question to the register."""
SENT = [
    "POST /v1/registrations",
    "POST /v1/registrations/…/email/confirmation",
    "PUT /v1/registrations/…/details",
    "POST /v1/registrations/…/phone/confirmation",
]


@pytest.fixture
def be(stack: LocalStack, resident: Resident, device_of: Callable[..., Device]) -> Callable[[type[Person]], Person]:
    """Somebody with a phone, of some kind of people."""

    def one(kind: type[Person]) -> Person:
        class Here(kind):  # type: ignore[valid-type,misc] # one class for each device
            devices = staticmethod(device_of)

        made: Person = Here(stack, resident)
        return made

    return one


def cost(person: Person) -> Counts:
    """What a verified registration has cost, once its owner was told."""
    if not until(lambda: person.stack.notified(person.id)):
        raise StuckError("the notice was not settled")
    return person.stack.counts(person.id)


@pytest.mark.parametrize("kind", [GoingBack, Reloading, Pasting, OnKeyboard], ids=lambda kind: kind.__name__)
def test_given_people_as_they_are_when_they_register_then_each_thing_is_sent_once(
    kind: type[Person], be: Callable[[type[Person]], Person]
) -> None:
    """Back, reload, a lost tab, a paste with spaces, no pointer: the same four calls, the same three messages."""
    person = be(kind)
    person.register()
    person.await_that(status="verified")
    assert cost(person) == HAPPY
    assert person.device.sent == SENT


def test_given_double_taps_when_every_button_is_tapped_then_each_thing_is_sent_once(
    be: Callable[[type[Person]], Person],
) -> None:
    """Also where a tap sends a message: another mail, another address, another SMS, another number."""
    person = be(DoubleTapping)
    person.begin()
    person.await_that(expects="email_code")
    person.newest_code(person.email)
    person.resend("/email")
    person.newest_code(person.email)
    person.change("/email", email=f"b.{person.email}")
    person.email = f"b.{person.email}"
    person.confirm_email()
    person.submit(phone=f"+62812998{person.resident.nik[-5:]}")
    person.change("/phone", phone=person.resident.phone)
    person.newest_code(person.resident.phone)
    person.resend("/phone")
    person.confirm_phone()
    person.await_that(status="verified")
    assert cost(person) == Counts(emails=4, sms=3, whatsapp=0, register=1)
    assert len(person.device.sent) == len(set(person.device.sent)) == 8


def test_given_no_signal_for_a_minute_at_each_step_then_nothing_is_lost_and_nothing_is_sent_twice(
    be: Callable[[type[Person]], Person],
) -> None:
    """The page says so, keeps what was typed, and sends when it is pressed again."""
    person = be(WithoutSignal)
    person.register()
    person.await_that(status="verified")
    assert cost(person) == HAPPY


def test_given_a_wrong_otp_three_times_then_the_tries_are_counted_and_the_right_one_works(
    be: Callable[[type[Person]], Person],
) -> None:
    """The page says how many are left."""
    person = _at_otp(be)
    code = person.newest_code(person.resident.phone)
    for wrong, left in ((1, 4), (2, 3), (3, 2)):
        status, problem = person.confirm_phone(f"{(int(code) + wrong) % 1_000_000:06}")
        assert (status, problem["code"], problem["attempts_left"]) == (422, "code_wrong", left)
        assert str(left) in person.page.locator("#attempts").inner_text()
    person.confirm_phone(code)
    person.await_that(status="verified")
    assert cost(person) == HAPPY


def test_given_an_otp_that_has_expired_then_the_page_says_so_and_another_one_works(
    be: Callable[[type[Person]], Person], stack: LocalStack, fast_policy: Policy
) -> None:
    """A code that came late is no mistake of the person's."""
    document = fast_policy.model_dump(mode="json")
    document["otp"] |= {"code_seconds": 4}
    stack.set_policy(Policy.model_validate(document))
    person = _at_otp(be)
    code = person.newest_code(person.resident.phone)
    assert until(lambda: (stack.item(person.id) or {})["challenge"]["expires_at"] <= time())
    status, problem = person.confirm_phone(code)
    assert (status, problem["code"]) == (410, "code_expired")
    stack.set_policy(fast_policy)
    person.resend("/phone")
    person.confirm_phone()
    person.await_that(status="verified")
    assert cost(person) == Counts(emails=2, sms=2, whatsapp=0, register=1)


def _at_otp(be: Callable[[type[Person]], Person]) -> Person:
    person = be(Person)
    person.apply()
    person.await_that(expects="phone_code")
    return person
