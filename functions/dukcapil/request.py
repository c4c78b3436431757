"""What the register is asked: the body of CALL_VERIFY_BY_ELEMEN.

All values are strings. The register compares only what is sent, so only what the policy names is sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from functions.dukcapil.credentials import Credentials
from functions.shared.errors import DukcapilUnavailable
from functions.shared.policy import Element

_SEX: Final = {"male": "Laki-Laki", "female": "Perempuan"}


@dataclass(frozen=True, slots=True)
class Person:
    """What the registrant says of himself, as far as the register can compare it."""

    nik: str
    full_name: str
    birth_date: date
    sex: Literal["male", "female"]
    kk_number: str | None = None


def compared(person: Person, elements: Collection[Element]) -> dict[str, str]:
    """The elements to compare beside the NIK, with their values. A KK number that was not given is left out.

    Raises:
        DukcapilUnavailable: nothing is left to compare; a NIK alone says nothing of who typed it.
    """
    values: dict[Element, str | None] = {
        "NAMA_LGKP": " ".join(person.full_name.split()).upper(),
        "TGL_LHR": f"{person.birth_date:%d-%m-%Y}",
        "JENIS_KLMIN": _SEX[person.sex],
        "NO_KK": person.kk_number,
    }
    chosen: dict[str, str] = {element: value for element, value in values.items() if element in elements and value}
    if not chosen:
        raise DukcapilUnavailable("nothing_to_compare", our_fault=True)
    return chosen


def body(nik: str, elements: Mapping[str, str], *, threshold: int, credentials: Credentials) -> dict[str, str]:
    """The JSON object to send. `threshold` is the similarity cut for names, 1-100; the register spells it TRESHOLD."""
    return {
        "USER_ID": credentials.user_id,
        "PASSWORD": credentials.password.get_secret_value(),
        "IP_USER": credentials.ip_user,
        "TRESHOLD": str(threshold),
        "NIK": nik,
        **elements,
    }
