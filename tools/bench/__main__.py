"""Prints what is caught, by whom and at what cost, or writes it to docs/typing-errors.md.

Usage: python -m tools.bench [--samples N] [--seed TEXT] [--json | --write]
"""

import argparse
import sys

from tools.bench.costs import ROOT
from tools.bench.figures import collect
from tools.bench.report import as_json, document, printed

FILE = ROOT / "docs" / "typing-errors.md"
SAMPLES = 1500
SEED = "20261124"


def main(arguments: list[str]) -> int:
    """Measure, and print or write. 0 whether or not the targets are reached: this reports, tests decide."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench")
    parser.add_argument("--samples", type=_positive, default=SAMPLES, help="of each kind of slip and each place")
    parser.add_argument("--seed", default=SEED, help="of everything that is drawn")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print every figure as JSON")
    output.add_argument("--write", action="store_true", help=f"write docs/{FILE.name}")
    chosen = parser.parse_args(arguments)
    figures = collect(chosen.samples, chosen.seed)
    if chosen.write:
        FILE.write_text(document(figures), encoding="utf-8")
    else:
        print(as_json(figures) if chosen.json else printed(figures), end="")
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(f"{text} is not positive")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
