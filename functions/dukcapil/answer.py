"""Reading the register's answer: a verdict only when every part of it is understood, otherwise the layer is unavailable.

Pure. Whatever bytes arrive, `read` returns a `Reading` or raises `DukcapilUnavailable`, and nothing of the bytes is in
the error: what a partner writes may hold somebody's data.
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final, Never

from functions.dukcapil.meanings import COMPARED, Meaning, Reading, Trouble, agree, is_our_fault, of_code, of_text
from functions.shared.errors import DukcapilUnavailable
from functions.shared.outcome import Outcome, Verdict

MAX_BYTES: Final = 64 * 1024
"""A real answer has a few hundred bytes."""

_PASSED: Final = Reading(Outcome(Verdict.PASSED))
_MISMATCH: Final = Reading(Outcome(Verdict.CORRECT, "mismatch"))
_TEXT_KEYS: Final = ("RESPON", "RESPONSE", "RESPONSE_DESC")
# The score after the word is not judged: the register judged it by the similarity cut, and "Sesuai (0)" exists.
_WORD: Final = re.compile(r"(tidak )?sesuai(?: ?\( ?[0-9]{1,3}(?:[.,][0-9]{1,2})? ?\))?")


class _NotJsonError(ValueError):
    """JSON that Python would read, but that says nothing definite."""


def read(status: int, body: bytes, *, asked: Collection[str], nik: str) -> Reading:
    """Read an answer of CALL_VERIFY_BY_ELEMEN.

    The code decides first, then the text, then the elements; a known text or an element that contradicts the code
    makes the answer one that is not understood.

    Args:
        status: HTTP status.
        body: as it came, at most `MAX_BYTES`.
        asked: the elements that were sent to be compared beside the NIK, e.g. `NAMA_LGKP`; at least one.
        nik: the NIK that was asked about; the register may echo it instead of saying "Sesuai".

    Raises:
        DukcapilUnavailable: no verdict. `our_fault` when the register says that our credentials, our address or our
            request are wrong; reason `quota_exhausted` when today's quota is used up (until midnight in Jakarta).
    """
    row = _row(status, body)
    meaning = _meaning(row)
    if isinstance(meaning, Trouble):
        raise DukcapilUnavailable(meaning.reason, our_fault=meaning.our_fault)
    if isinstance(meaning, Reading):
        return _unless_contradicted(meaning, row, asked=asked, nik=nik)
    return _compare(row, asked=asked, nik=nik)


def _row(status: int, body: bytes) -> Mapping[str, Any]:
    """The one row of the page, with its keys in upper case."""
    if status != 200:  # noqa: PLR2004 (HTTP's OK)
        raise DukcapilUnavailable("http_status")
    if len(body) > MAX_BYTES:
        raise DukcapilUnavailable("answer_too_large")
    try:
        page = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError):  # ValueError is also what is no UTF-8, and a number of thousands of digits
        raise DukcapilUnavailable("not_json") from None
    content = page.get("content") if isinstance(page, dict) else None
    # Several rows for one NIK are not the register's format: whose would they be?
    if not isinstance(content, list) or len(content) != 1 or not isinstance(content[0], dict):
        raise DukcapilUnavailable("unknown_shape")
    try:
        return _object([(key.strip().upper(), value) for key, value in content[0].items()])
    except (_NotJsonError, RecursionError):
        raise DukcapilUnavailable("unknown_shape") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose repeated keys, if any, say the same; Python would take the last."""
    known: dict[str, Any] = {}
    for key, value in pairs:
        if key in known and (type(known[key]) is not type(value) or known[key] != value):
            raise _NotJsonError
        known[key] = value
    return known


def _no_number(_constant: str) -> Never:
    raise _NotJsonError  # NaN and Infinity


def _meaning(row: Mapping[str, Any]) -> Meaning:
    """What code and texts say together. An unknown text is passed over only when there is a code."""
    texts = [of_text(text) if isinstance(text, str) else None for text in map(row.get, _TEXT_KEYS) if not _blank(text)]
    known = [text for text in texts if text is not None]
    ours = any(map(is_our_fault, known))
    code = row.get("RESPONSE_CODE")
    if _blank(code):
        if len(known) < len(texts):
            return Trouble("unknown_text", our_fault=ours)
        meaning: Meaning | None = known[0] if known else COMPARED
    else:
        meaning = of_code(code)
    if meaning is None:
        return Trouble("unknown_code", our_fault=ours)
    if all(agree(meaning, text) for text in known):
        return meaning
    return Trouble("contradiction", our_fault=ours or is_our_fault(meaning))


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _unless_contradicted(reading: Reading, row: Mapping[str, Any], *, asked: Collection[str], nik: str) -> Reading:
    """The reading, if the row is about this NIK and does not confirm parts of somebody it has not found."""
    if not _blank(row.get("NIK")):
        _matches_nik(row["NIK"], nik)
    if reading.outcome.reason == "not_found" and any(_word(row.get(element)) is True for element in ("NIK", *asked)):
        raise DukcapilUnavailable("contradiction")
    return reading


def _compare(row: Mapping[str, Any], *, asked: Collection[str], nik: str) -> Reading:
    if not asked:  # a NIK that exists says nothing of who typed it
        raise DukcapilUnavailable("nothing_to_compare", our_fault=True)
    if not {"NIK", *asked} <= row.keys():
        raise DukcapilUnavailable("element_missing")
    matches = [_matches_nik(row["NIK"], nik)]
    for element in asked:
        word = _word(row[element])
        if word is None:
            raise DukcapilUnavailable("unknown_word")
        matches.append(word)
    return _PASSED if all(matches) else _MISMATCH


def _matches_nik(value: object, nik: str) -> bool:
    """Whether the register confirms the NIK. An echo of another one is somebody else's answer."""
    word = _word(value)
    if word is not None:
        return word
    if isinstance(value, str) and value.strip() == nik:
        return True
    raise DukcapilUnavailable("unknown_nik")


def _word(value: object) -> bool | None:
    """True for "Sesuai", False for "Tidak Sesuai", each with or without a score; None for anything else."""
    said = _WORD.fullmatch(" ".join(value.casefold().split())) if isinstance(value, str) else None
    return None if said is None else not said[1]
