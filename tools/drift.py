"""What every generated file of `docs/` has in common: it is written, or checked to be what its source says."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def write_or_check(arguments: Sequence[str], file: Path, document: Callable[[], str], *, source: str, tool: str) -> int:
    """Write the file, or with `--check` compare it.

    `source` is what it is made from, as the message calls it, and `tool` the module that makes it.

    Returns:
        1 when it is not what its source says.
    """
    if "--check" not in arguments:
        file.write_text(document(), encoding="utf-8")
        return 0
    if file.exists() and file.read_text(encoding="utf-8") == document():
        return 0
    print(f"docs/{file.name} is not what the {source} says; run: python -m {tool}", file=sys.stderr)
    return 1
