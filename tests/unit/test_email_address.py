"""Which texts are addresses that mail can be sent to."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.email.address import MAX_LENGTH, AddressError, AddressErrorCode, normalise
from functions.shared.reasons import FIELDS

CODES = get_args(AddressErrorCode.__value__)
LABEL_63 = "a" * 63


def code_of(text: object) -> str:
    """The code that refuses the text."""
    with pytest.raises(AddressError) as error:
        normalise(text)  # type: ignore[arg-type]
    return error.value.code


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sari@example.com", "sari@example.com"),
        ("  sari@example.com\n", "sari@example.com"),
        ("\u00a0sari@example.com\u00a0", "sari@example.com"),
        ("Sari.Dewi+Daftar@EXAMPLE.Com", "Sari.Dewi+Daftar@example.com"),
        ("Info@example.com", "Info@example.com"),
        ("sari@b\u00dccher.example", "sari@xn--bcher-kva.example"),
        ("sari@\uff45xample\u3002com", "sari@example.com"),
        ("sari@gmail.con", "sari@gmail.con"),
        ("\u200b\ufeffsari@example.com\u200e \u202c", "sari@example.com"),
    ],
    ids=[
        "plain",
        "whitespace",
        "no-break space",
        "case",
        "role name",
        "other alphabet",
        "full width",
        "likely typo",
        "marks nobody sees around it",
    ],
)
def test_given_an_address_when_normalised_then_only_the_domain_changes(text: str, address: str) -> None:
    """The local part stays as typed, the domain becomes lower case and ASCII, a typo is not ours to correct."""
    assert normalise(text) == address


@pytest.mark.parametrize(
    "address",
    [
        "s@x.id",
        "1@example.com",
        "0812345678@example.com",
        "o'neil@example.com",
        "sari_dewi@example.com",
        "_sari_@example.com",
        "-sari-@example.com",
        "sari-dewi@my-company.example.com",
        "s.a.r.i@example.com",
        "sari+daftar+2026@example.com",
        "sari=dewi@example.com",
        "!#$%&'*+/=?^_`{|}~-@example.com",
        "www.sari@example.com",
        "SARI@example.com",
        "sari@123.com",
        "sari@a.co",
        "sari@3m.com",
        "sari@x--y.com",
        "sari@example.museum",
        "sari@example.photography",
        "sari@example.xn--fiqs8s",
        "sari@student.fti.example.ac.id",
        "sari@sukamaju.desa.id",
        "sari@guru.sd.belajar.id",
        f"{'s' * 64}@example.com",
        f"sari@{LABEL_63}.com",
    ],
)
def test_given_an_unusual_but_possible_address_when_normalised_then_it_stays_as_it_is(address: str) -> None:
    """Nobody is refused for a name with a mark in it, or for a domain unlike those of the big providers."""
    assert normalise(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "sari",
        "sari@",
        "@example.com",
        "sari@example",
        "sari@@example.com",
        "sari dewi@example.com",
        "sari@example..com",
        "sari..dewi@example.com",
        "sari@example.com.",
        "sari@-example.com",
        "sari@[192.0.2.1]",
        "sari@localhost",
        "sari@kantor.local",
        '"sari dewi"@example.com',
        "sari@example.c",
        "sari@example.123",
        "sari@192.0.2.1",
        "sari@exa_mple.com",
        "sari@example-.com",
        "sari@.example.com",
        ".sari@example.com",
        "sari.@example.com",
        "sari@example,com",
        "sari@example com",
        "sari @example.com",
        "sari@example.com/",
        "sari@exa\u200bmple.com",
        f"{'s' * 65}@example.com",
        f"sari@{LABEL_63}a.com",
        "mailto:sari@example.com",
        "<sari@example.com>",
        "sari@example.com,",
        "Sari <sari@example.com>",
        "sari@example.com, dewi@example.com",
        "sari@example.com\r\nBcc: dewi@example.com",
        "sari@exam\x00ple.com",
        "sari@\ud800.com",
        "sari@xn--a.com",
        "sari\uff20example.com",
    ],
)
def test_given_no_address_when_normalised_then_malformed(text: str) -> None:
    """Nothing that has no one mailbox in the public DNS is sent to, headers in disguise included."""
    assert code_of(text) == "email_malformed"


@pytest.mark.parametrize("text", ["s\u00e4ri@example.com", "\u0441ari@example.com", "sari\u200b@example.com"])
def test_given_letters_beyond_ascii_before_the_at_sign_when_normalised_then_letters(text: str) -> None:
    """SES cannot send there, and the registrant is told which part it is."""
    assert code_of(text) == "email_letters"


@pytest.mark.parametrize("value", [None, 1, b"sari@example.com", ["sari@example.com"], True])
def test_given_no_text_when_normalised_then_malformed(value: object) -> None:
    """Whatever JSON brings is refused, and not with a TypeError."""
    assert code_of(value) == "email_malformed"


def test_given_an_address_of_the_longest_kind_when_one_more_is_added_then_malformed() -> None:
    """254 characters are the most, counted as they are sent: in punycode."""
    longest = f"{'s' * 59}@{LABEL_63}.{LABEL_63}.{LABEL_63}.id"
    assert len(longest) == MAX_LENGTH

    assert normalise(longest) == longest
    assert code_of(longest.replace("@", "s@")) == "email_malformed"
    assert code_of(f"sari@{'.'.join(['\u00fc'] * 60)}.de") == "email_malformed"
    assert code_of("s" * 1_000_000 + "@example.com") == "email_malformed"


@given(
    st.one_of(
        st.text(),
        st.emails(),
        st.text(st.characters()),
        st.text("as@.-\"'()[]<> \\\u00fc\u0130\u0664"),
        st.builds("{}@{}.{}".format, st.text(max_size=8), st.text(max_size=8), st.text(max_size=8)),
        st.integers(),
        st.binary(),
        st.none(),
    )
)
@example("sari@\u0130.com")
@example("sari@\u05d0a.com")
def test_given_any_input_of_any_type_when_normalised_then_an_address_or_a_documented_code(value: object) -> None:
    """Nothing but `AddressError` comes out, and what is accepted is ASCII, short enough and stays as it is."""
    refused = None
    try:
        address = normalise(value)  # type: ignore[arg-type]
    except AddressError as error:
        refused = error
    if refused:
        assert refused.code in CODES
        assert refused.args == (refused.code,)
        assert refused.__cause__ is None
    else:
        assert address.isascii()
        assert len(address) <= MAX_LENGTH
        assert normalise(address) == address


def test_given_the_module_when_imported_then_the_slow_library_is_not() -> None:
    """`email-validator` and the list of domains cost more than all other rules together, so they are loaded on first use.

    The same process shows that `functions.email` does not stand in the way of the standard library's `email`.
    """
    program = (
        "import sys, functions.email.address, functions.email.message, email.message; "
        "assert not {'email_validator', 'disposable_email_domains'} & set(sys.modules); email.message.EmailMessage(); "
        "assert functions.email.address.normalise('a@b.com') == 'a@b.com'; assert 'dns' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)  # noqa: S603 (our own program)


@pytest.mark.parametrize("code", CODES)
def test_given_an_address_code_when_looked_up_then_the_catalogue_has_a_text(code: str) -> None:
    """The API says the code as it is."""
    assert code in FIELDS
