"""Problem documents (RFC 9457): every error answer of the API, in Indonesian or English."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    """One wrong field: where it is (JSON pointer as a URI fragment, RFC 6901) and a code of the catalogue."""

    pointer: str
    code: str


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
            "errors": [
                {"pointer": error.pointer, "code": error.code, "detail": text(error.code, language).detail}
                for error in self.errors
            ],
        }
        for name in ("retry_after", "attempts_left"):
            if (value := getattr(self, name)) is not None:
                document[name] = value
        return json.dumps(document, ensure_ascii=False)


def of_validation(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """The problem of a request that does not fit its model."""
    fields: dict[str, FieldError] = {}
    for error in errors:
        place = tuple(error["loc"])
        if error["type"] == "json_invalid" or place == ("body",):
            return Problem(HTTPStatus.BAD_REQUEST, "body_malformed")
        pointer = _pointer(place)
        code = error["type"] if error["type"] in FIELDS else _FIELD_CODES.get(error["type"], "wrong_type")
        fields.setdefault(pointer, FieldError(pointer, code))
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", errors=tuple(fields.values())[:_MOST_ERRORS])


def _pointer(place: tuple[Any, ...]) -> str:
    parts = place[1:] if place[0] == "body" else place
    # A name that is not of ours was typed, too: it does not come back whole.
    return "#/" + "/".join(str(part)[:_LONGEST_NAME].replace("~", "~0").replace("/", "~1") for part in parts)
