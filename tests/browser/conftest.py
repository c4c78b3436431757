"""The registration page in the system's Chromium, in front of the local stack."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from functions.nik.regions import standing
from functions.shared.policy import Policy
from local.partners.population import population
from local.ports import address, listen
from local.server import serving
from local.stack import LocalStack
from tests.browser.device import Device

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from local.partners.population import Resident

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",  # CI is root in a container
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def fast_policy(fast_policy: Policy) -> Policy:
    """The fast policy, with time enough for a person and a browser to type a code before the reminder comes."""
    document = fast_policy.model_dump(mode="json")
    document["email"] |= {"wait_seconds": 14, "reminders": [14]}
    return Policy.model_validate(document)


@pytest.fixture(scope="session")
def session_stack(fast_policy: Policy) -> Iterator[LocalStack]:
    """The template on moto, with the page in front."""
    with (
        listen(0) as listening,
        LocalStack(
            fast_policy, people=population(size=900), slow_seconds=0.2, frontend_origin=address(listening)
        ) as stack,
        serving(stack, listening),
    ):
        yield stack


@pytest.fixture(scope="session")
def unused_residents(session_stack: LocalStack) -> Iterator[Resident]:
    """Residents of whose right NIK nothing is asked: their details are sent once, whichever of them a test gets."""
    return (
        resident
        for resident in session_stack.people
        if resident.record == "active" and resident.nik_agrees and standing(resident.nik[:6]) == "current"
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; CI installs Debian's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def patient(stack: LocalStack, fast_policy: Policy) -> None:
    """Waits that outlast a walk with many detours."""
    document = fast_policy.model_dump(mode="json")
    document["email"] |= {"wait_seconds": 58, "reminders": [58]}
    document["otp"] |= {"wait_seconds": 58}
    document["details"] |= {"wait_seconds": 58}
    stack.set_policy(Policy.model_validate(document))


@pytest.fixture
def device_of(stack: LocalStack, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Device]]:
    """Devices of this test, by their kind ("phone", "desktop") and language; closed behind it."""
    devices: list[Device] = []

    def make(kind: str = "phone", language: str = "id") -> Device:
        device = Device(chromium, stack.frontend_origin, kind, language, test=request.node.name)
        devices.append(device)
        return device

    yield make
    for device in devices:
        device.close()
