"""The SMS that carries the one-time password, in Indonesian and English.

It is one message part, because each part is paid for, and slow networks lose parts. Its last line is the format for
origin-bound codes (WebOTP), from which browsers fill in the code on the page of that domain, and on no other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.shared.reasons import Language

MAX_CHARACTERS = 160
"""One part in the GSM 7-bit alphabet (3GPP TS 23.038), where each character that is used here counts once."""

_WORDINGS: dict[Language, str] = {
    "id": "{program}: kode Anda {code}, berlaku {minutes} menit. Jangan berikan kepada siapa pun.",
    "en": "{program}: your code is {code}, valid for {minutes} min. Give it to nobody.",
}

_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")
_PROGRAM = re.compile(r"[A-Za-z0-9 .,&-]+")


def sms_text(*, locale: Language, code: str, domain: str, minutes: int, program: str = "Berlapis") -> str:
    """Write the SMS.

    Args:
        locale: the registration's language.
        code: the six digits.
        domain: host of the registration page; a domain in another alphabet as its punycode.
        minutes: the life of the code.
        program: whom the registrant registers with, as people know it.

    Raises:
        ValueError: see `check_settings`.
    """
    if not _DOMAIN.fullmatch(domain):
        raise ValueError("the domain of the SMS must be a bare host name")
    if not _PROGRAM.fullmatch(program):
        raise ValueError("the program name of the SMS must be ASCII letters, digits, spaces and . , & -")
    sentence = _WORDINGS[locale].format(program=program, code=code, minutes=minutes)
    text = f"{sentence}\n@{domain} #{code}"
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"the SMS takes {len(text)} of {MAX_CHARACTERS} characters: shorten the program name or domain"
        )
    return text


def check_settings(*, domain: str, program: str = "Berlapis") -> None:
    """Try a deployment's domain and program name on every wording, once when the settings are read.

    A name that does not fit is then found when it is configured, and by nobody who waits for a code.

    Raises:
        ValueError: the SMS would take more than one part, or hold characters that count more than once.
    """
    for locale in _WORDINGS:
        sms_text(locale=locale, code="000000", domain=domain, minutes=10, program=program)
