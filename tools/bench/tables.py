"""The tables of the report: Markdown that is aligned, so that it reads well where it is printed, too."""

from collections.abc import Callable, Iterable, Sequence

from functions.nik.structure import LENGTH
from tools.bench.cases import CASES
from tools.bench.checkers import ALONE, CHECKERS, RIVALS, Answer
from tools.bench.figures import Figures, targets
from tools.bench.measurement import DATE_PLACES, REGION_PLACES, SERIAL_PLACES, Caught, Estimate, Pointing, together
from tools.bench.slips import KINDS, SUBSTITUTION

type Row = Sequence[str]

_NAMES = [checker.name for checker in CHECKERS]
_ANSWERS: dict[Answer, str] = {"refused": "refused", "doubted": "hint", "accepted": "accepted"}


def table(head: Row, rows: Iterable[Row]) -> str:
    """A table whose first column is text and whose others are set to the right."""
    lines = [head, *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    set_out = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in [head, rule, *lines[1:]]]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in set_out)


def caught(figures: Figures) -> str:
    """By kind of slip."""
    by_name = figures.main.caught
    rows = [
        _row(f"{SUBSTITUTION.name}, {SUBSTITUTION.share:g} %", by_name, lambda found: estimate(found.substitution()))
    ]
    rows += [
        _row(f"{kind.name}, {kind.share:g} %" if kind.share else kind.name, by_name, _of_kind(kind.name))
        for kind in KINDS
        if kind is not SUBSTITUTION
    ]
    rows += [_row("**the mix of fixed length**", by_name, lambda found: estimate(found.mix()))]
    rows += [
        _row(f"the mix, {part * 100:.0f} % of it errors in length", by_name, _mix_with(part)) for part in (0.1, 0.2)
    ]
    return table(["caught, per cent", *_NAMES], rows)


def by_place(figures: Figures) -> str:
    """One digit substituted, by its place."""
    by_name = figures.main.caught
    rows = [_row(str(place), by_name, _at(place)) for place in range(1, LENGTH + 1)]
    rows += [
        _row(what, by_name, _among(places))
        for what, places in (
            ("1-6, region", REGION_PLACES),
            ("7-12, birth date", DATE_PLACES),
            ("13-16, serial", SERIAL_PLACES),
        )
    ]
    return table(["digit substituted", *_NAMES], rows)


def drawn_otherwise(figures: Figures) -> str:
    """The main figures by how regions and serials are drawn."""
    whole = range(1, LENGTH + 1)
    rows = [
        _row(f"{name}: {what}", found.caught, figure)
        for name, found in figures.slips.items()
        for what, figure in (
            ("one digit", _among(whole)),
            ("one of digits 1-6", _among(REGION_PLACES)),
            ("the mix", _mix_with(0)),
        )
    ]
    return table(["caught, per cent", *_NAMES], rows)


def pointing(figures: Figures) -> str:
    """Where the first hint points."""
    rows = [_pointed(name, found) for name, found in figures.pointing.items()]
    date = together(figures.pointing[str(place)] for place in DATE_PLACES)
    rows.insert(len(DATE_PLACES), _pointed("**7-12 together**", date))
    return table(
        ["wrong digits", "caught", "position right", "named by any", "suggestion right", "codes of the first hint"],
        rows,
    )


def alarms(figures: Figures) -> str:
    """What is said against right NIKs."""
    rows = []
    for name, found in figures.alarms.items():
        asked = found[ALONE.name].refused.of
        cells = (f"{percent(each.refused.value)} / {percent(each.doubted.value)}" for each in found.values())
        rows.append([f"{name} ({asked})", *cells])
    return table(["refused / hint, per cent", *_NAMES], rows)


def costs(figures: Figures) -> str:
    """Microseconds and milliseconds."""
    rows = [
        ["µs, right NIK", *(f"{figures.costs[name].right:.1f}" for name in _NAMES)],
        ["µs, wrong NIK of 16 digits", *(f"{figures.costs[name].wrong:.1f}" for name in _NAMES)],
        ["µs, a digit left out", *(f"{figures.costs[name].too_short:.1f}" for name in _NAMES)],
        ["µs, a digit added", *(f"{figures.costs[name].too_long:.1f}" for name in _NAMES)],
        ["ms, import", *(f"{figures.costs[name].imported:.1f}" for name in _NAMES)],
        ["ms, import and first answer", *(f"{figures.costs[name].answered:.1f}" for name in _NAMES)],
    ]
    return table(["processor time", *_NAMES], rows)


def reached(figures: Figures) -> str:
    """Each target, reached or not."""
    rows = [
        [
            target.what,
            target.wanted,
            target.found,
            ("yes" if target.reached else "**no**") + (", within the margin" if target.doubtful else ""),
        ]
        for target in targets(figures)
    ]
    return table(["target", "wanted", "found", "reached"], rows)


def cases(figures: Figures) -> str:
    """Single numbers; an answer that is wrong is set in bold."""
    names = [checker.name for checker in (ALONE, *RIVALS)]
    rows = []
    for case, said in zip(CASES, figures.cases, strict=True):
        answers = (said[name] for name in names)
        cells = (
            _ANSWERS[answer] if (answer == "refused") != case.issued else f"**{_ANSWERS[answer]}**"
            for answer in answers
        )
        rows.append([case.what, f"`{case.typed}`", "yes" if case.issued else "no", *cells])
    return table(["number", "typed", "possible", *names], rows)


def percent(value: float) -> str:
    """With a decimal, but not rounded to 0 or 100 when it is neither."""
    text = f"{value * 100:.1f}"
    return text if text not in {"0.0", "100.0"} or value in {0, 1} else f"{value * 100:.2f}"


def estimate(found: Estimate) -> str:
    """A share and how far to either side the true one may be."""
    return f"{percent(found.value)} ±{found.margin * 100:.1f}"


def _row(what: str, by_name: dict[str, Caught], figure: Callable[[Caught], str]) -> list[str]:
    return [what, *(figure(by_name[name]) for name in _NAMES)]


def _of_kind(name: str) -> Callable[[Caught], str]:
    return lambda found: percent(found.by_kind[name].value)


def _at(place: int) -> Callable[[Caught], str]:
    return lambda found: percent(found.by_place[place].value)


def _among(places: range) -> Callable[[Caught], str]:
    return lambda found: estimate(found.substitution(places))


def _mix_with(length_errors: float) -> Callable[[Caught], str]:
    return lambda found: estimate(found.mix(length_errors))


def _pointed(name: str, found: Pointing) -> list[str]:
    codes = ", ".join(f"{code} {percent(share.value)}" for code, share in found.codes.items())
    return [name, *(percent(share.value) for share in found[:4]), codes]
