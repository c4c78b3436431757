"""The mailed link: opening it changes nothing, whoever opens it, and pressing the button confirms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from local.registrant import Registrant

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device

LOOKS = 20


@pytest.fixture
def mailed(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody whose mail has come."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    registrant.newest_code(registrant.email)
    return registrant


@pytest.fixture
def link(mailed: Registrant) -> str:
    """The link in the mail."""
    mail = next(message for message in mailed.messages() if mailed.id in message.text)
    found = re.search(r"http://\S+", mail.text)
    assert found
    return found[0]


def test_c16_given_a_scanner_when_it_opens_the_link_and_runs_its_scripts_then_nothing_is_confirmed(
    stack: LocalStack, mailed: Registrant, link: str, device_of: Callable[..., Device]
) -> None:
    """Twenty times, and once as a browser that moves, scrolls and presses keys; the person's press then works."""
    before = stack.item(mailed.id)

    scanner = device_of()
    for _ in range(LOOKS):
        assert scanner.context.request.get(link).ok
    scanner.page.goto(link)
    scanner.screen("link")
    scanner.page.mouse.move(100, 300)
    scanner.page.mouse.wheel(0, 400)
    scanner.page.keyboard.press("Escape")
    scanner.page.wait_for_timeout(2_500)
    assert scanner.sent == []
    assert stack.item(mailed.id) == before

    person = device_of()
    person.page.goto(link)
    person.screen("link")
    assert person.page.url == f"{stack.frontend_origin}/"
    with person.page.expect_response(lambda response: response.url.endswith("/email/confirmation")) as coming:
        person.page.locator("main form button[type=submit]").click()
    assert coming.value.status == 200
    person.screen("details")
    assert person.sent == ["POST /v1/registrations/…/email/confirmation"]


def test_given_a_link_opened_twice_on_one_device_then_the_page_goes_on(
    link: str, device_of: Callable[..., Device]
) -> None:
    """Whoever taps the link again after confirming is told that it is done, and goes on."""
    person = device_of()
    person.page.goto(link)
    person.page.locator("main[data-screen=link] form button[type=submit]").click()
    person.screen("details")
    person.page.goto("about:blank")
    person.page.goto(link)
    person.screen("link")
    person.look("link-opened-again")
    person.page.locator("main button:visible").first.click()
    person.screen("details")
    assert person.sent == ["POST /v1/registrations/…/email/confirmation"]
