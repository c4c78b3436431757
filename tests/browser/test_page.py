"""What holds for the page as a whole: its weight, its headers, what it keeps, and that nothing comes from elsewhere."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device

FRONTEND = Path(__file__).parents[2] / "frontend"
MOST_BYTES = 120 * 1024


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
    stack: LocalStack, resident: Resident, device_of: Callable[..., Device]
) -> None:
    """Only the id and the session secret are kept, whatever was typed."""

    class Here(Person):
        devices = staticmethod(device_of)

    person = Here(stack, resident)
    person.begin()
    person.confirm_email()
    person.submit(full_name="Nama Yang Lain")
    person.await_that(expects="details")
    kept = person.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state])"
    )
    for personal in (resident.nik, resident.full_name, resident.email, resident.phone[3:], "Nama Yang Lain"):
        assert personal not in kept
    assert person.device.stored().keys() == {"id", "secret"}


def test_c44_given_a_code_to_type_then_there_is_one_field_that_the_phone_can_fill(
    stack: LocalStack, resident: Resident, device_of: Callable[..., Device]
) -> None:
    """`autocomplete="one-time-code"`, a keyboard of digits, and no length that would cut a paste."""

    class Here(Person):
        devices = staticmethod(device_of)

    person = Here(stack, resident)
    person.begin()
    person.await_that(expects="email_code")
    fields = person.page.locator("main form:visible input:visible")
    assert fields.count() == 1
    field = fields.first
    assert field.get_attribute("autocomplete") == "one-time-code"
    assert field.get_attribute("inputmode") == "numeric"
    assert field.get_attribute("maxlength") is None
