"""A person at the page: walks the paths of the catalogue with finger and keyboard, and sees what is shown.

What `Registrant` does over HTTP is done here on the page, call by call; its answers are what the page was answered. After
each the page is looked at: a refusal has to stand beside its field, and what is expected has to be the screen shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from local.registrant import PATIENCE, Registrant
from tests.browser.device import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Locator, Page

    from tests.browser.device import Device

SCREEN_OF = {"email_code": "email_code", "details": "details", "phone_code": "phone_code", "dispute": "rejected"}
SCREENS_AT_THE_END = frozenset({"verified", "rejected", "expired", "withdrawn"})
CREATED = 201
REFUSED = 400
UNPROCESSABLE = 422

type Answered = tuple[int, dict[str, Any]]


@dataclass
class Person(Registrant):
    """One person; the device is a new one for each."""

    devices: ClassVar[Callable[[], Device]]
    """Gives a new device. Set by the test."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.device = type(self).devices()

    @property
    def page(self) -> Page:
        """What is in front of the person."""
        return self.device.page

    # --------------------------------------------------------------------------------------------- finger and keyboard
    def fill(self, field: str, text: str) -> None:
        """Type into a field in place of what is in it."""
        self.page.locator(f"#{field}").fill(text)

    def tick(self, field: str) -> None:
        """Tick a box, or choose one of several."""
        self.page.locator(f"[id={field}]").check()

    def choose(self, field: str, value: str) -> None:
        """Choose from a list."""
        self.page.locator(f"#{field}").select_option(value)

    def press(self, button: Locator) -> None:
        """Press a button as soon as it can be pressed."""
        button.click()

    def send(self, method: str, path: str, button: Locator) -> Answered:
        """What the page is answered when a button is pressed."""
        with self.page.expect_response(
            lambda response: response.request.method == method and response.url.endswith(path)
        ) as coming:
            self.press(button)
        return answered(coming.value)

    @property
    def main_button(self) -> Locator:
        """The one button that a screen is about."""
        return self.page.locator("main[data-screen] form button[type=submit]:visible").first

    # ------------------------------------------------------------------------------------------------ what is done
    def begin(self) -> dict[str, Any]:
        """Open the page, give the address, consent."""
        self.earlier = len(self.stack.inbox())
        self.device.open()
        self.device.screen("start")
        self.device.look("start")
        self.fill("email", self.email)
        self.tick("consent")
        status, begun = self.send("POST", "/v1/registrations", self.main_button)
        assert status == CREATED, begun
        self.id, self.secret = begun["id"], begun["session_secret"]
        return begun

    def call(self, method: str, path: str = "", body: Mapping[str, Any] | None = None) -> Answered:
        """Do at the page what a program would do with this call."""
        doing = _DOING.get((method, path))
        if doing is None:
            self.secret = self.device.stored().get("secret", self.secret)
            return super().call(method, path, body)
        answer = doing(self, body or {})
        self._look_at(answer)
        return answer

    def _confirm_email(self, body: Mapping[str, Any]) -> Answered:
        if self.device.stored().get("id") == self.id:
            self.device.screen("email_code")
            self.fill("code", body["code"])
        else:
            # Another device: the mail is all there is.
            self.device.open(f"#registration={self.id}&code={body['code']}")
            self.device.screen("link")
            self.device.look("link")
        return self.send("POST", "/email/confirmation", self.main_button)

    def _confirm_phone(self, body: Mapping[str, Any]) -> Answered:
        self.device.screen("phone_code")
        self.fill("code", body["code"])
        return self.send("POST", "/phone/confirmation", self.main_button)

    def _fill_details(self, body: Mapping[str, Any]) -> Answered:
        self.device.screen("details")
        for name in ("nik", "nik_last4", "full_name"):
            self.fill(name, body[name])
        year, month, day = body["birth_date"].split("-")
        self.fill("birth_day", day)
        self.choose("birth_month", str(int(month)))
        self.fill("birth_year", year)
        self.tick(f"sex-{body['sex']}")
        self.fill("phone", body["phone"])
        for code in body["acknowledged_hints"]:
            self.tick(f"really-{code}")
        return self.send("PUT", "/details", self.main_button)

    def _resend(self, purpose: str, body: Mapping[str, Any]) -> Answered:
        self.device.screen(f"{purpose}_code")
        channel = body.get("channel")
        name = re.compile(channel, re.IGNORECASE) if channel else self.device.text("code.resend")
        button = self.page.locator(".again").get_by_role("button", name=name)
        return self.send("POST", f"/{purpose}/resend", button)

    def _change(self, field: str, body: Mapping[str, Any]) -> Answered:
        self.device.screen(f"{field}_code")
        suggested = self.page.locator("[data-accept-suggestion]:visible")
        if field == "email" and suggested.count() and body["email"] in suggested.inner_text():
            return self.send("PUT", "/email", suggested)
        self.press(self.page.locator(f"[data-change={field}]"))
        self.fill(field, body[field])
        return self.send("PUT", f"/{field}", self.page.locator(f"#change-{field} button[type=submit]"))

    def _dispute(self, body: Mapping[str, Any]) -> Answered:
        self.device.screen("rejected")
        if body.get("statement"):
            self.fill("statement", body["statement"])
        return self.send("POST", "/dispute", self.main_button)

    # ------------------------------------------------------------------------------------------------ what is seen
    def await_that(self, **expected: str) -> dict[str, Any]:
        """Wait until the API says so and the page shows it."""
        seen = super().await_that(**expected)
        if self.page.url == "about:blank":
            return seen  # nothing is open yet
        self._see(seen)
        return seen

    def _see(self, seen: Mapping[str, Any]) -> None:
        """The page shows what the API says; the page asks only now and then, so it gets time to."""
        screen = SCREEN_OF.get(seen["expects"]) or (
            seen["status"] if seen["status"] in SCREENS_AT_THE_END else "waiting"
        )
        shown = self.page.locator("main[data-screen]")
        self.page.wait_for_function(
            "screen => document.querySelector('main').dataset.screen === screen", arg=screen, timeout=PATIENCE * 1000
        )
        heading = shown.locator("h1")
        assert heading.inner_text().strip()
        if seen["reason"] and screen not in {"email_code", "phone_code"}:
            text = self.page.evaluate(
                "async ([language, code]) => (await import(`/texts/reasons.${language}.js`)).default[code].detail",
                [self.device.language, seen["reason"]],
            )
            self.page.wait_for_function(
                "text => document.querySelector('main').innerText.replace(/\\s+/g, ' ').includes(text)",
                arg=_plain(text),
                timeout=PATIENCE * 1000,
            )
        self.device.look(f"{seen['status']}-{screen}")

    def _look_at(self, answer: Answered) -> None:
        """Every refusal stands on the page in the person's language, beside the field that it is about."""
        status, problem = answer
        if status < REFUSED:
            return
        if status == UNPROCESSABLE and problem["errors"]:
            for error in problem["errors"]:
                field = error["pointer"].removeprefix("#/").replace("birth_date", "birth_day")
                beside = self.page.locator(f"#{field}-error")
                beside.wait_for()
                assert _plain(error["detail"]) in _plain(beside.inner_text())
                marked = self.page.locator(f'.field:has(#{field}-error) [aria-invalid="true"]')
                assert marked.count() or self.page.locator(f"#{field}[aria-invalid=true]").count()
        else:
            self.page.get_by_text(problem["detail"]).first.wait_for()
        self.device.look(f"refused-{problem['code']}")


_DOING: Mapping[tuple[str, str], Callable[[Person, Mapping[str, Any]], Answered]] = {
    ("POST", "/email/confirmation"): Person._confirm_email,
    ("POST", "/phone/confirmation"): Person._confirm_phone,
    ("PUT", "/details"): Person._fill_details,
    ("POST", "/email/resend"): lambda person, body: person._resend("email", body),
    ("POST", "/phone/resend"): lambda person, body: person._resend("phone", body),
    ("PUT", "/email"): lambda person, body: person._change("email", body),
    ("PUT", "/phone"): lambda person, body: person._change("phone", body),
    ("POST", "/dispute"): Person._dispute,
}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
