"""What a person has in hand: a screen of some size, a language, and tabs in which the page is open."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError  # noqa: A004 (its own name)

if TYPE_CHECKING:
    from playwright.sync_api import (
        APIResponse,
        Browser,
        BrowserContext,
        ConsoleMessage,
        Locator,
        Page,
        Request,
        Response,
    )

ROOT = Path(__file__).parents[2]
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS") or ROOT / ".screenshots")
PICTURES = os.environ.get("PICTURES")
"""Folder of the pictures in the documentation; None when none are wanted."""
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 360, "height": 640},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "zoomed": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},  # the desktop at 200 %
    "narrow": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},  # 1280 px at 400 %: WCAG 1.4.10
}
PATIENCE_MS = 20_000
LONGEST_MOVING_MS = 5_000
ACCESSIBILITY = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

_UNSEEN = """wanted => {
  const seen = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { width, height } = node.parentElement.getBoundingClientRect();
    const visible = node.parentElement.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (visible && width > 2 && height > 2) seen.push(node.data);
  }
  const squeezed = text => text.replace(/\\s+/g, "");
  const all = squeezed(seen.join(""));
  return wanted.filter(any => !any.some(text => all.includes(squeezed(text))));
}"""
"""Which texts nobody sees on the page. What is clipped to a pixel is for screen readers."""


@dataclass
class Device:
    """One device, with storage of its own.

    Attributes:
        kind: key of `DEVICES`.
        language: `id` or `en`; chosen on the page as a person does.
        test: name that its screenshots begin with.
        faults: what went wrong in the page that no person would see: errors of scripts, breaches of the CSP.
    """

    browser: Browser
    origin: str
    kind: str
    language: str
    test: str
    faults: list[str] = field(default_factory=list)
    taken: int = 0
    sent: list[str] = field(default_factory=list)
    """What the page has sent that could change anything: method and path without the id."""
    examined: ClassVar[set[tuple[str, ...]]] = set()
    """Screens that were examined already in this run: kind, language, what is shown."""

    def __post_init__(self) -> None:
        self.context: BrowserContext = self.browser.new_context(
            **DEVICES[self.kind], locale="id-ID", timezone_id="Asia/Jakarta"
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.tab()

    def tab(self) -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._asked)
        return page

    def close(self) -> None:
        """Close it. AssertionError when something went wrong in the page that no person would see."""
        self.context.close()
        assert self.faults == [], "\n".join(self.faults)

    def open(self, fragment: str = "") -> None:
        """Open the page and choose the language."""
        self.page.goto(f"{self.origin}/{fragment}")
        self.page.locator("main[data-screen]:not([data-screen=loading])").wait_for()
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.page.locator("#language").click()
        self.page.locator(f"html[lang={self.language}]").wait_for(state="attached")

    def screen(self, name: str) -> Locator:
        """The screen of this name, when it is there."""
        screen = self.page.locator(f"main[data-screen={name}]")
        screen.wait_for()
        return screen

    def words(self, name: str, *about: object) -> str:
        """One of the page's own texts in the language of this device, e.g. `code.resend`, or `code.left` of 3.

        It is loaded beside the page's own, whose loss a browser would remember.
        """
        found: str = self.page.evaluate(
            "async ([language, name, about]) => {"
            " const texts = (await import(`/texts/${language}.js?words`)).default;"
            " const found = name.split('.').reduce((part, each) => part[each], texts);"
            " return typeof found === 'function' ? found(...about) : found; }",
            [self.language, name, list(about)],
        )
        assert found.strip(), f"{name} says nothing"
        # A text that no longer says what it is about is as bad as none.
        unsaid = [each for each in about if isinstance(each, str) and each not in found]
        assert not unsaid, f"{name} does not say {unsaid}"
        return found

    def reason(self, code: str) -> str:
        """What the page's catalogue says of a code."""
        found: str = self.page.evaluate(
            "async ([language, code]) => (await import(`/texts/reasons.${language}.js?words`)).default[code].detail",
            [self.language, code],
        )
        return found

    def consent(self) -> list[str]:
        """What people agree to, by paragraph, as it is configured."""
        found: list[str] = self.page.evaluate(
            "async language => (await import('/config.js?words')).default.consent[language]", self.language
        )
        return found

    def shows(self, *texts: str | tuple[str, ...]) -> None:
        """Wait until all of these are in sight, wherever on the page; of several in a tuple, any.

        White space does not count, and what only a screen reader is given does not, either.
        """
        wanted = [[each] if isinstance(each, str) else list(each) for each in texts]
        try:
            self.page.wait_for_function(f"wanted => !({_UNSEEN})(wanted).length", arg=wanted)
        except TimeoutError as error:
            unseen = self.page.evaluate(_UNSEEN, wanted)
            shown = self.page.evaluate("document.body.innerText")
            raise AssertionError(f"not in sight: {unseen}\n--- but:\n{shown}") from error

    def offers(self, *names: str) -> None:
        """Wait until there are buttons with these names, to be pressed or to be pressed in a moment."""
        for name in names:
            self.page.get_by_role("button", name=name, exact=True).locator("visible=true").first.wait_for()

    def stored(self) -> dict[str, str]:
        """What the page keeps on this device between visits: the registration's id and its session secret."""
        if self.page.url == "about:blank":
            return {}
        kept = self.page.evaluate(
            "() => { try { return localStorage.getItem('berlapis'); } catch { return null; } }"  # storing may be forbidden
        )
        session: dict[str, str] = json.loads(kept) if kept else {}
        return session

    def look(self, name: str) -> None:
        """Take a screenshot, and see whether everybody can use what is shown.

        Nothing scrolls sideways, nothing moves on and on beside what is to be read (WCAG 2.2.2), and axe's rules hold.
        """
        self.taken += 1
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        safe = re.sub(r"[^\w.-]+", "-", f"{self.test}-{self.taken:02}-{name}")
        self.page.screenshot(path=SCREENSHOTS / f"{safe}.png", full_page=True)
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{name} is {too_wide} px too wide"
        moving = self.page.evaluate(
            "most => document.getAnimations().filter(each => each.effect.getComputedTiming().activeDuration > most)"
            ".map(each => each.animationName || String(each))",
            LONGEST_MOVING_MS,
        )
        assert moving == [], f"{name} does not come to rest"
        examination = (self.kind, self.language, name)
        if examination not in self.examined:
            self.examined.add(examination)
            found = Axe().run(self.page, options=ACCESSIBILITY)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"

    def picture(self, name: str) -> None:
        """Renew a picture of the documentation with what is in sight now, when that is wanted."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled", caret="hide")

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser notes every answer of 4xx and 5xx as an error; they are part of the API. What axe does, which looks into
        # frames, has no address.
        if message.type == "error" and message.location["url"] and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:", "about:")):
            self.faults.append(f"asked {request.url}")
        if request.method not in {"GET", "HEAD"}:
            path = re.sub(r"(?<=/v1/registrations)/[^/]+", "/…", request.url.removeprefix(self.origin))
            self.sent.append(f"{request.method} {path}")


def answered(response: Response | APIResponse) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer."""
    return response.status, response.json() if response.body() else {}
