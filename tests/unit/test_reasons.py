"""The catalogue of reasons: complete, plain, and telling nothing that it must not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.reasons import (
    FIELDS,
    HINTS,
    LANGUAGES,
    PROBLEMS,
    REASONS,
    REGISTRATION,
    Ask,
    Language,
    Reason,
    Text,
    negotiate,
    text,
)
from functions.shared.reasons.reason import family

EVERY_TEXT = [(code, language) for code in REASONS for language in LANGUAGES]
EVERY_HINT = [(code, language) for code in HINTS for language in LANGUAGES]
ADDRESSES: dict[Ask, dict[Language, str]] = {
    "dukcapil_office": {"id": "kantor Dukcapil", "en": "Dukcapil office"},
    "organiser": {"id": "penyelenggara", "en": "organiser"},
}
TOGETHER: dict[Language, Text] = {"id": Text("Judul", "Ini.", "Itu."), "en": Text("Title", "This.", "That.", "Whom.")}


def words(code: str, language: Language) -> str:
    """Everything that is shown, in lower case."""
    return " ".join(text(code, language)).lower()


def test_given_the_families_when_joined_then_no_code_stands_twice() -> None:
    """One code, one meaning."""
    assert len(REASONS) == len(REGISTRATION) + len(PROBLEMS) + len(FIELDS)


@pytest.mark.parametrize(
    ("known", "codes"),
    [
        (
            REGISTRATION,
            (
                "mismatch not_found duplicate_record inactive deceased duplicate corrections_used_up fault too_many_guesses "
                "code_not_received resends_used_up email_unavailable dukcapil_unavailable phone_unavailable email_not_confirmed "
                "details_not_submitted phone_not_confirmed review_rejected disputed email_refuses_mail mailbox_full withdrawn"
            ),
        ),
        (
            PROBLEMS,
            (
                "registration_not_found route_not_found body_too_large body_malformed invalid_request hints_to_check "
                "unsupported_media_type idempotency_key_reused not_expected_now registration_ended code_wrong code_superseded "
                "code_expired code_not_accepted resend_too_early changes_used_up unavailable internal_error case_not_found "
                "case_decided case_changed approval_impossible operator_unknown"
            ),
        ),
        (
            FIELDS,
            (
                "missing unknown_field wrong_type too_long too_short consent_required locale_unknown email_malformed "
                "email_letters phone_letters phone_foreign phone_fixed_line phone_length birth_date_malformed "
                "birth_date_impossible sex_unknown name_malformed code_format channel_unknown kk_malformed "
                "nik_too_short nik_too_long nik_lookalike nik_letters nik_region nik_date nik_serial nik_last4_malformed "
                "nik_birth_date_digit nik_birth_date_differs nik_digits_swapped nik_day_month_swapped nik_plus_40_missing "
                "nik_plus_40_added nik_region_unknown nik_region_retired nik_region_differs nik_placeholder nik_age "
                "nik_last4_differs phone_unallocated_prefix email_disposable"
            ),
        ),
        (
            HINTS,
            (
                "nik_birth_date_digit nik_birth_date_differs nik_digits_swapped nik_day_month_swapped nik_plus_40_missing "
                "nik_plus_40_added nik_region_unknown nik_region_retired nik_region_differs nik_placeholder nik_age "
                "nik_last4_differs phone_unallocated_prefix email_disposable"
            ),
        ),
    ],
    ids=["registration", "problems", "fields", "hints"],
)
def test_given_a_published_code_when_looked_up_then_it_is_still_there(known: dict[str, object], codes: str) -> None:
    """Codes are part of the API: one that goes missing breaks whoever knows it."""
    assert set(known) == set(codes.split())


def test_given_a_code_that_stands_twice_when_a_family_is_made_then_value_error() -> None:
    """The second text would hide the first."""
    reason = Reason("code", TOGETHER)

    assert family(reason) == {"code": reason}
    with pytest.raises(ValueError, match="twice"):
        family(reason, reason)


def test_given_the_parts_of_a_text_when_joined_then_the_detail_is_one_paragraph() -> None:
    """Whom to ask may be missing, and leaves no trace."""
    assert TOGETHER["id"].detail == "Ini. Itu."
    assert TOGETHER["en"].detail == "This. That. Whom."


@pytest.mark.parametrize("code", REASONS)
def test_given_a_code_when_looked_up_then_its_key_and_both_languages_agree(code: str) -> None:
    """Every reason has its own code and a text in each language, no more."""
    reason = REASONS[code]

    assert reason.code == code
    assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
    assert tuple(reason.texts) == LANGUAGES
    assert text(code, "id") != text(code, "en")


@pytest.mark.parametrize(("code", "language"), EVERY_TEXT)
def test_given_a_text_when_shown_on_a_small_phone_then_it_is_short_plain_and_complete(
    code: str, language: Language
) -> None:
    """A title of one line and a few whole sentences, with characters that every phone has and nothing left to fill in."""
    title, happened, then, ask = text(code, language)
    detail = text(code, language).detail

    assert 5 <= len(title) <= 45
    assert title[-1].isalnum()
    assert len(detail) <= 260
    assert happened.endswith(".")
    assert then.endswith(".")
    assert not ask or ask.endswith(".")
    assert (title + detail).isascii()
    assert not re.search(r"[{}<>%]|  |\n", title + detail)
    assert max(len(sentence.split()) for sentence in re.split(r"[.;] ", detail)) <= 30


@pytest.mark.parametrize(("code", "language"), EVERY_TEXT)
def test_given_whom_to_ask_when_read_then_words_and_machines_say_the_same(code: str, language: Language) -> None:
    """Who is named as the one to ask is the one that `ask` says, and nobody is sent anywhere without it."""
    ask = REASONS[code].ask
    said = text(code, language)
    named = {whom for whom, called in ADDRESSES.items() if called[language] in said.ask}

    assert named == ({ask} if ask else set())
    assert bool(said.ask) == bool(ask)
    assert ask or not any(called[language] in said.detail for called in ADDRESSES.values())


@pytest.mark.parametrize(("code", "language"), EVERY_TEXT)
def test_given_a_text_when_read_then_it_blames_nobody(code: str, language: Language) -> None:
    """No word says that the registrant did something wrong, and no word is a programmer's."""
    blame = {
        "id": r"\b(salah|kesalahan anda|gagal|tidak valid|tidak sah|ditolak|dilarang|error|server|field)\b",
        "en": r"\b(invalid|illegal|failed|failure|error|forbidden|your fault|you entered|server|must)\b",
    }

    assert not re.search(blame[language], words(code, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["mismatch", "not_found", "duplicate_record", "inactive", "deceased"])
def test_given_an_answer_of_the_register_when_explained_then_the_dukcapil_office_is_named(
    code: str, language: Language
) -> None:
    """Only the office can mend what the register holds, and it wants to see KTP and KK."""
    said = words(code, language)

    assert ("kantor dukcapil" if language == "id" else "dukcapil office") in said
    assert "ktp" in said
    assert "kk" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_a_mismatch_when_explained_then_no_element_is_named(language: Language) -> None:
    """C18: what the register said of each element reaches nobody."""
    elements = r"nama|name|lahir|birth|tanggal|date|kelamin|sex|gender|nik\b|alamat|address"

    assert not re.search(elements, words("mismatch", language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_a_nik_in_use_when_explained_then_nobody_learns_that_somebody_is_registered(language: Language) -> None:
    """C25: neutral words, with a way to send it again and to have it looked at."""
    said = words("duplicate", language)

    assert not re.search(r"sudah terdaftar|sudah dipakai|orang lain|already|registered|someone|somebody|another", said)
    assert ("kirim lagi" if language == "id" else "send it again") in said
    assert ("petugas" if language == "id" else "staff") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_a_nik_of_somebody_deceased_when_explained_then_nobody_learns_of_it(language: Language) -> None:
    """Whoever typed the NIK may be anybody, so only the office says what the register holds."""
    said = words("deceased", language)

    assert not re.search(r"meninggal|wafat|almarhum|kematian|passed away|died|dead|death|deceased|late\b", said)
    assert ("petugas kami" if language == "id" else "our staff") in said


@pytest.mark.parametrize(("code", "language"), EVERY_TEXT)
def test_given_a_text_when_read_then_it_names_nothing_of_the_protocol(code: str, language: Language) -> None:
    """Registrants read these texts: nothing of how the page talks to us, and no date as machines write it."""
    assert not re.search(r"json|application/|idempotency|http|header|\d{4}-\d\d", words(code, language))


@pytest.mark.parametrize(("code", "language"), EVERY_HINT)
def test_given_a_hint_when_read_then_it_calls_nothing_wrong_and_says_how_to_go_on(
    code: str, language: Language
) -> None:
    """A rare entry can be right, so whoever is sure of it is told how to keep it."""
    wrong = {"id": r"tidak mungkin|keliru|perbaiki|dibetulkan", "en": r"wrong|mistake|impossible|cannot|correct"}
    go_on = {"id": r"konfirmasikan lalu kirim lagi|lanjutkan", "en": r"confirm it and send it again|go on with"}

    assert not re.search(wrong[language], words(code, language))
    assert re.search(go_on[language], text(code, language).next.lower())
    assert REASONS[code].ask is None


@pytest.mark.parametrize(("code", "language"), [each for each in EVERY_HINT if each[0].startswith("nik_")])
def test_given_a_hint_at_a_nik_when_read_then_the_card_decides(code: str, language: Language) -> None:
    """A NIK never changes, whatever else about its holder does; so what the card shows is kept."""
    shows = {
        "id": r"jika (di ktp memang begitu|nik sudah sama dengan ktp)",
        "en": r"if (your ktp really|the nik is as on)",
    }

    assert re.search(shows[language], text(code, language).next.lower())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code", ["nik_birth_date_digit", "nik_birth_date_differs", "nik_digits_swapped", "nik_day_month_swapped"]
)
def test_given_a_hint_at_the_birth_date_when_read_then_both_fields_are_to_be_compared(
    code: str, language: Language
) -> None:
    """The birth date may be the one that was mistyped."""
    both = {"id": "cocokkan nik dan tanggal lahir", "en": "compare the nik and the birth date"}

    assert both[language] in text(code, language).next.lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["email_unavailable", "dukcapil_unavailable", "phone_unavailable"])
def test_given_an_outage_when_explained_then_it_costs_no_attempt(code: str, language: Language) -> None:
    """C23: an outage uses up nobody's attempts, and people are told so."""
    promise = {"id": "kesempatan anda tidak berkurang", "en": "you lose no attempt"}

    assert promise[language] in words(code, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["phone_unavailable", "phone_not_confirmed"])
def test_given_a_channel_that_does_not_reach_somebody_when_explained_then_no_number_is_called_wrong(
    code: str, language: Language
) -> None:
    """A missing receipt says nothing of the number: whoever is told so corrects what was right."""
    doubt = {
        "id": r"nomor (lain|yang benar|yang anda pegang)|perbaiki|cocokkan|keliru|periksa|tidak aktif",
        "en": r"(other|another|right|correct|wrong|different) number|check|change|mistake|not active",
    }

    assert not re.search(doubt[language], words(code, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["dukcapil_unavailable", "disputed"])
def test_given_a_wait_of_days_when_explained_then_people_need_not_watch_the_page(code: str, language: Language) -> None:
    """They need do nothing, and are written to."""
    promises = {
        "id": ("tidak perlu berbuat apa-apa", "kami menulis ke email anda"),
        "en": ("need do nothing", "write to you"),
    }

    assert all(promise in words(code, language) for promise in promises[language])


def test_given_a_code_that_is_not_in_the_catalogue_when_looked_up_then_key_error() -> None:
    """A made-up code is a fault of the program, and shows as one."""
    with pytest.raises(KeyError):
        text("no_such_code", "id")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "id"),
        ("", "id"),
        ("id", "id"),
        ("en", "en"),
        ("id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"),
        ("en-US,en;q=0.9,id;q=0.8", "en"),
        ("EN-gb", "en"),
        ("in-ID,en;q=0.9", "id"),
        ("id;q=0.1, en;q=0.2", "en"),
        ("en, id", "en"),
        ("fr, de;q=0.9", "id"),
        ("fr, en;q=0.1", "en"),
        ("*", "id"),
        ("id;q=0, *", "en"),
        ("en;q=0.2, *;q=0.5", "id"),
        ("en;q=0", "id"),
        ("en;q=0, id;q=0", "id"),
        ("en;q=0.8, en-GB;q=0.2, id;q=0.5", "en"),
        ("en ; Q=1.000 , id;q=0.999", "en"),
        ("en;q=2, id;q=0.1", "id"),
        ("en;q=x, id;q=0.1", "id"),
        ("english", "id"),
        (",,;;q=1,en;q=", "id"),
        ("en_US", "id"),
    ],
)
def test_given_an_accept_language_when_negotiated_then_the_best_of_the_two(header: str | None, language: str) -> None:
    """Highest quality first, then the order; Indonesian when nothing readable asks for English."""
    assert negotiate(header) == language


@given(st.one_of(st.none(), st.text(), st.text("enid-;,q=.019* ")))
def test_given_any_header_when_negotiated_then_one_of_the_two(header: str | None) -> None:
    """Whatever a client sends, it gets an answer it can show."""
    assert negotiate(header) in LANGUAGES
