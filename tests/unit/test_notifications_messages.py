"""What the notices say."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import product
from typing import get_args

import pytest

from functions.notifications.message import Kind, compose
from functions.shared.mail import Message, confirmation_link
from functions.shared.reasons import LANGUAGES, Language, text

KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
LINK = confirmation_link("https://daftar.example.com/", "0198c0ffee-reg", "204816")
PROGRAM = "Beasiswa & Co"


class Page(HTMLParser):
    """The links and the visible text of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str | None] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a link leads."""
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data: str) -> None:
        """Note what the reader sees."""
        self.said += data


def notice(kind: Kind, locale: Language, *, reason: str | None = None, disputable: bool = False) -> Message:
    """A notice; one that asks for something says until when."""
    ends = 72 if kind in {"details", "phone"} else None
    return compose(
        kind, locale=locale, link=LINK, program=PROGRAM, reason=reason, disputable=disputable, ends_in_hours=ends
    )


@pytest.mark.parametrize(("locale", "said"), [("id", "Pengingat: "), ("en", "Reminder: ")])
def test_given_a_reminder_then_its_subject_says_so(locale: Language, said: str) -> None:
    """Whoever has read the first one knows it for another; the rest is the same."""
    again = compose("phone", locale=locale, link=LINK, program=PROGRAM, ends_in_hours=72, reminder=True)
    first = notice("phone", locale)
    assert again.subject == said + first.subject
    assert again.text == first.text


@pytest.mark.parametrize(("kind", "locale"), list(product(KINDS, LANGUAGES)))
def test_given_any_notice_then_both_parts_say_the_same_and_lead_to_the_page(kind: Kind, locale: Language) -> None:
    """Text and HTML alike; the code stands in the link only, because it is not for typing."""
    message = notice(kind, locale)
    page = Page(message.html)
    assert PROGRAM in message.subject
    assert page.links == [LINK]
    assert message.text.splitlines().count(LINK) == 1
    for paragraph in message.text.replace(LINK, "").split("\n\n"):
        assert paragraph.strip() in page.said
    assert "204816" not in message.text.replace(LINK, "")
    assert "204816" not in page.said


@pytest.mark.parametrize("kind", KINDS)
def test_given_another_language_then_no_sentence_is_the_same(kind: Kind) -> None:
    """Nothing is left untranslated but the link."""
    one, other = ({*notice(kind, locale).text.split("\n\n")} for locale in LANGUAGES)
    assert one & other == {LINK}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_c40_given_verified_then_it_says_what_to_do_if_it_was_not_you(locale: Language) -> None:
    """Open the link and withdraw; nothing is shown to others."""
    said = notice("verified", locale).text
    for sentence in {
        "id": ("Bukan Anda yang mendaftar", "batalkan pendaftaran", "tidak diperlihatkan kepada siapa pun"),
        "en": ("Was it not you", "withdraw the registration", "Nothing of the registration's data is shown"),
    }[locale]:
        assert sentence in said


@pytest.mark.parametrize(
    ("locale", "objection"), [("id", "ajukan keberatan"), ("en", "Do you think this is a mistake")]
)
def test_given_a_rejection_then_it_says_why_and_whether_somebody_can_be_asked(locale: Language, objection: str) -> None:
    """An automated one can be disputed; an operator's cannot, and says whom to ask."""
    automated = notice("rejected", locale, reason="deceased", disputable=True).text
    decided = notice("rejected", locale, reason="review_rejected").text
    assert text("deceased", locale).happened in automated
    assert objection in automated
    assert text("review_rejected", locale).happened in decided
    assert text("review_rejected", locale).ask in decided
    assert objection not in decided


@pytest.mark.parametrize(("locale", "rest"), [("id", "3 hari"), ("en", "3 days")])
def test_given_something_is_asked_for_then_it_says_until_when(locale: Language, rest: str) -> None:
    """And what happens after that."""
    for kind in ("details", "phone"):
        assert rest in notice(kind, locale).text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_given_expired_then_nothing_says_that_a_link_lives(locale: Language) -> None:
    """It leads to the empty page, for ever."""
    assert "24" not in notice("expired", locale, reason="details_not_submitted").text.replace(LINK, "")
