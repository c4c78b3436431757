"""Writes docs/policy.schema.json from the policy's model, or checks that it is what the model says.

Usage: python -m tools.policy_schema [--check]
"""

import json
import sys
from pathlib import Path
from typing import Any

from functions.shared.policy import Policy
from tools.drift import write_or_check

FILE = Path(__file__).parents[1] / "docs" / "policy.schema.json"


def document() -> str:
    """The JSON schema of a policy document, as it is committed. Unlike a pinned copy, a document may have no other fields."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Berlapis verification policy",
        **_closed(Policy.model_json_schema()),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _closed(part: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(part, list):
        return [_closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    closed = {name: _closed(value) for name, value in part.items()}
    return closed | {"additionalProperties": False} if "properties" in part else closed


def main(arguments: list[str]) -> int:
    """Write or check the file; 1 when it has drifted."""
    return write_or_check(arguments, FILE, document, source="model", tool="tools.policy_schema")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
