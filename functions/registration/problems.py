"""Problem documents (RFC 9457): every error answer of the API, in Indonesian or English."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from functions.shared.reasons import FIELDS, Language, text

CONTENT_TYPE = "application/problem+json"

_MOST_ERRORS = 20
_LONGEST_NAME = 40
# pydantic's own error types, in the words of the catalogue.
_FIELD_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field to look at.

    Attributes:
        pointer: where it is, a JSON pointer as a URI fragment (RFC 6901).
        code: of the catalogue.
        positions: which digits of a number, counted from 1 without its formatting.
        related: pointers of the fields that it was compared with, where those may as well be mistyped.
        suggestion: what may have been meant: an address, or the digits at `positions`.
        hint: whether the registrant may overrule it, by its code in `acknowledged_hints`.
    """

    pointer: str
    code: str
    positions: tuple[int, ...] = ()
    suggestion: str | None = None
    hint: bool = False
    related: tuple[str, ...] = ()

    def document(self, language: Language) -> dict[str, Any]:
        """It, as a member of `errors`."""
        shown: dict[str, Any] = {
            "pointer": self.pointer,
            "code": self.code,
            "detail": text(self.code, language).detail,
        }
        optional = {
            "positions": list(self.positions),
            "suggestion": self.suggestion,
            "hint": self.hint,
            "related": list(self.related),
        }
        return shown | {name: value for name, value in optional.items() if value}


class Problem(Exception):
    """Ends a request with a problem document.

    Args:
        status: HTTP status.
        code: stable code of the catalogue; names the texts.
        errors: the fields that are wrong.
        retry_after: seconds after which the same request may succeed.
        attempts_left: guesses that remain, where a wrong one was counted.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        attempts_left: int | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors
        self.retry_after = retry_after
        self.attempts_left = attempts_left

    def document(self, language: Language) -> str:
        """The JSON document in one language."""
        words = text(self.code, language)
        document: dict[str, Any] = {
            "type": f"urn:berlapis:problem:{self.code}",
            "title": words.title,
            "status": self.status.value,
            "detail": words.detail,
            "code": self.code,
            "errors": [error.document(language) for error in self.errors],
        }
        for name in ("retry_after", "attempts_left"):
            if (value := getattr(self, name)) is not None:
                document[name] = value
        return json.dumps(document, ensure_ascii=False)


def of_validation(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """The problem of a request that does not fit its model, or of hints that nobody has acknowledged."""
    fields: dict[tuple[str, str], FieldError] = {}
    for error in errors:
        place = tuple(error["loc"])
        if error["type"] == "json_invalid" or place == ("body",):
            return Problem(HTTPStatus.BAD_REQUEST, "body_malformed")
        for field in _fields(_pointer(place), error):
            fields.setdefault((field.pointer, field.code), field)
    wrong = tuple(fields.values())[:_MOST_ERRORS]
    code = "hints_to_check" if all(field.hint for field in wrong) else "invalid_request"
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, errors=wrong)


def _fields(pointer: str, error: Mapping[str, Any]) -> Sequence[FieldError]:
    """What one error of pydantic says: a code, or what `functions.registration.fields` has found in it."""
    found = error.get("ctx", {}).get("found")
    if found:
        return [replace(each, pointer=pointer) for each in found]
    code = error["type"] if error["type"] in FIELDS else _FIELD_CODES.get(error["type"], "wrong_type")
    return [FieldError(pointer, code)]


def _pointer(place: tuple[Any, ...]) -> str:
    parts = place[1:] if place[0] == "body" else place
    # A name that is not of ours was typed, too: it does not come back whole.
    return "#/" + "/".join(str(part)[:_LONGEST_NAME].replace("~", "~0").replace("/", "~1") for part in parts)
