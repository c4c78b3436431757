"""The register's answers: every row of its table in every spelling, and everything that is no answer at all."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.dukcapil.answer import MAX_BYTES, read
from functions.dukcapil.meanings import Reading
from functions.shared.errors import DukcapilUnavailable
from functions.shared.outcome import Outcome, Verdict

NIK = "3171010708859001"
OTHER_NIK = "3171010708859002"
ASKED = ("NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN")
MATCH = {"NIK": "Sesuai", "NAMA_LGKP": "Sesuai (100)", "TGL_LHR": "Sesuai", "JENIS_KLMIN": "Sesuai"}

PASSED = Reading(Outcome(Verdict.PASSED))
MISMATCH = Reading(Outcome(Verdict.CORRECT, "mismatch"))
NOT_FOUND = Reading(Outcome(Verdict.CORRECT, "not_found"))
MALFORMED = Reading(Outcome(Verdict.CORRECT, "not_found"), malformed_nik=True)
DUPLICATE = Reading(Outcome(Verdict.CORRECT, "duplicate_record"))
INACTIVE = Reading(Outcome(Verdict.CORRECT, "inactive"))
DECEASED = Reading(Outcome(Verdict.REVIEW, "deceased"))


def page(*rows: object) -> bytes:
    """An answer as the register sends it."""
    document = {"content": rows, "lastPage": True, "numberOfElements": 1, "totalElements": 1, "quotaLimiter": 56616}
    return json.dumps(document).encode()


def reading(body: bytes, *, status: int = 200) -> Reading:
    """What is read from a body, with the usual question."""
    return read(status, body, asked=ASKED, nik=NIK)


def unavailable(body: bytes, *, status: int = 200) -> tuple[str, bool]:
    """Reason and fault of the unavailability that a body means, having checked that it tells nothing more."""
    with pytest.raises(DukcapilUnavailable) as raised:
        reading(body, status=status)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    assert raised.value.args == (raised.value.reason,)
    return raised.value.reason, raised.value.our_fault


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"RESPONSE_CODE": "00"},
        {"RESPONSE_CODE": "0"},
        {"RESPONSE_CODE": 0},
        {"RESPONSE_CODE": None, "RESPON": None},
        {"RESPONSE_CODE": "", "RESPON": " "},
        {"RESPONSE_CODE": "00", "RESPON": "Selamat Pagi"},
        {"RESPON": "Data Ditemukan"},
        {"NIK": NIK},
        {"NIK": f" {NIK} "},
        {"NAMA_LGKP": "Sesuai"},
        {"NAMA_LGKP": "Sesuai (0)"},
        {"NAMA_LGKP": "SESUAI(87)"},
        {"NAMA_LGKP": " sesuai  ( 90,5 ) "},
        {"ALAMAT": "Tidak Sesuai (12)", "NO_RT": None},
    ],
)
def test_given_every_asked_element_agrees_when_read_then_passed(changes: dict[str, Any]) -> None:
    """All asked elements and the NIK say Sesuai, in any spelling; what was not asked does not count."""
    assert reading(page(MATCH | changes)) == PASSED


@pytest.mark.parametrize("element", MATCH)
@pytest.mark.parametrize("word", ["Tidak Sesuai", "Tidak Sesuai (59)", "TIDAK  SESUAI (100)", "tidak sesuai(0)"])
def test_c18_given_any_element_disagrees_when_read_then_the_same_mismatch(element: str, word: str) -> None:
    """The word decides, not the score; which element it was is not in the answer."""
    assert reading(page(MATCH | {element: word})) == MISMATCH


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("11", 11, " 11 "), DECEASED),
        (("12", 12), DUPLICATE),
        (("13", 13), NOT_FOUND),
        (("14", 14), INACTIVE),
        (("15", 15), MALFORMED),
    ],
)
@pytest.mark.parametrize(
    "rest",
    [
        {},
        {"RESPON": "Kalimat Baru"},
        {"RESPONSE": 7},
        {"RESPONSE_DESC": "x" * 1000},
        {"NIK": NIK},
        {"NIK": None},
        dict.fromkeys(MATCH, "Tidak Sesuai"),
    ],
)
def test_given_a_verdict_code_when_read_then_its_verdict(
    codes: tuple[object, ...], expected: Reading, rest: dict[str, Any]
) -> None:
    """The code decides, whatever unknown text stands beside it."""
    for code in codes:
        assert reading(page({"RESPONSE_CODE": code, **rest})) == expected


@pytest.mark.parametrize("key", ["RESPON", "RESPONSE", "RESPONSE_DESC", "respon"])
@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("Data Ditemukan, Meninggal Dunia", "11", DECEASED),
        ("Data Ditemukan, Status Meninggal Dunia", "11", DECEASED),
        ("Data Ditemukan, Data Ganda", "12", DUPLICATE),
        ("Data ditemukan, status ganda", "12", DUPLICATE),
        ("Data Tidak Ditemukan", "13", NOT_FOUND),
        ("  data  TIDAK\tditemukan. ", "13", NOT_FOUND),
        ("NIK tidak terdapat di database Kependudukan", "13", NOT_FOUND),
        ("Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan", "13", NOT_FOUND),
        ("Data Ditemukan, Status Tidak Aktif", "14", INACTIVE),
        ("Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil", "14", INACTIVE),
        ("Data Ditemukan, Status Non-Aktif, silakan menghubungi Disdukcapil setempat", "14", INACTIVE),
        ("Format NIK tidak sesuai", "15", MALFORMED),
        ("Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil", "15", MALFORMED),
    ],
)
def test_given_a_verdict_text_when_read_then_its_verdict(key: str, text: str, code: str, expected: Reading) -> None:
    """A text that is wholly known is enough, and agrees with its code."""
    assert reading(page({key: text})) == expected
    assert reading(page({key: text, "RESPONSE_CODE": code})) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"RESPONSE_CODE": "05"}, ("quota_exhausted", False)),
        ({"RESPONSE_CODE": 5, "RESPON": "Kuota Akses Hari ini telah Habis"}, ("quota_exhausted", False)),
        ({"RESPON": "KUOTA AKSES HARI INI TELAH HABIS"}, ("quota_exhausted", False)),
        ({"RESPONSE_CODE": "04", "RESPONSE_DESC": "IP Address Tidak Sesuai"}, ("ip_not_allowed", True)),
        ({"RESPONSE_CODE": "4"}, ("ip_not_allowed", True)),
        ({"RESPONSE_CODE": 4, "RESPON": "Login Gagal"}, ("ip_not_allowed", True)),
        ({"RESPON": "IP Client  Tidak terdaftar"}, ("ip_not_allowed", True)),
        ({"RESPON": "IP Anda tidak terdaftar"}, ("ip_not_allowed", True)),
        ({"RESPON": "Login gagal"}, ("login_failed", True)),
        ({"RESPONSE": "User ID atau Password salah"}, ("login_failed", True)),
        ({"RESPON": "User ID Tidak Aktif"}, ("account_inactive", True)),
        ({"RESPON": "Instansi Tidak Aktif"}, ("account_inactive", True)),
        ({"RESPON": "Parameter Tidak Lengkap / Tidak Valid"}, ("parameter_missing", True)),
        ({"RESPON": "User, password dan IP tidak boleh kosong"}, ("parameter_missing", True)),
        ({"RESPON": "Login gagal, IP Anda tidak terdaftar"}, ("ip_not_allowed", True)),
        (MATCH | {"RESPON": "Login Gagal"}, ("login_failed", True)),
    ],
)
def test_given_the_register_refuses_us_when_read_then_unavailable_and_whose_fault(
    row: dict[str, Any], expected: tuple[str, bool]
) -> None:
    """Errors about us are outages of the layer; all but the quota raise the alarm."""
    assert unavailable(page(row)) == expected


@pytest.mark.parametrize("status", [100, 201, 204, 301, 302, 400, 401, 403, 404, 429, 500, 502, 503])
def test_given_another_status_when_read_then_unavailable(status: int) -> None:
    """Even a perfect body counts for nothing then."""
    assert unavailable(page(MATCH), status=status) == ("http_status", False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>OK</html>",
        page(MATCH)[:-5],
        page(MATCH) + b"x",
        page(MATCH).replace(b"Sesuai", b"Sesuai \xe9"),
        page(MATCH).decode().encode("utf-16"),
        page(MATCH).replace(b"56616", b"NaN"),
        page(MATCH).replace(b"56616", b"-Infinity"),
        page(MATCH).replace(b"56616", b"9" * 5000),
        b"[" * 50_000,
        b'{"content":' * 5_000,
        page(MATCH).replace(b'"TGL_LHR": "Sesuai"', b'"TGL_LHR": "Tidak Sesuai", "TGL_LHR": "Sesuai"'),
        page(MATCH).replace(b'{"content"', b'{"content": [], "content"'),
    ],
)
def test_given_no_definite_json_when_read_then_unavailable(body: bytes) -> None:
    """Cut, binary, endless or self-contradicting JSON is no verdict."""
    assert unavailable(body) == ("not_json", False)


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b'"Sesuai"',
        b"{}",
        b'{"content": null}',
        b'{"content": {}}',
        b'{"content": "Sesuai"}',
        page(),
        page("Data Tidak Ditemukan"),
        page(None),
        page([MATCH]),
        page(MATCH, MATCH),
        page(MATCH, MATCH | {"NAMA_LGKP": "Tidak Sesuai"}),
        page(MATCH | {"nama_lgkp": "Tidak Sesuai"}),
        page(MATCH | {"RESPONSE_CODE": "00", " response_code ": 11}),
    ],
)
def test_given_another_shape_when_read_then_unavailable(body: bytes) -> None:
    """Only one row of one page is an answer."""
    assert unavailable(body) == ("unknown_shape", False)


@pytest.mark.parametrize("code", ["01", "10", "16", "99", "013", "1 3", "-13", "13.0", "١٣", "A", 99, -13, 13.0])
@pytest.mark.parametrize("rest", [{}, MATCH, {"RESPON": "Data Tidak Ditemukan"}])
def test_given_an_unknown_code_when_read_then_unavailable(code: object, rest: dict[str, Any]) -> None:
    """A code that is not in the table is no verdict, whatever else the row says."""
    assert unavailable(page(rest | {"RESPONSE_CODE": code})) == ("unknown_code", False)


@pytest.mark.parametrize("code", [True, False, [], {}, [13]])
def test_given_a_code_of_another_type_when_read_then_unavailable(code: object) -> None:
    """Only strings and whole numbers are codes; false is not 00."""
    assert unavailable(page(MATCH | {"RESPONSE_CODE": code})) == ("unknown_code", False)


@pytest.mark.parametrize(
    "text",
    [
        "Sistem Sedang Dalam Pemeliharaan",
        "Koneksi database gagal, data tidak ditemukan",
        "Data tidak ditemukan silakan coba lagi",
        "Data Ditemukan, Tidak Meninggal Dunia",
        "Kuota habis, parameter tidak lengkap",
        "User " * 200 + "tidak aktif",
        "Tidak Sesuai",
        5,
        ["Data Tidak Ditemukan"],
    ],
)
@pytest.mark.parametrize("rest", [{}, MATCH])
def test_given_an_unknown_text_without_code_when_read_then_unavailable(text: object, rest: dict[str, Any]) -> None:
    """A text that only contains a verdict's words is no verdict, and stops a match too."""
    assert unavailable(page(rest | {"RESPON": text})) == ("unknown_text", False)


@pytest.mark.parametrize(
    ("row", "whose"),
    [
        ({"RESPONSE_CODE": "11", "RESPON": "Data Tidak Ditemukan"}, "nobody's"),
        ({"RESPONSE_CODE": "13", "RESPON": "Data Ditemukan, Data Ganda"}, "nobody's"),
        ({"RESPONSE_CODE": "13", "RESPON": "Login Gagal"}, "ours"),
        ({"RESPONSE_CODE": "04", "RESPON": "Data Tidak Ditemukan"}, "ours"),
        ({"RESPON": "Data Tidak Ditemukan", "RESPONSE_DESC": "Data Ditemukan, Meninggal Dunia"}, "nobody's"),
        (MATCH | {"RESPONSE_CODE": "00", "RESPON": "Data Ditemukan, Meninggal Dunia"}, "nobody's"),
        (MATCH | {"RESPONSE_CODE": "13"}, "nobody's"),
        ({"RESPONSE_CODE": "13", "NIK": "Sesuai"}, "nobody's"),
        ({"RESPONSE_CODE": "15", "TGL_LHR": "Sesuai"}, "nobody's"),
        ({"RESPON": "Data Tidak Ditemukan", "NAMA_LGKP": "Sesuai (100)"}, "nobody's"),
    ],
)
def test_given_parts_that_contradict_when_read_then_unavailable(row: dict[str, Any], whose: str) -> None:
    """A code, its text and the elements say one thing or nothing."""
    assert unavailable(page(row)) == ("contradiction", whose == "ours")


@pytest.mark.parametrize("element", MATCH)
def test_given_an_element_is_missing_when_read_then_unavailable(element: str) -> None:
    """What was asked and not answered is neither right nor wrong, even beside a mismatch."""
    row = {name: "Tidak Sesuai" for name in MATCH if name != element}
    assert unavailable(page(row)) == ("element_missing", False)


@pytest.mark.parametrize("element", ASKED)
@pytest.mark.parametrize(
    "value",
    [None, "", "Mungkin", "Sesuai?", "Tidak", "Kurang Sesuai", "Sesuai (abc)", "Sesuai (1000)", True, 100, ["Sesuai"]],
)
def test_given_an_unknown_word_when_read_then_unavailable(element: str, value: object) -> None:
    """Only the two words are answers."""
    assert unavailable(page(MATCH | {element: value})) == ("unknown_word", False)


@pytest.mark.parametrize("value", [OTHER_NIK, NIK[:-1], int(NIK), "Mungkin", True, ["Sesuai"]])
@pytest.mark.parametrize("rest", [MATCH, {"RESPONSE_CODE": "14"}])
def test_given_another_nik_is_echoed_when_read_then_unavailable(value: object, rest: dict[str, Any]) -> None:
    """An answer about somebody else is no answer."""
    assert unavailable(page(rest | {"NIK": value})) == ("unknown_nik", False)


def test_given_nothing_was_asked_when_read_then_the_nik_alone_does_not_pass() -> None:
    """That a NIK exists says nothing of who typed it."""
    with pytest.raises(DukcapilUnavailable, match=r"^nothing_to_compare$"):
        read(200, page(MATCH), asked=(), nik=NIK)


def test_given_a_byte_order_mark_when_read_then_understood() -> None:
    """Some servers begin UTF-8 with one."""
    assert reading(b"\xef\xbb\xbf" + page(MATCH)) == PASSED


def test_given_a_repeated_key_that_says_the_same_when_read_then_understood() -> None:
    """Only a contradiction makes JSON indefinite."""
    assert reading(page(MATCH).replace(b'"NIK": "Sesuai"', b'"NIK": "Sesuai", "NIK": "Sesuai"')) == PASSED


def test_given_a_huge_body_when_read_then_unavailable() -> None:
    """A page of more than 64 KiB is not parsed."""
    assert unavailable(page(MATCH | {"ALAMAT": "x" * MAX_BYTES})) == ("answer_too_large", False)


words = st.sampled_from(["Sesuai", "Tidak Sesuai", "Sesuai (100)", "Tidak Sesuai (59)", "Mungkin", "", NIK, OTHER_NIK])
texts = st.sampled_from(
    ["Data Tidak Ditemukan", "Data Ditemukan", "Login Gagal", "Data Ditemukan, Data Ganda", "Entah"]
)
codes = st.sampled_from(["00", "04", "05", "11", "12", "13", "14", "15", "16", 0, 4, 13, None, ""])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | words | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
rows = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(MATCH, words | json_values)
    | {"RESPONSE_CODE": codes | json_values}
    | dict.fromkeys(("RESPON", "RESPONSE", "RESPONSE_DESC", "ALAMAT"), texts | json_values),
)


@given(status=st.sampled_from([200, 200, 200, 500]), body=st.binary(max_size=400))
@example(200, b'{"content":[{"\\ud800":"\\ud800"}]}')
@example(200, b'{"content":[{"RESPON":"\\ud800"}]}')
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_c22_given_any_bytes_when_read_then_never_passed_and_no_other_error(status: int, body: bytes) -> None:
    """No bytes make it raise anything else or pass anybody."""
    with pytest.raises(DukcapilUnavailable):
        read(status, body, asked=ASKED, nik=NIK)


@given(row=rows, document=json_values | st.none())
@example(row=MATCH, document=None)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_c22_given_any_json_when_read_then_passed_only_when_all_agree(row: dict[str, Any], document: object) -> None:
    """A pass means that the NIK and every asked element were confirmed, and that nothing else was said."""
    body = page(row) if document is None else json.dumps(document).encode()
    try:
        found = reading(body)
    except DukcapilUnavailable:
        return
    if found.outcome.verdict is Verdict.PASSED:
        assert document is None
        assert row["NIK"] == NIK or row["NIK"].startswith("Sesuai")
        assert all(row[name].startswith("Sesuai") for name in ASKED)
        assert row.get("RESPONSE_CODE") in (None, "", "00", 0, "0")


@given(cut=st.integers(min_value=0, max_value=len(page(MATCH)) - 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_c22_given_an_answer_is_cut_anywhere_when_read_then_unavailable(cut: int) -> None:
    """A truncated confirmation confirms nothing."""
    assert unavailable(page(MATCH)[:cut])[0] == "not_json"
