"""The OpenAPI file is what the code says, and one that others' tools can read."""

import json

from openapi_spec_validator import validate

from tools import openapi


def test_the_committed_file_is_what_the_code_says() -> None:
    """A change of the API without `python -m tools.openapi` is found."""
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.document()


def test_the_file_is_an_openapi_document() -> None:
    """Generators of clients refuse what is not."""
    validate(json.loads(openapi.document()))
