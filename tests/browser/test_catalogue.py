"""The path catalogue at the page: what a person does and sees, on each screen and in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.demo import run
from local.scenarios import CATALOGUE, Scenario
from tests.browser.device import DEVICES
from tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device


@pytest.fixture(params=[(kind, language) for kind in DEVICES for language in ("id", "en")], ids="-".join)
def person(request: pytest.FixtureRequest, device_of: Callable[..., Device]) -> type[Person]:
    """Somebody at a phone or at a desk, in one of the languages."""

    class Here(Person):
        devices = staticmethod(lambda: device_of(*request.param))

    return Here


@pytest.mark.parametrize("scenario", CATALOGUE, ids=lambda scenario: scenario.name)
def test_each_path_at_the_page_ends_as_the_catalogue_says(
    scenario: Scenario, person: type[Person], stack: LocalStack, resident: Resident
) -> None:
    """Nobody is lost, the page shows each step and each refusal, and nothing is sent that HTTP would not send."""
    row = run(scenario, stack, resident, person)
    assert row.status == scenario.ends
    assert (row.emails, row.sms, row.whatsapp) == scenario.messages
