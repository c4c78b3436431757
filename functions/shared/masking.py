"""What operators, and sessions, see of a person: enough to recognise whoever shows the card, too little to copy.

Of a NIK the six digits of the region and the last two: the birth date and half of the serial stay hidden, which together
with the year of birth leaves more than 30,000 possibilities.
"""

from collections.abc import Mapping
from typing import Any

_DOTS = "•••"
_REGION, _SERIAL = 6, 2
_END_OF_PHONE = 3
_YEAR = 4


def email(address: str) -> str:
    """`nur.aini@example.com` → `n•••@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}{_DOTS}@{domain}"


def nik(digits: str) -> str:
    """`3171015708859001` → `317101••••••••01`."""
    return f"{digits[:_REGION]}{'•' * (len(digits) - _REGION - _SERIAL)}{digits[-_SERIAL:]}"


def name(full_name: str) -> str:
    """`Nur Aini` → `N. A.`."""
    return " ".join(f"{part[0]}." for part in full_name.split())


def phone(number: str) -> str:
    """`+6281234567890` → `•••890`."""
    return f"{_DOTS}{number[-_END_OF_PHONE:]}"


def known(address: str | None, number: str | None, details: Mapping[str, Any] | None) -> dict[str, str | None]:
    """Everything that is known of a person, masked; None for what is not known yet."""
    given = details or {}
    return {
        "email": email(address) if address else None,
        "nik": nik(given["nik"]) if given.get("nik") else None,
        "name": name(given["full_name"]) if given.get("full_name") else None,
        "birth_year": given["birth_date"][:_YEAR] if given.get("birth_date") else None,
        "phone": phone(number) if number else None,
    }
