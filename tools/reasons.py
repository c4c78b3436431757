"""Writes docs/reasons.md and the page's texts from the catalogue of reasons, or checks that they are what it says.

The page has the texts of the catalogue in a module for each language, so that it loads one, and so that a text that was
changed is changed everywhere.

Usage: python -m tools.reasons [--check]
"""

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from functions.shared.reasons import FIELDS, HINTS, LANGUAGES, PROBLEMS, REGISTRATION, Language, Reason, Text
from tools.drift import write_or_check

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "reasons.md"
MODULES: dict[Language, Path] = {
    language: ROOT / "frontend" / "texts" / f"reasons.{language}.js" for language in LANGUAGES
}
"""The page's texts."""

OPERATORS_ONLY = frozenset(
    {"case_not_found", "case_decided", "case_changed", "approval_impossible", "operator_unknown"}
)
"""Problems of the operators' API, which a registrant's page never meets."""

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


_MODULE = """\
// Made from functions/shared/reasons/ by `python -m tools.reasons`; do not edit.
// @ts-check

/** @type {{[code: string]: {title: string, detail: string, ask: "dukcapil_office" | "organiser" | null} | undefined}} */
const REASONS = {
"""


def module(language: Language) -> str:
    """The page's texts in one language, as they are committed: a code a line, as `{title, detail, ask}`."""
    return _MODULE + "".join(_entries(language)) + "};\n\nexport default REASONS;\n"


def _entries(language: Language) -> list[str]:
    lines = []
    for title, _, family in _FAMILIES:
        lines.append(f"  // {title}\n")
        for code, reason in family.items():
            if code not in OPERATORS_ONLY:
                text = reason.texts[language]
                values = {"title": text.title, "detail": text.detail, "ask": reason.ask}
                members = ", ".join(
                    f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()
                )
                lines.append(f"  {code}: {{ {members} }},\n")
    return lines


def main(arguments: list[str]) -> int:
    """Write or check the files; 1 when one has drifted."""
    documents = {FILE: page} | {file: partial(module, language) for language, file in MODULES.items()}
    return max(
        [
            write_or_check(arguments, file, document, source="catalogue", tool="tools.reasons")
            for file, document in documents.items()
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
