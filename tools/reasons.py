"""Writes docs/reasons.md from the catalogue of reasons, or checks that it is what the catalogue says.

Usage: python -m tools.reasons [--check]
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from functions.shared.reasons import FIELDS, HINTS, PROBLEMS, REGISTRATION, Reason, Text
from tools.drift import write_or_check

FILE = Path(__file__).parents[1] / "docs" / "reasons.md"

_INTRODUCTION = """\
# Reasons

<!-- Made from functions/shared/reasons/ by `python -m tools.reasons`. -->

Every code that a registrant can meet, with what is shown in Indonesian and in English: a title, what happened, what to
do now, and whom to ask where the page cannot help. Codes are part of the API: they are never renamed and never get
another meaning. What is for operators only, such as why a layer was unavailable, is in the logs and not here.

**Ask** is whom a text sends people to: `dukcapil_office` (the population office, which alone can mend what the register
or the card holds) or `organiser` (whoever runs the registration).
"""
_FAMILIES: tuple[tuple[str, str, Mapping[str, Reason]], ...] = (
    (
        "Registrations",
        "Why a registration is where it is: `reason` of the registration and of each layer.",
        REGISTRATION,
    ),
    ("Problems", "Why a call was not carried out: `code` of a problem document.", PROBLEMS),
    (
        "Fields",
        "Why the value of a field cannot be taken: `code` of one of the `errors` of a problem document.",
        {code: reason for code, reason in FIELDS.items() if code not in HINTS},
    ),
    (
        "Hints",
        "Fields too, but these the registrant may overrule, because a value that looks mistyped can be what the card shows.",
        HINTS,
    ),
)


def page() -> str:
    """The page, as it is committed."""
    return "\n".join((_INTRODUCTION, *(_section(*family) for family in _FAMILIES)))


def _section(title: str, introduction: str, family: Mapping[str, Reason]) -> str:
    rows = (
        f"| `{reason.code}` | {f'`{reason.ask}`' if reason.ask else ''} | {_cell(reason.texts['id'])} "
        f"| {_cell(reason.texts['en'])} |\n"
        for reason in family.values()
    )
    heading = "| Code | Ask | Indonesian | English |\n| --- | --- | --- | --- |\n"
    return f"## {title}\n\n{introduction}\n\n{heading}{''.join(rows)}"


def _cell(text: Text) -> str:
    return f"**{text.title}**<br>{text.detail}".replace("|", r"\|")


def main(arguments: list[str]) -> int:
    """Write or check the file; 1 when it has drifted."""
    return write_or_check(arguments, FILE, page, source="catalogue", tool="tools.reasons")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
