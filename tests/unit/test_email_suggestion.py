"""Which addresses are asked about ("did you mean …?"), and which are at a service for throw-away mailboxes."""

from __future__ import annotations

import time

import pytest
from disposable_email_domains import blocklist
from hypothesis import example, given
from hypothesis import strategies as st

from functions.email.address import AddressError, is_disposable, normalise, suggest
from functions.email.providers import ALIASES, HANDED_OUT, LOOKALIKES, PROVIDERS, one_slip_apart

# What people typed, and where they have their mail.
TYPOS = {
    "gmail.con": "gmail.com",
    "gmail.vom": "gmail.com",
    "gmail.xom": "gmail.com",
    "gmail.cpm": "gmail.com",
    "gmail.cim": "gmail.com",
    "gmail.c0m": "gmail.com",
    "gmail.cmo": "gmail.com",
    "gmail.ocm": "gmail.com",
    "gmail.comm": "gmail.com",
    "gmail.come": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.cm": "gmail.com",
    "gmail.om": "gmail.com",
    "gmail.c": "gmail.com",
    "gmail": "gmail.com",
    "gmailcom": "gmail.com",
    "gmailc.om": "gmail.com",
    "gmai.lcom": "gmail.com",
    "gmial.com": "gmail.com",
    "gamil.com": "gmail.com",
    "gmali.com": "gmail.com",
    "mgail.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmal.com": "gmail.com",
    "gmil.com": "gmail.com",
    "gail.com": "gmail.com",
    "gnail.com": "gmail.com",
    "gmaul.com": "gmail.com",
    "gmaik.com": "gmail.com",
    "gmsil.com": "gmail.com",
    "gmeil.com": "gmail.com",
    "gmel.com": "gmail.com",
    "gmaill.com": "gmail.com",
    "ggmail.com": "gmail.com",
    "gmmail.com": "gmail.com",
    "gemail.com": "gmail.com",
    "g-mail.com": "gmail.com",
    "gmails.com": "gmail.com",
    "hmail.com": "gmail.com",
    "fmail.com": "gmail.com",
    "gmail.id": "gmail.com",
    "gmail.co.id": "gmail.com",
    "gmail.com.id": "gmail.com",
    "yaho.com": "yahoo.com",
    "yhoo.com": "yahoo.com",
    "yaoo.com": "yahoo.com",
    "yahooo.com": "yahoo.com",
    "yhaoo.com": "yahoo.com",
    "yaoho.com": "yahoo.com",
    "yahho.com": "yahoo.com",
    "tahoo.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "yahoo.co": "yahoo.com",
    "yahoo.cm": "yahoo.com",
    "yahoo": "yahoo.com",
    "yahoomail.com": "yahoo.com",
    "yahoo.id": "yahoo.co.id",
    "yahoo.co.if": "yahoo.co.id",
    "yahoo.co.di": "yahoo.co.id",
    "yahoo.co.i": "yahoo.co.id",
    "yahoo.coid": "yahoo.co.id",
    "yahoo.o.id": "yahoo.co.id",
    "yahoo.com.id": "yahoo.co.id",
    "yahoo.go.id": "yahoo.co.id",
    "yahoo.ac.id": "yahoo.co.id",
    "yahho.co.id": "yahoo.co.id",
    "yaho.co.id": "yahoo.co.id",
    "yahooo.co.id": "yahoo.co.id",
    "hotmial.com": "hotmail.com",
    "hotmai.com": "hotmail.com",
    "hotmal.com": "hotmail.com",
    "hotnail.com": "hotmail.com",
    "hotmil.com": "hotmail.com",
    "hormail.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "hotmail.co": "hotmail.com",
    "outlok.com": "outlook.com",
    "outloook.com": "outlook.com",
    "outlook.con": "outlook.com",
    "outlok.co.id": "outlook.co.id",
    "oulook.com": "outlook.com",
    "otlook.com": "outlook.com",
    "iclud.com": "icloud.com",
    "iclod.com": "icloud.com",
    "icloud.co": "icloud.com",
    "icloud.con": "icloud.com",
    "icould.com": "icloud.com",
    "iclould.com": "icloud.com",
    "ymail.con": "ymail.com",
    "ymail.co": "ymail.com",
    "ymal.com": "ymail.com",
    "rocketmal.com": "rocketmail.com",
    "rocketmai.com": "rocketmail.com",
    "roketmail.com": "rocketmail.com",
    "rocketmail.co.id": "rocketmail.com",
    "live.con": "live.com",
    "live.cm": "live.com",
    "msn.con": "msn.com",
    "aol.con": "aol.com",
    "protonmai.com": "protonmail.com",
    "www.gmail.com": "gmail.com",
}

# Domains with mail of their own: several are one slip from a provider's, none is a slip.
DOMAINS = """
    email.com ymail.com mail.com me.com mac.com gmx.com gmx.net gmx.de gmx.at aol.com aim.com msn.com live.com qq.com
    yahoo.ca yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.in yahoo.co.in yahoo.co.il yahoo.co.jp yahoo.co.kr yahoo.co.th
    yahoo.co.nz yahoo.co.uk yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.ph yahoo.com.sg
    yahoo.com.sv yahoo.com.tw yahoo.com.vn hotmail.ca hotmail.co.id hotmail.co.uk hotmail.de hotmail.es hotmail.fr
    hotmail.it hotmail.my hotmail.sg live.ca live.co.uk live.com.au live.com.my live.com.sg live.de live.fr live.nl
    outlook.co.il outlook.de outlook.es outlook.fr outlook.in outlook.jp outlook.my outlook.ph outlook.sg outlook.co.th
    googlemail.com google.com apple.com microsoft.com cloud.com wahoo.com proton.me protonmail.ch pm.me tutanota.de
    tuta.io hey.com duck.com fastmail.fm zoho.eu zoho.in zohomail.eu mail.ru bk.ru inbox.ru list.ru yandex.ru ya.ru
    163.com 126.com sina.com naver.com daum.net web.de t-online.de posteo.de free.fr orange.fr comcast.net
    gomail.com mymail.com zmail.com pocketmail.com hushmail.com rediffmail.com

    telkom.net telkom.co.id telkomsel.co.id plasa.com cbn.net.id biznetnetworks.com indosat.net.id indo.net.id rad.net.id
    centrin.net.id melsa.net.id ui.ac.id ugm.ac.id mail.ugm.ac.id itb.ac.id students.itb.ac.id its.ac.id ipb.ac.id
    apps.ipb.ac.id unair.ac.id undip.ac.id students.undip.ac.id upi.edu binus.ac.id binus.edu unpad.ac.id uin.ac.id
    student.ub.ac.id kemkes.go.id kemendagri.go.id jakarta.go.id bps.go.id pajak.go.id polri.go.id tni.mil.id desa.id
    sukamaju.desa.id smkn1bandung.sch.id guru.sd.belajar.id admin.smp.belajar.id siswa.sma.belajar.id bca.co.id
    bankmandiri.co.id bri.co.id pertamina.com pln.co.id gojek.com tokopedia.com astra.co.id kompas.com unilever.com
    siti.my.id toko.web.id yayasan.or.id warung.biz.id rumah.id kabar.co ai.com a.id io.co ail.co gm.com
"""
REAL = DOMAINS.split()

# One address typed in a wrong form.
FORMS = {
    "siti@gmail,com": "siti@gmail.com",
    "siti@gmail..com": "siti@gmail.com",
    "siti@gmail.com.": "siti@gmail.com",
    "siti@gmail.com,": "siti@gmail.com",
    "siti@gmail.com;": "siti@gmail.com",
    "siti @gmail.com": "siti@gmail.com",
    "siti@ gmail.com": "siti@gmail.com",
    "siti@gmail .com": "siti@gmail.com",
    "siti@gmail com": "siti@gmail.com",
    "siti@gm ail.com": "siti@gmail.com",
    "siti@yahoo.co. id": "siti@yahoo.co.id",
    "siti@@gmail.com": "siti@gmail.com",
    "siti@gmail.com@gmail.com": "siti@gmail.com",
    "siti@gmailcom": "siti@gmail.com",
    "siti@gmail": "siti@gmail.com",
    "siti@.gmail.com": "siti@gmail.com",
    "siti@gmail.com/": "siti@gmail.com",
    "siti.gmail.com": "siti@gmail.com",
    "siti gmail.com": "siti@gmail.com",
    "siti#gmail.com": "siti@gmail.com",
    "siti(at)gmail.com": "siti@gmail.com",
    "siti at gmail.com": "siti@gmail.com",
    "Siti.Dewi+1yahoo.co.id": "Siti.Dewi+1@yahoo.co.id",
    "sitirocketmail.com": "siti@rocketmail.com",
    "Siti <siti@gmail.com>": "siti@gmail.com",
    '"Siti Dewi" <siti@kantor.co.id>;': "siti@kantor.co.id",
    "<siti@gmail.com>": "siti@gmail.com",
    "'siti@gmail.com'": "siti@gmail.com",
    "\u201csiti@gmail.com\u201d": "siti@gmail.com",
    "mailto:siti@gmail.com": "siti@gmail.com",
    "Email : siti@gmail.con": "siti@gmail.com",
    "siti\uff20gmail.com": "siti@gmail.com",
    "siti\u200b@gmail.com": "siti@gmail.com",
    "siti@gmail\u200b.com": "siti@gmail.com",
    "siti@\uff47\uff4d\uff41\uff49\uff4c\uff0e\uff43\uff4f\uff4e": "siti@gmail.com",
    "siti@gma\u0131l.com": "siti@gmail.com",
    "siti@@kantor.co.id": "siti@kantor.co.id",
    "siti@kantor..co.id": "siti@kantor.co.id",
    "siti@kantor.co.id.": "siti@kantor.co.id",
    "siti@ui,ac,id": "siti@ui.ac.id",
    "O'Neil_9@Gmail.Con": "O'Neil_9@gmail.com",
    "  siti@GMIAL.com\n": "siti@gmail.com",
}

ODD_TEXT = st.one_of(
    st.text(),
    st.text(st.characters()),
    st.text("siti@gmail.con ,;<>()[]'\"\u200b\uff20\u3002\u00df\u0130\u0131\u0644\u200d\ud800\x00"),
    st.builds("{}@{}".format, st.text("aB.+' ", max_size=6), st.sampled_from([*TYPOS, *REAL, *FORMS])),
    st.sampled_from([*TYPOS, *FORMS]).flatmap(st.permutations).map("".join),
)
ANYTHING = st.one_of(
    ODD_TEXT, st.integers(), st.floats(), st.binary(), st.none(), st.booleans(), st.lists(st.text()), st.just(object())
)


def accepted(text: str) -> str | None:
    """What the text is normalised to, None when it is refused."""
    try:
        return normalise(text)
    except AddressError:
        return None


@pytest.mark.parametrize(("typed", "meant"), TYPOS.items())
def test_given_a_mistyped_provider_when_asked_then_the_provider_is_suggested(typed: str, meant: str) -> None:
    """The local part stays as typed, however the domain was typed."""
    assert suggest(f"Siti.Dewi+1@{typed}") == f"Siti.Dewi+1@{meant}"
    assert suggest(f" siti@{typed.upper()} ") == f"siti@{meant}"


@pytest.mark.parametrize("domain", REAL)
def test_given_a_real_domain_when_asked_then_there_is_no_suggestion(domain: str) -> None:
    """Nobody is asked whether his own provider, university, office or village is a typo."""
    assert suggest(f"siti@{domain}") is None
    assert suggest(f" siti@{domain.upper()}") is None


@pytest.mark.parametrize("domain", sorted({*PROVIDERS, *LOOKALIKES}))
def test_given_a_listed_domain_when_asked_then_there_is_no_suggestion(domain: str) -> None:
    """Every domain of both lists is somebody's, and none is a service for throw-away mailboxes by being a provider."""
    assert accepted(f"siti@{domain}") == f"siti@{domain}"
    assert suggest(f"siti@{domain}") is None
    assert domain not in PROVIDERS or not is_disposable(f"siti@{domain}")


@pytest.mark.parametrize(("typed", "meant"), FORMS.items())
def test_given_an_address_in_a_wrong_form_when_asked_then_the_evident_one_is_suggested(typed: str, meant: str) -> None:
    """What `normalise` refuses for its form, or reads as another domain, is answered with what was meant."""
    assert accepted(typed) != meant
    assert suggest(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "siti",
        "@",
        "siti@",
        "@gmail.com",
        "gmail.com",
        "www.gmail.com",
        "mail.yahoo.com",
        "https://mail.yahoo.com",
        "bob@x.y",
        "www.siti@gmail.com",
        "siti@gmail.com",
        "siti@GMAIL.COM",
        "siti2gmail.com",
        "siti dewi@gmail.com",
        "siti@gmail@com",
        "siti@gmail.com dewi@gmail.com",
        "siti@gmail.com,dewi@yahoo.com",
        "siti@gmail.com, dewi",
        "siti@gmail.com 0812",
        "siti@kantor pusat.co.id",
        "siti@kantor.com,dewi",
        "siti..dewi@gmail.con",
        "s\u00e4ri@gmail.con",
        "siti@smail.com",
        "siti@ma.com",
        "siti@mx.com",
        "siti@ao.com",
        "siti@like.com",
        "siti@love.com",
        "siti@gmial.con",
    ],
)
def test_given_nothing_evident_when_asked_then_there_is_no_suggestion(text: str) -> None:
    """Right as it is, two addresses, a local part to guess at, a short name that may be anything, two slips."""
    assert suggest(text) is None


@given(ANYTHING)
@example("siti@" + "a" * 10_000_000)
@example(" " * 5_000_000 + "siti@gmail.con" + "\u200b" * 5_000_000)
@example("@" * 1_000_000)
@example("siti@gmail\ud800.com")
@example("siti@gmail.com\x00")
@example("siti@gm\u200dail.com")
def test_given_any_input_of_any_type_when_asked_then_a_better_address_or_none(value: object) -> None:
    """Whatever is suggested is accepted as it is, differs from what was typed, and has no suggestion itself."""
    begun = time.monotonic()
    suggestion = suggest(value)  # type: ignore[arg-type]

    assert time.monotonic() - begun < 5
    if suggestion is not None:
        assert isinstance(value, str)
        assert suggestion != value
        assert accepted(value) != suggestion
        assert accepted(suggestion) == suggestion
        assert suggest(suggestion) is None


@given(st.sampled_from(PROVIDERS), st.data())
def test_given_one_random_slip_when_asked_then_a_provider_or_a_real_domain_remains(
    provider: str, data: st.DataObject
) -> None:
    """A slip in a long name or in its ending is found, unless it makes another listed domain."""
    name = provider.partition(".")[0]
    at = data.draw(st.integers(0 if len(name) >= 5 else len(name) + 1, len(provider) - 1))
    key = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"))
    typed = data.draw(
        st.sampled_from(
            [
                provider[:at] + provider[at + 1 :],
                provider[:at] + key + provider[at:],
                provider[:at] + key + provider[at + 1 :],
            ]
        )
    )

    suggestion = suggest(f"siti@{typed}")

    assert (typed in PROVIDERS or typed in LOOKALIKES) == (suggestion is None)
    assert suggestion is None or suggestion.removeprefix("siti@") in PROVIDERS


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_given_two_texts_when_compared_then_one_slip_is_the_optimal_string_alignment_distance_of_1(
    one: str, other: str
) -> None:
    """Held against the definition: the full table of distances."""

    def distance(i: int, j: int) -> int:
        if not i or not j:
            return i or j
        best = min(
            distance(i - 1, j) + 1, distance(i, j - 1) + 1, distance(i - 1, j - 1) + (one[i - 1] != other[j - 1])
        )
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
            best = min(best, distance(i - 2, j - 2) + 1)
        return best

    assert one_slip_apart(one, other) == (distance(len(one), len(other)) == 1)


def test_given_the_lists_when_read_then_they_do_not_contradict_each_other() -> None:
    """An alias leads to a provider, and is neither a provider nor a real domain."""
    assert set(ALIASES.values()) <= set(PROVIDERS)
    assert not set(ALIASES) & {*PROVIDERS, *LOOKALIKES}
    assert not set(PROVIDERS) & LOOKALIKES
    assert len(set(PROVIDERS)) == len(PROVIDERS)


@pytest.mark.parametrize(
    "address",
    [
        "siti@mailinator.com",
        "siti@MAILINATOR.com",
        " siti@yopmail.com\n",
        "siti@guerrillamail.com.",
        "siti@kotak.mailinator.com",
        "siti@a.b.mailinator.com",
        "siti@mooo.com",
    ],
)
def test_given_a_throw_away_mailbox_when_asked_then_disposable(address: str) -> None:
    """The list's domains and what is below them, however they are written."""
    assert is_disposable(address)


@pytest.mark.parametrize("domain", [*REAL, "mailinator.example", "mailinator.com.ui.ac.id", "co.id", "id", "co.uk", ""])
def test_given_a_real_domain_when_asked_then_not_disposable(domain: str) -> None:
    """No provider, office or village is on the list, nor what only looks like a domain of it."""
    assert not is_disposable(f"siti@{domain}")


@pytest.mark.parametrize("domain", sorted(HANDED_OUT))
def test_given_a_domain_that_hands_out_subdomains_when_asked_for_one_of_them_then_not_disposable(domain: str) -> None:
    """Somebody's own subdomain is not judged by its neighbours; the domain itself is on the list."""
    assert domain in blocklist
    assert is_disposable(f"siti@{domain}")
    assert not is_disposable(f"siti@keluarga-siti.{domain}")


@pytest.mark.parametrize(
    "suffix", ["co.id", "ac.id", "my.id", "web.id", "sch.id", "biz.id", "co.uk", "eu.org", "io.vn"]
)
def test_given_a_public_suffix_when_it_has_listed_names_below_it_then_the_others_are_not_disposable(
    suffix: str,
) -> None:
    """A listed name under `my.id` says nothing about the rest of `my.id`."""
    assert suffix not in blocklist
    assert not is_disposable(f"siti@keluarga-siti.{suffix}")


@given(ANYTHING)
@example("siti@" + "a." * 5_000_000)
@example("siti@\ud800")
def test_given_any_input_of_any_type_when_asked_whether_disposable_then_a_bool(value: object) -> None:
    """Nothing is raised, and what is no text is not disposable."""
    answer = is_disposable(value)  # type: ignore[arg-type]

    assert isinstance(answer, bool)
    assert isinstance(value, str) or not answer
