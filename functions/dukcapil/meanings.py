"""What the register's codes and texts mean for us.

The register answers errors with HTTP 200 too: a two-digit code, or only a text whose wording varies. Verdict texts are
matched whole, because "database error, data tidak ditemukan" is an outage; texts that can only make us unavailable are
found anywhere in the text.
"""

import re
from dataclasses import dataclass
from typing import Final

from functions.shared.outcome import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer that was understood.

    Attributes:
        outcome: what the layer decided.
        malformed_nik: True when the register calls the NIK malformed. It reads like "not found" to the registrant, but
            our own check should have seen it, so the caller counts it.
    """

    outcome: Outcome
    malformed_nik: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer that says why there is no verdict: the arguments of `DukcapilUnavailable`."""

    reason: str
    our_fault: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer is in the elements."""


type Meaning = Reading | Trouble | Compared

COMPARED: Final = Compared()
NOT_FOUND: Final = Reading(Outcome(Verdict.CORRECT, "not_found"))
MALFORMED_NIK: Final = Reading(Outcome(Verdict.CORRECT, "not_found"), malformed_nik=True)
INACTIVE: Final = Reading(Outcome(Verdict.CORRECT, "inactive"))
DUPLICATE_RECORD: Final = Reading(Outcome(Verdict.CORRECT, "duplicate_record"))
DECEASED: Final = Reading(Outcome(Verdict.REVIEW, "deceased"))
QUOTA_EXHAUSTED: Final = Trouble("quota_exhausted")
IP_NOT_ALLOWED: Final = Trouble("ip_not_allowed", our_fault=True)
LOGIN_FAILED: Final = Trouble("login_failed", our_fault=True)
ACCOUNT_INACTIVE: Final = Trouble("account_inactive", our_fault=True)
PARAMETER_MISSING: Final = Trouble("parameter_missing", our_fault=True)

_BY_CODE: Final[dict[int, Meaning]] = {
    0: COMPARED,
    4: IP_NOT_ALLOWED,
    5: QUOTA_EXHAUSTED,
    11: DECEASED,
    12: DUPLICATE_RECORD,
    13: NOT_FOUND,
    14: INACTIVE,
    15: MALFORMED_NIK,
}

_ADVICE = r"(?: (?:silahkan|silakan) (?:meng)?hubungi (?:kantor )?(?:dinas )?(?:dis)?dukcapil(?: setempat)?)?"
_WHERE = r" (?:di|dalam|pada) (?:database|data) (?:kependudukan|dukcapil)"
_BAD_FORMAT = r"(?:nik tidak sesuai(?: dengan)? format|format nik (?:tidak sesuai|tidak valid|salah))(?: dukcapil)?"
_WHOLE: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = tuple(
    (re.compile(f"(?:{text}){_ADVICE}"), meaning)
    for text, meaning in (
        (r"data ditemukan|sukses|success", COMPARED),
        (
            rf"(?:data tidak ditemukan|(?:data tidak ditemukan )?nik tidak (?:terdapat|terdaftar|ditemukan))(?:{_WHERE})?",
            NOT_FOUND,
        ),
        (rf"(?:data tidak ditemukan )?{_BAD_FORMAT}", MALFORMED_NIK),
        (r"data ditemukan (?:status )?meninggal(?: dunia)?", DECEASED),
        (r"data ditemukan (?:status )?(?:data )?ganda", DUPLICATE_RECORD),
        (r"data ditemukan (?:status |data )?(?:non ?aktif|tidak aktif)", INACTIVE),
    )
)
_ANYWHERE: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = tuple(
    (re.compile(rf"\b(?:{text})\b"), meaning)
    for text, meaning in (
        (r"kuota\b.*\bhabis", QUOTA_EXHAUSTED),
        (r"ip\b.*\btidak (?:sesuai|terdaftar|diizinkan|dikenal|valid)", IP_NOT_ALLOWED),
        (r"login gagal|gagal login|password\b.*\bsalah|user(?: id)? tidak (?:terdaftar|ditemukan)", LOGIN_FAILED),
        (r"(?:user|user id|userid|instansi|lembaga|institusi) (?:tidak|non) ?aktif", ACCOUNT_INACTIVE),
        (r"parameter|tidak boleh kosong", PARAMETER_MISSING),
    )
)
_LONGEST_TEXT: Final = 500
"""Characters; the register's texts are one sentence, and the patterns must not be run over pages."""


def of_code(code: object) -> Meaning | None:
    """The meaning of a code, a string or a number: "4" is "04".

    Returns:
        None for a code that is not known.
    """
    if isinstance(code, str):
        digits = code.strip()
        return _BY_CODE.get(int(digits)) if re.fullmatch(r"[0-9]{1,2}", digits) else None
    return _BY_CODE.get(code) if type(code) is int else None  # not isinstance: true and false are no codes


def of_text(text: str) -> Meaning | None:
    """The meaning of a text, whatever its case, spaces and punctuation.

    Returns:
        None for a text that is not known, or that could mean several things. A text with several of our own faults
        means the first of them.
    """
    if len(text) > _LONGEST_TEXT:
        return None
    words = " ".join(re.findall(r"\w+", text.casefold()))
    meanings = [meaning for pattern, meaning in _WHOLE if pattern.fullmatch(words)]
    meanings += [meaning for pattern, meaning in _ANYWHERE if pattern.search(words)]
    if not meanings:
        return None
    return meanings[0] if len(meanings) == 1 or all(map(is_our_fault, meanings)) else None


def is_our_fault(meaning: Meaning | None) -> bool:
    """Whether waiting will not help, because our own set-up is wrong."""
    return isinstance(meaning, Trouble) and meaning.our_fault


def agree(one: Meaning, other: Meaning) -> bool:
    """Whether a code and a text, or two texts, can stand in one answer."""
    if isinstance(one, Reading) and isinstance(other, Reading):
        return one.outcome == other.outcome  # a malformed NIK is not found, too
    return one == other or (is_our_fault(one) and is_our_fault(other))
