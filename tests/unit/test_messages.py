"""What the mail and the SMS with a code say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.email.message import Message, compose, confirmation_link
from functions.otp.message import check_settings, sms_text
from functions.shared.reasons import LANGUAGES, Language

CODE = "204816"
ID = "0198c0ffee-reg"
PAGE = "https://daftar.example.com/"
LINK = confirmation_link(PAGE, ID, CODE)

# 3GPP TS 23.038, section 6.2.1: the default alphabet, and the extension table, whose characters take two septets.
GSM_7 = (
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5"
    "\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9"
    " !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7"
    "\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0"
)
GSM_7_EXTENSION = "\f^{}\\[~]|\u20ac"

CODES = st.from_regex(r"[0-9]{6}", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,9}){0,3}", fullmatch=True)


class Page(HTMLParser):
    """The tags, attributes and visible text of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it carries."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Note what the reader sees."""
        self.said += data


def mail(locale: Language = "id", *, ends_in_hours: int | None = None, **changes: str) -> Message:
    """A mail with something in it; a reminder, when it says when the registration ends."""
    texts = {"code": CODE, "link": LINK} | changes
    return compose(locale=locale, expires_in_hours=24, ends_in_hours=ends_in_hours, **texts)


def septets(text: str) -> int:
    """Length in the GSM 7-bit alphabet; ValueError for a character that has no place in it."""
    return sum(1 if GSM_7.find(character) >= 0 else 2 + 0 * GSM_7_EXTENSION.index(character) for character in text)


# --- The mail -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "sentences"),
    [
        (
            "id",
            [
                "tekan tombol di halamannya",
                "tidak mengubah apa pun",
                "24 jam",
                "Abaikan email ini",
                "tidak pernah meminta uang",
            ],
        ),
        (
            "en",
            ["press the button on the page", "changes nothing", "24 hours", "Ignore this email", "never ask for money"],
        ),
    ],
)
def test_given_a_locale_when_composed_then_both_parts_say_what_to_do(locale: Language, sentences: list[str]) -> None:
    """Code, link, what the link does, how long they live, what to do if it was not you."""
    message = mail(locale)
    page = Page(message.html)

    for part in (message.text, page.said):
        assert CODE in part
        assert all(sentence in part for sentence in sentences)
        assert "Berlapis" in part
    assert LINK in message.text.splitlines()
    assert ("href", LINK) in page.attributes
    assert ("lang", locale) in page.attributes


def test_given_one_hour_when_composed_then_the_words_fit_the_number() -> None:
    """No "1 hours"."""
    message = compose(locale="en", code=CODE, link=LINK, expires_in_hours=1)

    assert "for 1 hour." in message.text


@pytest.mark.parametrize(
    ("locale", "sentences"),
    [
        (
            "id",
            [
                "menunggu konfirmasi",
                "kode sebelumnya tidak berlaku lagi",
                "berlaku selama 24 jam",
                "menunggu 2 hari lagi",
                "datanya dihapus",
                "Bukan Anda yang mendaftar? Abaikan email ini.",
                "tekan tombol di halamannya",
                "tidak pernah meminta uang",
            ],
        ),
        (
            "en",
            [
                "waiting for the confirmation",
                "the earlier one no longer works",
                "work for 24 hours",
                "waits for another 2 days",
                "its data are deleted",
                "Was it not you who registered? Ignore this email.",
                "press the button on the page",
                "never ask for money",
            ],
        ),
    ],
)
def test_given_a_reminder_when_composed_then_it_says_what_waits_until_when_and_what_a_stranger_does(
    locale: Language, sentences: list[str]
) -> None:
    """A new code for the old one, how long is left, and that nothing comes of it for whoever did not register."""
    first, message = mail(locale), mail(locale, ends_in_hours=48)
    page = Page(message.html)

    for part in (message.text, page.said):
        assert CODE in part
        assert all(sentence in part for sentence in sentences)
    assert message.subject != first.subject
    assert LINK in message.text.splitlines()
    assert ("href", LINK) in page.attributes


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "1 hour."), (2, "2 hours."), (47, "47 hours."), (48, "2 days."), (71, "2 days.")]
)
def test_given_a_rest_when_said_then_in_words_that_people_use_and_never_too_long(hours: int, said: str) -> None:
    """Whoever relies on the mail is not late."""
    assert f"waits for another {said}" in mail("en", ends_in_hours=hours).text


@pytest.mark.parametrize("ends_in_hours", [None, 48])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_given_a_mail_when_searched_for_six_digits_then_only_the_code_is_found(
    locale: Language, ends_in_hours: int | None
) -> None:
    """Programs that fill in codes take the first six digits they see, so no colour and no size may look like one."""
    message = mail(locale, ends_in_hours=ends_in_hours)

    for part in (message.text, message.html):
        assert set(re.findall(r"(?<!\d)\d{6}(?!\d)", part)) == {CODE}
    assert not re.search(r"\d", message.subject)


@pytest.mark.parametrize("ends_in_hours", [None, 48])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_given_a_mail_when_opened_offline_then_nothing_is_missing(locale: Language, ends_in_hours: int | None) -> None:
    """No picture, script, style sheet or font from outside, and one link only."""
    message = mail(locale, ends_in_hours=ends_in_hours)
    page = Page(message.html)

    assert set(page.tags) <= {"html", "head", "meta", "title", "body", "p", "a"}
    assert page.tags.count("a") == 1
    assert not {name for name, _ in page.attributes} - {"lang", "charset", "style", "href"}
    assert "url(" not in message.html


@given(st.text(), st.text(), st.text(), st.sampled_from([None, 48]))
@example("</p><script>", '"><script>', "</title><script>", 48)
def test_given_any_values_when_composed_then_none_becomes_markup(
    code: str, link: str, program: str, ends_in_hours: int | None
) -> None:
    """What is put into the HTML is text there, whatever it holds, braces included."""
    usual = Page(mail(ends_in_hours=ends_in_hours).html)

    page = Page(mail(code=code, link=link, program=program, ends_in_hours=ends_in_hours).html)

    assert page.tags == usual.tags
    assert [name for name, _ in page.attributes] == [name for name, _ in usual.attributes]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_given_markup_for_values_when_composed_then_it_is_shown_as_typed(locale: Language) -> None:
    """The reader sees the value itself, not its escapes."""
    odd = "<b>\"Maju\" & 'Jaya' {code}</b>"

    message = mail(locale, program=odd)

    assert odd in message.subject
    assert odd in message.text
    assert odd in Page(message.html).said


def test_given_a_message_when_shown_then_its_code_is_not_in_it() -> None:
    """What a log or a traceback prints of it is not secret."""
    assert CODE not in repr(mail())


def test_given_an_id_and_a_code_when_linked_then_both_are_in_the_fragment() -> None:
    """C43: nothing of a registration is in a part of an address that is sent to servers or kept in their logs."""
    assert confirmation_link(PAGE, ID, CODE) == f"{PAGE}#registration={ID}&code={CODE}"


@given(st.text(min_size=1), st.text(min_size=1))
def test_given_any_id_and_code_when_linked_then_the_page_reads_back_the_same(identifier: str, code: str) -> None:
    """No character of one can pass for the other or leave the fragment."""
    parts = urlsplit(confirmation_link(PAGE, identifier, code))

    assert f"{parts.scheme}://{parts.netloc}{parts.path}{parts.query}" == PAGE
    assert parse_qs(parts.fragment) == {"registration": [identifier], "code": [code]}


# --- The SMS --------------------------------------------------------------------------------------------------------


@given(st.sampled_from(LANGUAGES), CODES, DOMAINS, st.integers(1, 10))
def test_given_any_code_and_domain_when_written_then_one_gsm_part_that_browsers_understand(
    locale: Language, code: str, domain: str, minutes: int
) -> None:
    """160 septets at most, the program's name first, the code in the sentence, and the WebOTP line last."""
    text = sms_text(locale=locale, code=code, domain=domain, minutes=minutes)

    assert septets(text) <= 160
    assert text.startswith("Berlapis: ")
    sentence, last = text.split("\n")
    assert code in sentence
    assert f" {minutes} men" in sentence or f" {minutes} min" in sentence
    assert last == f"@{domain} #{code}"


@pytest.mark.parametrize("locale", LANGUAGES)
def test_given_domains_of_growing_length_when_written_then_the_first_too_long_is_refused(locale: Language) -> None:
    """All 160 septets can be used, and not one more."""
    room = 160 - septets(sms_text(locale=locale, code=CODE, domain="a", minutes=10))
    longest = "a" + "b" * room

    assert septets(sms_text(locale=locale, code=CODE, domain=longest, minutes=10)) == 160
    with pytest.raises(ValueError, match="161 of 160"):
        sms_text(locale=locale, code=CODE, domain=longest + "b", minutes=10)


def test_given_the_usual_settings_when_checked_then_there_is_room_for_a_long_domain() -> None:
    """A host of 50 characters and a program name of 20 fit."""
    check_settings(domain="a" * 50, program="P" * 20)


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "b\u00fccher.example",
        "https://example.com",
        "example.com/daftar",
        "example.com #1",
        "a{b}.id",
        "a" * 200,
        "a.id\n",
    ],
)
def test_given_a_domain_that_browsers_or_one_part_cannot_take_when_checked_then_refused(domain: str) -> None:
    """A wrong setting is found when it is configured, not when somebody waits for a code."""
    with pytest.raises(ValueError, match="domain"):
        check_settings(domain=domain)


@pytest.mark.parametrize(
    "program", ["", "Prakerja\u2122", "\u20ac", "[Prakerja", "Prakerja~", "{code}", "A\nB", "@b.id #123456", "P" * 150]
)
def test_given_a_program_name_that_costs_more_than_one_part_when_checked_then_refused(program: str) -> None:
    """Characters beyond the alphabet turn the whole SMS into parts of 70; a line break or @ would fake the last line."""
    with pytest.raises(ValueError, match="program name"):
        check_settings(domain="example.com", program=program)


@given(st.text(), st.text())
def test_given_any_settings_when_checked_then_accepted_or_value_error(domain: str, program: str) -> None:
    """What the check lets through can be sent, and nothing but ValueError says that it cannot."""
    try:
        check_settings(domain=domain, program=program)
    except ValueError:
        return
    for locale in LANGUAGES:
        assert septets(sms_text(locale=locale, code=CODE, domain=domain, minutes=10, program=program)) <= 160


def test_given_the_oracle_when_counting_then_it_knows_both_tables() -> None:
    """The test's own counting: 127 characters and the escape, ten more at two septets each, others not at all."""
    assert len(set(GSM_7)) == 127
    assert septets("[\u20ac]") == 6
    with pytest.raises(ValueError, match="substring not found"):
        septets("\u2026")
