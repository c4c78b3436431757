"""A person at the page: walks the paths of the catalogue with finger and keyboard, and sees what is shown.

What `Registrant` does over HTTP is done here on the page, call by call; its answers are what the page was answered. After
each the page is looked at: a refusal has to stand beside its field with the digits that it is about, and what is expected has
to be the screen shown, with all that such a screen owes (`shown.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from local.registrant import PATIENCE, Registrant
from tests.browser import shown
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
READING = 0.6
"""Seconds between two presses at least: what is faster is a double tap."""
SOON = 3
"""Seconds of a cooldown that may be over before anybody has looked."""

type Answered = tuple[int, dict[str, Any]]


@dataclass
class Person(Registrant):
    """One person; the device is a new one for each."""

    devices: ClassVar[Callable[[], Device]]
    """Gives a new device. Set by the test."""
    told: shown.Told = field(default_factory=shown.Told)
    read_at: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.device = type(self).devices()

    @property
    def page(self) -> Page:
        """What is in front of the person."""
        return self.device.page

    @property
    def is_here(self) -> bool:
        """Whether this device has the registration's session."""
        return self.device.stored().get("id") == self.id

    # --------------------------------------------------------------------------------------------- finger and keyboard
    def type(self, field: str, text: str) -> None:
        """Type into a field, and know what."""
        self.fill(field, text)
        self.told.typed[field] = text

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
        """Press a button as soon as it can be pressed, and no sooner after another than somebody who has read what came."""
        self.page.wait_for_timeout(max(0.0, self.read_at - monotonic()) * 1000)
        self.tap(button)
        self.read_at = monotonic() + READING

    def tap(self, button: Locator) -> None:
        """Touch it."""
        button.click()

    def send(self, method: str, path: str, button: Locator) -> Answered:
        """What the page is answered when a button is pressed."""
        with self.page.expect_response(
            lambda response: response.request.method == method and response.url.endswith(path)
        ) as coming:
            self.press(button)
        answer = answered(coming.value)
        # Whoever goes by keyboard or ear is not sent back to the top of the page.
        self.page.wait_for_function("() => ![null, document.body].includes(document.activeElement)")
        return answer

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
        self._is_shown(shown.at_the_start(self.device))
        self.device.look("start")
        self.type("email", self.email)
        self.tick("consent")
        status, begun = self.send("POST", "/v1/registrations", self.main_button)
        assert status == CREATED, begun
        self.told.email, self.told.suggestion = self.email, begun["email_suggestion"]
        self.id, self.secret = begun["id"], begun["session_secret"]
        return begun

    def call(self, method: str, path: str = "", body: Mapping[str, Any] | None = None) -> Answered:
        """Do at the page what a program would do with this call."""
        doing = _DOING.get((method, path))
        if doing is None:
            if self.is_here:
                self.secret = self.device.stored().get("secret", self.secret)
            return super().call(method, path, body)
        answer = doing(self, body or {})
        self._look_at(answer)
        return answer

    def _confirm_email(self, body: Mapping[str, Any]) -> Answered:
        if self.is_here:
            self.device.screen("email_code")
            self.type("code", body["code"])
        else:
            # Another device: the mail is all there is.
            self.device.open(f"#registration={self.id}&code={body['code']}")
            self.device.screen("link")
            self.device.look("link")
        return self.send("POST", "/email/confirmation", self.main_button)

    def _confirm_phone(self, body: Mapping[str, Any]) -> Answered:
        self.device.screen("phone_code")
        self.type("code", body["code"])
        return self.send("POST", "/phone/confirmation", self.main_button)

    def _fill_details(self, body: Mapping[str, Any]) -> Answered:
        self.fill_in(body)
        status, answer = self.send("PUT", "/details", self.main_button)
        if status < REFUSED:
            self.told.phone = body["phone"]
        return status, answer

    def fill_in(self, body: Mapping[str, Any]) -> None:
        """Fill in the details, and read what the page says of the NIK before anything is sent."""
        self.device.screen("details")
        for name in ("nik", "nik_last4", "full_name"):
            self.type(name, body[name])
        year, month, day = body["birth_date"].split("-")
        self.type("birth_day", day)
        self.choose("birth_month", str(int(month)))
        self.type("birth_year", year)
        self.tick(f"sex-{body['sex']}")
        self.type("phone", body["phone"])
        for code in body["acknowledged_hints"]:
            self.tick(f"really-{code}")
        self.device.shows(*shown.echo(body["nik"], year, self.device))

    def _resend(self, purpose: str, body: Mapping[str, Any]) -> Answered:
        self.device.screen(f"{purpose}_code")
        channel = body.get("channel")
        name = re.compile(channel, re.IGNORECASE) if channel else self.device.words("code.resend")
        button = self.page.locator(".again").get_by_role("button", name=name)
        return self.send("POST", f"/{purpose}/resend", button)

    def _change(self, field: str, body: Mapping[str, Any]) -> Answered:
        self.device.screen(f"{field}_code")
        if field == "email" and body["email"] == self.told.suggestion:
            # Whoever was asked whether this was meant has only to say yes.
            answer = self.send("PUT", "/email", self.page.locator("[data-accept-suggestion]"))
        else:
            self.press(self.page.locator(f"[data-change={field}]"))
            self.type(field, body[field])
            answer = self.send("PUT", f"/{field}", self.page.locator(f"#change-{field} button[type=submit]"))
        if answer[0] < REFUSED and field == "email":
            self.told.email, self.told.suggestion = body["email"], answer[1]["email_suggestion"]
        elif answer[0] < REFUSED:
            self.told.phone = body["phone"]
        return answer

    def _dispute(self, body: Mapping[str, Any]) -> Answered:
        self.device.screen("rejected")
        if body.get("statement"):
            self.type("statement", body["statement"])
        return self.send("POST", "/dispute", self.main_button)

    def _withdraw(self, _: Mapping[str, Any]) -> Answered:
        self.press(self.page.get_by_role("button", name=self.device.words("withdraw.open"), exact=True))
        self.device.shows(self.device.words("withdraw.title"), self.device.words("withdraw.text"))
        self.device.look("withdraw")
        yes = self.page.get_by_role("button", name=self.device.words("withdraw.yes"), exact=True)
        return self.send("DELETE", self.id, yes)

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
        self.page.wait_for_function(
            "screen => document.querySelector('main').dataset.screen === screen", arg=screen, timeout=PATIENCE * 1000
        )
        assert self.page.locator("main[data-screen] h1").inner_text().strip()
        if seen["reason"] and screen != "phone_code":
            self.device.shows(self.device.reason(seen["reason"]))
        try:
            self._is_shown(shown.owed(screen, seen, self.told, self.device))
        except AssertionError:
            # The API has gone on since: another channel has taken the code, perhaps.
            seen = self.see()
            self._is_shown(shown.owed(screen, seen, self.told, self.device))
        if screen in {"email_code", "phone_code"}:
            self._sees_when_to_ask_again(seen["resend_available_in"])
        self.device.look(f"{seen['status']}-{screen}" + (f"-{seen['reason']}" if seen["reason"] else ""))

    def _is_shown(self, owed: shown.Owed) -> None:
        self.device.shows(*owed.texts)
        self.device.offers(*owed.buttons)

    def _sees_when_to_ask_again(self, seconds: int | None) -> None:
        """The seconds until another message can be asked for, or a button that asks for it."""
        if seconds is None:
            self.device.shows(self.device.words("code.noResend"))
            return
        counts = [self.device.words("code.resendIn", each) for each in range(1, seconds + 1)]
        self.page.wait_for_function(
            "([counts, soon]) => { const button = document.querySelector('.again [data-resend=same]');"
            " const wait = document.querySelector('#resend-wait');"
            " return button.checkVisibility() && ((soon && !button.disabled)"
            " || (wait.checkVisibility() && counts.includes(wait.innerText))); }",
            arg=[counts, seconds <= SOON],
        )

    def _look_at(self, answer: Answered) -> None:
        """Every refusal stands on the page in the person's language, beside the field that it is about."""
        status, problem = answer
        if status < REFUSED:
            return
        if status == UNPROCESSABLE and problem["errors"]:
            for error in problem["errors"]:
                self._sees_beside_its_field(error)
        else:
            self.page.get_by_text(problem["detail"]).first.wait_for()
        if problem["code"] == "code_wrong":
            self.device.shows(self.device.words("code.left", problem["attempts_left"]))
        self.device.look("-".join(["refused", problem["code"], *(error["code"] for error in problem["errors"])]))

    def _sees_beside_its_field(self, error: Mapping[str, Any]) -> None:
        """The words, the digits that they are about, and for what may be right all the same a box to say so."""
        name = error["pointer"].removeprefix("#/")
        beside = self.page.locator(f"#{name.replace('birth_date', 'birth_day')}-error")
        beside.wait_for()
        assert _plain(error["detail"]) in _plain(beside.inner_text())
        its_field = self.page.locator(f".field:has(#{name.replace('birth_date', 'birth_day')}-error)")
        assert (
            its_field.locator('[aria-invalid="true"]').count()
            or its_field.and_(self.page.locator("[aria-invalid=true]")).count()
        )
        if error.get("positions"):
            nik = self.told.typed["nik"]
            # A row for each error that knows digits, with its words: a small screen shows no more than both.
            drawn = beside.locator(".digits:visible").evaluate_all(
                "rows => rows.map((row) => [...row.querySelectorAll('.digit')].flatMap((each, place) =>"
                " each.matches('.wrong') && each.checkVisibility() ? [place + 1] : []))"
            )
            assert shown.marked(error) in drawn, f"{drawn} are marked"
            colours = beside.locator("p[id], .digit.wrong").evaluate_all(
                "those => [...new Set(those.map(each => getComputedStyle(each).color))]"
            )
            assert len(colours) == 1, "where nothing is wrong yet no digit is called so"
            self.device.shows(*shown.digits_in_words(nik, error, self.device))
        if error.get("hint"):
            box = self.page.locator(f"[id=really-{error['code']}]")
            assert box.is_visible()
            mine = "phoneCode.reallyMine" if error["code"].startswith("phone_") else "details.reallySo"
            assert self.page.get_by_label(self.device.words(mine)).and_(box).count()


_DOING: Mapping[tuple[str, str], Callable[[Person, Mapping[str, Any]], Answered]] = {
    ("POST", "/email/confirmation"): Person._confirm_email,
    ("POST", "/phone/confirmation"): Person._confirm_phone,
    ("PUT", "/details"): Person._fill_details,
    ("POST", "/email/resend"): lambda person, body: person._resend("email", body),
    ("POST", "/phone/resend"): lambda person, body: person._resend("phone", body),
    ("PUT", "/email"): lambda person, body: person._change("email", body),
    ("PUT", "/phone"): lambda person, body: person._change("phone", body),
    ("POST", "/dispute"): Person._dispute,
    ("DELETE", ""): Person._withdraw,
}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
