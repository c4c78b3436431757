"""People who do not do it as one would wish: double taps, the back button, no signal, lost answers, reloads, keys only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.browser.device import answered
from tests.browser.person import REFUSED, Answered, Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Locator, Route

MOST_TABS = 80
COPIED = frozenset({"nik", "nik_last4", "phone", "code"})
"""What people have somewhere to copy it from."""
MINUTE_MS = 60_000


@dataclass
class DoubleTapping(Person):
    """Taps every button twice."""

    def tap(self, button: Locator) -> None:
        """Twice in the same place, as fast as a finger can; what has taken the place meanwhile is tapped, too.

        A browser at a desk counts the second one; those of phones count each as a first.
        """
        if self.device.kind == "desktop":
            button.dblclick(delay=0)
            return
        button.click(trial=True)
        box = button.bounding_box()
        assert box is not None
        for _ in range(2):
            self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@dataclass
class Pasting(Person):
    """Pastes numbers and codes as they were copied somewhere: in groups, with spaces around."""

    def fill(self, field: str, text: str) -> None:
        """Paste from the clipboard what has digits only."""
        digits = text.removeprefix("+")
        if field not in COPIED:
            super().fill(field, text)
            return
        grouped = " ".join(digits[start : start + 3] for start in range(0, len(digits), 3))
        copied = f" {'+' if text[0] == '+' else ''}{grouped} "
        self.device.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("text => navigator.clipboard.writeText(text)", copied)
        self.page.locator(f"#{field}").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Control+V")


@dataclass
class OnKeyboard(Person):
    """Has no pointer: everything is reached by Tab and done by keys."""

    def fill(self, field: str, text: str) -> None:
        """Type into the field that has the focus."""
        self._go_to(f"#{field}")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, field: str) -> None:
        """Space ticks a box; arrows choose one of several, of which Tab reaches the first."""
        if self.page.locator(f"[id={field}]").get_attribute("type") == "radio":
            self._go_to("[name=sex]")
            for _ in range(2):
                if self.page.locator(f"[id={field}]").is_checked():
                    return
                self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Space")
            assert self.page.locator(f"[id={field}]").is_checked()
            return
        self._go_to(f"[id={field}]")
        self.page.keyboard.press("Space")

    def choose(self, field: str, value: str) -> None:
        """Arrows go through a list."""
        self._go_to(f"#{field}")
        for _ in range(int(value)):
            self.page.keyboard.press("ArrowDown")
        assert self.page.locator(f"#{field}").input_value() == value

    def tap(self, button: Locator) -> None:
        """Tab to it, then Enter."""
        button.and_(self.page.locator(":enabled")).wait_for()
        handle = button.element_handle()
        self._go_to_that("element => document.activeElement === element", handle)
        self.page.keyboard.press("Enter")

    def _go_to(self, selector: str) -> None:
        self.page.locator(selector).first.wait_for()
        self._go_to_that("selector => document.activeElement.matches(selector)", selector)

    def _go_to_that(self, reached: str, argument: Any) -> None:  # noqa: ANN401 (what the expression takes)
        for _ in range(MOST_TABS):
            if self.page.evaluate(reached, argument):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {argument}")


@dataclass
class GoingBack(Person):
    """Presses the back button at every step, and once more when everything is typed."""

    def send(self, method: str, path: str, button: Locator) -> Answered:
        """Go back before the press, where that does not leave the page: what was typed is still there."""
        if self.page.evaluate("(history.state || {}).place > 0"):
            typed, before = self.page.evaluate(_TYPED), list(self.device.sent)
            assert any(value for _, value, _ in typed)
            self.page.go_back()
            if path == "/details":  # elsewhere it opens or closes the change of address or number
                self.device.shows(self.device.words("moved.back"))
            assert self.page.evaluate(_TYPED) == typed
            assert self.device.sent == before
        return super().send(method, path, button)

    def _see(self, seen: Mapping[str, Any]) -> None:
        super()._see(seen)
        before = list(self.device.sent)
        self.page.go_back()
        if not self.page.url.startswith(self.device.origin):
            self.page.go_forward()  # left the page, and came back
        super()._see(seen)
        assert self.device.sent == before


@dataclass
class Reloading(Person):
    """Reloads at every step, and loses the tab at every other."""

    def _see(self, seen: Mapping[str, Any]) -> None:
        super()._see(seen)
        before = list(self.device.sent)
        if len(before) % 2:
            self.page.close()
            self.device.page = self.device.tab()
            self.device.open()
        else:
            self.page.reload()
        super()._see(seen)
        assert self.device.sent == before


@dataclass
class WithoutSignal(Person):
    """Loses the signal for a minute at each press, and presses again when the page says so."""

    def begin(self) -> dict[str, Any]:
        """The page's clock can be put forward."""
        self.page.clock.install()
        return super().begin()

    def send(self, method: str, path: str, button: Locator) -> Answered:
        """Press in vain, wait a minute, press again."""
        shown = self.page.locator("main").get_attribute("data-screen")
        typed = self.page.evaluate(_TYPED)
        self.device.context.set_offline(True)
        self.press(button)
        self.page.locator("#status").get_by_text(self._lost()).first.wait_for()
        self.page.clock.fast_forward(MINUTE_MS)
        assert self.page.locator("main").get_attribute("data-screen") == shown
        self.device.context.set_offline(False)
        button.and_(self.page.locator(":enabled")).wait_for()
        assert self.page.evaluate(_TYPED) == typed
        return super().send(method, path, button)

    def _lost(self) -> str:
        return self.device.words("connection.lost").split(".")[0]


@dataclass
class AnswerLost(Person):
    """Everything that is sent arrives, and its answer gets lost: the page cannot know, and has to find out."""

    def send(self, method: str, path: str, button: Locator) -> Answered:
        """Press once, and again only where the page says so."""
        came: list[Answered] = []

        def lose(route: Route) -> None:
            if route.request.method == method:
                came.append(answered(route.fetch()))
                route.abort("connectionreset")
            else:
                route.fallback()

        its = re.compile(f"{re.escape(path)}$")
        self.page.route(its, lose)
        with self.page.expect_event(
            "requestfailed", lambda request: request.method == method and request.url.endswith(path)
        ):
            self.press(button)
        self.page.unroute(its, lose)
        ((status, answer),) = came
        if path == "/v1/registrations":
            # Nobody can be asked what became of it, but to begin once more begins the same.
            self.device.shows(self.device.words("connection.begin"))
            again = super().send(method, path, button)
            assert again[1]["id"] == answer["id"]
            return again
        if status < REFUSED:
            self.device.shows((self.device.words("connection.arrived"), self.device.words("connection.lookFirst")))
        return status, answer


@dataclass
class StoringNothing(Person):
    """Has a browser that lets pages store nothing."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.device.context.add_init_script(
            "for (const name of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });"
        )

    @property
    def is_here(self) -> bool:
        """As long as the page is open."""
        return True


_TYPED = "[...document.querySelectorAll('main input, main select')].map(each => [each.id, each.value, each.checked])"
