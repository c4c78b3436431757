"""Writes docs/openapi.json from the API's code, or checks that it is what the code says.

Usage: python -m tools.openapi [--check]
"""

import json
import sys
from pathlib import Path

from functions.registration.answering import resolver_of
from functions.registration.api import router as registration
from functions.reviews.api import router as reviews
from tools.drift import write_or_check

FOR_OPERATORS = "/v1/reviews"
SIGNED = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "AWS Signature Version 4, of somebody whom IAM allows to call the operators' API",
    "x-amazon-apigateway-authtype": "awsSigv4",
}
FILE = Path(__file__).parents[1] / "docs" / "openapi.json"


def document() -> str:
    """The OpenAPI document of the API, as it is committed."""
    schema = json.loads(
        resolver_of(registration, reviews).get_openapi_json_schema(
            title="Berlapis registration API", version="1", description="Verifies registrations in four layers."
        )
    )
    schema["components"]["securitySchemes"] = {"AWS_IAM": SIGNED}
    for path, methods in schema["paths"].items():
        for operation in methods.values() if path.startswith(FOR_OPERATORS) else ():
            operation["security"] = [{"AWS_IAM": []}]
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the file; 1 when it has drifted."""
    return write_or_check(arguments, FILE, document, source="code", tool="tools.openapi")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
