"""What every generated file has in common: it is written, or checked to be what its source says."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def write_or_check(arguments: Sequence[str], file: Path, document: Callable[[], str], *, source: str, tool: str) -> int:
    """Write the file, or with `--check` compare it.

    `source` is what it is made from, as the message calls it, and `tool` the module that makes it. A file that already
    is what it should be is left alone, so whoever reads it meanwhile never finds half of it.

    Returns:
        1 when it is not what its source says.
    """
    text = document()
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return 0
    if "--check" not in arguments:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return 0
    path = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
    print(f"{path} is not what the {source} says; run: python -m {tool}", file=sys.stderr)
    return 1
