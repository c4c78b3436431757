"""The console of `make run`: somebody who has never seen it breaks a partner, registers, and sees what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.stack import until
from tools.diagram import KEY_STATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FrameLocator, Page

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device

LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 420, "height": 860}
SOON = 15_000
"""Milliseconds for a step of the workflow and the console's next look at it."""


@pytest.fixture
def console(stack: LocalStack, device_of: Callable[..., Device]) -> Device:
    """A laptop on which the console is open."""
    device = device_of("desktop", "id")
    device.page.set_viewport_size(LAPTOP)  # type: ignore[arg-type] # a TypedDict of the library's own
    device.page.goto(f"{stack.frontend_origin}/_local/")
    device.page.locator("#drawing").wait_for()
    return device


def page_of(console: Device) -> FrameLocator:
    """The registration page in the console."""
    return console.page.frame_locator("#page")


def choose(page: Page, resident: Resident) -> None:
    """Leaf through the cards to somebody who has not registered yet."""
    card = page.locator("#person")
    card.locator("svg").wait_for()
    others = page.locator("#next-person")
    while resident.nik not in card.inner_text():
        others.click()


def send(console: Device) -> None:
    """Press the page's main button."""
    page_of(console).locator("main form button[type=submit]:visible").first.click()


def type_for_me(console: Device) -> None:
    """Have the person's data typed into the page."""
    console.page.get_by_role("button", name="Type it for me").click()


def type_code(console: Device, channel: str, screen: str) -> None:
    """Have the newest message's code typed into the page, which asks for it."""
    page_of(console).locator(f"main[data-screen={screen}]").wait_for(timeout=SOON)
    message = console.page.locator(f"#inbox > li.{channel}").first
    message.get_by_role("button", name="Type it into the page").click(timeout=SOON)
    send(console)


def lit(page: Page, state: str) -> None:
    """The drawing shows the registration in a state."""
    page.locator(f"#drawing g.current[data-state={state}]").wait_for(timeout=SOON)
    assert page.locator("#now-state").inner_text() == state


def test_given_the_register_switched_down_at_the_console_then_what_happens_is_seen_until_it_is_back(
    console: Device, stack: LocalStack, resident: Resident
) -> None:
    """Switch, card, page, messages, the lit way, the queue and the funnel: each shows its part."""
    page = console.page
    verified = int(page.locator("#count-verified").inner_text())
    page.get_by_role("group", name="Dukcapil").get_by_text("down", exact=True).click()
    assert until(lambda: stack.faults["dukcapil"] == "down")
    choose(page, resident)

    type_for_me(console)
    page_of(console).locator("#consent").check()
    send(console)
    lit(page, "VerifyEmail")
    type_code(console, "mail", "email_code")
    page_of(console).locator("main[data-screen=details]").wait_for()
    type_for_me(console)
    console.look("console-details")
    send(console)
    lit(page, "VerifyPhone")
    type_code(console, "sms", "phone_code")
    lit(page, "QueueDukcapil")
    page.locator("#waiting", has_text="1").wait_for(timeout=SOON)
    assert page.locator("#drawing g.edge.taken").count() > 3
    console.look("console-queued")
    console.picture("console")

    page.get_by_role("group", name="Dukcapil").get_by_text("up", exact=True).click()
    page.locator("#count-verified", has_text=str(verified + 1)).wait_for(timeout=SOON)
    page_of(console).locator("main[data-screen=verified]").wait_for(timeout=SOON)
    page.locator("#waiting", has_text="0").wait_for(timeout=SOON)
    assert console.sent[0] == "PUT /_local/faults"


def test_given_a_small_screen_then_the_console_is_whole(console: Device) -> None:
    """One column, nothing cut off, nothing that a screen reader could not name, and the signs of the drawing explained."""
    console.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for part in ("The page", "Be one of these people", "Read what they are sent", "Break a partner"):
        assert console.page.get_by_role("heading", name=part).is_visible()
    signs = console.page.locator("#drawing .signs li")
    assert signs.all_inner_texts() == [text for _, text in KEY_STATES]
    assert all(sign.is_visible() for sign in signs.all())
    console.look("console-small")
