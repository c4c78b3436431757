"""Which language to answer in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.shared.reasons.reason import LANGUAGES

if TYPE_CHECKING:
    from functions.shared.reasons.reason import Language

DEFAULT_LANGUAGE = LANGUAGES[0]

# Android and Java called Indonesian "in" for decades, and old phones still do.
_LANGUAGE_OF_TAG: dict[str, Language] = {"id": "id", "in": "id", "en": "en"}
_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.ASCII | re.IGNORECASE)


def negotiate(accept_language: str | None) -> Language:
    """The language to answer in, from an `Accept-Language` header (RFC 9110, section 12.5.4).

    The highest quality wins, of equal ones the first. `*` stands for the languages that are not named. What cannot be
    read is passed over; when nothing is left, the answer is in Indonesian.
    """
    qualities: dict[Language, float] = {}
    unnamed = 0.0
    for element in (accept_language or "").split(","):
        tag, _, parameters = element.partition(";")
        quality = _quality(parameters)
        if tag.strip() == "*":
            unnamed = quality
        elif language := _LANGUAGE_OF_TAG.get(tag.strip().lower().partition("-")[0]):
            qualities[language] = max(quality, qualities.get(language, 0.0))
    for language in LANGUAGES:
        qualities.setdefault(language, unnamed)
    best = max(qualities, key=qualities.__getitem__)
    return best if qualities[best] else DEFAULT_LANGUAGE


def _quality(parameters: str) -> float:
    if not parameters.strip():
        return 1.0
    readable = _QUALITY.fullmatch(parameters)
    return float(readable[1]) if readable else 0.0
