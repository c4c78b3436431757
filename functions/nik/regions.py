"""Which region codes there are: the first six digits of a NIK, for where its holder was first registered.

A code is province, regency and district, two digits each, as the Home Ministry numbers them (not the statistics office,
whose codes look the same). A NIK keeps its code when the district is split, renumbered or lost, so a code that is out
of force is as good in a NIK as one in force, and one that is unknown may be older than the table: never an error.

The codes are loaded with this module, the names with the first call of `region`. `tools/regions.py` writes both.
"""

from functools import cache
from typing import Literal, NamedTuple

from functions.nik.region_codes import CURRENT, RETIRED, RETIRED_WHOLE

type Standing = Literal["current", "retired", "unknown"]

NAMES_FILE = __file__.removesuffix("regions.py") + "region_names.txt"

# A look-up is faster than a conversion and a shift, and refuses whatever is not two ASCII digits.
_BITS = {f"{district:02}": 1 << district for district in range(1, 100)}

_DIGITS = "0123456789"


class Region(NamedTuple):
    """The names of a region, as a person reads them: "Jawa Barat", "Kota Bogor" or "Kabupaten Bogor", "Ciomas".

    Attributes:
        province: of the code. For a retired code, the province at that time.
        regency: None when all that is known is that the whole province was retired.
        district: None when all that is known is that the whole regency or province was retired.
        retired: the code is out of force.
    """

    province: str
    regency: str | None
    district: str | None
    retired: bool


def is_current(code: str) -> bool:
    """Whether six ASCII digits are a district in force; False for any other text."""
    return CURRENT.get(code[:4], 0) & _BITS.get(code[4:], 0) != 0


def places_of_another_digit(code: str) -> list[int]:
    """The places, from 1, where another digit makes six digits a district in force."""
    bit, districts = _BITS.get(code[4:], 0), CURRENT.get(code[:4], 0)
    places = []
    for place in range(4) if bit else ():
        before, after = code[:place], code[place + 1 : 4]
        for digit in _DIGITS:  # not `any`, which takes twice as long
            if CURRENT.get(before + digit + after, 0) & bit:
                places.append(place + 1)
                break
    if districts:  # of a regency that there is not no district is in force, whatever its number
        places += [5] if any(districts & _BITS.get(digit + code[5], 0) for digit in _DIGITS) else []
        places += [6] if any(districts & _BITS.get(code[4] + digit, 0) for digit in _DIGITS) else []
    return places


def standing(code: str) -> Standing:
    """Whether six ASCII digits are a district in force, one that was, or neither; `unknown` for any other text.

    `unknown` includes codes that were retired too long ago for the table to have them.
    """
    bit = _BITS.get(code[4:], 0)
    if CURRENT.get(code[:4], 0) & bit:
        return "current"
    if RETIRED.get(code[:4], 0) & bit or (bit and _retired_whole(code)):
        return "retired"
    return "unknown"


def region(code: str) -> Region | None:
    """The names of six ASCII digits, None when they are unknown. The first call reads a file.

    A regency or province that was retired as a whole, with districts that are not recorded, has the names that are.
    """
    found = standing(code)
    if found == "unknown":
        return None
    regency, *districts = _blocks().get(code[:4]) or (None,)
    return Region(_blocks()[code[:2]][0], regency, _numbered(districts, int(code[4:])), retired=found == "retired")


def _retired_whole(code: str) -> bool:
    return code[:4] in RETIRED_WHOLE or (code[:2] in RETIRED_WHOLE and code[2:4] in _BITS)


@cache
def _blocks() -> dict[str, list[str]]:
    """The names by the code of their province (one line) or regency (its own name, then those of its districts)."""
    with open(NAMES_FILE, encoding="ascii") as file:  # noqa: PTH123 (importing pathlib costs more than all of layer 2)
        blocks = file.read().split("\n\n")
    named: dict[str, list[str]] = {}
    for block in blocks:
        first, *districts = block.removeprefix("# ").split("\n")
        code, _, name = first.partition(" ")
        named[code] = [name, *districts]
    return named


def _numbered(districts: list[str], wanted: int) -> str | None:
    """The name with a number, of names that have theirs before them where it is not one more than the last."""
    number = 0
    for line in districts:
        is_numbered = line[:2].isdigit()
        number = int(line[:2]) if is_numbered else number + 1
        if number == wanted:
            return line[3:] if is_numbered else line
    return None
