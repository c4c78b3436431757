"""A bad line while the page loads: whatever does not come, nobody is stuck, and nobody is told to wait for nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import TimeoutError  # noqa: A004 (its own name)

from functions.shared.reasons import REASONS
from local.page import FOLDER
from tests.browser.person import READING

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.browser.device import Device

FRONTEND = FOLDER
IMPORTED = re.compile(r'from "(\.[^"]+)"')
MODULES = {"expired": "closed"}
"""Screens whose script has another name."""
ID = "00000000-0000-4000-8000-000000000000"
CODE_SENT = {"channel": "email", "to": "s•••@gmail.com"}
PASSED = dict.fromkeys(("email", "nik", "dukcapil", "otp"), "passed")
MOST = 8
"""Scripts for one test."""
RETRIED_MS = 12_000
"""Milliseconds in which the page has tried again by itself, on a slow machine."""

VIEWS: dict[str, dict[str, Any]] = {
    "start": {},
    "link": {},
    "lost": {},
    "email_code": {"status": "email_pending", "expects": "email_code", "code_sent": CODE_SENT},
    "details": {"status": "details_pending", "expects": "details", "attempts_left": 2},
    "phone_code": {
        "status": "phone_pending",
        "expects": "phone_code",
        "code_sent": {"channel": "sms", "to": "+62•••01"},
    },
    "waiting": {"status": "settling", "reason": "dukcapil_unavailable"},
    "verified": {"status": "verified", "assurance": PASSED},
    "rejected": {"status": "rejected", "expects": "dispute", "reason": "duplicate"},
    "expired": {"status": "expired", "reason": "email_not_confirmed"},
}
"""What the API says on each screen, beyond that nothing is so yet."""


def view(**so: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """A registration as the API shows it."""
    layer = {"state": "pending", "reason": None}
    nothing = dict.fromkeys(
        ("reason", "email", "email_suggestion", "attempts_left", "code_sent", "policy_version", "assurance")
    )
    return {
        "id": ID,
        "expects": "nothing",
        "layers": dict.fromkeys(("email", "nik", "dukcapil", "otp"), layer),
        "resend_available_in": 30,
        **nothing,
        **so,
    }


def problem(status: int, code: str) -> dict[str, Any]:
    """A problem document."""
    text = REASONS[code].texts["id"]
    return {"type": "", "title": text.title, "status": status, "detail": text.detail, "code": code, "errors": []}


def answer(route: Route, status: int, body: dict[str, Any]) -> None:
    """Answer in the API's place."""
    headers = {"Retry-After": "2"} if status == 503 else {}
    route.fulfill(status=status, body=json.dumps(body), content_type="application/json", headers=headers)


def losing(lost: list[str]) -> Callable[[Route], None]:
    """Loses what is asked for, and notes it."""

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.abort("connectionreset")

    return lose


@pytest.fixture
def at(device_of: Callable[..., Device]) -> Callable[[str], Device]:
    """A device on which the API would lead to a screen; nothing is open yet."""

    def one(screen: str) -> Device:
        device = device_of()
        asked = (404, problem(404, "registration_not_found")) if screen == "lost" else (200, view(**VIEWS[screen]))
        device.context.route("**/v1/registrations/*", lambda route: answer(route, *asked))
        if screen not in {"start", "link"}:
            device.page.goto(f"{device.origin}/icon.svg")
            device.page.evaluate(
                "kept => localStorage.setItem('berlapis', kept)", json.dumps({"id": ID, "secret": "s"})
            )
        return device

    return one


def load(device: Device, screen: str) -> None:
    """Open the page anew."""
    device.page.goto("about:blank")
    device.page.goto(f"{device.origin}/{f'#registration={ID}&code=123456' if screen == 'link' else ''}")


def shown(device: Device, screen: str, milliseconds: int) -> bool:
    """Whether a screen is there in time."""
    try:
        device.page.locator(f"main[data-screen={screen}]").wait_for(timeout=milliseconds)
    except TimeoutError:
        return False
    return True


def needs(script: str) -> set[str]:
    """A script and all that it imports, and what that imports."""
    found, left = set(), [FRONTEND / script]
    while left:
        file = left.pop()
        if file not in found:
            found.add(file)
            left += [(file.parent / each).resolve() for each in IMPORTED.findall(file.read_text(encoding="utf-8"))]
    return {file.relative_to(FRONTEND).as_posix() for file in found}


def first_needed() -> dict[str, list[str]]:
    """The scripts by the first screen that needs each."""
    before: set[str] = set()
    first: dict[str, list[str]] = {}
    for screen in VIEWS:
        needed = needs("page.js") | needs(f"screens/{MODULES.get(screen, screen)}.js")
        first[screen] = sorted(needed - before)
        before |= needed
    return first


LATER = sorted(
    {file.relative_to(FRONTEND).as_posix() for file in FRONTEND.rglob("*.js")} - set().union(*first_needed().values())
)
"""Scripts that no screen imports: loaded while nobody waits, or when they are asked for."""
AT_ONCE = [
    (screen, scripts[start : start + MOST])
    for screen, scripts in first_needed().items()
    for start in range(0, len(scripts), MOST)
]


@pytest.mark.parametrize(("screen", "scripts"), AT_ONCE, ids=lambda each: each if isinstance(each, str) else each[0])
def test_given_a_script_that_does_not_come_once_then_the_page_tries_again_or_asks_to_be_reloaded(
    screen: str, scripts: list[str], at: Callable[[str], Device]
) -> None:
    """Each script that a screen needs and none before it, one after another."""
    device = at(screen)
    for file in scripts:
        lost: list[str] = []

        its = re.compile(rf"/{re.escape(file)}(\?.*)?$")
        device.page.route(its, losing(lost), times=1)
        load(device, screen)
        ran = device.page.locator("#footer *").count() > 0
        if not (ran and shown(device, screen, RETRIED_MS)):
            # No script runs, or none goes on: then the page has to say so, and not that it goes on by itself.
            assert device.page.locator("main .stuck").count(), f"stuck without {file}"
            load(device, screen)
            assert shown(device, screen, RETRIED_MS), f"not even a reload helps without {file}"
        assert lost, f"{file} was not asked for"
        device.page.unroute(its)


def test_given_what_is_loaded_while_nobody_waits_when_it_does_not_come_then_the_page_goes_on(
    at: Callable[[str], Device],
) -> None:
    """The other language, the reasons, the names of regions, and withdrawing: a press tries again."""
    device = at("details")
    for file in LATER:
        device.page.route(f"**/{file}", lambda route: route.abort("connectionreset"), times=1)
    load(device, "details")
    device.screen("details")
    device.page.locator("#language").click()
    device.page.locator("#status").get_by_text("Inggris").wait_for()
    device.page.wait_for_timeout(READING * 1000)
    device.page.locator("#language").click()
    device.page.locator("html[lang=en]").wait_for(state="attached")
    device.language = "en"
    withdraw = device.page.get_by_role("button", name=device.words("withdraw.open"), exact=True)
    for _ in range(2):
        if device.page.locator("#withdraw-title").count() == 0:
            withdraw.click()
            device.page.wait_for_timeout(500)
    device.shows(device.words("withdraw.title"))


def test_given_a_service_that_is_busy_when_somebody_returns_then_the_page_says_so_and_goes_on(
    at: Callable[[str], Device],
) -> None:
    """503 to the first question: it is busy, the registration is kept; the page tries again, and nobody has to reload."""
    device = at("email_code")
    busy = problem(503, "unavailable")
    device.page.route("**/v1/registrations/*", lambda route: answer(route, 503, busy))
    load(device, "email_code")
    device.shows((device.words("connection.busy"), device.reason("unavailable")))
    said = device.page.locator("body").inner_text()
    assert re.search(r"([Pp]endaftaran Anda|sudah Anda kirim)[^.]*(tersimpan|aman|masih ada|tidak hilang)", said), said
    device.look("busy")
    assert json.loads(device.page.evaluate("localStorage.getItem('berlapis')"))["id"] == ID
    device.page.unroute("**/v1/registrations/*")
    assert shown(device, "email_code", 20_000)
