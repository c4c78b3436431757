"""What holds for the page as a whole: its weight, its headers, what it keeps, and that nothing comes from elsewhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.shared.policy import Policy
from tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device

FRONTEND = Path(__file__).parents[2] / "frontend"
MOST_BYTES = 120 * 1024


@pytest.fixture
def person(stack: LocalStack, resident: Resident, device_of: Callable[..., Device]) -> Person:
    """Somebody in front of the page, who has not begun."""

    class Here(Person):
        devices = staticmethod(device_of)

    return Here(stack, resident)


def test_given_a_slow_line_then_all_files_together_are_light() -> None:
    """120 KB compressed, every language and screen included."""
    weights = {file: len(gzip.compress(file.read_bytes())) for file in FRONTEND.rglob("*") if file.is_file()}
    assert sum(weights.values()) <= MOST_BYTES


def test_c43_given_a_page_then_its_policy_lets_nothing_in_and_nobody_keeps_it(
    stack: LocalStack, device_of: Callable[..., Device]
) -> None:
    """The headers of the template, on the document itself."""
    answer = device_of().page.goto(stack.frontend_origin)
    assert answer is not None
    headers = answer.headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


def test_c43_given_a_registration_under_way_then_nothing_personal_is_in_storage_or_address(
    person: Person, resident: Resident
) -> None:
    """Only the id and the session secret are kept, whatever was typed."""
    person.apply(full_name="Nama Yang Lain")
    person.await_that(expects="details")
    kept = person.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state])"
    )
    for personal in (resident.nik, resident.full_name, resident.email, resident.phone[3:], "Nama Yang Lain"):
        assert personal not in kept
        assert personal.replace(" ", "") not in kept.replace(" ", "")  # the page writes a NIK in groups
    assert person.device.stored().keys() == {"id", "secret"}


def test_c44_given_a_code_to_type_then_there_is_one_field_that_the_phone_can_fill_and_the_wait_is_counted(
    person: Person, stack: LocalStack, fast_policy: Policy
) -> None:
    """`autocomplete="one-time-code"`, digits, no length that would cut a paste; the seconds until another code go down."""
    document = fast_policy.model_dump(mode="json")
    document["email"] |= {"resend_cooldown_seconds": 40}
    stack.set_policy(Policy.model_validate(document))
    person.begin()
    person.await_that(expects="email_code")
    fields = person.page.locator("main form:visible input:visible")
    assert fields.count() == 1
    field = fields.first
    assert field.get_attribute("autocomplete") == "one-time-code"
    assert field.get_attribute("inputmode") == "numeric"
    assert field.get_attribute("maxlength") is None
    counted = person.page.locator("#resend-wait").inner_text()
    assert person.page.locator("[data-resend=same]").is_disabled()
    person.page.wait_for_function("text => document.querySelector('#resend-wait').innerText !== text", arg=counted)
    before, after = (
        int(re.sub(r"\D", "", text)) for text in (counted, person.page.locator("#resend-wait").inner_text())
    )
    assert 0 < after < before <= 40
    # A phone that was an hour ahead gets the network's time.
    person.page.evaluate("() => { const now = Date.now; Date.now = () => now() - 3_600_000; }")
    person.page.wait_for_function("text => document.querySelector('#resend-wait').innerText !== text", arg=counted)
    person.page.wait_for_timeout(2500)
    waiting = person.page.locator("#resend-wait").inner_text()
    assert waiting in {person.device.words("code.resendIn", each) for each in range(1, 41)}


def test_given_a_check_under_way_when_somebody_waits_then_the_page_comes_to_rest(person: Person) -> None:
    """A ring turns to say that something is going on, and not for as long as somebody reads beside it."""
    person.begin()
    checking = person.await_that(expects="email_code") | {"status": "checking", "expects": "nothing"}
    person.page.route(re.compile(f"/{person.id}$"), lambda route: route.fulfill(json=checking))
    person.page.reload()
    person.device.screen("waiting")
    assert person.page.locator(".turning").is_visible()
    person.device.look("checking")


def test_given_a_wrong_digit_and_no_register_then_each_screen_says_what_to_do(
    person: Person, stack: LocalStack, resident: Resident
) -> None:
    """The hint with its digits, the code's one field, and the wait in which nothing is to be done: in the documentation."""
    device = person.device
    stack.set_faults({"dukcapil": "down"})
    person.begin()
    device.page.evaluate("scrollTo(0, 0)")
    person.await_that(expects="email_code")
    device.picture("email-code")
    person.confirm_email()
    year = (int(resident.nik[11]) + 4) % 10
    status, problem = person.send_details(nik=f"{resident.nik[:11]}{year}{resident.nik[12:]}")
    (error,) = problem["errors"]
    assert (status, error["code"], error["positions"]) == (422, "nik_birth_date_digit", [12])
    assert error["suggestion"] == resident.nik[11]
    field = device.page.locator(".field:has(#nik)")
    field.evaluate("field => scrollTo(0, field.getBoundingClientRect().top + scrollY - 16)")
    # Message, digits and input together on a small screen.
    message, digits = field.locator("#nik-error").bounding_box(), field.locator("#nik").bounding_box()
    assert message
    assert digits
    assert message["y"] >= 0
    assert digits["y"] + digits["height"] <= 640
    device.picture("wrong-digit")
    person.submit()
    person.await_that(expects="phone_code")
    device.picture("phone-code")
    person.confirm_phone()
    person.await_that(status="settling", reason="dukcapil_unavailable")
    device.picture("register-down")
    stack.set_faults({"dukcapil": "up"})
    person.await_that(status="verified")
    device.picture("verified")
