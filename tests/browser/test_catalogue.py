"""The path catalogue at the page: what a person does and sees, on each screen and in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.demo import run
from local.scenarios import CATALOGUE, Scenario
from tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device


SCREENS = ("phone", "desktop")
LANGUAGES = ("id", "en")
MANY_SCREENS = ("wrong_digit_of_the_birth_date", "somebody_else_s_phone", "register_down_then_back", "disputed")
"""Paths that together pass nearly every screen, with hints, a change and a dispute."""


@pytest.fixture
def person(request: pytest.FixtureRequest, device_of: Callable[..., Device]) -> type[Person]:
    """Somebody with a screen, in one of the languages."""

    class Here(Person):
        devices = staticmethod(lambda: device_of(*request.param))

    return Here


def on(*screens: str) -> pytest.MarkDecorator:
    """With each of these screens, and in each language."""
    each = [(screen, language) for screen in screens for language in LANGUAGES]
    return pytest.mark.parametrize("person", each, ids="-".join, indirect=True)


@on(*SCREENS)
@pytest.mark.parametrize("scenario", CATALOGUE, ids=lambda scenario: scenario.name)
def test_each_path_at_the_page_ends_as_the_catalogue_says(
    scenario: Scenario, person: type[Person], stack: LocalStack, resident: Resident
) -> None:
    """Nobody is lost, the page shows each step and each refusal, and nothing is sent that HTTP would not send."""
    row = run(scenario, stack, resident, person)
    assert row.status == scenario.ends
    assert (row.emails, row.sms, row.whatsapp) == scenario.messages


@on("zoomed", "narrow")
@pytest.mark.parametrize(
    "scenario", [each for each in CATALOGUE if each.name in MANY_SCREENS], ids=lambda scenario: scenario.name
)
def test_given_a_page_that_is_zoomed_when_it_is_walked_then_nothing_is_out_of_reach(
    scenario: Scenario, person: type[Person], stack: LocalStack, resident: Resident
) -> None:
    """200 % (WCAG 1.4.4), and 320 px (WCAG 1.4.10) without scrolling sideways: each look at a screen sees to that."""
    row = run(scenario, stack, resident, person)
    assert row.status == scenario.ends
