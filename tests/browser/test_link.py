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


@pytest.mark.usefixtures("patient")
def test_c16_given_a_scanner_when_it_opens_the_link_and_runs_its_scripts_then_nothing_is_confirmed(
    stack: LocalStack, mailed: Registrant, link: str, device_of: Callable[..., Device]
) -> None:
    """Browsers that run its scripts open it whole several times, one moves and presses keys; the person's press then works.

    A scanner that runs no scripts asks without the fragment, as HTTP has none: that shows only that the page is open to it.
    """
    scanner = device_of()
    for _ in range(LOOKS):
        assert scanner.context.request.get(link).ok
        scanner.page.goto("about:blank")
        scanner.page.goto(link)
        scanner.screen("link")
    scanner.page.mouse.move(100, 300)
    scanner.page.mouse.wheel(0, 400)
    scanner.page.keyboard.press("Escape")
    scanner.page.wait_for_timeout(2_500)
    assert scanner.sent == []
    # A reminder may go out meanwhile, so not the whole item is compared, but what confirming changes.
    item = stack.item(mailed.id)
    assert item is not None
    assert item["layers"]["email"]["state"] == "pending"
    assert "confirmed" not in item
    assert item["guesses"]["email"] == 0
    assert len(item["sessions"]) == 1
    assert mailed.see()["expects"] == "email_code"

    person = device_of()
    person.page.goto(link)
    person.screen("link")
    assert person.page.url == f"{stack.frontend_origin}/"
    with person.page.expect_response(lambda response: response.url.endswith("/email/confirmation")) as coming:
        person.page.locator("main form button[type=submit]").click()
    assert coming.value.status == 200
    person.screen("details")
    assert person.sent == ["POST /v1/registrations/…/email/confirmation"]


def test_given_the_link_s_screen_when_reloaded_then_nothing_is_sent_and_the_person_is_told_how_to_go_on(
    link: str, device_of: Callable[..., Device]
) -> None:
    """The code is not in the address any more: the page has kept the link, or says that the mail has it."""
    person = device_of("desktop", "en")
    person.page.goto(link)
    person.screen("link")
    person.page.reload()
    person.page.locator("main[data-screen]:not([data-screen=loading])").wait_for()
    if person.page.locator("main[data-screen=link]").count() == 0:
        assert person.page.locator("#status").inner_text().strip()
        person.look("link-reloaded")
        person.page.goto("about:blank")
        person.page.goto(link)
    assert person.sent == []
    person.screen("link")
    person.page.locator("main form button[type=submit]").click()
    person.screen("details")


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
