"""The console of `make run`: somebody who has never seen it breaks a partner, registers, and sees what happens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from local.registrant import Registrant
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
    # What it counts was zero until its first look, whatever had gone on before.
    device.page.locator("#pulse", has_text="live").wait_for()
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


def counted(page: Page, which: str, least: int, timeout: int = SOON) -> None:
    """The funnel counts at least so many: people of earlier tests may come to their end meanwhile."""
    script = "([id, least]) => Number(document.getElementById(id).innerText) >= least"
    page.wait_for_function(script, arg=[f"count-{which}", least], timeout=timeout)


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
    counted(page, "verified", verified + 1)
    page_of(console).locator("main[data-screen=verified]").wait_for(timeout=SOON)
    page.locator("#waiting", has_text=re.compile(r"^0\b")).wait_for(timeout=SOON)
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


def test_given_another_device_when_the_mail_s_link_is_opened_in_it_then_the_registration_goes_on_there(
    console: Device, resident: Resident
) -> None:
    """The session is gone from the page; the mail, now one of everybody's, opens it again by a press."""
    page = console.page
    choose(page, resident)
    type_for_me(console)
    page_of(console).locator("#consent").check()
    send(console)
    page_of(console).locator("main[data-screen=email_code]").wait_for(timeout=SOON)
    mail = page.locator("#inbox > li.mail").first
    mail.get_by_role("button", name="Type it into the page").wait_for(timeout=SOON)

    page.get_by_role("button", name="Another device").click()
    page_of(console).locator("main[data-screen=start]").wait_for()
    page.get_by_role("group", name="Whose messages").get_by_text("everybody", exact=True).click()
    own = page.locator("#inbox > li.mail", has_text=resident.email).first
    own.get_by_role("button", name="Open its link in the page").click()
    page_of(console).locator("main[data-screen=link]").wait_for()
    send(console)
    page_of(console).locator("main[data-screen=details]").wait_for(timeout=SOON)


def test_given_somebody_s_registration_when_it_is_chosen_then_its_way_is_lit_and_everybody_s_mail_is_there(
    console: Device, stack: LocalStack, resident: Resident
) -> None:
    """Whoever it is that registers elsewhere; the drawing can be all that there is to see, and one of several again."""
    page = console.page
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    registrant.await_that(expects="details")
    page.locator(f"#shown option[value='{registrant.id}']").wait_for(state="attached", timeout=SOON)
    page.locator("#shown").select_option(registrant.id)
    lit(page, "AwaitDetails")
    page.get_by_role("group", name="Whose messages").get_by_text("everybody", exact=True).click()
    page.locator("#inbox > li.mail", has_text=resident.email).first.wait_for(timeout=SOON)

    page.get_by_role("button", name="Enlarge").click()
    page.locator("#people").wait_for(state="hidden")
    assert page.locator("#drawing").is_visible()
    console.look("console-enlarged")
    page.get_by_role("button", name="Reduce").click()
    page.locator("#people").wait_for()


def test_given_each_partner_when_switched_to_each_mode_then_it_is_so_and_the_console_says_what_that_means(
    console: Device, stack: LocalStack
) -> None:
    """Email, Dukcapil, SMS and WhatsApp; none says of one mode what it says of another."""
    for partner, name in {"email": "Email", "dukcapil": "Dukcapil", "sms": "SMS", "whatsapp": "WhatsApp"}.items():
        means = set()
        switch = console.page.get_by_role("group", name=name, exact=True)
        for mode in ("down", "slow", "quota", "wrong", "up"):
            switch.get_by_text(mode, exact=True).click()
            assert until(lambda partner=partner, mode=mode: stack.faults[partner] == mode), (partner, mode)  # type: ignore[misc]
            console.page.locator(f".partner[data-mode={mode}]").and_(switch).wait_for()
            means.add(console.page.locator(f"#means-{partner}").inner_text())
        assert len(means) == 5


def test_given_the_end_of_the_day_when_it_is_pressed_then_the_day_ends_once_and_it_is_said(
    console: Device, stack: LocalStack
) -> None:
    """That another day renews the quota is shown at the API; here, that the button ends it, and whoever cannot see is told."""
    with patch.object(stack, "midnight", wraps=stack.midnight) as midnight:
        console.page.get_by_role("button", name="End the day").click()
        console.page.locator("#news", has_text="Dukcapil's day has ended.").wait_for(state="attached")
    midnight.assert_called_once_with()


def test_given_a_crowd_when_it_is_let_in_then_the_funnel_counts_it(console: Device) -> None:
    """Twenty people who register by themselves, all of whom are verified in the end."""
    page = console.page
    before = {each: int(page.locator(f"#count-{each}").inner_text()) for each in ("began", "verified")}
    page.get_by_role("button", name="Let 20 people register").click()
    for each, count in before.items():
        counted(page, each, count + 20, timeout=4 * SOON)
