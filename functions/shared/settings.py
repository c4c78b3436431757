"""A function's settings: read from the environment when first needed, as one frozen object."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

# In Lambda the process has one environment. The local stack runs all functions in one process, each in its own.
_environment: ContextVar[Mapping[str, str] | None] = ContextVar("environment", default=None)


class SettingsError(Exception):
    """A setting is missing or malformed. Names the environment variables, never their values."""


def environment() -> Mapping[str, str]:
    """The environment variables of the running function."""
    return _environment.get() or os.environ


@contextmanager
def environment_of(values: Mapping[str, str]) -> Iterator[None]:
    """Run the block in a function's own environment instead of the process's."""
    token = _environment.set(values)
    try:
        yield
    finally:
        _environment.reset(token)


class Settings(BaseModel):
    """Base of a function's settings: each field is the environment variable of the same name in upper case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def load(cls) -> Self:
        """Read the current environment.

        Raises:
            SettingsError: naming each variable that is missing or malformed.
        """
        present = environment()
        names = {field: field.upper() for field in cls.model_fields}
        try:
            return cls.model_validate({field: present[name] for field, name in names.items() if present.get(name)})
        except ValidationError as error:
            wrong = sorted({names[str(each["loc"][0])] for each in error.errors(include_input=False)})
            message = f"missing or malformed environment variables: {', '.join(wrong)}"
            raise SettingsError(message) from None
