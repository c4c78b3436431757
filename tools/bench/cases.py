"""Single numbers that a check should refuse or let pass, and what each checker says. All are synthetic."""

from datetime import date
from typing import NamedTuple

from tools.bench.checkers import ALONE, RIVALS, Answer
from tools.bench.people import Person


class Case(NamedTuple):
    """A number as somebody types it.

    Attributes:
        what: is special about it.
        typed: the number.
        issued: whether it can have been issued; else no NIK is like this.
    """

    what: str
    typed: str
    issued: bool


CASES = (
    Case("day 00", "3171010008859001", issued=False),
    Case("day 32", "3171013208859001", issued=False),
    Case("day 40", "3171014008859001", issued=False),
    Case("day 72", "3171017208859001", issued=False),
    Case("day 81", "3171018108859001", issued=False),
    Case("month 00", "3171011700859001", issued=False),
    Case("month 13", "3171011713859001", issued=False),
    Case("30 February", "3171013002859001", issued=False),
    Case("29 February of no leap year", "3171012902859001", issued=False),
    Case("serial 0000", "3171011708850000", issued=False),
    Case("regency 00", "3100011708859001", issued=False),
    Case("district 00", "3171001708859001", issued=False),
    Case("serial in Arabic digits", "317101170885\u0669\u0660\u0660\u0661", issued=False),
    Case("serial in superscript", "317101170885\u2079\u2070\u2070\u00b9", issued=False),
    Case("a woman", "3171015708859001", issued=True),
    Case("29 February 2000", "3171012902009001", issued=True),
    Case("with spaces", "3171 0117 0885 9001", issued=True),
    Case("with dots", "31.71.01.170885.9001", issued=True),
    Case("Kalimantan Utara (2012)", "6501011708859001", issued=True),
    Case("Papua Selatan (2022)", "9301011708859001", issued=True),
    Case("district in force, Sulawesi Tengah", "7201241708859001", issued=True),
    Case("district in force, Papua Barat Daya", "9601021708859001", issued=True),
    Case("retired: Merauke in Papua", "9101011708859001", issued=True),
    Case("retired: Bulungan in Kalimantan Timur", "6404011708859001", issued=True),
    Case("retired: Timor Timur", "5401011708859001", issued=True),
)

_NOBODY = Person("", date(1985, 8, 17), "male")
"""These checkers look at the NIK alone."""


def answers(case: Case) -> dict[str, Answer]:
    """What each checker says of it, by its name."""
    return {checker.name: checker.ask(case.typed, _NOBODY) for checker in (ALONE, *RIVALS)}
